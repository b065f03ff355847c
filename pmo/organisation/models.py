"""The organisation's settings, units, people's places in them, and number prefixes."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from pmo.access import preferences
from pmo.access.preferences import check_time_zone
from pmo.audit.models import Versioned
from pmo.audit.tracking import tracked
from pmo.kernel.limits import Limits
from pmo.kernel.periods import FiscalCalendar
from pmo.organisation.retention import KEEPINGS, check_retention
from pmo.organisation.rules import colours

CURRENCY = RegexValidator(r"^[A-Z]{3}$", _("A currency is three capital letters such as EUR (ISO 4217)."))


SMALLEST_RATE = Decimal("0.00000001")
ONE_LINE = RegexValidator(r"^[^\r\n<>\"]*$", _("Write one line without quotation marks and angle brackets."))
ACCENT, ACCENT_DARK = "#1d5fa8", "#2a6cb5"


def check_accent(colour: str) -> None:
    """Refuse a colour on which white letters cannot be read, and offer the nearest on which they can."""
    if not colours.is_colour(colour):
        raise ValidationError(_("A colour is written as in #1d5fa8."))
    if not colours.carries_white(colour):
        raise ValidationError(
            _(
                "White letters on %(colour)s have a contrast of %(ratio)s : 1; at least 4.5 : 1 is needed. "
                "%(offer)s is the nearest colour that has it."
            ),
            params={
                "colour": colour,
                "ratio": preferences.number(round(colours.contrast_to_white(colour), 1), 1),
                "offer": colours.nearest_carrying_white(colour),
            },
        )


@tracked()
class Organisation(Versioned):
    """The one organisation of this installation."""

    noun: ClassVar = "settings"

    name = models.CharField(_("name"), max_length=120, default="Organisation")
    currency = models.CharField(_("currency"), max_length=3, default="EUR", validators=[CURRENCY])
    time_zone = models.CharField(_("time zone"), max_length=64, default="Europe/London", validators=[check_time_zone])
    fiscal_start_month = models.PositiveSmallIntegerField(
        _("first month of the fiscal year"), default=1, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    report_grace_days = models.PositiveSmallIntegerField(
        _("days after which a due report is late"), default=0, validators=[MaxValueValidator(60)]
    )
    report_remind_days = models.PositiveSmallIntegerField(
        _("days before the due date when a report is announced"), default=2, validators=[MaxValueValidator(30)]
    )
    report_chase_days = models.PositiveSmallIntegerField(
        _("days after the due date when a report is asked for again"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(30)],
    )
    report_escalate_days = models.PositiveSmallIntegerField(
        _("days after the due date when the portfolio manager is told"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
    )
    unchanged_reports = models.PositiveSmallIntegerField(
        _("unchanged reports in a row that the PMO is shown"), default=3, validators=[MinValueValidator(2)]
    )
    cost_amber_percent = models.DecimalField(
        _("cost overrun that is at risk, %"), max_digits=5, decimal_places=1, default=5
    )
    cost_red_percent = models.DecimalField(
        _("cost overrun that is off track, %"), max_digits=5, decimal_places=1, default=10
    )
    slip_amber_days = models.PositiveSmallIntegerField(_("slip that is at risk, days"), default=15)
    slip_red_days = models.PositiveSmallIntegerField(_("slip that is off track, days"), default=60)
    mail_sender = models.CharField(_("name of the sender of mail"), max_length=80, blank=True, validators=[ONE_LINE])
    mail_reply_to = models.EmailField(_("address that answers to mail go to"), blank=True)
    mail_footer = models.CharField(_("last line of every mail"), max_length=300, blank=True)
    accent = models.CharField(_("colour of buttons by day"), max_length=7, default=ACCENT, validators=[check_accent])
    accent_dark = models.CharField(
        _("colour of buttons by night"), max_length=7, default=ACCENT_DARK, validators=[check_accent]
    )
    retention = models.JSONField(_("days of retention"), default=dict, blank=True, validators=[check_retention])

    class Meta:
        verbose_name = _("organisation")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="one_organisation"),
            models.CheckConstraint(
                condition=Q(cost_amber_percent__lte=models.F("cost_red_percent")),
                name="cost_amber_before_red",
                violation_error_message=_("At risk must begin before off track: cost overrun."),
            ),
            models.CheckConstraint(
                condition=Q(slip_amber_days__lte=models.F("slip_red_days")),
                name="slip_amber_before_red",
                violation_error_message=_("At risk must begin before off track: slip."),
            ),
            models.CheckConstraint(
                condition=Q(report_chase_days__lt=models.F("report_escalate_days")),
                name="report_chase_before_escalation",
                violation_error_message=_("A report is asked for again before the portfolio manager is told."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def fiscal_calendar(self) -> FiscalCalendar:
        return FiscalCalendar(self.fiscal_start_month)

    @property
    def limits(self) -> Limits:
        """The thresholds of cost and schedule, for every figure that is coloured or judged by them."""
        return Limits(
            Decimal(self.cost_amber_percent), Decimal(self.cost_red_percent), self.slip_amber_days, self.slip_red_days
        )

    @classmethod
    def current(cls) -> Organisation:
        """The settings in force; defaults when nobody has set anything yet."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)

    @classmethod
    def with_logo(cls) -> Organisation:
        """The settings in force with the measures of the logo, which the frame of every page shows; one query."""
        logo = Subquery(Logo.objects.order_by().values(measures=Logo.MEASURES)[:1])
        return cls.objects.filter(pk=1).annotate(logo=logo).first() or cls(pk=1)

    @cached_property
    def logo(self) -> Mapping[str, Any] | None:
        """Width, height and digest of the logo; asked for when they did not come along."""
        return Logo.objects.values_list(Logo.MEASURES, flat=True).first()


@tracked()
class Unit(Versioned):
    """A department or team in the organisation's tree."""

    noun: ClassVar = "settings"

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=160)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    retired_on = models.DateField(_("retired on"), null=True, blank=True, editable=False)

    class Meta:
        ordering = ["name"]
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        constraints = [
            models.CheckConstraint(
                condition=~Q(parent=models.F("pk")),
                name="a_unit_is_not_its_own_parent",
                violation_error_message=_("A unit cannot be its own parent."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        ancestor = self.parent
        while ancestor is not None:
            if ancestor.pk == self.pk:
                raise ValidationError({"parent": _("This would make the tree of units a ring.")})
            ancestor = ancestor.parent


@tracked()
class Placement(Versioned):
    """The unit in which a person works."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="placement")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="placements")

    class Meta:
        verbose_name = _("place in the organisation")

    def __str__(self) -> str:
        return f"{self.user}: {self.unit}"


@tracked()
class NumberPrefix(Versioned):
    """How numbers of one kind of object look, and which comes next."""

    noun: ClassVar = "settings"

    kind = models.CharField(_("kind"), max_length=40, unique=True)
    prefix = models.CharField(
        _("prefix"),
        max_length=12,
        validators=[RegexValidator(r"^[A-Za-z0-9._-]+$", _("Only letters, digits, dot, dash and underscore."))],
    )
    width = models.PositiveSmallIntegerField(
        _("digits"), default=4, validators=[MinValueValidator(1), MaxValueValidator(8)]
    )
    next_number = models.PositiveIntegerField(_("next number"), default=1)

    class Meta:
        verbose_name = _("number prefix")

    def __str__(self) -> str:
        return f"{self.prefix}{self.next_number:0{self.width}d}"


@tracked()
class ExchangeRate(Versioned):
    """What one unit of a currency is worth in another from a day on, until a later rate of the same pair."""

    noun: ClassVar = "settings"

    base = models.CharField(_("currency"), max_length=3, validators=[CURRENCY])
    quote = models.CharField(_("is worth in"), max_length=3, validators=[CURRENCY])
    valid_on = models.DateField(_("from"))
    rate = models.DecimalField(
        _("rate"), max_digits=18, decimal_places=8, validators=[MinValueValidator(SMALLEST_RATE)]
    )
    source = models.CharField(_("source"), max_length=120, blank=True)

    class Meta:
        ordering = ["-valid_on", "base", "quote"]
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        constraints = [
            models.UniqueConstraint(
                fields=["base", "quote", "valid_on"],
                name="one_rate_per_pair_and_day",
                violation_error_message=_("There is a rate of these two currencies from this day on; change that one."),
            ),
            models.CheckConstraint(
                condition=~Q(base=models.F("quote")),
                name="a_rate_has_two_currencies",
                violation_error_message=_("Name two different currencies."),
            ),
            models.CheckConstraint(
                condition=Q(rate__gt=0), name="a_rate_is_positive", violation_error_message=_("A rate is above zero.")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.base}/{self.quote} {self.valid_on:%Y-%m-%d}"


class Logo(models.Model):
    """The organisation's picture, drawn anew from its pixels; acts on it are kept as records."""

    MEASURES: ClassVar = JSONObject(width="width", height="height", sha256="sha256")

    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("logo")
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_logo")]

    def __str__(self) -> str:
        return self.sha256[:12]


class Sweep(models.Model):
    """One removal of what was kept long enough: that of a day, or one that somebody asked for, and how many went."""

    day = models.DateField(null=True, unique=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    started = models.BooleanField(default=False)
    moved_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)
    removed = models.JSONField(default=dict)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("removal of old records")

    def __str__(self) -> str:
        return f"{timezone.localdate(self.moved_at).isoformat()}"

    @property
    def rows(self) -> list[tuple[str, int]]:
        """How many of each kind went, by its name."""
        return [(KEEPINGS.label_of(kind), count) for kind, count in self.removed.items()]

    @property
    def total(self) -> int:
        return sum(self.removed.values())

    @staticmethod
    def label_in_history(kind: str) -> str:
        """A record of a sweep names kinds, which are no fields."""
        return KEEPINGS.label_of(kind)
