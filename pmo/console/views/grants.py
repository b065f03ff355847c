"""Pages that give a role and take it away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from pmo.access.models import Grant, User
from pmo.access.policy import require
from pmo.console.actions import grants
from pmo.console.forms import GrantForm, NoteForm
from pmo.console.views.effects import WithPreview
from pmo.console.views.people import LIST, AccountAction, page_of
from pmo.ui.pages import ActionPage, Crumb, page


def start_of(day: date | None) -> datetime | None:
    """The first instant of a day in the reader's zone."""
    return timezone.make_aware(datetime.combine(day, time())) if day is not None else None


@page("users/<int:pk>/grant/", name="console:grant_new", may="user.view")
class GrantNew(WithPreview, AccountAction):
    """Give a role."""

    title = gettext_lazy("Grant a role")
    code, form_class = "grant.edit", GrantForm
    submit_label, success = gettext_lazy("Grant role"), gettext_lazy("Role granted.")

    def touched(self, form: Any) -> list[int]:
        return [self.object.pk]

    def perform(self, form: Any) -> Grant:
        given = form.cleaned_data
        scope, scope_id = given["within"]
        last = given["ends_on"]
        return grants.grant_role(
            self.object.pk,
            given["role"],
            actor=self.user,
            scope=scope,
            scope_id=scope_id,
            starts_at=start_of(given["starts_on"]),
            ends_at=start_of(last + timedelta(days=1)) if last else None,
        )


@page("grants/<int:pk>/revoke/", name="console:grant_revoke", may="user.view")
class GrantRevoke(WithPreview, ActionPage):
    """Take a role away."""

    title, menu = gettext_lazy("Revoke role"), LIST
    queryset: ClassVar[QuerySet[Any] | None] = Grant.objects.select_related("role", "user")
    code, action, form_class, danger = "grant.edit", staticmethod(grants.revoke), NoteForm, True
    submit_label, success = gettext_lazy("Revoke role"), gettext_lazy("Role revoked.")

    def touched(self, form: Any) -> list[int]:
        return [self.object.user_id]

    def prepare(self) -> None:
        require(self.user, self.may)
        self.object = self.find()
        require(self.user, self.code)

    def context(self, **more: Any) -> dict[str, Any]:
        return super().context(lead=f"{self.object.user}: {grants.grant_words(self.object)}", **more)

    def crumbs(self) -> Sequence[Crumb]:
        person: User = self.object.user
        return [Crumb(gettext_lazy("Users"), reverse(LIST)), Crumb(str(person), page_of(person.pk))]

    def success_url(self, result: Any) -> str:
        return page_of(self.object.user_id)

    def cancel_url(self) -> str:
        return page_of(self.object.user_id)
