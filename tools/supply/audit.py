"""Asks whether weaknesses are known of what we are built from; what could not be asked is never passed off as sound."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
SOUND, WEAK, UNKNOWN = 0, 1, 2
MOST_NAMED = 5


def judged(report: Mapping[str, Any]) -> tuple[int, list[str]]:
    """The exit code and what to say about a report of pip-audit."""
    parts = report["dependencies"]
    weak = [line for part in parts for line in _weaknesses(part)]
    unknown = [part["name"] for part in parts if "skip_reason" in part]
    told = [*weak]
    if unknown or not parts:
        told.append(_unknown(unknown, len(parts)))
    if not told:
        told.append(f"No weakness is known of any of the {len(parts)} packages.")
    return WEAK if weak else UNKNOWN if unknown or not parts else SOUND, told


def _weaknesses(part: Mapping[str, Any]) -> list[str]:
    name = f"{part['name']} {part.get('version', '')}"
    return [
        f"{name}: {found['id']}, mended in {', '.join(found['fix_versions']) or 'no version yet'}"
        for found in part.get("vulns", ())
    ]


def _unknown(names: list[str], number: int) -> str:
    shown = ", ".join(names[:MOST_NAMED]) + (", …" if len(names) > MOST_NAMED else "")
    return (
        f"Of {len(names)} of {number} packages nothing is known, because the source of advisories was out of reach"
        f" ({shown or 'none was asked about'}). Ask again where the index of packages answers."
    )


def asked(lock: Path) -> Mapping[str, Any]:
    """The report of pip-audit about a lock."""
    command = [str(Path(sys.executable).parent / "uv"), "tool", "run", "pip-audit", "--require-hashes", "--disable-pip"]
    done = subprocess.run(
        [*command, "--progress-spinner", "off", "--format", "json", "-r", str(lock)], capture_output=True, text=True
    )
    try:
        found: Mapping[str, Any] = json.loads(done.stdout)
    except ValueError:
        print(done.stderr.strip(), file=sys.stderr)
        return {"dependencies": []}
    return found


def main() -> int:
    status, told = judged(asked(PROJECT / "requirements.lock"))
    print("\n".join(told))
    return status


if __name__ == "__main__":
    sys.exit(main())
