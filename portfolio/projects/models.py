"""Portfolios, programmes and projects, with the latest published status on the project for fast lists."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pmo.access.policy import type_of_user, within
from pmo.audit.models import Versioned
from pmo.audit.tracking import tracked
from pmo.kernel.periods import next_due
from pmo.organisation.models import CURRENCY
from portfolio.projects.addressing import is_reserved
from portfolio.projects.rules.finish import slip_days

CODE = RegexValidator(
    r"^[A-Za-z0-9._-]{1,40}\Z", _("A code has 1 to 40 letters, digits, dots, dashes or underscores, without spaces.")
)

RESERVED = _("“%(code)s” is a word of our own addresses. Choose another code.")
UNAVAILABLE = _("This code is not available. Choose another one.")
"""Said of every code that is taken, whoever may see by what; some projects must not be known to exist."""


SHORT = 32


def label_of(short_name: str, name: str) -> str:
    """What a project is called where there is little room."""
    return short_name or (name if len(name) <= SHORT else f"{name[: SHORT - 1].rstrip()}…")


class Phase(models.TextChoices):
    IDEA = "idea", _("Idea")
    CHARTER = "charter", _("Charter")
    PLAN = "plan", _("Plan")
    DELIVER = "deliver", _("Deliver")
    CLOSE = "close", _("Close")


class Method(models.TextChoices):
    PREDICTIVE = "predictive", _("Predictive")
    AGILE = "agile", _("Agile")
    HYBRID = "hybrid", _("Hybrid")


class InvestmentClass(models.TextChoices):
    RUN = "run", _("Run")
    GROW = "grow", _("Grow")
    CHANGE = "change", pgettext_lazy("investment class", "Change")
    LEGAL = "legal", _("Legal")


class Lifecycle(models.TextChoices):
    ACTIVE = "active", _("Active")
    ON_HOLD = "on_hold", _("On hold")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")


class Cadence(models.TextChoices):
    WEEKLY = "weekly", _("Weekly")
    FORTNIGHTLY = "fortnightly", _("Every two weeks")
    MONTHLY = "monthly", _("Monthly")
    QUARTERLY = "quarterly", _("Quarterly")
    YEARLY = "yearly", _("Yearly")
    NONE = "none", _("No reports")


class Weekday(models.IntegerChoices):
    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")


OPEN_STATES = (Lifecycle.ACTIVE, Lifecycle.ON_HOLD)
OWES_REPORTS = Q(state=Lifecycle.ACTIVE) & ~Q(cadence=Cadence.NONE)


class ScopedQuerySet(models.QuerySet[Any]):
    """Every queryset here is cut to what a person may see."""

    def visible_to(self, user: type_of_user, code: str = "") -> Self:
        """Objects to which the person's permission reaches; `code` defaults to seeing them."""
        return self.filter(within(user, code or self.model.view_code, self.model))


class PortfolioQuerySet(ScopedQuerySet):
    pass


class ProjectQuerySet(ScopedQuerySet):
    def active(self) -> Self:
        """Projects that are being run or paused, not ended."""
        return self.filter(state__in=OPEN_STATES)

    def reporting(self) -> Self:
        """Projects that owe reports."""
        return self.filter(OWES_REPORTS)

    def with_parents(self) -> Self:
        """Everything a row of a list shows, in one query."""
        return self.select_related("portfolio", "programme", "unit", "manager", "sponsor")


@tracked()
class Portfolio(Versioned):
    """A set of programmes and projects that is decided upon together; portfolios may contain portfolios."""

    noun: ClassVar = "portfolio"
    view_code: ClassVar = "portfolio.view"

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[CODE])
    name = models.CharField(_("name"), max_length=160)
    description = models.TextField(_("description"), blank=True, validators=[MaxLengthValidator(20_000)])
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    manager = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="managed_portfolios",
        verbose_name=_("portfolio manager"),
    )
    unit = models.ForeignKey(
        "organisation.Unit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("unit"),
        related_name="portfolios",
    )
    custom = models.JSONField(_("custom fields"), default=dict, blank=True)

    objects = PortfolioQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("portfolio")
        verbose_name_plural = _("portfolios")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("portfolio:portfolio", args=[self.code])

    def clean(self) -> None:
        ancestor = self.parent
        while ancestor is not None:
            if ancestor.pk == self.pk:
                raise ValidationError({"parent": _("This would make the tree of portfolios a ring.")})
            ancestor = ancestor.parent


@tracked()
class Programme(Versioned):
    """Projects of one portfolio that serve one outcome together."""

    noun: ClassVar = "portfolio"
    view_code: ClassVar = "portfolio.view"

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[CODE])
    name = models.CharField(_("name"), max_length=160)
    description = models.TextField(_("description"), blank=True, validators=[MaxLengthValidator(20_000)])
    portfolio = models.ForeignKey(
        Portfolio, on_delete=models.PROTECT, related_name="programmes", verbose_name=_("portfolio")
    )
    manager = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="managed_programmes",
        verbose_name=_("programme manager"),
    )
    custom = models.JSONField(_("custom fields"), default=dict, blank=True)

    objects = PortfolioQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("portfolio:programme", args=[self.code])


@tracked()
class Project(Versioned):
    """A project: who runs it, what it promises, what it costs, and how it was last reported to be.

    Money is in units of `currency`. `budget` and `forecast` are those of the fiscal year `fiscal_year`.
    A figure that is not there has its reason in `absent` ({"whole_life_cost": "Exempt under …"}); it is never zero.
    """

    noun: ClassVar = "project"
    view_code: ClassVar = "project.view"
    quiet_fields: ClassVar = frozenset(
        {"status_trend", "status_published_at", "status_dimensions", "status_strip", "status_unchanged"}
    )
    """What a history in words leaves out, because the reports themselves tell it."""

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[CODE])
    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=SHORT, blank=True)
    description = models.TextField(_("description"), blank=True, validators=[MaxLengthValidator(20_000)])
    portfolio = models.ForeignKey(
        Portfolio, on_delete=models.PROTECT, related_name="projects", verbose_name=_("portfolio")
    )
    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, null=True, blank=True, related_name="projects", verbose_name=_("programme")
    )
    unit = models.ForeignKey(
        "organisation.Unit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="projects",
        verbose_name=_("unit"),
    )
    manager = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="managed_projects",
        verbose_name=_("project manager"),
    )
    sponsor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="sponsored_projects",
        verbose_name=_("sponsor"),
    )
    investment_class = models.CharField(_("class"), max_length=12, choices=InvestmentClass, blank=True)
    category = models.CharField(_("category"), max_length=80, blank=True)
    method = models.CharField(_("method"), max_length=12, choices=Method, blank=True)
    phase = models.CharField(_("phase"), max_length=12, choices=Phase, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=Lifecycle, default=Lifecycle.ACTIVE)
    tags = ArrayField(models.CharField(max_length=40), default=list, blank=True, verbose_name=_("tags"))
    confidential = models.BooleanField(_("confidential"), default=False)

    start_baseline = models.DateField(_("start, baseline"), null=True, blank=True)
    start_forecast = models.DateField(_("start, forecast"), null=True, blank=True)
    start_actual = models.DateField(_("start, actual"), null=True, blank=True)
    finish_baseline = models.DateField(_("finish, baseline"), null=True, blank=True)
    finish_forecast = models.DateField(_("finish, forecast"), null=True, blank=True)
    finish_actual = models.DateField(_("finish, actual"), null=True, blank=True)

    currency = models.CharField(_("currency"), max_length=3, default="EUR", validators=[CURRENCY])
    whole_life_cost = models.DecimalField(_("whole-life cost"), max_digits=18, decimal_places=2, null=True, blank=True)
    budget = models.DecimalField(_("budget of the year"), max_digits=18, decimal_places=2, null=True, blank=True)
    forecast = models.DecimalField(_("forecast of the year"), max_digits=18, decimal_places=2, null=True, blank=True)
    fiscal_year = models.CharField(_("fiscal year"), max_length=9, blank=True)
    absent = models.JSONField(_("absent figures"), default=dict, blank=True)
    custom = models.JSONField(_("custom fields"), default=dict, blank=True)

    cadence = models.CharField(_("report cadence"), max_length=12, choices=Cadence, default=Cadence.MONTHLY)
    report_weekday = models.PositiveSmallIntegerField(
        _("reports are due on"),
        choices=Weekday,
        default=Weekday.FRIDAY,
        validators=[MinValueValidator(0), MaxValueValidator(6)],
    )

    # The latest published report, kept here by `portfolio.status` so that a list needs no join.
    report_due_on = models.DateField(_("next report due"), null=True, blank=True, editable=False)
    status_overall = models.CharField(_("status"), max_length=12, blank=True, editable=False)
    status_trend = models.CharField(_("trend"), max_length=5, blank=True, editable=False)
    status_as_of = models.DateField(_("status as of"), null=True, editable=False)
    status_published_at = models.DateTimeField(_("status published"), null=True, editable=False)
    status_dimensions = models.JSONField(default=dict, editable=False)
    status_strip = models.JSONField(default=list, editable=False)
    status_unchanged = models.PositiveSmallIntegerField(_("unchanged reports in a row"), default=0, editable=False)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        constraints = [
            models.UniqueConstraint(
                Upper("code"), name="project_code_ignores_case", violation_error_message=_("This code is taken.")
            ),
            models.CheckConstraint(
                condition=Q(start_baseline=None)
                | Q(finish_baseline=None)
                | Q(start_baseline__lte=F("finish_baseline")),
                name="baseline_starts_before_it_ends",
                violation_error_message=_("The baseline start must not be after the baseline finish."),
            ),
        ]
        indexes = [
            models.Index(fields=["state", "status_overall"], name="project_by_status"),
            models.Index(fields=["report_due_on"], name="project_by_report_due"),
            GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="project_name_trigrams"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("portfolio:project", args=[self.code])

    @property
    def label(self) -> str:
        """The short name for charts and narrow columns."""
        return label_of(self.short_name, self.name)

    @property
    def slip_days(self) -> int | None:
        """Days by which the finish, actual or forecast, is later than its baseline; None when either is unknown."""
        return slip_days(self.finish_baseline, self.finish_actual or self.finish_forecast)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    def due_after(self, day: date) -> date | None:
        """When the report that follows one of that business date falls due; None when none is asked for."""
        return next_due(day, self.cadence, self.report_weekday)

    def due_anew(self, changes: Mapping[str, Any], today: date) -> dict[str, date | None]:
        """The due date where changes touch the rhythm: from the last report on, or from today when none was owed."""
        cadence, weekday = (changes.get(name, getattr(self, name)) for name in ("cadence", "report_weekday"))
        if (cadence, weekday) == (self.cadence, self.report_weekday):
            return {}
        since = self.status_as_of if self.cadence != Cadence.NONE else None
        return {"report_due_on": next_due(since or today, cadence, weekday)}

    @property
    def owes_reports(self) -> bool:
        return self.state == Lifecycle.ACTIVE and self.cadence != Cadence.NONE

    def clean(self) -> None:
        if self._state.adding and is_reserved(self.code, "projects"):
            raise ValidationError({"code": RESERVED % {"code": self.code}})
        if self.programme is not None and self.programme.portfolio_id != self.portfolio_id:
            raise ValidationError({"programme": _("This programme belongs to another portfolio.")})


@tracked()
class ProjectKey(Versioned):
    """The name of a project in another system, such as its id in a published register or a former code."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="keys")
    source = models.CharField(_("source"), max_length=40)
    key = models.CharField(_("key"), max_length=200)

    class Meta:
        verbose_name = _("foreign key of a project")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "key"],
                name="one_project_per_foreign_key",
                violation_error_message=_("Another project bears this key already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.source}:{self.key}"
