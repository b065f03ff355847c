"""Sentences about files and comments that several doors say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from pmo.attachments.rules.archives import Trouble
from pmo.attachments.rules.content import TYPES
from pmo.attachments.rules.life import MOST_CHARACTERS

STATE_TONES: Final = {
    "draft": "grey",
    "review": "blue",
    "approved": "green",
    "superseded": "grey",
    "replaced": "grey",
    "withdrawn": "red",
}


def too_large() -> str:
    most = settings.FILE_MAX_BYTES // (1024 * 1024)
    return _("The file is larger than %(most)s MB, the most that is kept here. Reduce it, or split it.") % {
        "most": most
    }


def too_long(length: int) -> str:
    return _("A comment has at most %(most)s characters; yours has %(length)s. Attach longer texts as a file.") % {
        "most": number_format(MOST_CHARACTERS, force_grouping=True),
        "length": number_format(length, force_grouping=True),
    }


def damaged() -> str:
    return _(
        "The stored file is damaged or missing, so it is not handed out. "
        "Tell your administrator; it can be restored from a backup."
    )


def version_state(state: str) -> str:
    """The state of a version in words."""
    return {
        "draft": _("Draft"),
        "review": _("In review"),
        "approved": _("Approved"),
        "superseded": _("Superseded"),
        "replaced": _("Replaced"),
        "withdrawn": _("Withdrawn"),
    }[state]


def size(number: int) -> str:
    return str(filesizeformat(number))


def allowed() -> str:
    """The extensions that are kept, as people list them."""
    return ", ".join(TYPES)


def refusal(trouble: Trouble, name: str) -> str:
    """Why a file is not kept, and what mends it."""
    words = {"name": name, "found": trouble.found, "claimed": trouble.claimed, "allowed": allowed()}
    return _REFUSALS[trouble.code](words) % words


def _unknown(words: Mapping[str, str]) -> str:
    if words["found"]:
        return _("Files that end in “.%(found)s” are not kept here. Allowed are: %(allowed)s.")
    return _("“%(name)s” has no extension that says what it is. Allowed are: %(allowed)s.")


def _lies(words: Mapping[str, str]) -> str:
    if words["found"]:
        return _("“%(name)s” says it is: %(claimed)s. Its content is: %(found)s. Give it its right name and try again.")
    return _("“%(name)s” says it is: %(claimed)s. Its content is something else. Save it again in its program.")


_REFUSALS: Final[dict[str, Callable[[Mapping[str, str]], str]]] = {
    "unknown": _unknown,
    "lies": _lies,
    "binary": lambda words: _("“%(name)s” says it is a text (%(claimed)s), but it holds bytes that no text has."),
    "damaged": lambda words: _("“%(name)s” is damaged: it cannot be unpacked. Save it again and try anew."),
    "bomb": lambda words: _("“%(name)s” unpacks to far more than it should, so it is not kept."),
    "locked": lambda words: _("“%(name)s” is locked by a password, so nobody could check it. Save it without one."),
    "macros": lambda words: _("“%(name)s” holds macros, which are not kept here. Save it without macros."),
    "picture": lambda words: _("“%(name)s” is damaged, or has more than 50 million pixels. Save it smaller."),
}
