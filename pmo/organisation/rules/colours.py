"""Colours that stand out from white, as a ground for letters or as letters on paper (WCAG 2.2, 1.4.3)."""

from __future__ import annotations

import re
from typing import Final

ENOUGH: Final = 4.5
_COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}")


def is_colour(text: str) -> bool:
    return _COLOUR.fullmatch(text) is not None


def channels(colour: str) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def luminance(colour: str) -> float:
    """The relative luminance, 0 for black and 1 for white."""
    red, green, blue = (_linear(channel / 255) for channel in channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)


def contrast_to_white(colour: str) -> float:
    return 1.05 / (luminance(colour) + 0.05)


def carries_white(colour: str) -> bool:
    return contrast_to_white(colour) >= ENOUGH


def nearest_carrying_white(colour: str) -> str:
    """The same hue, darkened no more than needed."""
    for step in range(256, -1, -1):
        darker = "#" + "".join(f"{channel * step // 256:02x}" for channel in channels(colour))
        if carries_white(darker):
            return darker
    return "#000000"
