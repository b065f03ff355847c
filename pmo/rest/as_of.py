"""What the system knew at an instant, for callers of today: ?as_of= on lists and details."""

from __future__ import annotations

from datetime import datetime

from pmo.audit import as_of
from pmo.kernel.errors import Invalid
from pmo.organisation.models import Organisation
from pmo.rest.problems import Malformed


def read_instant(raw: str) -> datetime:
    """An ISO 8601 instant; a bare date is the end of that day; what has no zone is in the organisation's."""
    try:
        return as_of.read_instant(raw, Organisation.current().time_zone)
    except Invalid as error:
        raise Malformed(error.errors) from error
