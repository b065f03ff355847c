"""Verbs on the logo: only pictures of pixels are taken, drawn anew so that nothing else of the file comes along."""

from __future__ import annotations

import hashlib
import io
import warnings
from typing import BinaryIO, Final

from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from pmo.access.models import User
from pmo.access.policy import require
from pmo.audit.acting import action
from pmo.audit.records import record
from pmo.kernel.errors import Broken
from pmo.organisation.models import Logo, Organisation

FORMATS: Final = ("PNG", "JPEG", "WEBP")
MOST_BYTES: Final = 1024 * 1024
MOST_PIXELS: Final = 4_000_000
LARGEST: Final = (480, 120)
_NO_PICTURE: Final = (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError)


@action("settings.edit")
def set_logo(file: BinaryIO, *, actor: User) -> Logo:
    """Take the picture as the organisation's logo."""
    require(actor, "settings.edit", view="settings.view")
    drawn, size = _drawn(file)
    digest = hashlib.sha256(drawn).hexdigest()
    logo, _new = Logo.objects.update_or_create(
        pk=1, defaults={"content": drawn, "sha256": digest, "width": size[0], "height": size[1]}
    )
    record(actor, "settings.edit", Organisation.current(), changes={"logo": ["", digest[:12]]})
    return logo


@action("settings.edit")
def remove_logo(*, actor: User) -> None:
    """Show the product's name again."""
    require(actor, "settings.edit", view="settings.view")
    removed, _kinds = Logo.objects.all().delete()
    if removed:
        record(actor, "settings.edit", Organisation.current(), changes={"logo": [_("removed"), ""]})


def too_large() -> Broken:
    """What is said of a picture beyond the limit, also of one that is not read any more."""
    return Broken(_("The picture is larger than 1 MB. Save it smaller; 480 by 120 pixels are enough."), field="logo")


def _drawn(file: BinaryIO) -> tuple[bytes, tuple[int, int]]:
    data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise too_large()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
                return _anew(picture)
    except _NO_PICTURE as error:
        raise Broken(_("This is no picture that can be used. Save it as PNG, JPEG or WebP."), field="logo") from error


def _anew(picture: Image.Image) -> tuple[bytes, tuple[int, int]]:
    if picture.width * picture.height > MOST_PIXELS:
        raise Broken(_("The picture has more than 4 million pixels. Save it smaller."), field="logo")
    clean = picture.convert("RGBA")
    clean.thumbnail(LARGEST)
    out = io.BytesIO()
    clean.save(out, "PNG", optimize=True)
    return out.getvalue(), clean.size
