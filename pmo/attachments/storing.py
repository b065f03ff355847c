"""Where files lie: on disk or in an S3-compatible store, under names of our own, whole or not at all."""

from __future__ import annotations

import hashlib
import tempfile
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any, Final

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage, default_storage, storages
from django.utils import timezone

from pmo.storing import write_whole

FOLDER: Final = "attachments"
_CHUNK: Final = 256 * 1024
_FANNED: Final = 2


@dataclass(frozen=True)
class Kept:
    """What was written: its name in the store, its size and its hash."""

    name: str
    size: int
    sha256: str


def store() -> Storage:
    """The store of files: their own when one is set up, else the disk of everything."""
    return storages["attachments"] if "attachments" in settings.STORAGES else default_storage


def keep(chunks: Iterable[bytes]) -> Kept:
    """Write under a new name; raises OSError when there is no room, and leaves nothing behind then."""
    name = _new_name()
    place = store()
    if isinstance(place, FileSystemStorage):
        return _keep_on_disk(Path(place.path(name)), name, chunks)
    return _keep_remotely(place, name, chunks)


def _new_name() -> str:
    own = uuid.uuid4().hex
    return f"{FOLDER}/{own[:_FANNED]}/{own}"


def _keep_on_disk(target: Path, name: str, chunks: Iterable[bytes]) -> Kept:
    size, digest = write_whole(target, lambda file: _write(file, chunks))
    return Kept(name, size, digest)


def _keep_remotely(place: Storage, name: str, chunks: Iterable[bytes]) -> Kept:
    """An object appears when all of it has arrived, so it needs no name for the time between."""
    with tempfile.TemporaryFile() as file:
        size, digest = _write(file, chunks)
        file.seek(0)
        kept: str = place.save(name, File(file))
    return Kept(kept, size, digest)


def _write(file: IO[bytes], chunks: Iterable[bytes]) -> tuple[int, str]:
    size, digest = 0, hashlib.sha256()
    for chunk in chunks:
        file.write(chunk)
        digest.update(chunk)
        size += len(chunk)
    return size, digest.hexdigest()


def opened(name: str) -> Any:
    """The stored file, to read; FileNotFoundError when it is gone."""
    return store().open(name, "rb")


def sha256_of(file: Any) -> str:
    """The hash of an open file, which is left at its beginning."""
    digest = hashlib.sha256()
    file.seek(0)
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def remove(name: str) -> None:
    """Delete a stored file; one that is not there is no fault."""
    if name:
        store().delete(name)


def all_names(older_than: timedelta) -> Iterator[str]:
    """Every stored name that was written before, drafts included."""
    before = timezone.now() - older_than
    yield from _below(store(), FOLDER, before)


def _below(place: Storage, folder: str, before: datetime) -> Iterator[str]:
    try:
        folders, files = place.listdir(folder)
    except FileNotFoundError:
        return
    for inner in folders:
        yield from _below(place, f"{folder}/{inner}", before)
    for file in files:
        name = f"{folder}/{file}"
        if _written_at(place, name) < before:
            yield name


def _written_at(place: Storage, name: str) -> datetime:
    """A file that has just gone is as good as new."""
    try:
        return place.get_modified_time(name)
    except FileNotFoundError:
        return timezone.now()
