"""Declares the sample's custom fields of projects."""

from __future__ import annotations

from pmo.access.models import User
from pmo.fields.actions import add_field
from reporting.sample.rules.custom import FIELDS


def plant_fields(actor: User) -> None:
    """The fields in the order of forms."""
    for row in FIELDS:
        add_field(kind="project", slug=row.slug, label=row.label, type=row.type, actor=actor, **row.more)
