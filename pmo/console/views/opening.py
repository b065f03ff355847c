"""The page that an empty installation shows: it makes the first administrator and is gone."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from pmo.access.models import User
from pmo.console.actions.opening import open_house
from pmo.console.forms import FirstRunForm
from pmo.console.queries import nobody_is_here
from pmo.kernel.errors import Invalid, WrongState
from pmo.ui.pages.forms import add_errors

PERSON = ("first_name", "last_name", "username", "email")


class FirstRun(View):
    """Open to anybody, but only while nobody exists."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if not nobody_is_here():
            return HttpResponseRedirect(reverse("account_login"))
        return self.show(FirstRunForm())

    def show(self, form: FirstRunForm, *, status: int = 200, **more: Any) -> HttpResponse:
        return render(self.request, "console/first_run.html", {"form": form, **more}, status=status)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = FirstRunForm(request.POST)
        if not form.is_valid():
            return self.show(form, status=422)
        try:
            first = self.open(form.cleaned_data)
        except Invalid as error:
            add_errors(form, error)
            return self.show(form, status=422)
        except WrongState as error:
            return self.show(form, status=409, wrong_state=error.message)
        return self.welcome(first)

    def open(self, given: dict[str, Any]) -> User:
        organisation = {
            "name": given["organisation"],
            "currency": given["currency"],
            "time_zone": given["time_zone"],
        }
        person = {name: given[name] for name in PERSON}
        return open_house(person, organisation, password=given["password"], actor=User.objects.system())

    def welcome(self, first: User) -> HttpResponse:
        login(self.request, first, backend=settings.AUTHENTICATION_BACKENDS[0])
        messages.success(self.request, _("Welcome. Now add the people who work here and grant them roles."))
        return HttpResponseRedirect(reverse("console:user_list"))
