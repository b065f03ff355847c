"""Whether an accent can be read on white paper (WCAG 2.2, 1.4.3)."""

from __future__ import annotations

import re
from typing import Final

LEAST_CONTRAST: Final = 4.5
_HEX: Final = re.compile(r"#[0-9a-f]{6}")
_STEPS: Final = 100


def is_colour(text: str) -> bool:
    return bool(_HEX.fullmatch(text))


def contrast_on_white(colour: str) -> float:
    """The contrast ratio between a colour, written #rrggbb, and white."""
    return 1.05 / (_luminance(colour) + 0.05)


def nearest_readable(colour: str) -> str:
    """The colour itself, or the lightest shade of it that is readable on white."""
    parts = _parts(colour)
    for step in range(_STEPS + 1):
        shade = "#" + "".join(f"{round(part * (1 - step / _STEPS)):02x}" for part in parts)
        if contrast_on_white(shade) >= LEAST_CONTRAST:
            return shade
    raise AssertionError("black is readable on white")


def _parts(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))


def _luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    red, green, blue = (_linear(part / 255) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
