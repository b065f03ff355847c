"""Sign-in by django-allauth without self-registration: accounts are made by the system administrator."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Q
from django.http import HttpRequest

from pmo.access.models import User


class ClosedAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """No sign-up; sample accounts cannot sign in to a production system."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: str) -> AbstractBaseUser | None:
        user: AbstractBaseUser | None = super().authenticate(request, **credentials)
        if settings.PRODUCTION and isinstance(user, User) and is_sample_sign_in(user, credentials.get("password", "")):
            return None
        return user

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: str) -> str:
        """Tries are counted by account: neither another port in Host nor another of its names begins the count anew."""
        login = (credentials.get("email") or credentials.get("username") or "").replace("\x00", "").strip().lower()
        named = Q(username__iexact=login) | Q(email__iexact=login)
        account = User.objects.filter(named).values_list("pk", flat=True).first() if login else None
        return f"account:{account}" if account else f"login:{login}"


def is_sample_sign_in(user: User, password: str) -> bool:
    """Whether this is a sample user with the password that everybody knows."""
    return password == f"demo-{user.username}"
