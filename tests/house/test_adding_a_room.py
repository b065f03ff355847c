"""The page that tells how to add a room is true: its blocks make a room that passes the tests of all registers."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from tests import database

BOOK = settings.BASE_DIR / "docs" / "adding-a-room.md"
LEFT = shutil.ignore_patterns(".*", "node_modules", "var", "__pycache__", "img", "fonts")
MOST_LINES = 250
HELD = (*(f"tests/house/test_{name}.py" for name in ("registers", "matrix", "lists")), "tests/portfolio/assumptions")
CHOSEN = (
    "assumption and (registers or life or each_role or not_grow or same_order) or every_address or (life and not lists)"
)
BLOCK = re.compile(r"```(python|diff)\n(.*?)```\n", re.S)
PREPARE = """
import sys, django
django.setup()
from django.core.management import call_command
from tests import database
bare, name = sys.argv[1:]
for suffix in ("", "_world"):
    database.copy(bare + suffix, name + suffix)
    database.use(name + suffix)
    call_command("migrate", verbosity=0)
    database.connection.close()
database._tell(name + "_world", [database.edition(), database._told(bare + "_world")[1]])
"""


def blocks() -> list[tuple[str, str, str]]:
    """Of each block its kind, the file it is about, and its text."""
    found = []
    for kind, text in BLOCK.findall(BOOK.read_text(encoding="utf-8")):
        head, _newline, rest = text.partition("\n")
        found.append((kind, head.lstrip("#- "), rest))
    return found


def write(root: Path, *, migrations: bool) -> None:
    """The blocks as files and changes of files; those of the migration once it is made."""
    for kind, name, text in blocks():
        if ("migrations" in name) is not migrations:
            continue
        if kind == "python":
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
        else:
            (path,) = root.glob(name)
            path.write_text(changed(path.read_text(encoding="utf-8"), text), encoding="utf-8")


def changed(text: str, diff: str) -> str:
    """The text with the change: what stays and goes is there in this order, what comes stands where it is told."""
    place = 0
    for line in diff.splitlines():
        sign, words = line[0], line[1:]
        if sign == "+":
            before = text.rfind("\n", 0, place) + 1
            place = place if place == before else text.find("\n", place) + 1
            text = f"{text[:place]}{words}\n{text[place:]}"
            place += len(words) + 1
            continue
        start = text.find(words, place)
        assert start >= 0, f"The page names a line that is not there: {words}"
        place = start + len(words) if sign == " " else start
        if sign == "-":
            text = text[:start] + text[start + len(words) :].removeprefix("\n")
    return text


def lines() -> int:
    """What a developer writes, tests included; the migration and its operation are not counted."""
    told = [(kind, text) for kind, name, text in blocks() if "migrations" not in name]
    return sum(line.startswith("+") or kind == "python" for kind, text in told for line in text.splitlines())


def test_such_a_register_is_short_and_the_page_says_how_short():
    files = {name for kind, name, _text in blocks() if kind == "python"}
    assert lines() < MOST_LINES
    told = f"{lines()} lines in {len(files)} new files"
    assert told in BOOK.read_text(encoding="utf-8"), told


@pytest.mark.slow
def test_the_room_of_the_page_passes_what_every_register_is_held_to(
    tmp_path: Path, request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any
) -> None:
    root, own = tmp_path / "house", connection.settings_dict["NAME"].removesuffix("_world")
    shutil.copytree(settings.BASE_DIR, root, ignore=LEFT)
    name = f"{own}_book"
    told = {**os.environ, "PMO_AS_OWNER": "true", "PMO_ENV": "test", "PMO_TEST_DB": name, "PYTHONPATH": str(root)}

    def run(*words: str) -> None:
        done = subprocess.run([sys.executable, *words], cwd=root, env=told, capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, f"{' '.join(words)[:200]}\n{done.stdout[-6000:]}\n{done.stderr[-3000:]}"

    write(root, migrations=False)
    run("manage.py", "makemigrations", "portfolio", "-n", "assumptions")
    write(root, migrations=True)
    run("manage.py", "makemigrations", "--check", "--dry-run")
    with django_db_blocker.unblock():
        connection.close()
        try:
            run("-c", PREPARE, own, f"{name}_main")
            run("-m", "pytest", *HELD, "-k", CHOSEN, "-q", "--reuse-db", "-p", "no:cacheprovider")
        finally:
            for suffix in ("", "_world"):
                database.drop(f"{name}_main{suffix}")
