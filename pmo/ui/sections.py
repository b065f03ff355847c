"""Long forms in sections: each field under its heading."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise

Section = tuple[str | Promise, Sequence[str]]
"""A heading and the names of its fields in their order."""


class SectionedForm(forms.BaseForm):
    """A form whose page shows `sections()`; what stands in none comes last, without a heading."""

    groups: Sequence[Section] = ()

    def sections(self) -> Sequence[Section]:
        return self.groups

    def grouped(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """Heading and bound fields of every section that has any."""
        sections = list(self.sections())
        placed = {name for _title, names in sections for name in names}
        rest = [bound.name for bound in self.visible_fields() if bound.name not in placed]
        found = [
            (title, [self[name] for name in names if name in self.fields]) for title, names in [*sections, ("", rest)]
        ]
        return [(title, fields) for title, fields in found if fields]
