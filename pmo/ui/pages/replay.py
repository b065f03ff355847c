"""A list page without a browser: what a worker exports, and what a program asks of a list, is what its reader sees."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

from django.http import HttpRequest, QueryDict
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from pmo.access.models import User
from pmo.access.preferences import written_for
from pmo.kernel.errors import NotVisible
from pmo.organisation.models import Organisation
from pmo.ui.middleware import PersonalisationMiddleware
from pmo.ui.pages.lists import ListPage
from pmo.ui.registry import pages


def list_at(name: str, parts: Mapping[str, Any], query: str, reader: User) -> ListPage:
    """The list of that name as the reader would open it. Raises NotVisible or Refused as the page does."""
    declared = next((each for each in pages() if each.name == name and issubclass(each.view, ListPage)), None)
    if declared is None:
        raise NotVisible(_("There is no such list."))
    request = HttpRequest()
    request.method, request.path = "GET", reverse(name, kwargs=dict(parts))
    request.GET = QueryDict(query)  # type: ignore[assignment]
    request.user = reader
    request.organisation = Organisation.current()  # type: ignore[attr-defined]
    page = cast(ListPage, declared.view())
    page.setup(request, **parts)
    page.prepare()
    return page


def named(address: str) -> tuple[str, dict[str, Any], str]:
    """The list, the parts and the query of an address of ours; NotVisible when it leads to no list."""
    path, _sep, query = address.partition("?")
    try:
        found = resolve(path)
    except Resolver404 as error:
        raise NotVisible(_("There is no such list.")) from error
    return found.view_name, dict(found.kwargs), query


@contextmanager
def speaking_as(reader: User, language: str = "") -> Iterator[None]:
    """The reader's zone, currency and thresholds, in the language in which he asked."""
    zone = timezone.get_current_timezone()
    with translation.override(language or reader.language or translation.get_language()), written_for(reader):
        here = translation.get_language()
        PersonalisationMiddleware.personalise(HttpRequest(), reader, Organisation.current())
        translation.activate(language or here or "en")
        try:
            yield
        finally:
            timezone.activate(zone)
