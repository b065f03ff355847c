"""Says beside a person that he is away, until when, and who stands in."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from pmo.access.models import User
from pmo.notices.models import Absence
from pmo.notices.queries import absences
from pmo.ui import formats


def said(absence: Absence) -> str:
    """One absence as a sentence."""
    words = {"day": formats.day(absence.ends_on), "deputy": absence.deputy}
    if absence.deputy is None:
        return _("away until %(day)s") % words
    return _("away until %(day)s, %(deputy)s stands in") % words


def away_words(person: User | None) -> str:
    """The sentence about one person; empty when he is there."""
    found = absences([person])
    return said(next(iter(found.values()))) if found else ""


def away_of(people: Iterable[User | None]) -> dict[int, str]:
    """The sentences about those who are away, by person; one query."""
    return {pk: said(absence) for pk, absence in absences(people).items()}
