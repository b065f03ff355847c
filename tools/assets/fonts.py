"""Cuts the fonts: woff2 subsets for pages, static TrueType faces with the glyphs of a report for PDF and charts."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

from tools.assets.places import MODULES

WEB_RANGES = {
    "latin": "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+0304,U+0308,U+0329,U+2000-206F,"
    "U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD",
    "latin-ext": "U+0100-02BA,U+02BD-02C5,U+02C7-02CC,U+02CE-02D7,U+02DD-02FF,U+1D00-1DBF,U+1E00-1E9F,U+1EF2-1EFF,"
    "U+20A0-20AB,U+20AD-20C0,U+2113,U+2C60-2C7F,U+A720-A7FF",
    "cyrillic": "U+0301,U+0400-045F,U+0490-0491,U+04B0-04B1,U+2116",
    "greek": "U+0370-03FF",
}

PRINT_RANGES = (
    (0x0020, 0x007E),  # ASCII
    (0x00A0, 0x024F),  # Latin-1, Latin Extended-A and -B
    (0x1E00, 0x1EFF),  # Latin Extended Additional
    (0x0370, 0x03FF),  # Greek
    (0x0400, 0x052F),  # Cyrillic
    (0x2000, 0x206F),  # punctuation, thin and non-breaking spaces, ellipsis, per mille
    (0x2070, 0x209F),  # superscripts and subscripts
    (0x20A0, 0x20C0),  # currencies
    (0x2100, 0x214F),  # letter-like signs
    (0x2190, 0x21FF),  # arrows
    (0x2200, 0x22FF),  # mathematical operators
    (0x25A0, 0x25FF),  # geometric shapes: the status marks
    (0x2600, 0x27BF),  # check marks, stars, warning signs
)
MUST_HAVE = "●▲◆■○△◇□▼–—−×÷≥≤≠→↗↘↑↓←✓…‰€£ŁżçÄßΩЖ"


class Face(NamedTuple):
    family: str
    style: str
    weight: int
    optical_size: int

    @property
    def file_name(self) -> str:
        return f"{self.family.replace(' ', '')}-{self.style}.ttf"


PRINT_FACES = (
    Face("Inter", "Regular", 400, 14),
    Face("Inter", "SemiBold", 600, 14),
    Face("Inter", "Bold", 700, 14),
    Face("Inter Display", "Light", 300, 32),
    Face("Inter Display", "SemiBold", 600, 32),
)


def build_web_fonts(target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    source = MODULES / "@fontsource-variable" / "inter" / "files"
    for script in WEB_RANGES:
        shutil.copyfile(source / f"inter-{script}-wght-normal.woff2", target / f"inter-{script}.woff2")
    (target / "inter.css").write_text("".join(font_faces()), encoding="utf-8")


def font_faces() -> Iterator[str]:
    for script, ranges in WEB_RANGES.items():
        yield (
            '@font-face{font-family:"Inter";font-style:normal;font-display:swap;font-weight:100 900;'
            f'src:url("inter-{script}.woff2") format("woff2");unicode-range:{ranges}}}\n'
        )


def build_print_fonts(target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    variable = cut()
    with ProcessPoolExecutor() as pool:
        for face, content in zip(
            PRINT_FACES, pool.map(static_face, [variable] * len(PRINT_FACES), PRINT_FACES), strict=True
        ):
            (target / face.file_name).write_bytes(content)


def cut() -> bytes:
    """The variable font with the glyphs of PRINT_RANGES only: fewer glyphs, less to interpolate in each face."""
    font = TTFont(MODULES / "inter-ui" / "variable" / "InterVariable.woff2", recalcTimestamp=False)
    font.flavor = None
    options = subset.Options(name_IDs=["*"], notdef_outline=True, hinting=False, recalc_timestamp=False)
    options.layout_features = ["kern", "mark", "mkmk", "ccmp", "locl", "tnum", "case", "sups", "subs", "calt", "liga"]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[code for first, last in PRINT_RANGES for code in range(first, last + 1)])
    cutter.subset(font)
    missing = [mark for mark in MUST_HAVE if ord(mark) not in font.getBestCmap()]
    if missing:
        raise ValueError(f"The font lacks {' '.join(missing)}")
    return written(font)


def static_face(variable: bytes, face: Face) -> bytes:
    font = TTFont(BytesIO(variable), recalcTimestamp=False)
    font = instancer.instantiateVariableFont(font, {"wght": face.weight, "opsz": face.optical_size})
    rename(font, face)
    return written(font)


def written(font: TTFont) -> bytes:
    target = BytesIO()
    font.save(target)
    return target.getvalue()


def rename(font: TTFont, face: Face) -> None:
    """Give the face the names under which CSS and the chart renderer find it."""
    names = {1: face.family, 2: face.style, 4: f"{face.family} {face.style}", 6: face.file_name.removesuffix(".ttf")}
    names |= {16: face.family, 17: face.style}
    for record in font["name"].names:
        if record.nameID in names:
            record.string = names[record.nameID]
    font["OS/2"].usWeightClass = face.weight
