"""The pages of imports as they go: list, preview with its rows, progress, questions, and the verbs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_htmx.http import HttpResponseClientRedirect, HttpResponseClientRefresh

from pmo.exchange import actions, queries
from pmo.exchange.forms import AnswersForm
from pmo.exchange.models import ImportRun
from pmo.exchange.offers import DESTINATIONS
from pmo.exchange.rules.plans import CONFLICT
from pmo.exchange.tables import ImportFilters, ImportRowFilters, ImportRowTable, ImportTable, labels_of, profile_label
from pmo.kernel.errors import NotVisible
from pmo.ui.pages import ActionPage, Crumb, Door, ListPage, ListView, page

LIST = "exchange:import_list"
STAGES = {
    queries.READING: gettext_lazy("Reading the file"),
    queries.PLANNING: gettext_lazy("Comparing its rows with what is there"),
    queries.WRITING: gettext_lazy("Writing the rows"),
    queries.KEEPING: gettext_lazy("Keeping what became of each row"),
}


def crumbs_of(run: ImportRun | None = None) -> list[Crumb]:
    trail = [Crumb(gettext_lazy("Imports"), reverse(LIST))]
    return [*trail, Crumb(run.file_name, run.get_absolute_url())] if run else trail


@page("imports/", name=LIST, may="import.run")
class ImportList(ListPage):
    """Every import into portfolios for which the reader imports."""

    title, noun = gettext_lazy("Imports"), gettext_lazy("Imports")
    lead = gettext_lazy("A file is first shown as a preview; nothing is written before you apply it.")
    queryset = ImportRun.objects.select_related("requested_by")
    table, filters = ImportTable, ImportFilters
    views = (
        ListView("all", gettext_lazy("All")),
        ListView("open", gettext_lazy("To apply"), Q(state__in=(ImportRun.State.PREVIEWED, ImportRun.State.MAPPING))),
        ListView("applied", gettext_lazy("Applied"), Q(state=ImportRun.State.APPLIED)),
    )
    empty = gettext_lazy("No import yet. Upload a file to see what it would change.")

    def doors(self) -> Sequence[Door]:
        verdict = queries.may_run(self.user)
        address = reverse("exchange:import_upload")
        paste = Door(gettext_lazy("Paste rows"), reverse("exchange:import_paste"), verdict, icon="copy")
        return [Door(gettext_lazy("Import a file"), address, verdict, icon="upload", primary=True), paste]

    def empty_door(self) -> Door | None:  # type: ignore[override]
        return self.doors()[0]


@page("imports/<int:pk>/", name="exchange:import_run", may="import.run")
class ImportPage(ListPage):
    """One import: what was made of the file, and each of its rows."""

    menu = LIST
    template_name = "exchange/run.html"
    table, filters = ImportRowTable, ImportRowFilters
    noun = gettext_lazy("Rows")
    empty = gettext_lazy("No rows.")
    run: ImportRun

    def prepare(self) -> None:
        self.run = find_run(self)

    def get_title(self) -> str:
        return self.run.file_name

    def crumbs(self) -> Sequence[Crumb]:
        return crumbs_of()

    def visible(self) -> QuerySet[Any]:
        return self.run.rows.all()

    def doors(self) -> Sequence[Door]:
        return [*self.onward(), *(door for door in _doors(self.run) if door.verdict or door.primary)]

    def onward(self) -> list[Door]:
        """Once written: to what was written."""
        into = str(self.run.into) if self.run.into and self.run.state == ImportRun.State.APPLIED else ""
        place = DESTINATIONS.find(self.user, into) if into else None
        if place is None or not place.url:
            return []
        return [Door(_("Open %(place)s") % {"place": place.label}, place.url, icon="sitemap", primary=True)]

    def context(self, **more: Any) -> dict[str, Any]:
        return super().context(
            run=self.run,
            profile=profile_label(self.run),
            **progress_of(self.run),
            counts=_counts(self.run),
            mended=len(self.run.edits),
            conflicts=self.run.rows.filter(question=CONFLICT, answer="").count() if self.run.questions else 0,
            labels=labels_of(self.run),
            may_map=queries.may_map(self.run),
            may_mend=queries.may_mend(self.run),
            **more,
        )


def progress_of(run: ImportRun) -> dict[str, Any]:
    """How far the worker is, and what it does now, in words."""
    return {"percent": queries.progress(run), "stage": STAGES.get(queries.stage(run), _("Waiting for a worker"))}


def find_run(page: Any) -> ImportRun:
    """The run of the address, when the reader imports into its portfolio."""
    rows = ImportRun.objects.visible_to(page.user).select_related("requested_by", "applied_by")
    found = rows.filter(pk=page.kwargs["pk"]).first()
    if found is None:
        raise NotVisible(_("This does not exist, or you may not see it."))
    return found


def _doors(run: ImportRun) -> list[Door]:
    state, place = run.state, ImportRun.State
    doors = []
    if state == place.MAPPING:
        address = reverse("exchange:import_columns", args=[run.pk])
        doors.append(Door(_("Say what the columns mean"), address, icon="columns", primary=True))
    if state == place.PREVIEWED:
        apply_url = reverse("exchange:import_apply", args=[run.pk])
        doors.append(Door(_("Apply"), apply_url, queries.may_apply(run), icon="check", primary=True, post=True))
    if state in (place.PREVIEWED, place.MAPPING, place.FAILED):
        doors.append(
            Door(_("Discard"), reverse("exchange:import_discard", args=[run.pk]), queries.may_discard(run), post=True)
        )
    if state == place.APPLIED:
        doors.append(
            Door(_("Undo"), reverse("exchange:import_undo", args=[run.pk]), queries.may_undo(run), icon="history")
        )
    return doors


def _counts(run: ImportRun) -> list[tuple[str, str, int, str]]:
    """Outcome, words, number and tone, for the figures above the rows."""
    done = run.is_written
    words = {
        "created": (_("Created") if done else _("To create"), run.rows_created, ""),
        "updated": (_("Changed") if done else _("To change"), run.rows_updated, ""),
        "unchanged": (_("Unchanged"), run.rows_unchanged, ""),
        "refused": (_("Refused"), run.rows_refused, "red" if run.rows_refused else ""),
    }
    return [(name, label, number, tone) for name, (label, number, tone) in words.items()]


@page("imports/<int:pk>/progress/", name="exchange:import_progress", may="import.run")
class ImportProgress(ImportPage):
    """What the preview polls while a worker is busy; reloads the page when it is done."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.run.is_working:
            if self.run.state == ImportRun.State.MAPPING:
                return HttpResponseClientRedirect(reverse("exchange:import_columns", args=[self.run.pk]))
            return HttpResponseClientRefresh()
        return render(request, "exchange/progress.html", {"run": self.run, **progress_of(self.run)})


class RunAction(ActionPage):
    """Base of the verbs on one import."""

    queryset = ImportRun.objects.all()
    menu = LIST

    def crumbs(self) -> Sequence[Crumb]:
        return crumbs_of(self.object)


@page("imports/<int:pk>/apply/", name="exchange:import_apply", may="import.run")
class ImportApply(RunAction):
    """Write a preview."""

    title, submit_label = gettext_lazy("Apply this import"), gettext_lazy("Apply")
    lead = gettext_lazy("Everything is written in one step, or nothing. Rows that were refused are left out.")
    action = staticmethod(actions.apply)
    success = gettext_lazy("The import is being applied.")


@page("imports/<int:pk>/discard/", name="exchange:import_discard", may="import.run")
class ImportDiscard(RunAction):
    """Give a preview up."""

    title, submit_label = gettext_lazy("Discard this preview"), gettext_lazy("Discard")
    action = staticmethod(actions.discard)
    success = gettext_lazy("Discarded. Nothing was written.")


@page("imports/<int:pk>/undo/", name="exchange:import_undo", may="import.run")
class ImportUndo(RunAction):
    """Take an applied import back."""

    title, submit_label, danger = gettext_lazy("Undo this import"), gettext_lazy("Undo the import"), True
    lead = gettext_lazy(
        "What it created is removed and what it changed gets its values back. "
        "If anything was changed since, nothing is undone and you are told what."
    )
    action = staticmethod(actions.undo)
    success = gettext_lazy("The import was undone.")


@page("imports/<int:pk>/questions/", name="exchange:import_questions", may="import.run")
class ImportQuestions(RunAction):
    """Say which existing project a row means, where only a person can know."""

    title, submit_label = gettext_lazy("Questions"), gettext_lazy("Keep these answers")
    form_class = AnswersForm
    success = gettext_lazy("Answers kept.")

    @property
    def lead(self) -> str:  # type: ignore[override]
        if self.object.rows.filter(question=CONFLICT).exists():
            return _("Somebody changed cells that you changed too. Without an answer such a row is left out.")
        return _("These rows resemble projects that exist. Without an answer each becomes a project of its own.")

    def form_options(self) -> dict[str, Any]:
        return {"rows": self.object.rows.exclude(choices=[])}

    def perform(self, form: AnswersForm) -> ImportRun:
        return actions.answer(self.object.pk, form.answers, actor=self.user)
