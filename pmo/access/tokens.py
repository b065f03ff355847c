"""Making, reading and revoking API tokens."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from pmo.access.models import Token, User
from pmo.access.scopes import parse
from pmo.kernel.errors import Broken

PREFIX_LENGTH = 12
LAST_USED_STEP = timedelta(minutes=1)
MAX_DAYS = 366


def digest(secret: str) -> str:
    """The SHA-256 of a token, in hexadecimal; a random 256-bit secret needs no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()


def issue(user: User, name: str, scopes: Sequence[str], *, days: int = 90) -> tuple[Token, str]:
    """A new token and its secret, which is shown once and never stored."""
    if not 1 <= days <= MAX_DAYS:
        raise Broken(f"A token lives from 1 to {MAX_DAYS} days.", field="days")
    secret = f"pmo_{secrets.token_urlsafe(32)}"
    token = Token.objects.create(
        user=user,
        name=name[:80],
        prefix=secret[:PREFIX_LENGTH],
        digest=digest(secret),
        scopes=parse(scopes),
        expires_at=timezone.now() + timedelta(days=days),
    )
    return token, secret


def find(secret: str) -> Token | None:
    """The usable token of a secret, compared in constant time; notes its use at most once a minute."""
    token = Token.objects.select_related("user").filter(prefix=secret[:PREFIX_LENGTH]).first()
    if token is None or not hmac.compare_digest(token.digest, digest(secret)) or not token.is_usable():
        return None
    now = timezone.now()
    if token.last_used_at is None or token.last_used_at < now - LAST_USED_STEP:
        Token.objects.filter(pk=token.pk).update(last_used_at=now)
    return token
