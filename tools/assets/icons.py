"""Cuts the icon sprite: only the drawings that assets/icons.txt names."""

import re
from pathlib import Path

from tools.assets.places import MODULES, SOURCES

DRAWINGS = MODULES / "@tabler" / "icons" / "icons"
EMPTY_CANVAS = re.compile(r'<path\s+stroke="none"\s+d="M0 0h24v24H0z"\s+fill="none"\s*/>')


def names() -> list[str]:
    lines = (SOURCES / "icons.txt").read_text(encoding="utf-8").splitlines()
    return sorted({line.strip() for line in lines if line.strip() and not line.startswith("#")})


def drawing(name: str) -> Path:
    kind, stem = ("filled", name.removesuffix("-filled")) if name.endswith("-filled") else ("outline", name)
    return DRAWINGS / kind / f"{stem}.svg"


def symbol(name: str) -> str:
    text = drawing(name).read_text(encoding="utf-8")
    content = text[text.index(">") + 1 : text.rindex("</svg>")]
    content = " ".join(EMPTY_CANVAS.sub("", content).split()).replace(" />", "/>").replace("> <", "><")
    return f'<symbol id="{name}" viewBox="0 0 24 24">{content}</symbol>'


def build_sprite(target: Path) -> None:
    unknown = [name for name in names() if not drawing(name).exists()]
    if unknown:
        raise ValueError(f"assets/icons.txt names icons that do not exist: {', '.join(unknown)}")
    symbols = "\n".join(symbol(name) for name in names())
    target.write_text(f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n', encoding="utf-8")
