"""Blocks of the pages of packs and runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from pmo.ui.pages import Crumb
from reporting.packs import files, queries
from reporting.packs.models import Pack, PackRun
from reporting.packs.panels import glossary, tables
from reporting.packs.panels.sections import summary
from reporting.packs.rules import kpis, quality
from reporting.packs.rules.figures import data_sha256, from_json

LIST = "reporting:pack_list"
STAGES = {
    "": lambda: _("Waiting for a worker"),
    "reading": lambda: _("Reading the figures"),
    "printing": lambda: _("Printing"),
    "keeping": lambda: _("Keeping the file"),
}


def crumbs(pack: Pack | None = None) -> list[Crumb]:
    """From the list down to the pack."""
    trail = [Crumb(_("Packs"), reverse(LIST))]
    return [*trail, Crumb(pack.name, pack.get_absolute_url())] if pack else trail


def stage_words(run: PackRun) -> str:
    return STAGES.get(run.stage, STAGES[""])()


def recipients(request: HttpRequest, pack: Pack) -> Mapping[str, Any]:
    return {"pack": pack, "people": list(pack.recipients.all())}


def schedules(request: HttpRequest, pack: Pack) -> Mapping[str, Any]:
    return {"pack": pack, "schedules": list(pack.schedules.all())}


def told(request: Any, run: PackRun) -> Mapping[str, Any] | None:
    """The summary page of the edition, on the screen."""
    if run.state != PackRun.State.DONE or not queries.may_download(run, request.user):
        return None
    edition = queries.edition_of(run)
    found = summary(edition)
    return {"run": run, "lead": found["lead"], "three": found["three"], "decisions": found["decisions"]}


def figures(request: Any, run: PackRun) -> Mapping[str, Any] | None:
    """The six figures and the checks of the edition, each with its explanation."""
    if run.state != PackRun.State.DONE or not queries.may_download(run, request.user):
        return None
    edition = queries.edition_of(run)
    found = kpis.kpis(edition.figures, edition.previous)
    return {
        "kpis": [{**glossary.kpi(each, edition.figures), "slug": glossary.slug_of(each.code)} for each in found],
        "checks": [{**tables.check(each), "code": each.code} for each in quality.checks(edition.figures)],
        "about": {"run": str(run.pk)},
        "run": run.pk,
    }


def proof(request: HttpRequest, run: PackRun) -> Mapping[str, Any] | None:
    """Whether figures and file are still those that were made."""
    if run.state != PackRun.State.DONE:
        return None
    return {
        "run": run,
        "figures_hold": data_sha256(from_json(run.figures)) == run.data_sha256,
        "file_holds": files.sha256_of(run.file) == run.sha256,
    }


def mails(request: HttpRequest, run: PackRun) -> Mapping[str, Any] | None:
    found = list(run.deliveries.select_related("user"))
    return {"deliveries": found} if found else None
