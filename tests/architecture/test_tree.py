"""The files themselves: short, free of this machine and of package hosts, with complete migrations."""

from __future__ import annotations

import ast
import io
import os
import re
import subprocess
import sys
from statistics import median

import pytest
from django.core.management import call_command

from tests.architecture.sources import ROOT, functions, modules, short, tracked, tree

TEXT = {".py", ".md", ".html", ".txt", ".toml", ".yml", ".yaml", ".json", ".css", ".js", ".in", ".lock", ".svg", ".sh"}
# Written in halves, so that this file does not find itself.
HOSTS = [
    "pypi" + ".org",
    "pythonhosted" + ".org",
    "registry." + "npmjs",
    "npm" + "mirror",
    "js" + "delivr",
    "unpkg" + ".com",
]
MACHINE = re.compile(
    "|".join(["/wo" + r"rk/(?:main|shared|\.)", "/ro" + "ot/", "/ho" + r"me/[a-z]+/", "/us" + "r/local/"])
)
FORBIDDEN_NAMES = {"utils", "helpers", "common", "manager", "managers", "core", "misc", "services"}
LINES = 400
FUNCTION_LINES = 60


def texts() -> list[tuple[str, str]]:
    return [
        (short(path), path.read_text(encoding="utf-8", errors="replace"))
        for path in tracked()
        if path.suffix in TEXT or path.name in ("Makefile", "Dockerfile", "run")
    ]


def test_no_file_names_this_machine():
    found = [
        f"{name}:{text[: match.start()].count(chr(10)) + 1} {match.group()}"
        for name, text in texts()
        for match in MACHINE.finditer(text)
    ]
    assert found == []


@pytest.mark.parametrize("host", HOSTS)
def test_no_file_names_a_package_host(host):
    assert [name for name, text in texts() if host in text] == []


def test_no_file_is_longer_than_one_can_read():
    long = {short(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}
    assert {name: count for name, count in long.items() if count > LINES} == {}


def test_functions_are_short():
    lengths = {
        f"{short(path)}:{node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for path in modules()
        for node in functions(path)
    }
    assert {name: count for name, count in lengths.items() if count > FUNCTION_LINES} == {}
    assert median(lengths.values()) < 10


def test_no_module_is_a_drawer_for_everything():
    assert [short(path) for path in modules() if {path.stem, path.parent.name} & FORBIDDEN_NAMES] == []


def test_every_module_says_in_its_docstring_what_it_is_for():
    silent = [
        short(path)
        for path in modules()
        if path.read_text(encoding="utf-8").strip() and not ast.get_docstring(tree(path))
    ]
    assert silent == []


def test_no_task_runs_in_the_caller():
    switch = "task_always" + "_eager"
    assert [name for name, text in texts() if switch in text.lower()] == []


@pytest.mark.django_db
def test_migrations_are_complete():
    answer = io.StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=answer, stderr=answer)
    except SystemExit as exit_:
        pytest.fail(f"{exit_.code}: {answer.getvalue()}")


@pytest.mark.django_db
def test_a_deployment_as_documented_draws_no_warning():
    told = {
        "PMO_ENV": "production",
        "PMO_HOSTS": "pmo.example.org",
        "PMO_URL": "https://pmo.example.org",
        "PMO_ORIGINS": "https://pmo.example.org",
        "SECRET_KEY": "".join(chr(33 + number) for number in range(64)),
    }
    check = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    usual = {name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}
    found = subprocess.run(check, cwd=ROOT, env=usual | told, capture_output=True, text=True)
    assert found.returncode == 0, found.stdout + found.stderr
