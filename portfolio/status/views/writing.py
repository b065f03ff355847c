"""Writing a report: start, the form, keeping the draft while one types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from pmo.access.policy import require
from pmo.kernel.errors import HouseError, Invalid, NotVisible, Stale, WrongState
from pmo.kernel.verdict import no
from pmo.organisation.queries import day_of
from pmo.ui.marks import slip
from pmo.ui.pages import Crumb, Page, page
from portfolio.projects import panels as project_panels
from portfolio.projects.models import Phase, Project
from portfolio.status import actions, rules
from portfolio.status.comparing import compared, in_words, stored_decisions
from portfolio.status.drafting import read_changes
from portfolio.status.forms import complete, read_decisions, read_report
from portfolio.status.models import StatusReport
from portfolio.status.queries import last_published, open_report
from portfolio.status.worksheet import Worksheet, worksheet

POST_ONLY = ["post", "options"]


class OfProject(Page):
    """A page about the report of one project."""

    menu = "portfolio:project_list"
    project: Project

    def prepare(self) -> None:
        found = Project.objects.visible_to(self.user).with_parents().filter(code__iexact=self.kwargs["code"]).first()
        if found is None:
            raise NotVisible(_("This project does not exist, or you may not see it."))
        self.project = found
        require(self.user, self.may, found)

    def crumbs(self) -> Sequence[Crumb]:
        return [*project_panels.crumbs(self.project), Crumb(self.project.code, self.project.get_absolute_url())]


@page("projects/<str:code>/report/start/", name="portfolio:status_start", may="status.write")
class StatusStart(OfProject):
    """Opens the next report."""

    http_method_names = POST_ONLY

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        actions.start(self.project.pk, actor=self.user)
        return HttpResponseRedirect(reverse("portfolio:status_form", args=[self.project.code]))


class Writing(OfProject):
    """Reads what was typed and keeps it, whole or in the parts that can be read."""

    report: StatusReport

    def prepare(self) -> None:
        super().prepare()
        found = open_report(self.project)
        if found is None:
            there = no(_("Start one on the page of the project."), self.project.get_absolute_url())
            raise WrongState(_("This project has no open report."), [there])
        found.project = self.project
        self.report = found

    def changes(self) -> dict[str, Any]:
        last = last_published(self.project, before=self.report.as_of)
        return read_report(self.request.POST, last.next_steps if last else (), self.project)

    def sent_version(self) -> int:
        raw = self.request.POST.get("version", "")
        if not raw.isascii() or not raw.isdigit() or len(raw) > 9:
            raise Invalid({"": [_("This form has lost its version. Open it again.")]})
        return int(raw)

    def keep(self, changes: Mapping[str, Any]) -> dict[str, list[str]]:
        """Save what can be read; returns what is wrong with the rest, by field."""
        version, wanted = self.sent_version(), dict(changes)
        wrong: dict[str, list[str]] = {}
        while True:
            try:
                self.report = actions.save_draft(self.report.pk, wanted, actor=self.user, version=version)
                return wrong
            except Invalid as error:
                faulty = error.errors.keys() & wanted.keys()
                if not faulty:
                    raise
                wrong |= error.errors
                wanted = {name: value for name, value in wanted.items() if name not in faulty}

    def sheet(self, **more: Any) -> Worksheet:
        self.report.project = self.project
        return worksheet(self.report, self.organisation, **more)


@page("projects/<str:code>/report/", name="portfolio:status_form", may="status.write")
class StatusForm(Writing):
    """The two-minute report: everything is filled in, only what moved asks for a word."""

    template_name = "portfolio/status/form.html"

    def get_title(self) -> str:
        return _("Report %(number)s") % {"number": self.report.number}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.report.state not in rules.EDITABLE_STATES:
            return HttpResponseRedirect(self.report.get_absolute_url())
        return self.show(self.sheet())

    def show(self, sheet: Worksheet, *, status: int = 200, **more: Any) -> HttpResponse:
        due = self.report.due_on
        return self.answer(
            status=status,
            sheet=sheet,
            report=self.report,
            overdue=due is not None and due < day_of(self.organisation),
            project=self.project,
            phases=Phase.choices,
            **more,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        changes, intent = self.changes(), request.POST.get("intent", "save")
        if intent == "confirm":
            changes["confirmed"] = [*changes["confirmed"], *request.POST.getlist("unchanged")]
        try:
            wrong = self.keep(changes)
        except Stale as error:
            return self.conflict(changes, error)
        if wrong:
            return self.refuse(changes, wrong)
        return self.submit(changes) if intent == "submit" else self.saved(intent)

    def saved(self, intent: str) -> HttpResponse:
        messages.success(self.request, _("Draft saved."))
        address = reverse("portfolio:status_form", args=[self.project.code])
        return HttpResponseRedirect(f"{address}#unchanged" if intent == "confirm" else address)

    def submit(self, changes: Mapping[str, Any]) -> HttpResponse:
        try:
            report = actions.submit(self.report.pk, actor=self.user, version=self.report.version)
        except Invalid as error:
            return self.refuse(changes, error.errors)
        messages.success(self.request, _("Submitted. The PMO checks it now; until then you can take it back."))
        return HttpResponseRedirect(report.get_absolute_url())

    def refuse(self, changes: Mapping[str, Any], errors: Mapping[str, Sequence[str]]) -> HttpResponse:
        """The form again, with all that is missing or wrong named on top and the typed text kept."""
        typed = {name: changes[name] for name in errors if name in changes and name != "proposed"}
        if "proposed" in errors:
            typed |= dict(changes["proposed"])
        self.report = StatusReport.objects.get(pk=self.report.pk)
        return self.show(self.sheet(errors=errors, typed=typed), status=422, errors=errors)

    def conflict(self, changes: Mapping[str, Any], error: Stale) -> HttpResponse:
        """What was typed beside what somebody else stored meanwhile; nothing is overwritten."""
        current: StatusReport = error.current
        stored = in_words(current, stored_decisions(current))
        self.report = current
        mine, decisions = self.overlaid(changes)
        differences = compared(stored, in_words(mine, decisions))
        self.report = mine
        sheet = self.sheet(typed={**changes, **changes["proposed"]})
        return self.show(sheet, status=409, differences=differences, stale=error.message)

    def overlaid(self, changes: Mapping[str, Any]) -> tuple[StatusReport, list[Any]]:
        """The stored report with what was typed over it, unsaved; what cannot be read is left as stored."""
        wanted = {name: value for name, value in changes.items() if name != "decisions"}
        for name in list(wanted):
            try:
                fields, _decisions = read_changes(self.report, {name: wanted[name]})
            except Invalid:
                continue
            for field, value in fields.items():
                setattr(self.report, field, value)
        return self.report, list(changes.get("decisions", []))


@page("projects/<str:code>/report/autosave/", name="portfolio:status_autosave", may="status.write")
class StatusAutosave(Writing):
    """Keeps the draft while the manager types; answers with the new version and what is left."""

    http_method_names = POST_ONLY

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        changes = self.changes()
        waiting = not complete(read_decisions(request.POST))
        if waiting:
            del changes["decisions"]
        try:
            wrong = self.keep(changes)
        except HouseError as error:
            return self.failed(error)
        at = timezone.localtime().strftime("%H:%M")
        saved = _("Draft saved %(time)s") % {"time": at}
        if waiting:
            saved = _("Draft saved %(time)s, without the decision that has no date") % {"time": at}
        if wrong:
            saved = next(iter(wrong.values()))[0]
        sheet = self.sheet()
        bar = render_to_string("portfolio/status/left.html", {"sheet": sheet}, request)
        return JsonResponse(
            {"version": self.report.version, "saved": saved, "parts": {"left": bar, "slip": slip(sheet.slip_days)}}
        )

    @staticmethod
    def failed(error: HouseError) -> HttpResponse:
        stale = isinstance(error, Stale)
        detail = _("Not saved: somebody else changed this report. Save to compare.") if stale else error.message
        return JsonResponse({"detail": detail}, status=409 if stale or isinstance(error, WrongState) else 422)
