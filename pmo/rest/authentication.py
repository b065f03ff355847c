"""Who calls: a bearer token of an integration, or the session of a browser."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from pmo.access import tokens
from pmo.access.models import Token, User
from pmo.audit import ambience

_SECRET = re.compile(r"[A-Za-z0-9_-]{16,128}")


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer <token>`; the user then acts with no more than the token's scopes."""

    keyword = "Bearer"

    def authenticate(self, request: Request) -> tuple[User, Token] | None:
        words = get_authorization_header(request).decode("latin-1").split()
        if not words or words[0].lower() != self.keyword.lower():
            return None
        secret = words[1] if len(words) == 2 else ""
        token = tokens.find(secret) if _SECRET.fullmatch(secret) else None
        if token is None:
            raise AuthenticationFailed(_("This token is unknown, revoked or expired; issue a new one."))
        return _acting_by(token), token

    def authenticate_header(self, request: Request) -> str:
        return self.keyword


def _acting_by(token: Token) -> User:
    user = token.user
    user.token = token
    ambience.with_token(token.prefix)
    return user


class Session(SessionAuthentication):
    """The browser's session; everything that writes needs the CSRF token."""
