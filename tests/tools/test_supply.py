"""The bill of materials tells every locked package, and an audit that could ask nothing is no good news."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tools.supply.__main__ import PROJECT, bill
from tools.supply.audit import SOUND, UNKNOWN, WEAK, judged

pytestmark = pytest.mark.quick
SEEN = {"name": "django", "version": "5.2.19", "vulns": []}
HOLED = {**SEEN, "vulns": [{"id": "PYSEC-1", "fix_versions": ["5.2.20"], "aliases": [], "description": ""}]}
SKIPPED = {"name": "zopfli", "skip_reason": "Dependency not found on PyPI and could not be audited: zopfli (0.4.3)"}


def test_the_bill_names_every_package_of_both_locks_with_its_digests() -> None:
    parts = {part["purl"]: part for part in bill()["components"]}
    locked = re.findall(r"^([\w.-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", (PROJECT / "requirements.lock").read_text(), re.M)
    assert len(locked) > 50
    for name, version in locked:
        assert parts[f"pkg:pypi/{name.lower()}@{version}"]["hashes"], name
    packages = json.loads((PROJECT / "package-lock.json").read_text())["packages"]
    front_end = {f"pkg:npm/{path.rpartition('node_modules/')[2].replace('@', '%40')}" for path in packages if path}
    assert front_end == {address.rpartition("@")[0] for address in parts if address.startswith("pkg:npm")}


def test_the_bill_is_written_where_it_is_asked_for(tmp_path: Path) -> None:
    target = tmp_path / "bill.json"
    subprocess.run([sys.executable, "-m", "tools.supply", str(target)], cwd=PROJECT, check=True, capture_output=True)
    written = json.loads(target.read_text())
    assert (written["bomFormat"], written["specVersion"]) == ("CycloneDX", "1.6")


@pytest.mark.parametrize(
    ("parts", "status", "words"),
    [
        ([SEEN], SOUND, "No weakness is known of any of the 1 packages."),
        ([SEEN, HOLED], WEAK, "django 5.2.19: PYSEC-1, mended in 5.2.20"),
        ([SEEN, SKIPPED], UNKNOWN, "Of 1 of 2 packages nothing is known"),
        ([HOLED, SKIPPED], WEAK, "out of reach (zopfli)"),
        ([], UNKNOWN, "Of 0 of 0 packages nothing is known"),
    ],
)
def test_an_audit_says_what_it_knows_and_what_it_does_not(parts: list, status: int, words: str) -> None:
    found, told = judged({"dependencies": parts})
    assert found == status
    assert any(words in line for line in told)
