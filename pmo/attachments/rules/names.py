"""Names of files as people gave them: shown and sent back, never used as a path."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath
from typing import Final

LONGEST: Final = 200
# Controls, marks that turn the direction of writing, and what cannot be encoded.
_UNSEEN: Final = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_RESERVED: Final = re.compile(r'[<>:"|?*]')
_DEVICES: Final = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)(\.|$)")


def clean_name(name: str) -> str:
    """The last part of the path, composed, without unseen characters and what file systems refuse; never empty."""
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    seen = _UNSEEN.sub("", unicodedata.normalize("NFC", last))
    tame = _RESERVED.sub("_", seen).strip(" .")
    named = f"_{tame}" if _DEVICES.match(tame) else tame
    return _shortened(named) or "file"


def _shortened(name: str) -> str:
    if len(name) <= LONGEST:
        return name
    suffix = PurePosixPath(name).suffix[:20]
    return name[: LONGEST - len(suffix)].rstrip(" .") + suffix


def extension(name: str) -> str:
    """In lower case without its dot; empty when there is none."""
    _stem, dot, last = name.rpartition(".")
    return last.lower() if dot else ""


def title_of(name: str) -> str:
    """What to call a file that was given no title: its name without the extension, lines turned to spaces."""
    stem, _dot, _last = name.rpartition(".")
    return " ".join((stem or name).replace("_", " ").split()) or name
