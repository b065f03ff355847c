"""Opens a stored file as the table that a profile reads."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from pmo.exchange.models import ImportRun
from pmo.exchange.offers import Profile, Source
from pmo.exchange.rules.decoding import decode
from pmo.exchange.rules.grid import DELIMITER_NAMES, read_grid
from pmo.exchange.rules.headers import arrange
from pmo.exchange.rules.limits import Unreadable
from pmo.exchange.rules.plans import NOTE, Message
from pmo.exchange.rules.sentence import sentence as _


def read_source(run: ImportRun, profile: Profile) -> tuple[Source, dict[str, Any], list[Message]]:
    """The table of a run's file, a report on how it was read, and remarks on it. Raises Unreadable."""
    with run.file.open("rb") as stored:
        data = stored.read(settings.IMPORT_MAX_BYTES + 1)
    decoded = decode(data, run.options.get("encoding", ""))
    grid = read_grid(decoded.text)
    table = arrange(grid, profile.columns)
    _require_columns(table.headers.missing)
    report = {
        "encoding": decoded.encoding,
        "delimiter": DELIMITER_NAMES.get(grid.delimiter, ""),
        "transposed": table.transposed,
        "columns": {
            name: [table.headers.texts[place] for place in places] for name, places in table.headers.positions.items()
        },
        "duplicates": list(table.headers.duplicates),
        "unknown": list(table.headers.unknown),
    }
    remarks = [*_lost_characters(decoded.replaced), *_sideways(table.transposed)]
    return Source(table, run.file_name), report, remarks


def _require_columns(missing: tuple[str, ...]) -> None:
    if missing:
        raise Unreadable(
            _("The file lacks a column that is needed: %(columns)s.", columns=", ".join(missing)),
            _("Add the column, or rename the one that holds it, and upload the file again."),
        )


def _lost_characters(count: int) -> list[Message]:
    if not count:
        return []
    reason = _("%(count)s bytes stand for no character and are shown as “\ufffd”.", count=count)
    return [Message(NOTE, "", "", reason, _("Save the file as “CSV UTF-8” to keep them."))]


def _sideways(transposed: bool) -> list[Message]:
    if not transposed:
        return []
    return [Message(NOTE, "", "", _("The file holds one project a column; what is called line here counts columns."))]
