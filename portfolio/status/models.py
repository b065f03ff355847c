"""Status reports with their judgements, words and frozen figures, and the decisions they ask for."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pmo.access.policy import type_of_user, within
from pmo.audit.models import Versioned
from pmo.audit.tracking import event_model_of, tracked
from pmo.kernel import rag
from portfolio.projects.models import Phase, Project

SUMMARY_LENGTH = 600
TEXT_LENGTH = 20_000


class ReportState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    RETURNED = "returned", _("Returned")
    PUBLISHED = "published", _("Published")
    SUPERSEDED = "superseded", _("Superseded")


OPEN_STATES = (ReportState.DRAFT, ReportState.SUBMITTED, ReportState.RETURNED)
PUBLIC_STATES = (ReportState.PUBLISHED, ReportState.SUPERSEDED)


class Origin(models.TextChoices):
    ENTERED = "entered", _("Entered")
    IMPORT = "import", _("Imported")


class Status(models.TextChoices):
    GREEN = rag.GREEN, _("On track")
    AMBER_GREEN = rag.AMBER_GREEN, _("Amber/Green")
    AMBER = rag.AMBER, _("At risk")
    AMBER_RED = rag.AMBER_RED, _("Amber/Red")
    RED = rag.RED, _("Off track")
    BLUE = rag.BLUE, _("Complete")
    GREY = rag.GREY, _("On hold")
    EXEMPT = rag.EXEMPT, _("Exempt")


class Trend(models.TextChoices):
    UP = "up", _("Better")
    SAME = "same", _("Unchanged")
    DOWN = "down", _("Worse")


DIMENSION_LABELS = {
    "schedule": _("Schedule"),
    "cost": _("Cost"),
    "scope": _("Scope"),
    "resources": _("Resources"),
    "risk": _("Risk"),
    "quality": _("Quality"),
    "benefits": _("Benefits"),
    "stakeholders": _("Stakeholders"),
}


class StatusReportQuerySet(models.QuerySet["StatusReport"]):
    def visible_to(self, user: type_of_user) -> StatusReportQuerySet:
        """Published reports of visible projects; unpublished ones where drafts may be seen."""
        mine = Project.objects.filter(pk=OuterRef("project"))
        seen = Exists(mine.filter(within(user, "project.view", Project)))
        drafts = Exists(mine.filter(within(user, "status.view_draft", Project)))
        return self.filter((Q(state__in=PUBLIC_STATES) & Q(seen)) | Q(drafts))

    def published(self) -> StatusReportQuerySet:
        """The edition in force of every published report."""
        return self.filter(state=ReportState.PUBLISHED)

    def open(self) -> StatusReportQuerySet:
        return self.filter(state__in=OPEN_STATES)


@tracked()
class StatusReport(Versioned):
    """One report about one project at one business date (`as_of`).

    `dimensions` is {"schedule": {"value": "amber", "trend": "down", "comment": "…"}} for the eight dimensions of
    the house. The figures below are the project's at that date: live until submission, frozen when published;
    `proposed` holds those that the manager changed in the report, which reach the project with its publication.
    """

    noun: ClassVar = "status"

    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, related_name="reports", verbose_name=_("project"), db_index=False
    )
    number = models.PositiveIntegerField(_("number"), editable=False)
    edition = models.PositiveSmallIntegerField(_("edition"), default=1, editable=False)
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections", verbose_name=_("corrects")
    )
    correction_reason = models.TextField(_("reason of the correction"), blank=True)
    state = models.CharField(_("state"), max_length=12, choices=ReportState, default=ReportState.DRAFT, editable=False)
    origin = models.CharField(_("origin"), max_length=8, choices=Origin, default=Origin.ENTERED, editable=False)
    period_from = models.DateField(_("period from"), null=True, blank=True)
    as_of = models.DateField(_("as of"))
    due_on = models.DateField(_("due"), null=True, blank=True, editable=False)

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("author"), editable=False
    )
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    submitted_at = models.DateTimeField(_("submitted"), null=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    published_at = models.DateTimeField(_("published"), null=True, editable=False)
    return_note = models.TextField(_("comment of the PMO"), blank=True, editable=False)

    overall = models.CharField(_("overall"), max_length=12, choices=Status, blank=True)
    overall_trend = models.CharField(_("trend"), max_length=5, choices=Trend, blank=True)
    overall_comment = models.TextField(_("comment"), blank=True, validators=[MaxLengthValidator(TEXT_LENGTH)])
    rating_as_published = models.CharField(_("rating as published"), max_length=200, blank=True)
    summary = models.TextField(_("summary"), blank=True)
    dimensions = models.JSONField(_("dimensions"), default=dict, blank=True)
    confirmed = models.JSONField(_("confirmed as unchanged"), default=list, blank=True)
    achievements = models.JSONField(_("achievements"), default=list, blank=True)
    next_steps = models.JSONField(_("next steps"), default=list, blank=True)
    commentary = models.JSONField(_("commentary"), default=dict, blank=True)
    proposed = models.JSONField(_("proposed figures"), default=dict, blank=True)
    unchanged = models.PositiveSmallIntegerField(_("unchanged reports in a row"), default=0, editable=False)

    phase = models.CharField(_("phase"), max_length=12, choices=Phase, blank=True)
    manager_name = models.CharField(_("project manager"), max_length=200, blank=True)
    sponsor_name = models.CharField(_("sponsor"), max_length=200, blank=True)
    start = models.DateField(_("start"), null=True, blank=True)
    finish_baseline = models.DateField(_("finish, baseline"), null=True, blank=True)
    finish_forecast = models.DateField(_("finish, forecast"), null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    whole_life_cost = models.DecimalField(_("whole-life cost"), max_digits=18, decimal_places=2, null=True, blank=True)
    budget = models.DecimalField(_("budget of the year"), max_digits=18, decimal_places=2, null=True, blank=True)
    forecast = models.DecimalField(_("forecast of the year"), max_digits=18, decimal_places=2, null=True, blank=True)
    fiscal_year = models.CharField(_("fiscal year"), max_length=9, blank=True)
    absent = models.JSONField(_("absent figures"), default=dict, blank=True)

    objects = StatusReportQuerySet.as_manager()

    class Meta:
        ordering = ["-as_of", "-number", "-edition"]
        verbose_name = _("status report")
        verbose_name_plural = _("status reports")
        constraints = [
            models.UniqueConstraint(fields=["project", "number", "edition"], name="one_report_per_number_and_edition"),
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(state__in=["draft", "submitted", "returned"]),
                name="one_open_report_per_project",
                violation_error_message=_("This project has an open report already."),
            ),
            models.UniqueConstraint(
                fields=["project", "as_of"],
                condition=Q(state="published"),
                name="one_published_report_per_date",
                violation_error_message=_("A report for this date is published already; correct that one."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["project", "-as_of", "-id"],
                include=[
                    "overall",
                    "finish_baseline",
                    "finish_forecast",
                    "whole_life_cost",
                    "budget",
                    "forecast",
                    "currency",
                    "phase",
                ],
                condition=Q(state="published"),
                name="report_readings",
            ),
            models.Index(F("as_of").desc(nulls_last=True), condition=Q(state="published"), name="report_newest_first"),
            models.Index(fields=["as_of"], condition=Q(state="published"), name="report_by_date"),
            # Serves the foreign key too; the tabs of a list are counted from it alone.
            models.Index(fields=["project", "state"], name="report_by_project_and_state"),
        ]

    def __str__(self) -> str:
        return str(_("Report %(number)s of %(project)s") % {"number": self.number, "project": self.project.code})

    def get_absolute_url(self) -> str:
        return reverse("portfolio:status_report", args=[self.pk])

    @property
    def scope_subject(self) -> Project:
        """Rights on a report are those on its project."""
        return self.project

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def writer_ids(self) -> set[int]:
        """Everybody who wrote on this edition, whoever opened it, or for whom it was written; read from its history."""
        events = event_model_of(StatusReport)._default_manager.filter(pgh_obj_id=self.pk)
        written = events.filter(pgh_context__metadata__verb="status.write")
        people = written.values_list("pgh_context__metadata__actor", "pgh_context__metadata__on_behalf_of")
        return {pk for pair in people for pk in pair if pk is not None}

    def judgement(self, dimension: str) -> dict[str, Any]:
        """Value, trend and comment of a dimension; blanks when not reported."""
        return {"value": "", "trend": "", "comment": "", **self.dimensions.get(dimension, {})}


@tracked()
class DecisionNeeded(Versioned):
    """A decision that a report asks for, from whom and until when."""

    noun: ClassVar = "status"

    report = models.ForeignKey(StatusReport, on_delete=models.CASCADE, related_name="decisions")
    text = models.CharField(_("decision"), max_length=300)
    asked_of = models.CharField(_("from"), max_length=200, blank=True)
    needed_by = models.DateField(_("needed by"))
    recommendation = models.CharField(_("recommendation"), max_length=600, blank=True)

    class Meta:
        ordering = ["needed_by", "id"]
        verbose_name = _("decision needed")

    def __str__(self) -> str:
        return self.text

    @property
    def scope_subject(self) -> Project:
        return self.report.project
