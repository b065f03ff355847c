"""Columns that tell how a project stands: its status, its last reports, its slip, the age of its report."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.html import conditional_escape, escape

from pmo.kernel import rag
from pmo.pdf import micro
from pmo.ui import marks, words
from pmo.ui.columns import Column, Number, Source, Text_, Typed


class Rag(Column):
    """A status; a blank one says that it is not reported."""

    worst_first = True

    def usual_group(self) -> str:
        return self.source if isinstance(self.source, str) else ""

    def export(self, row: Any) -> str:
        return words.status_word(self.value(row) or "")

    def typed(self, row: Any) -> Typed:
        return Typed(self.export(row))

    def printed(self, row: Any) -> str:
        value = self.value(row) or ""
        return f'<b class="{rag.tone(value)}">{marks.glyph(value)}</b> {super().printed(row)}'

    def html(self, row: Any) -> str:
        drawn: str = marks.rag_cell(self.value(row) or "")
        if self.sub is not None and (second := self.sub(row)):
            drawn = f'{drawn}<div class="sub">{conditional_escape(second)}</div>'
        return drawn


class Strip(Column):
    """The last reports as a strip; the source gives status values, oldest first."""

    def __init__(self, source: Source, label: Text_ = "", *, slots: int = 12, **options: Any) -> None:
        super().__init__(source, label, **options)
        self.slots = slots

    def export(self, row: Any) -> str:
        return " ".join(words.status_word(value) for value in (self.value(row) or ())[-self.slots :])

    def typed(self, row: Any) -> Typed:
        return Typed(self.export(row))

    def printed(self, row: Any) -> str:
        values = tuple(self.value(row) or ())[-self.slots :]
        told = escape(marks.strip_text(values))
        return f'<img class="strip" src="pmo:{micro.strip_name(values)}" alt="{told}">' if values else told

    def html(self, row: Any) -> str:
        return marks.strip(self.value(row) or (), self.slots)


class Slip(Number):
    """Days against the baseline."""

    def html(self, row: Any) -> str:
        return marks.slip(self.value(row))


class Age(Column):
    """How long ago a report was made; `limit` gives the days its cadence allows."""

    align = "n"

    def __init__(
        self, source: Source, label: Text_ = "", *, limit: Callable[[Any], int | None] | None = None, **options: Any
    ) -> None:
        super().__init__(source, label, **options)
        self.limit = limit

    def export(self, row: Any) -> str:
        since = self.value(row)
        return since.isoformat()[:10] if since else ""

    def cell(self, value: date, row: Any) -> Typed:
        return Typed(date.fromisoformat(value.isoformat()[:10]), "yyyy-mm-dd")

    def html(self, row: Any) -> str:
        return marks.age_mark(self.value(row), self.limit(row) if self.limit else None)
