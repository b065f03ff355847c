"""What a picture of data always comes with: a heading, a sentence computed from the data, and the data themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.safestring import SafeString


@dataclass(frozen=True)
class Chart:
    """A drawing with its words and its table; `{% figure chart %}` prints it.

    `slug` is the id of its heading, which names the drawing for those who do not see it.
    `key` names a drawing of `pmo.ui.charts` instead of `svg`: a worker may still be at it.
    """

    slug: str
    title: str | Promise
    sentence: str
    svg: SafeString = SafeString("")
    heads: Sequence[str | Promise] = ()
    rows: Sequence[Sequence[object]] = ()
    link: str = ""
    link_label: str | Promise = ""
    key: str = ""
