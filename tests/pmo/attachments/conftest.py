"""Objects that carry files, and people who bring them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pmo.attachments.actions import comments, files
from pmo.attachments.models import Attachment, Comment
from pmo.attachments.offers import KINDS
from tests.pmo.attachments.making import PDF, upload


@pytest.fixture
def attach(world: Any) -> Callable[..., Attachment]:
    """A PDF of a project, by alice unless another says so."""

    def made(
        code: str = "N-1", name: str = "plan.pdf", body: bytes = PDF, by: str = "alice", **told: str
    ) -> Attachment:
        kind = KINDS.find("project")
        assert kind is not None
        return files.add(kind, world.projects[code].pk, upload(name, body), actor=world.users[by], **told)

    return made


@pytest.fixture
def say(world: Any) -> Callable[..., Comment]:
    """A comment on a project, by alice unless another says so."""

    def made(text: str, code: str = "N-1", by: str = "alice", parent: int | None = None) -> Comment:
        kind = KINDS.find("project")
        assert kind is not None
        return comments.write(kind, world.projects[code].pk, text, actor=world.users[by], parent=parent)

    return made
