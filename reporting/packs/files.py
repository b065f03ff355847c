"""Where finished packs are kept: a file appears whole or not at all."""

from __future__ import annotations

import hashlib
import os
import tempfile
from io import BufferedReader
from pathlib import Path
from typing import cast

from django.core.files.storage import default_storage
from django.db import transaction

FOLDER = "packs"


def name_of(pack_id: int, run_id: int, token: int) -> str:
    """Two workers that both believe they hold the run never write the same file."""
    return f"{FOLDER}/{pack_id}/{run_id}-{token}.pdf"


def keep(name: str, body: bytes) -> None:
    """Write under another name, force it to the disk, then give it its name; raises OSError when there is no room."""
    target = Path(default_storage.path(name))
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=target.parent, prefix=".writing-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(target)
        _sync_folder(target.parent)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def forget(name: str) -> None:
    """Remove a file once the deletion of its row is certain."""
    if name:
        transaction.on_commit(lambda: default_storage.delete(name))


def sha256_of(name: str) -> str:
    """The hash of the file as it lies on the disk; empty when it is missing."""
    if not name or not default_storage.exists(name):
        return ""
    with default_storage.open(name) as file:
        return hashlib.file_digest(cast(BufferedReader, file.file), "sha256").hexdigest()
