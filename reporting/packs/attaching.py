"""Offers packs and their editions to files and comments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.access.models import User
from pmo.attachments.offers import COMMENTS, FILES, KINDS, Head, Kind, own_page, page_of
from pmo.attachments.panels import number_of_comments, number_of_files
from pmo.ui.pages import Door
from reporting.packs.models import Pack, PackRun
from reporting.packs.panels.pages import LIST, crumbs


def doors(pack: Pack) -> Sequence[Door]:
    """The ways from a pack to its files and comments."""
    files = _("Files (%(number)s)") % {"number": number_of_files(pack)}
    comments = _("Comments (%(number)s)") % {"number": number_of_comments(pack)}
    return [
        Door(files, page_of(pack, FILES), icon="paperclip"),
        Door(comments, page_of(pack, COMMENTS), icon="message"),
    ]


def head(pack: Pack, reader: User, part: str) -> Head:
    return Head(pack.name, crumbs=crumbs(pack), menu=LIST)


def packs(user: Any) -> Any:
    return Pack.objects.with_scope().visible_to(user)


def editions(user: Any) -> Any:
    return PackRun.objects.select_related("pack", "requested_by").defer("figures", "earlier").visible_to(user)


def offer() -> None:
    """Called once, when the app is ready."""
    KINDS.add(Kind("pack", gettext_lazy("Pack"), Pack, packs, view="pack.view", head=head))
    KINDS.add(
        Kind(
            "pack-run",
            gettext_lazy("Edition of a pack"),
            PackRun,
            editions,
            view="pack.view",
            place=own_page,
            title="pack__name",
        )
    )
