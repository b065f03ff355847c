"""Reading a report, checking it, publishing, returning, taking back, correcting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.access.policy import can, insist, reach, require
from pmo.attachments.panels import COMMENTS_PANEL, FILES_PANEL
from pmo.kernel.verdict import Verdict
from pmo.ui.pages import ActionPage, Crumb, DetailPage, Door, page
from pmo.workflow.engine import may
from portfolio.projects import panels as project_panels
from portfolio.status import actions, rules
from portfolio.status.comparing import compared, edition_differences, in_words, stored_decisions
from portfolio.status.forms import CorrectForm, ReturnForm, VersionedForm
from portfolio.status.models import DIMENSION_LABELS, PUBLIC_STATES, ReportState, StatusReport
from portfolio.status.past import published_then, with_decisions_then
from portfolio.status.queries import last_published
from portfolio.status.tables import STATE_TONES


class AboutReport(DetailPage):
    """What all pages of one report share."""

    queryset = StatusReport.objects.select_related(
        "project__portfolio", "project__programme__portfolio", "author", "submitted_by", "published_by", "corrects"
    )
    menu = "portfolio:report_list"

    def crumbs(self) -> Sequence[Crumb]:
        project = self.object.project
        return [*project_panels.crumbs(project), Crumb(project.code, project.get_absolute_url())]

    def get_title(self) -> str:
        return _("Report %(number)s: %(project)s") % {"number": self.object.number, "project": self.object.project.name}

    def code(self) -> str:
        return ""


@page("reports/<int:pk>/", name="portfolio:status_report", may="project.view")
class ReportPage(AboutReport):
    """One report as it stands: read, and while it waits, checked."""

    template_name = "portfolio/status/report.html"
    panels = (FILES_PANEL, COMMENTS_PANEL)
    keeps_history = True

    def visible(self) -> QuerySet[Any]:
        rows = super().visible()
        return rows if self.instant is None else published_then(rows, self.user)

    def find(self) -> StatusReport:
        report: StatusReport = super().find()
        if self.instant is not None:
            with_decisions_then([report], self.instant)
        return report

    def status(self) -> str | None:
        return str(self.object.overall)

    def verdicts(self) -> dict[str, Verdict]:
        """Whether the reader may publish, return or take back; asked only while that is possible."""
        report = self.object
        if report.state != ReportState.SUBMITTED or self.instant is not None:
            return {}
        return {verb: may(report, verb, self.user, rules.FLOW) for verb in ("publish", "return", "recall")}

    def doors(self) -> Sequence[Door]:
        report, doors = self.object, []
        if report.state in rules.EDITABLE_STATES and can(self.user, "status.write", report):
            address = reverse("portfolio:status_form", args=[report.project.code])
            doors.append(Door(_("Continue writing"), address, icon="pencil", primary=True))
        if report.state == ReportState.PUBLISHED and self.may_correct():
            doors.append(Door(_("Correct"), reverse("portfolio:status_correct", args=[report.pk]), icon="edit"))
        return doors

    def may_correct(self) -> bool:
        return bool(can(self.user, "status.write", self.object) or can(self.user, "status.check", self.object))

    def editions(self) -> QuerySet[StatusReport]:
        same = self.seen(StatusReport.objects.all()).filter(project=self.object.project_id, number=self.object.number)
        return same.exclude(pk=self.object.pk).order_by("-edition")

    def context(self, **more: Any) -> dict[str, Any]:
        report, verdicts = self.object, self.verdicts()
        last = last_published(report.project, before=report.as_of) if verdicts else None
        return super().context(
            report=report,
            state_tone=STATE_TONES[report.state],
            decisions=list(report.decisions.all()),
            dimensions=[
                (label, rules.Judgement.read(report.dimensions.get(name))) for name, label in DIMENSION_LABELS.items()
            ],
            reported=any(judged.get("value") for judged in report.dimensions.values()),
            editions=list(self.editions()) if report.state in PUBLIC_STATES or report.edition > 1 else [],
            differences=edition_differences(report),
            verdicts=verdicts,
            checks=bool(verdicts) and bool(reach(self.user, "status.publish") or verdicts["return"]),
            last=last,
            moves=self.moves(last),
            versioned=VersionedForm(initial={"version": report.version}),
            returning=ReturnForm(initial={"version": report.version}),
            **more,
        )

    def moves(self, last: StatusReport | None) -> Any:
        """For the checker: what differs from the report before."""
        if last is None:
            return []
        moved = compared(in_words(last, stored_decisions(last)), in_words(self.object, stored_decisions(self.object)))
        return [each for each in moved if each.label != _("As of")]


class ReportVerb(ActionPage):
    """A verb on one report; its own page when the verb needs words or was refused."""

    queryset = AboutReport.queryset
    menu = "portfolio:report_list"
    form_class = VersionedForm
    step = ""

    def form_options(self) -> dict[str, Any]:
        return {"initial": {"version": self.object.version}}

    def prepare(self) -> None:
        super().prepare()
        if self.step:
            insist_unless_state(may(self.object, self.step, self.user, rules.FLOW), self.object, self.step)

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(str(self.object), self.object.get_absolute_url())]


def insist_unless_state(verdict: Verdict, report: StatusReport, step: str) -> None:
    """Refuse the person (403 or 404); a wrong state is left to the action, which answers 409."""
    if rules.FLOW.find(report.state, step) is not None:
        insist(verdict)


@page("reports/<int:pk>/publish/", name="portfolio:status_publish", may="project.view")
class ReportPublish(ReportVerb):
    """Publish a checked report."""

    title = gettext_lazy("Publish this report")
    submit_label = gettext_lazy("Publish")
    success = gettext_lazy("Published.")
    code, step = "status.publish", "publish"
    action = staticmethod(actions.publish)


@page("reports/<int:pk>/return/", name="portfolio:status_return", may="project.view")
class ReportReturn(ReportVerb):
    """Return a submitted report with the reason."""

    title = gettext_lazy("Return this report")
    submit_label = gettext_lazy("Return to the author")
    success = gettext_lazy("Returned.")
    code, step = "status.check", "return"
    form_class = ReturnForm
    action = staticmethod(actions.send_back)


@page("reports/<int:pk>/recall/", name="portfolio:status_recall", may="project.view")
class ReportRecall(ReportVerb):
    """Take a submitted report back before anybody has checked it."""

    title = gettext_lazy("Take this report back")
    submit_label = gettext_lazy("Take back")
    success = gettext_lazy("You can write on it again.")
    code, step = "status.submit", "recall"
    action = staticmethod(actions.recall)

    def success_url(self, result: Any) -> str:
        return reverse("portfolio:status_form", args=[self.object.project.code])


@page("reports/<int:pk>/correct/", name="portfolio:status_correct", may="project.view")
class ReportCorrect(ReportVerb):
    """Open the next edition of a published report."""

    title = gettext_lazy("Correct this report")
    submit_label = gettext_lazy("Open the next edition")
    success = gettext_lazy("The next edition is open; the published one stays until yours is published.")
    form_class = CorrectForm
    action = staticmethod(actions.correct)

    def prepare(self) -> None:
        super().prepare()
        if not can(self.user, "status.check", self.object):
            require(self.user, "status.write", self.object)

    def success_url(self, result: Any) -> str:
        writes = can(self.user, "status.write", self.object)
        return reverse("portfolio:status_form", args=[result.project.code]) if writes else result.get_absolute_url()
