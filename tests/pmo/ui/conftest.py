"""People with one role each, and a way to call a page without an address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpResponse
from django.test import RequestFactory
from django_htmx.middleware import HtmxDetails

from pmo.access.models import Grant, Role, User
from pmo.organisation.models import Organisation


@pytest.fixture
def holder(db: None) -> Callable[..., User]:
    """A new user with a role everywhere, or with none."""

    def make(name: str, role: str = "") -> User:
        user = User.objects.create_user(name, f"{name}@example.org", "a long password")
        if role:
            Grant.objects.create(user=user, role=Role.objects.get(code=role))
        return user

    return make


@pytest.fixture
def visit() -> Callable[..., HttpResponse]:
    """Calls a page class as a signed-in reader: `visit(page, user, "?q=x")`, or with `data` for a POST."""

    def call(
        page: Any, user: User, query: str = "", *, data: Any = None, target: str = "", **kwargs: Any
    ) -> HttpResponse:
        extra = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": target} if target else {}
        factory = RequestFactory()
        path = f"/list/{query}"
        request = factory.get(path, **extra) if data is None else factory.post(path, data, **extra)
        request.user = user
        request.organisation = Organisation.current()
        request.htmx = HtmxDetails(request)
        request._messages = CookieStorage(request)
        response = page.as_view()(request, **kwargs)
        response.told = [str(message) for message in request._messages]
        return response

    return call
