"""One edition of a pack: its figures, those it is compared with, and its stamp."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from reporting.packs.rules.changes import Changes, compare
from reporting.packs.rules.design import Design
from reporting.packs.rules.figures import PackFigures, data_sha256


@dataclass(frozen=True)
class SealMark:
    """The head of the chain over all history when the figures were read."""

    number: int
    hash: str
    at: str


@dataclass(frozen=True)
class Edition:
    """`as_of` is the instant at which the figures were read; `number` counts the editions, 0 is a preview."""

    figures: PackFigures
    previous: PackFigures | None
    number: int
    as_of: datetime
    published: bool = True
    design: Design = Design()
    software: str = ""
    seal: SealMark | None = None
    time_zone: str = "UTC"

    @cached_property
    def changes(self) -> Changes | None:
        return compare(self.previous, self.figures) if self.previous else None

    @cached_property
    def sha256(self) -> str:
        return data_sha256(self.figures)
