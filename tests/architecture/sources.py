"""Reads the tree as text and syntax, and the order of its floors from the contracts."""

from __future__ import annotations

import ast
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("pmo", "portfolio", "resources", "governance", "knowledge", "reporting")


@cache
def tracked() -> tuple[Path, ...]:
    """The files of the project: committed ones and new ones that are not ignored; all files outside a repository."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True
    )
    if listed.returncode:
        return tuple(path for name in (*PACKAGES, "templates", "tests") for path in (ROOT / name).rglob("*.*"))
    return tuple(path for path in (ROOT / line for line in listed.stdout.splitlines()) if path.is_file())


@cache
def modules() -> tuple[Path, ...]:
    """Python files of the six packages without migrations."""
    return tuple(
        path
        for path in tracked()
        if path.suffix == ".py"
        and path.relative_to(ROOT).parts[0] in PACKAGES
        and "migrations" not in path.relative_to(ROOT).parts
    )


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def named(*names: str) -> list[Path]:
    """Modules with one of these file names, or inside a package of that name."""
    return [path for path in modules() if path.name in names or f"{path.parent.name}.py" in names]


def short(path: Path) -> str:
    """A path as people write it."""
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of a file."""
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


@cache
def contracts() -> dict[str, dict[str, object]]:
    """The import contracts by name."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {contract["name"]: contract for contract in settings["tool"]["importlinter"]["contracts"]}


def floors(name: str) -> dict[str, int]:
    """The height of each part named by a contract of layers; parts of one line stand on the same floor."""
    layers = contracts()[name]["layers"]
    assert isinstance(layers, list)
    return {part.strip(" ()"): height for height, line in enumerate(reversed(layers)) for part in str(line).split("|")}
