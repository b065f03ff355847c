"""Status reports over REST."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from pmo.access.policy import can, require
from pmo.kernel import rag
from pmo.kernel.errors import Invalid, WrongState
from pmo.rest.bodies import Body, Note, Nothing
from pmo.rest.fields import Instant, Money, MoneyBody, Reason, Reference, Related
from pmo.rest.histories import WithHistory
from pmo.rest.viewsets import verb
from pmo.workflow import engine
from portfolio.projects.models import Phase, Project
from portfolio.status import actions, rules
from portfolio.status.models import DecisionNeeded, StatusReport, Trend
from portfolio.status.past import published_then, with_decisions_then
from portfolio.status.queries import open_report
from portfolio.status.tables import StatusReportFilters

DECLARABLE = [("", "–"), *((value, value) for value in rag.DECLARABLE)]


# --- representations ------------------------------------------------------------------------------------------------
class JudgementShape(serializers.Serializer[Any]):
    """One dimension."""

    value = serializers.CharField(allow_blank=True, default="")
    trend = serializers.CharField(allow_blank=True, default="")
    comment = serializers.CharField(allow_blank=True, default="")


class DecisionShape(serializers.Serializer[DecisionNeeded]):
    """A decision that the report asks for."""

    text = serializers.CharField()
    asked_of = serializers.CharField()
    needed_by = serializers.DateField()
    recommendation = serializers.CharField()


class StatusReportShape(serializers.Serializer[StatusReport]):
    """A status report; its figures are frozen once it is published."""

    id = serializers.IntegerField()
    project = Reference()
    number = serializers.IntegerField()
    edition = serializers.IntegerField()
    corrects = serializers.IntegerField(source="corrects_id", allow_null=True)
    correction_reason = serializers.CharField()
    state = serializers.CharField()
    origin = serializers.CharField()
    period_from = serializers.DateField(allow_null=True)
    as_of = serializers.DateField()
    due_on = serializers.DateField(allow_null=True)
    author = Reference()
    submitted_by = Reference()
    submitted_at = Instant(allow_null=True)
    published_by = Reference()
    published_at = Instant(allow_null=True)
    return_note = serializers.CharField()
    overall = serializers.CharField()
    overall_trend = serializers.CharField()
    overall_comment = serializers.CharField()
    rating_as_published = serializers.CharField()
    summary = serializers.CharField()
    dimensions = serializers.DictField(child=JudgementShape())
    confirmed = serializers.ListField(child=serializers.CharField())
    achievements = serializers.ListField()
    next_steps = serializers.ListField(child=serializers.CharField())
    decisions = DecisionShape(many=True)
    commentary = serializers.DictField()
    proposed = serializers.DictField()
    unchanged = serializers.IntegerField()
    phase = serializers.CharField()
    manager_name = serializers.CharField()
    sponsor_name = serializers.CharField()
    start = serializers.DateField(allow_null=True)
    finish_baseline = serializers.DateField(allow_null=True)
    finish_forecast = serializers.DateField(allow_null=True)
    currency = serializers.CharField()
    whole_life_cost = Money()
    whole_life_cost_reason = Reason()
    budget = Money()
    budget_reason = Reason()
    forecast = Money()
    forecast_reason = Reason()
    fiscal_year = serializers.CharField()
    version = serializers.IntegerField()
    created_at = Instant()
    updated_at = Instant()


# --- bodies ---------------------------------------------------------------------------------------------------------
class JudgementBody(Body):
    """What a person says about one dimension; what is left out stays as it is."""

    value = serializers.ChoiceField(choices=DECLARABLE, required=False, allow_blank=True)
    trend = serializers.ChoiceField(choices=Trend.choices, required=False, allow_blank=True)
    comment = serializers.CharField(required=False, allow_blank=True)


class DimensionsBody(Body):
    """The dimensions that are judged anew."""

    schedule = JudgementBody(required=False)
    cost = JudgementBody(required=False)
    scope = JudgementBody(required=False)
    resources = JudgementBody(required=False)
    risk = JudgementBody(required=False)
    quality = JudgementBody(required=False)
    benefits = JudgementBody(required=False)
    stakeholders = JudgementBody(required=False)


class DecisionBody(Body):
    """A decision that the report asks for."""

    text = serializers.CharField(max_length=300)
    asked_of = serializers.CharField(required=False, allow_blank=True, max_length=200)
    needed_by = serializers.DateField()
    recommendation = serializers.CharField(required=False, allow_blank=True, max_length=600)


class ProposedBody(Body):
    """Figures that the manager proposes; the project takes them when the report is published."""

    finish_forecast = serializers.DateField(required=False, allow_null=True)
    forecast = MoneyBody(required=False, allow_null=True)
    phase = serializers.ChoiceField(choices=Phase.choices, required=False, allow_blank=True)


class DraftBody(Body):
    """Everything that may be written into an open report."""

    as_of = serializers.DateField(required=False)
    overall = serializers.ChoiceField(choices=DECLARABLE, required=False, allow_blank=True)
    overall_trend = serializers.ChoiceField(choices=Trend.choices, required=False, allow_blank=True)
    overall_comment = serializers.CharField(required=False, allow_blank=True)
    summary = serializers.CharField(required=False, allow_blank=True)
    dimensions = DimensionsBody(required=False)
    confirmed = serializers.ListField(child=serializers.ChoiceField(choices=rag.DIMENSIONS), required=False)
    achievements = serializers.ListField(child=serializers.CharField(allow_blank=True), required=False)
    next_steps = serializers.ListField(child=serializers.CharField(allow_blank=True), required=False)
    decisions = DecisionBody(many=True, required=False)
    proposed = ProposedBody(required=False)


class StartBody(Body):
    """The project to report about."""

    project = Related(Project.objects.all())


class CorrectionBody(Body):
    """Why a published report is corrected."""

    reason = serializers.CharField(allow_blank=True, required=False, default="", max_length=2000)


def plain_proposal(changes: Mapping[str, Any], report: StatusReport) -> dict[str, Any]:
    """The changes with a proposed amount as a number; Invalid when it comes in another currency than the project's."""
    proposed = dict(changes.get("proposed") or {})
    given = proposed.get("forecast")
    if given is None:
        return dict(changes)
    if given["currency"] != report.project.currency:
        message = _("This project counts in %(currency)s.") % {"currency": report.project.currency}
        raise Invalid({"proposed.forecast": [message]})
    return {**changes, "proposed": {**proposed, "forecast": given["amount"]}}


# --- doors ----------------------------------------------------------------------------------------------------------
class StatusReportApi(WithHistory):
    """Status reports, addressed by id."""

    queryset = StatusReport.objects.select_related(
        "project", "author", "submitted_by", "published_by"
    ).prefetch_related("decisions")
    serializer_class = StatusReportShape
    view_code = "project.view"
    filters = StatusReportFilters
    keeps_history = True
    sorts: ClassVar[Mapping[str, str]] = {
        **{name: name for name in ("as_of", "number", "state", "overall", "due_on", "submitted_at", "published_at")},
        "project": "project__code",
    }
    default_sort = "-as_of,project"

    # --- the past -----------------------------------------------------------------------------------------------------
    def rows_then(self, instant: Any) -> QuerySet[Any]:
        """What was not published then stays for those who may see drafts, although it is published now."""
        return published_then(super().rows_then(instant), self.actor)

    def represent(self, found: Any, *, many: bool = False) -> Any:
        """Decisions are part of a report: those of the same instant are told."""
        if self.instant is not None:
            with_decisions_then(found if many else [found], self.instant)
        return super().represent(found, many=many)

    # --- writing ------------------------------------------------------------------------------------------------------
    @extend_schema(request=StartBody, responses={201: StatusReportShape, 200: StatusReportShape})
    def create(self, request: Request) -> Response:
        """Start the next report of a project, pre-filled from the last; 200 with the open one when there is one."""
        require(self.actor, "status.write")
        project = self.body(StartBody)["project"]
        known = open_report(project)
        report = actions.start(project.pk, actor=self.actor)
        return self.created(report, 200 if known is not None else 201)

    @extend_schema(request=DraftBody)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Keep what was written so far; incomplete is fine until it is submitted."""
        report = self.subject("status.write")
        actions.insist_editable(report)
        changes = plain_proposal(self.body(DraftBody, partial=True), report)
        return self.changed(actions.save_draft(report.pk, changes, actor=self.actor, version=report.version))

    def step(self, name: str) -> StatusReport:
        """The report, when the caller may take this step of its life now: 404, 403, 428, 412, 409 in this order."""
        report: StatusReport = self.get_object()
        engine.insist_permitted(report, name, actor=self.actor, flow=rules.FLOW)
        self.matched(report)
        engine.possible(report, name, flow=rules.FLOW)
        return report

    @verb("submit", body=Nothing)
    def submit(self, request: Request, pk: str) -> Response:
        """Hand the report to the PMO; everything that is missing is named at once."""
        report = self.step("submit")
        self.body(Nothing)
        return self.changed(actions.submit(report.pk, actor=self.actor, version=report.version))

    @verb("recall", body=Nothing)
    def recall(self, request: Request, pk: str) -> Response:
        """Take a submitted report back."""
        report = self.step("recall")
        self.body(Nothing)
        return self.changed(actions.recall(report.pk, actor=self.actor, version=report.version))

    @verb("return", body=Note)
    def send_back(self, request: Request, pk: str) -> Response:
        """Return a submitted report to its author with the reason."""
        report = self.step("return")
        note = self.body(Note)["note"]
        return self.changed(actions.send_back(report.pk, note, actor=self.actor, version=report.version))

    @verb("publish", body=Nothing)
    def publish(self, request: Request, pk: str) -> Response:
        """Publish a submitted report; tokens never may."""
        report = self.step("publish")
        self.body(Nothing)
        return self.changed(actions.publish(report.pk, actor=self.actor, version=report.version))

    @verb("correct", body=CorrectionBody, status=201)
    def correct(self, request: Request, pk: str) -> Response:
        """Open the next edition of a published report."""
        report = self.get_object()
        if not can(self.actor, "status.check", report):
            require(self.actor, "status.write", report)
        self.matched(report)
        if report.state != "published":
            raise WrongState(_("Only a published report can be corrected."))
        reason = self.body(CorrectionBody)["reason"]
        return self.created(actions.correct(report.pk, reason, actor=self.actor, version=report.version))
