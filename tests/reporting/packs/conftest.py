"""Packs of the small world, with a folder of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from reporting.packs import actions, tasks
from reporting.packs.models import Pack, PackRun


@pytest.fixture
def files(tmp_path: Path, settings) -> Path:
    """Files of this test lie here."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path)},
        },
    }
    return tmp_path


@pytest.fixture
def north(world) -> Pack:
    return Pack.objects.create(name="North report", portfolio=world.portfolios["NORTH"])


@pytest.fixture
def made(files):
    """Has a pack made as a worker would."""

    def make(pack: Pack, actor, **more) -> PackRun:
        run = actions.request_run(pack.pk, actor=actor, **more)
        tasks.make(run.pk)
        run.refresh_from_db()
        return run

    return make
