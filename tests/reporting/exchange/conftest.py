"""An analyst, a portfolio, and the way a file goes from bytes to the database without a worker in between."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from pmo.access.models import Grant, Role, User
from pmo.exchange import actions, working
from pmo.exchange.models import ImportRun
from portfolio.projects.models import Portfolio

Importing = Callable[..., ImportRun]


@pytest.fixture
def analyst(db: None) -> User:
    user = User.objects.create_user("analyst", first_name="Ana", last_name="Lyst")
    Grant.objects.create(user=user, role=Role.objects.get(code="analyst"))
    return user


@pytest.fixture
def portfolio(db: None) -> Portfolio:
    return Portfolio.objects.create(code="GOV", name="Major projects")


@pytest.fixture(autouse=True)
def _files_of_the_test(settings: object, tmp_path: Path) -> None:
    settings.STORAGES = {  # type: ignore[attr-defined]
        **settings.STORAGES,  # type: ignore[attr-defined]
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}},
    }


@pytest.fixture
def preview(analyst: User, portfolio: Portfolio) -> Importing:
    """Upload a file and read it as the worker would."""

    def run(
        data: bytes, name: str = "file.csv", options: Mapping[str, str] | None = None, **kwargs: object
    ) -> ImportRun:
        uploaded = actions.upload(
            str(kwargs.get("profile", "gmpp")),
            ContentFile(data, name=name),
            into=str(portfolio.pk),
            options=options,
            actor=analyst,
        )
        working.read(uploaded.pk)
        return ImportRun.objects.get(pk=uploaded.pk)

    return run


@pytest.fixture
def imported(preview: Importing, analyst: User) -> Importing:
    """Upload, read and apply a file."""

    def run(
        data: bytes, name: str = "file.csv", options: Mapping[str, str] | None = None, **kwargs: object
    ) -> ImportRun:
        found = preview(data, name, options, **kwargs)
        assert found.state == ImportRun.State.PREVIEWED, found.error
        if not found.rows_created + found.rows_updated:
            return found
        actions.apply(found.pk, actor=analyst)
        working.apply(found.pk)
        return ImportRun.objects.get(pk=found.pk)

    return run
