"""Files appear whole or not at all, and what a killed worker began is removed once it is surely abandoned."""

from __future__ import annotations

import os
import time

import pytest
from django.core.files.storage import default_storage

from pmo import storing
from pmo.organisation.tasks import tidy

HOURS = 3600


@pytest.fixture
def folder(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {**settings.STORAGES["default"], "OPTIONS": {"location": str(tmp_path)}},
    }
    return tmp_path / "packs" / "7"


def _begun(folder, name, hours_ago):
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(b"half")
    then = time.time() - hours_ago * HOURS
    os.utime(path, (then, then))
    return path


def test_a_file_gets_its_name_when_all_of_it_is_written(folder):
    storing.keep("packs/7/1-1.pdf", b"whole")
    assert [(path.name, path.read_bytes()) for path in folder.iterdir()] == [("1-1.pdf", b"whole")]


def test_a_writing_that_fails_leaves_nothing_behind(folder):
    def run_out_of_room(file):
        file.write(b"half")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        storing.write_whole(folder / "1-1.pdf", run_out_of_room)
    assert list(folder.iterdir()) == []


def test_only_what_was_begun_a_day_ago_and_never_named_is_removed(folder):
    abandoned = _begun(folder, ".writing-k1ll3d", 25)
    under_way = _begun(folder, ".writing-0pen", 23)
    named = _begun(folder, "1-1.pdf", 1000)
    tidy()
    assert [abandoned.exists(), under_way.exists(), named.exists()] == [False, True, True]
    assert default_storage.exists("packs/7/1-1.pdf")
