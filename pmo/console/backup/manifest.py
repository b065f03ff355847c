"""What a backup says about itself, sealed by its own digest."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from pmo.console.backup.errors import BackupError

FORMAT: Final = 1
DATABASE: Final = "database.dump"
FILES: Final = "files.tar"
MANIFEST: Final = "manifest.json"


@dataclass(frozen=True)
class Manifest:
    """The parts of a backup; `members` are its two archives, `files` what lies in the second."""

    format: int
    version: str
    made_at: str
    server_version: int
    migrations: list[str]
    tables: dict[str, dict[str, Any]]
    sequences: dict[str, int]
    head: dict[str, Any] | None
    members: dict[str, dict[str, Any]]
    files: dict[str, dict[str, Any]]
    object_store: bool

    @property
    def rows(self) -> int:
        return sum(int(table["rows"]) for table in self.tables.values())

    def write(self, directory: Path) -> None:
        content = asdict(self)
        text = json.dumps(content | {"digest": digest(content)}, indent=1, sort_keys=True)
        (directory / MANIFEST).write_text(text + "\n", encoding="utf-8")


def digest(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def read(directory: Path) -> Manifest:
    """The manifest of a backup, unless it is missing, newer than we can read, or not as it was written."""
    try:
        content = json.loads((directory / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BackupError(f"{directory} is no backup: it holds no {MANIFEST}.") from None
    except ValueError:
        raise BackupError(f"{MANIFEST} is damaged; use another backup.") from None
    if not isinstance(content, dict) or not isinstance(content.get("format"), int):
        raise BackupError(f"{MANIFEST} is damaged; use another backup.")
    if content["format"] > FORMAT:
        raise BackupError(
            f"This backup has format {content['format']}, this version reads up to {FORMAT}. "
            f"Restore it with version {content.get('version')} or newer."
        )
    sealed = content.pop("digest", "")
    if sealed != digest(content):
        raise BackupError(f"{MANIFEST} is not as it was written; use another backup.")
    return Manifest(**content)


def sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def member(path: Path) -> dict[str, Any]:
    return {"size": path.stat().st_size, "sha256": sha256(path)}
