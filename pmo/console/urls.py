"""Addresses of the console."""

from django.urls import path

from pmo.console.views import (
    closing,
    delegations,
    erasing,
    fields,
    grants,
    invitations,
    jobs,
    looks,
    me,
    notices,
    people,
    proof,
    rates,
    records,
    restoring,
    retention,
    roles,
    settings,
    units,
)
from pmo.console.views.invitations import ComeIn
from pmo.console.views.opening import FirstRun
from pmo.ui.registry import routes

VIEWS = (
    closing,
    delegations,
    erasing,
    fields,
    grants,
    invitations,
    jobs,
    looks,
    me,
    notices,
    people,
    proof,
    rates,
    records,
    restoring,
    retention,
    roles,
    settings,
    units,
)

app_name = "console"
urlpatterns = [
    path("first-run/", FirstRun.as_view(), name="first_run"),
    path("invitation/<str:key>/", ComeIn.as_view(), name="invitation"),
    *routes("pmo.console"),
]
