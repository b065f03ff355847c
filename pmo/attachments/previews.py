"""Small pictures of pictures: drawn anew from their pixels, so that nothing else of the file comes along."""

from __future__ import annotations

import io
import warnings
from typing import BinaryIO, Final

from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS: Final = ("PNG", "JPEG", "GIF", "WEBP")
WIDEST: Final = 480
MOST_PIXELS: Final = 50_000_000
MEDIA_TYPE: Final = "image/webp"
_NO_PICTURE: Final = (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError)


def is_drawable(file: BinaryIO) -> bool:
    """Whether the header says a picture of a size that fits into memory; no pixel is read."""
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(file, formats=FORMATS) as picture:
                width, height = picture.size
    except _NO_PICTURE:
        return False
    return 0 < width * height <= MOST_PIXELS


def thumbnail(file: BinaryIO) -> bytes | None:
    """The first frame, upright, at most 480 pixels wide and high, as WebP without metadata; None when it is broken."""
    if not is_drawable(file):
        return None
    file.seek(0)
    try:
        with Image.open(file, formats=FORMATS) as picture:
            picture.draft("RGB", (WIDEST * 2, WIDEST * 2))
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((WIDEST, WIDEST))
            clean = Image.new("RGBA", upright.size)
            clean.paste(upright.convert("RGBA"))
    except _NO_PICTURE:
        return None
    drawn = io.BytesIO()
    clean.save(drawn, "WEBP", quality=80)
    return drawn.getvalue()
