"""Files on the disk: each appears whole or not at all, and what a killed worker left half written is swept away."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import IO, Final, TypeVar

from django.core.files.storage import default_storage
from django.utils import timezone

Told = TypeVar("Told")
DRAFT: Final = ".writing-"
ABANDONED: Final = timedelta(days=1)
"""Nobody writes one file for so long."""


def write_whole(target: Path, fill: Callable[[IO[bytes]], Told]) -> Told:
    """Fill a file under another name, force it to the disk, then give it its name.

    Returns what `fill` does; raises OSError when there is no room, and leaves nothing behind then.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=target.parent, prefix=DRAFT)
    try:
        with os.fdopen(handle, "wb") as file:
            told = fill(file)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(target)
        _sync_folder(target.parent)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    return told


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def keep(name: str, body: bytes) -> None:
    """The bytes under a name of the default storage."""
    write_whole(Path(default_storage.path(name)), lambda file: file.write(body))


def sweep_abandoned() -> int:
    """Remove what was begun in the default storage and never got its name; returns how many files."""
    before = (timezone.now() - ABANDONED).timestamp()
    found = 0
    for draft in Path(default_storage.path("")).rglob(f"{DRAFT}*"):
        if _began(draft) < before:
            draft.unlink(missing_ok=True)
            found += 1
    return found


def _began(draft: Path) -> float:
    """When it was last written; one that has just got its name is as good as new."""
    try:
        return draft.stat().st_mtime
    except FileNotFoundError:
        return timezone.now().timestamp()
