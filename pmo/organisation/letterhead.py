"""What every mail carries of the organisation: sender, reply address, last line, and in its HTML logo and colours."""

from __future__ import annotations

from collections.abc import Mapping
from email.mime.image import MIMEImage
from email.utils import formataddr, parseaddr
from typing import Any, Final

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from pmo.organisation.models import Logo, Organisation

LOGO: Final = "logo@pmo"
"""The part of the mail that its HTML shows: nothing is fetched from anywhere when it is read."""
LARGEST: Final = (200, 48)


def written(
    template: str,
    words: Mapping[str, Any],
    *,
    to: str,
    organisation: Organisation,
    headers: Mapping[str, str] | None = None,
) -> EmailMultiAlternatives:
    """A mail by its templates `email/<template>.txt` and `.html`; `words` has its subject."""
    logo = Logo.objects.first()
    told = {**words, "organisation": organisation, "logo": shown(logo) if logo is not None else None}
    mail = EmailMultiAlternatives(
        subject=" ".join(str(words["subject"]).split()),
        body=render_to_string(f"email/{template}.txt", told),
        to=[to],
        headers=dict(headers or {}),
    )
    mail.attach_alternative(render_to_string(f"email/{template}.html", told), "text/html")
    if logo is not None:
        mail.mixed_subtype = "related"  # type: ignore[attr-defined]
        mail.attach(_picture(logo))
    return _dressed(mail, organisation)


def shown(logo: Logo) -> dict[str, Any]:
    """How large the logo is drawn, within a mark's room and never blown up."""
    scale = min(1.0, LARGEST[0] / logo.width, LARGEST[1] / logo.height)
    return {"part": LOGO, "width": max(round(logo.width * scale), 1), "height": max(round(logo.height * scale), 1)}


def _picture(logo: Logo) -> MIMEImage:
    picture = MIMEImage(bytes(logo.content), "png")
    picture.add_header("Content-ID", f"<{LOGO}>")
    picture.add_header("Content-Disposition", "inline", filename="logo.png")
    return picture


def _dressed(mail: EmailMultiAlternatives, organisation: Organisation) -> EmailMultiAlternatives:
    """Sender and reply address; the templates print the last line themselves."""
    if organisation.mail_sender:
        mail.from_email = formataddr((organisation.mail_sender, parseaddr(settings.DEFAULT_FROM_EMAIL)[1]))
    if organisation.mail_reply_to:
        mail.reply_to = [organisation.mail_reply_to]
    return mail
