"""Files into and out of archives, with the digest of what was really written."""

from __future__ import annotations

import hashlib
import os
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, cast

from pmo.console.backup.errors import BackupError

BLOCK = 1024 * 1024


class Digesting:
    """A stream that digests what is read through it."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream, self.seen = stream, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self.stream.read(size)
        self.seen.update(block)
        return block


def pack(directory: Path, target: Path) -> dict[str, dict[str, Any]]:
    """Every regular file below the directory; one that is swept away meanwhile belongs to no row any more."""
    found = {}
    with tarfile.open(target, "w") as tar:
        for path in sorted(directory.rglob("*")) if directory.is_dir() else []:
            if path.is_symlink() or not path.is_file():
                continue
            name = path.relative_to(directory).as_posix()
            try:
                found[name] = _added(tar, path, name)
            except FileNotFoundError:
                continue
    return found


def _added(tar: tarfile.TarFile, path: Path, name: str) -> dict[str, Any]:
    with path.open("rb") as stream:
        facts = tar.gettarinfo(arcname=name, fileobj=stream)
        facts.uid = facts.gid = 0
        facts.uname = facts.gname = ""
        reading = Digesting(stream)
        tar.addfile(facts, cast(BinaryIO, reading))
    return {"size": facts.size, "sha256": reading.seen.hexdigest()}


def unpack(source: Path, directory: Path, expected: dict[str, dict[str, Any]]) -> None:
    """Write the files and compare what lies on the disk afterwards with what the manifest promised."""
    try:
        _extract(source, directory)
    except tarfile.TarError as error:
        raise BackupError(f"{source.name} is damaged: {error}. Use another backup.") from error
    flush(directory)
    wrong = [name for name, facts in expected.items() if digest_of(directory / name) != facts["sha256"]]
    extra = sorted(set(names(directory)) - set(expected))
    if wrong or extra:
        told = ", ".join([*wrong, *extra][:5])
        raise BackupError(f"Files do not agree with the manifest: {told}. Use another backup.")


def _extract(source: Path, directory: Path) -> None:
    """Regular files below the directory and nothing else; Python before 3.11.4 has no filter for that."""
    with tarfile.open(source) as tar:
        for entry in tar:
            place = PurePosixPath(entry.name)
            if place.is_absolute() or ".." in place.parts or not (entry.isreg() or entry.isdir()):
                raise tarfile.ExtractError(f"it holds {entry.name!r}, which is no file of ours")
            if entry.isreg():
                _write(tar, entry, directory / place)


def _write(tar: tarfile.TarFile, entry: tarfile.TarInfo, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with cast(BinaryIO, tar.extractfile(entry)) as packed, target.open("wb") as stream:
        shutil.copyfileobj(packed, stream, BLOCK)
    target.chmod(entry.mode & 0o755 | 0o600)
    os.utime(target, (entry.mtime, entry.mtime))


def digest_of(path: Path) -> str:
    if not path.is_file():
        return ""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def names(directory: Path) -> Iterator[str]:
    return (path.relative_to(directory).as_posix() for path in directory.rglob("*") if path.is_file())


def wrap(directory: Path, target: Path) -> None:
    """The parts of a backup as one file."""
    with open(target, "xb", opener=_private) as stream:
        with tarfile.open(fileobj=stream, mode="w") as tar:
            for path in sorted(directory.iterdir()):
                tar.add(path, arcname=path.name)
        stream.flush()
        os.fsync(stream.fileno())


def unwrap(source: Path, directory: Path) -> None:
    try:
        _extract(source, directory)
    except (tarfile.TarError, EOFError) as error:
        reason = str(error).partition("\n")[0].rstrip(":")
        raise BackupError(f"{source} is no backup, or it is damaged: {reason}. Use another one.") from error


def flush(directory: Path) -> None:
    """Everything below the directory onto the disk."""
    for path in (*directory.rglob("*"), directory):
        settle(path)


def settle(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
