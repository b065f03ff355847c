"""The head of the chain over history, kept with the figures of a pack beside what is hashed and compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any, Final

from django.utils.translation import gettext as _

from pmo.audit.sealing import seal
from pmo.audit.verifying import Anchor
from reporting.packs.models import PackRun
from reporting.packs.rules.edition import SealMark
from reporting.packs.rules.figures import PackFigures, to_json

KEY: Final = "seal"


def mark() -> SealMark | None:
    """Seal what is written so far, and note the head."""
    head = seal()
    return SealMark(head.number, head.hash, head.at.isoformat()) if head else None


def with_seal(figures: PackFigures, noted: SealMark | None) -> dict[str, Any]:
    """The figures as they are kept."""
    return to_json(figures) | ({KEY: asdict(noted)} if noted else {})


def without_seal(kept: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in kept.items() if name != KEY}


def seal_in(kept: Mapping[str, Any]) -> SealMark | None:
    """The head that was noted with kept figures; older packs have none."""
    return SealMark(**kept[KEY]) if KEY in kept else None


def anchors() -> Iterator[Anchor]:
    """Every head that a pack printed, for those who verify history."""
    runs = PackRun.objects.filter(figures__has_key=KEY).order_by("pk")
    for pk, noted in runs.values_list("pk", f"figures__{KEY}"):
        yield Anchor(noted["number"], noted["hash"], _("noted in pack run %(run)s") % {"run": pk})
