"""Text cells: what is refused, what counts as absent, and what is never evaluated."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from pmo.exchange.rules.decoding import REPLACEMENT
from pmo.exchange.rules.limits import LIMITS, BadCell
from pmo.exchange.rules.sentence import excerpt
from pmo.exchange.rules.sentence import sentence as _

EXEMPT: Final = "exempt"
NOT_PROVIDED: Final = "not_provided"
TO_BE_CONFIRMED: Final = "to_be_confirmed"
UNREADABLE: Final = "unreadable"
BLANK: Final = "blank"


@dataclass(frozen=True)
class Absent:
    """A figure that the file does not give, and what it says instead."""

    kind: str
    text: str = ""


_EXEMPT = re.compile(r"\bexempt(ed|ion)?\b|\bfreedom of information act\b|\bwithheld\b|\bredacted\b", re.IGNORECASE)
_PENDING = re.compile(
    r"^(tb[acd]|to be (confirmed|announced|determined|agreed|decided)|reset|pending)\b", re.IGNORECASE
)
_MISSING = re.compile(
    r"^(#?n\s*/?\s*a!?|null|none|nil return|unknown|-+|–|—|\.+|\?+|no (data|dca|rating|value)"
    r"|not (available|applicable|known|provided|reported|stated|yet .*)|data not .*|missing)\.?$"
    r"|\bnot (yet )?in a position to provide\b|\bdid not provide\b|\bnot provided\b",
    re.IGNORECASE,
)
_FORMULA = re.compile(
    r"""^(
        =\s*[^\s=]                      # any formula that a spreadsheet would run
      | [+@-]\s*[A-Za-z_.]+\(           # +SUM(, @SUM(, -HYPERLINK(
      | [+@-]?\s*cmd\s*\|               # the classic call of a program
      | [+@-]\s*[A-Za-z]+\|'            # dynamic data exchange
      | [+-]\$?[A-Z]{1,3}\$?\d+\b       # +A1
    )""",
    re.VERBOSE,
)
_ESCAPED = re.compile(r"^'(?=[=+\-@\t\r])")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SPACES = re.compile(r"\s+")


def absence(text: str) -> Absent | None:
    """What a cell says when it gives no value; None when it seems to give one."""
    bare = text.strip()
    if not bare:
        return Absent(BLANK)
    if _EXEMPT.search(bare):
        return Absent(EXEMPT, bare)
    if _PENDING.search(bare):
        return Absent(TO_BE_CONFIRMED, bare)
    return Absent(NOT_PROVIDED, bare) if _MISSING.search(bare) else None


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would evaluate the cell; such text is never run here, and never passed on unseen."""
    return bool(_FORMULA.match(text.strip()))


def read_text(text: str, *, most: int = LIMITS.cell_characters) -> str:
    """The text of a cell, stripped. Raises BadCell for formulas, control characters and excess."""
    if len(text) > LIMITS.cell_characters:
        raise BadCell(
            _(
                "The cell holds %(size)s characters; at most %(most)s are read.",
                size=len(text),
                most=LIMITS.cell_characters,
            ),
            _("Shorten the text."),
        )
    control = _CONTROL.search(text)
    if control:
        code = f"U+{ord(control.group()):04X}"
        reason = _("The cell holds a control character (%(code)s).", code=code)
        raise BadCell(reason, _("Remove the character."), unsafe=True)
    if is_formula(text):
        raise BadCell(
            _("The cell “%(cell)s” is a formula; formulas are never evaluated.", cell=excerpt(text)),
            _("Replace it by its value, or put an apostrophe before it when it is meant as text."),
            unsafe=True,
        )
    bare = _ESCAPED.sub("", text.strip())
    if len(bare) > most:
        raise BadCell(
            _("The text has %(size)s characters; at most %(most)s fit.", size=len(bare), most=most), _("Shorten it.")
        )
    return bare


def read_line(text: str, *, most: int) -> str:
    """The text of a cell on one line, such as a name: white space of any kind becomes one space."""
    return _SPACES.sub(" ", read_text(text, most=most))


def has_lost_characters(text: str) -> bool:
    """Whether a byte of the file stood for no character of its encoding."""
    return REPLACEMENT in text
