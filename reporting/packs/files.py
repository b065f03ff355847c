"""Where finished packs are kept."""

from __future__ import annotations

import hashlib
from io import BufferedReader
from typing import cast

from django.core.files.storage import default_storage
from django.db import transaction

FOLDER = "packs"


def name_of(pack_id: int, run_id: int, token: int) -> str:
    """Two workers that both believe they hold the run never write the same file."""
    return f"{FOLDER}/{pack_id}/{run_id}-{token}.pdf"


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
