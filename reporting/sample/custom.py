"""Declares the sample's custom fields of projects."""

from __future__ import annotations

from pmo.access.models import User
from pmo.fields.actions import add_field
from pmo.fields.models import CustomField
from reporting.sample.rules.custom import FIELDS


def plant_fields(actor: User) -> None:
    """The fields in the order of forms, unless they are declared already."""
    known = set(CustomField.objects.filter(kind="project").values_list("slug", flat=True))
    for row in FIELDS:
        if row.slug not in known:
            add_field(kind="project", slug=row.slug, label=row.label, type=row.type, actor=actor, **row.more)
