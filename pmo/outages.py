"""Which part of the machine is missing when something fails that is nobody's mistake, in words for who waits."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.db import InterfaceError, OperationalError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

RETRY_SECONDS: Final = 5


@dataclass(frozen=True)
class Outage:
    """What a door answers; both doors say the same."""

    status: int
    slug: str
    title: Promise
    detail: Promise

    @property
    def passes(self) -> bool:
        """Whether it is worth while to ask again soon."""
        return self.status == 503


AWAY: Final = Outage(
    503,
    "unavailable",
    _("The database does not answer"),
    _("The database does not answer just now; try again in a moment."),
)
BUSY: Final = Outage(
    503,
    "busy",
    _("This is held up by other work"),
    _("Other work holds what this needs, or it would have taken too long. Nothing was saved; try again in a moment."),
)
FULL: Final = Outage(
    507,
    "no-room",
    _("There is no room left"),
    _("The server has no room left to keep this. Nothing was saved; tell your administrator."),
)
_HELD_UP: Final = {"55P03", "57014"}
_DISK_FULL: Final = "53100"
_NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT)


def outage_of(error: BaseException | None) -> Outage | None:
    """The outage that an exception tells of; nothing when it is a fault of ours."""
    if isinstance(error, (OperationalError, InterfaceError)):
        codes = set(_codes(error))
        return FULL if _DISK_FULL in codes else BUSY if codes & _HELD_UP else AWAY
    return FULL if isinstance(error, OSError) and error.errno in _NO_ROOM else None


def _codes(error: BaseException | None) -> Iterator[str]:
    """The codes of PostgreSQL along the chain of causes."""
    while error is not None:
        yield getattr(error, "pgcode", None) or ""
        error = error.__cause__
