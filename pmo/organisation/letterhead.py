"""What every mail carries of the organisation: the sender's name, where answers go, and the last line."""

from __future__ import annotations

from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from pmo.organisation.models import Organisation


def dress(mail: EmailMultiAlternatives, organisation: Organisation) -> EmailMultiAlternatives:
    """Put sender and reply address on a mail; its templates print the last line themselves."""
    if organisation.mail_sender:
        mail.from_email = formataddr((organisation.mail_sender, parseaddr(settings.DEFAULT_FROM_EMAIL)[1]))
    if organisation.mail_reply_to:
        mail.reply_to = [organisation.mail_reply_to]
    return mail
