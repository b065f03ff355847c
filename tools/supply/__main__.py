"""Writes a bill of materials (CycloneDX 1.6) from the locks of Python and of the front end."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
ENTRY = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.M)


def python_parts(lock: Path) -> list[dict[str, Any]]:
    """Each pinned package with the digests of its files."""
    parts = []
    for entry in re.split(r"\n(?=\S)", lock.read_text(encoding="utf-8").strip()):
        if match := ENTRY.match(entry):
            hashes = [
                {"alg": "SHA-256", "content": each} for each in re.findall(r"--hash=sha256:([0-9a-f]{64})", entry)
            ]
            parts.append(
                part(match.group(1), match.group(2), f"pkg:pypi/{match.group(1).lower()}@{match.group(2)}", hashes)
            )
    return parts


def front_end_parts(lock: Path) -> list[dict[str, Any]]:
    packages = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    named = {path.rpartition("node_modules/")[2]: facts["version"] for path, facts in packages.items() if path}
    return [part(name, version, f"pkg:npm/{name.replace('@', '%40')}@{version}", []) for name, version in named.items()]


def part(name: str, version: str, address: str, hashes: list[dict[str, str]]) -> dict[str, Any]:
    told = {"type": "library", "bom-ref": address, "name": name, "version": version, "purl": address}
    return told | ({"hashes": hashes} if hashes else {})


def bill() -> dict[str, Any]:
    parts = [*python_parts(PROJECT / "requirements.lock"), *front_end_parts(PROJECT / "package-lock.json")]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "pmo", "bom-ref": "pmo"}},
        "components": sorted(parts, key=lambda each: str(each["purl"])),
    }


if __name__ == "__main__":
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "sbom.json")
    target.write_text(json.dumps(bill(), indent=1) + "\n", encoding="utf-8")
    print(f"{target}: components {len(bill()['components'])}")
