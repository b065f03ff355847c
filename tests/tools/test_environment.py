"""The house does not start on nonsense, says how to mend it, and every variable stands in the operator's table."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.quick
ROOT = Path(__file__).resolve().parents[2]
KEY, OTHER_KEY = "k1-" * 20, "k2-" * 20
FINE = {
    "PMO_ENV": "production",
    "PMO_HOSTS": "pmo.example.org",
    "PMO_ORIGINS": "https://pmo.example.org",
    "PMO_URL": "https://pmo.example.org",
    "SECRET_KEY": KEY,
    "DATABASE_URL": "postgres://pmo_app:x@database/pmo",
    "REDIS_URL": "redis://broker:6379/0",
}
STORE = {"PMO_FILE_STORE": "s3", "PMO_S3_BUCKET": "pmo-files"}
ANY_TEXT = {"PMO_MAIL_USER", "PMO_MAIL_PASSWORD", "PMO_TEST_DB"}
NONSENSE = {
    "PMO_ENV": ["prod"],
    "PMO_DEBUG": ["true", "yes"],
    "PMO_HOSTS": ["", "https://pmo.example.org", "*", "a b"],
    "PMO_ORIGINS": ["pmo.example.org", "http://pmo.example.org"],
    "PMO_URL": ["pmo.example.org", "http://pmo.example.org", "https://pmo.example.org/start?x=1"],
    "SECRET_KEY": ["short", None],
    "SECRET_KEY_FALLBACKS": ["short", KEY],
    "DATABASE_URL": ["mysql://a/b", "postgres://host", "postgres://host:x/pmo", "postgres://u:p@[h/pmo", "", None],
    "REDIS_URL": [
        "http://broker",
        "redis://broker:port/0",
        "redis://broker:6379/first",
        "redis://[broker/0",
        "unix://?db=0",
        "unix:///run/redis.sock?db=first",
        None,
    ],
    "PMO_HOME": ["var", "/etc/passwd"],
    "PMO_FILES": ["files", "/etc/passwd"],
    "PMO_MAIL_HOST": ["", "smtp://mail", "mail:25"],
    "PMO_MAIL_PORT": ["²"],
    "PMO_QUEUE": ["two words", ""],
    "PMO_MAIL_FROM": ["nobody", "a@b\nBcc: c@d"],
    "PMO_MAIL_BACKEND": ["smtp"],
    "PMO_LOG_LEVEL": ["loud"],
    "PMO_FILE_STORE": ["ftp"],
}
LOADING = """
import json, os, runpy, sys
from django.core.exceptions import ImproperlyConfigured
from pmo import environment
base, found = dict(os.environ), []
for changes in json.load(sys.stdin):
    os.environ.clear()
    os.environ.update(base | {name: value for name, value in changes.items() if value is not None})
    for name in [name for name, value in changes.items() if value is None]:
        os.environ.pop(name, None)
    try:
        told = runpy.run_module("pmo.settings")
        found.append({"keys": [told["SECRET_KEY"], *told["SECRET_KEY_FALLBACKS"]]})
    except ImproperlyConfigured as error:
        found.append({"refused": str(error)})
print(json.dumps({"found": found, "read": environment.READ}))
"""


def loaded(*changes: dict[str, str | None]) -> dict[str, Any]:
    """What becomes of the settings under each change of a good environment."""
    kept = {name: value for name, value in os.environ.items() if not re.match(r"PMO_|SECRET_|DATABASE_|REDIS_", name)}
    done = subprocess.run(
        [sys.executable, "-c", LOADING],
        cwd=ROOT,
        env=kept | FINE,
        input=json.dumps(changes),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@cache
def read() -> dict[str, str]:
    """Every variable that the settings ask for, with what it takes; those of tests and of migrations too."""
    told = loaded(
        {}, {**STORE}, {"PMO_ENV": "test"}, {"PMO_AS_OWNER": "true", "DATABASE_OWNER_URL": FINE["DATABASE_URL"]}
    )
    assert [part for part in told["found"] if "refused" in part] == []
    answer: dict[str, str] = told["read"]
    return answer


def nonsense() -> list[tuple[str, str | None]]:
    """A value of each variable that cannot be meant."""
    cases = [(name, value) for name, values in NONSENSE.items() for value in values]
    for name, takes in read().items():
        if takes == "true or false":
            cases.append((name, "perhaps"))
        elif match := re.fullmatch(r"a whole number from (\d+) to (\d+)", takes):
            low, high = int(match.group(1)), int(match.group(2))
            cases += [(name, "many"), (name, str(low - 1)), (name, str(high + 1)), (name, "")]
    return cases


def test_every_senseless_value_is_refused_by_the_name_of_its_variable() -> None:
    cases = nonsense()
    answers = loaded(*({name: value} for name, value in cases))["found"]
    passed = [case for case, answer in zip(cases, answers, strict=True) if case[0] not in answer.get("refused", "")]
    assert passed == []
    assert len(cases) > 60


def test_every_variable_was_walked_through() -> None:
    walked = {name for name, _value in nonsense()}
    others = {name for name in read() if name.startswith("PMO_S3_")} | {"DATABASE_OWNER_URL"}
    assert set(read()) - walked - others == ANY_TEXT


def test_the_store_of_attachments_is_checked_too() -> None:
    cases = [
        ({"PMO_S3_BUCKET": None}, "PMO_S3_BUCKET must be set"),
        ({"PMO_S3_BUCKET": "A b"}, "PMO_S3_BUCKET must be the name of a bucket"),
        ({"PMO_S3_ENDPOINT": "http://store"}, "PMO_S3_ENDPOINT must be an address that begins with https://"),
        ({"PMO_S3_KEY": "x"}, "PMO_S3_KEY and PMO_S3_SECRET are set together or not at all"),
    ]
    answers = loaded(*({**STORE, **changes} for changes, _words in cases))["found"]
    assert [words in answer.get("refused", "") for (_changes, words), answer in zip(cases, answers, strict=True)] == (
        [True] * len(cases)
    )


def test_a_refusal_never_tells_a_key() -> None:
    answers = loaded({"SECRET_KEY": "hush-hush"}, {"SECRET_KEY_FALLBACKS": "hush-hush"}, {"SECRET_KEY_FALLBACKS": KEY})
    assert [("hush" in part["refused"], KEY in part["refused"]) for part in answers["found"]] == [(False, False)] * 3


def test_a_key_is_rotated_with_its_predecessor_still_valid() -> None:
    (answer,) = loaded({"SECRET_KEY": OTHER_KEY, "SECRET_KEY_FALLBACKS": KEY})["found"]
    assert answer == {"keys": [OTHER_KEY, KEY]}


# --- the table of the operator ----------------------------------------------------------------------------------------
def table() -> set[str]:
    """The variables named in the first column of the table; `_REST` repeats the prefix of its row."""
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    section = text.partition("## Environment\n")[2].partition("\n## ")[0]
    found = set()
    for row in section.splitlines():
        names = re.findall(r"`([A-Z0-9_]+)`", row.split("|")[1]) if row.startswith("| `") else []
        prefix = names[0].rpartition("_")[0] if names else ""
        found |= {name if not name.startswith("_") else prefix + name for name in names}
    return found


def read_by_the_stack() -> set[str]:
    """What the command line of one machine reads itself."""
    sources = [
        *(ROOT / "pmo" / "embedded").glob("*.py"),
        ROOT / "gunicorn.conf.py",
        *(ROOT / "pmo").glob("console/backup/*.py"),
    ]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources if path.exists())
    return set(
        re.findall(
            r"environ(?:\.get\(|\[|\.setdefault\()\s*\"((?:PMO|DATABASE|REDIS|SECRET|PROMETHEUS)[A-Z_]*)\"", text
        )
    )


def test_the_operators_table_names_every_variable_and_no_other() -> None:
    internal = {"PMO_TEST_DB", "PMO_AS_OWNER", "PMO_MAIL_BACKEND"}
    assert table() == (set(read()) | read_by_the_stack() | {"DATABASE_ADMIN_URL"}) - internal
