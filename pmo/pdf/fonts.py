"""The fonts a document embeds, cut when the assets are built."""

from functools import cache
from pathlib import Path

from django.conf import settings

FACES = ("Inter-Regular", "Inter-SemiBold", "Inter-Bold", "InterDisplay-Light", "InterDisplay-SemiBold")


def folder() -> Path:
    return Path(settings.BASE_DIR) / "static" / "vendor" / "fonts"


@cache
def face(name: str) -> bytes | None:
    """The bytes of `Inter-Regular.ttf` and its sisters; None for any other name."""
    if name.removesuffix(".ttf") not in FACES:
        return None
    return (folder() / name).read_bytes()
