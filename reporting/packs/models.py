"""Packs with their scope and audience, and each making of one with its figures, its file and its proof."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar, Final, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pmo.access.policy import type_of_user, within
from pmo.audit.models import Versioned
from pmo.audit.tracking import tracked
from portfolio.projects.models import Portfolio, Programme
from reporting.packs.rules import design
from reporting.packs.rules.design import Design

LEASE: Final = timedelta(seconds=60)
ATTEMPTS: Final = 3


class PackQuerySet(models.QuerySet["Pack"]):
    def visible_to(self, user: type_of_user, code: str = "pack.view") -> Self:
        """Packs whose scope the permission reaches; to read, also those addressed to the person."""
        return self.filter(within(user, code, Pack))

    def with_scope(self) -> Self:
        return self.select_related("portfolio", "programme", "unit")


@tracked()
class Pack(Versioned):
    """A report about one portfolio, programme or unit, or about everything, for a stated audience.

    It counts only projects that every recipient may see.
    """

    noun: ClassVar = "pack"

    class Language(models.TextChoices):
        ENGLISH = "en-gb", _("English (United Kingdom)")
        AMERICAN = "en-us", _("English (United States)")
        GERMAN = "de", _("German")

    name = models.CharField(_("title"), max_length=80)
    portfolio = models.ForeignKey(
        Portfolio, on_delete=models.PROTECT, null=True, blank=True, related_name="packs", verbose_name=_("portfolio")
    )
    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, null=True, blank=True, related_name="packs", verbose_name=_("programme")
    )
    unit = models.ForeignKey(
        "organisation.Unit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="packs",
        verbose_name=_("unit"),
    )
    language = models.CharField(_("language"), max_length=5, choices=Language, default=Language.ENGLISH)
    recipients = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="packs", verbose_name=_("recipients")
    )
    sections = ArrayField(
        models.CharField(max_length=40),
        default=list,
        blank=True,
        verbose_name=_("sections"),
        help_text=_("None chosen means all."),
    )
    """Language and sections are those of the latest version of the template."""
    link_only = models.BooleanField(
        _("mail only a link"), default=False, help_text=_("For confidential portfolios: no figures in the mail.")
    )

    objects = PackQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        verbose_name = _("pack")
        verbose_name_plural = _("packs")
        constraints = [
            models.CheckConstraint(
                condition=(Q(portfolio=None) | Q(programme=None))
                & (Q(portfolio=None) | Q(unit=None))
                & (Q(programme=None) | Q(unit=None)),
                name="a_pack_has_one_scope",
                violation_error_message=_("Choose a portfolio, a programme or a unit, not several of them."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("reporting:pack", args=[self.pk])

    @property
    def scope(self) -> Any:
        """The portfolio, programme or unit reported on; None means everything."""
        return self.portfolio or self.programme or self.unit

    @property
    def scope_kind(self) -> str:
        for kind in ("portfolio", "programme", "unit"):
            if getattr(self, f"{kind}_id") is not None:
                return kind
        return "everything"


class PackTemplateQuerySet(models.QuerySet["PackTemplate"]):
    def visible_to(self, user: type_of_user) -> Self:
        """Versions of packs that the person may edit."""
        return self.filter(pack__in=Pack.objects.visible_to(user, "pack.edit"))


@tracked()
class PackTemplate(Versioned):
    """One version of what a pack looks like and says; once an edition was printed with it, it stays as it is.

    The latest number is in force. `version` grows from one to the next, so a stale form is told from a fresh one.
    """

    noun: ClassVar = "pack"

    class OnePagers(models.TextChoices):
        ATTENTION = design.ATTENTION, _("Red and amber projects")
        RED = design.RED, _("Red projects")
        CHOSEN = design.CHOSEN, _("The projects named below")
        NONE = design.NONE, _("No project")

    pack = models.ForeignKey(Pack, on_delete=models.PROTECT, related_name="templates", verbose_name=_("pack"))
    number = models.PositiveIntegerField(_("version"))
    language = models.CharField(_("language"), max_length=5, choices=Pack.Language, default=Pack.Language.ENGLISH)
    title = models.CharField(
        _("title on the cover"), max_length=80, blank=True, help_text=_("Left empty: the title of the pack.")
    )
    audience = models.CharField(
        _("audience"), max_length=120, blank=True, help_text=_("Printed on the cover, as in “Steering committee”.")
    )
    introduction = models.TextField(_("introduction"), max_length=design.LONGEST_INTRODUCTION, blank=True)
    sections = ArrayField(models.CharField(max_length=40), default=list, blank=True, verbose_name=_("sections"))
    logo = models.BooleanField(_("print the logo"), default=True)
    accent = models.CharField(
        _("accent"), max_length=7, blank=True, help_text=_("A dark colour as in #0f2f57. Left empty: the house's navy.")
    )
    one_pagers = models.CharField(
        _("pages of their own for"), max_length=9, choices=OnePagers, default=OnePagers.ATTENTION
    )
    chosen = ArrayField(models.BigIntegerField(), default=list, blank=True, verbose_name=_("projects with a page"))
    most_one_pagers = models.PositiveSmallIntegerField(
        _("at most"),
        default=design.MOST_ONE_PAGERS,
        validators=[MinValueValidator(1), MaxValueValidator(500)],
        help_text=_("The worst come first; the others stand in the health table."),
    )
    custom_fields = models.BooleanField(_("print the custom fields that are meant for packs"), default=True)
    restored_from = models.PositiveIntegerField(_("restored from"), null=True, editable=False)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False, verbose_name=_("saved by")
    )
    used_at = models.DateTimeField(_("first used"), null=True, editable=False)

    objects = PackTemplateQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        verbose_name = _("template of a pack")
        verbose_name_plural = _("templates of packs")
        constraints = [
            models.UniqueConstraint(
                fields=["pack", "number"],
                name="one_pack_template_per_number",
                violation_error_message=_("This version exists already."),
            ),
            models.CheckConstraint(
                condition=Q(accent="") | Q(accent__regex=r"^#[0-9a-f]{6}$"),
                name="an_accent_is_a_colour",
                violation_error_message=_("Write the colour as # and six hexadecimal digits, as in #0f2f57."),
            ),
        ]

    def __str__(self) -> str:
        return _("%(pack)s, template version %(number)s") % {"pack": self.pack.name, "number": self.number}

    def get_absolute_url(self) -> str:
        return reverse("reporting:pack_template_version", args=[self.pack_id, self.number])

    @property
    def scope_subject(self) -> Pack:
        """Rights on a template are those on its pack."""
        return self.pack

    @property
    def design(self) -> Design:
        """What the version decides, for the rules; lists as tuples."""
        values: dict[str, Any] = {name: getattr(self, name) for name in Design.__dataclass_fields__}
        return Design(**values | {name: tuple(value) for name, value in values.items() if isinstance(value, list)})


class PackRunQuerySet(models.QuerySet["PackRun"]):
    def editions(self) -> Self:
        """Without previews of templates."""
        return self.filter(preview=False)

    def visible_to(self, user: type_of_user) -> Self:
        """Runs of visible packs; drafts and previews only for those who may have packs made."""
        shown = self.filter(pack__in=Pack.objects.visible_to(user))
        makers = Pack.objects.visible_to(user, "pack.run")
        return shown.filter(Q(published=True) | Q(pack__in=makers))


@tracked(exclude=["figures", "earlier", "progress", "stage", "lease_until"])
class PackRun(models.Model):
    """One making of a pack: requested or scheduled, claimed by one worker at a time, kept with figures and hashes.

    `token` fences: it grows with every claim, and only the worker that holds the latest may finish the run.
    """

    noun: ClassVar = "pack"

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    pack = models.ForeignKey(Pack, on_delete=models.PROTECT, related_name="runs", verbose_name=_("pack"))
    schedule = models.ForeignKey(
        "reporting.PackSchedule",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="runs",
        verbose_name=_("schedule"),
    )
    slot = models.DateTimeField(_("slot"), null=True, blank=True, editable=False)
    at = models.DateField(_("business date"))
    published = models.BooleanField(_("published"), default=True)
    preview = models.BooleanField(_("preview"), default=False, editable=False)
    template = models.ForeignKey(
        PackTemplate,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="runs",
        verbose_name=_("template version"),
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("requested by")
    )
    requested_at = models.DateTimeField(_("requested"))

    state = models.CharField(_("state"), max_length=8, choices=State, default=State.QUEUED, editable=False)
    progress = models.PositiveSmallIntegerField(_("progress, %"), default=0, editable=False)
    stage = models.CharField(_("stage"), max_length=40, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)
    token = models.PositiveIntegerField(default=0, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    error = models.CharField(_("error"), max_length=300, blank=True, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, editable=False)

    number = models.PositiveIntegerField(_("edition"), null=True, editable=False)
    as_of = models.DateTimeField(_("figures read"), null=True, editable=False)
    compared_with = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, editable=False, related_name="+")
    figures = models.JSONField(default=dict, editable=False)
    earlier = models.JSONField(default=dict, editable=False, help_text=_("Compared with, when there was no run."))
    counted = models.PositiveIntegerField(_("projects counted"), null=True, editable=False)
    of = models.PositiveIntegerField(_("projects in scope"), null=True, editable=False)
    data_sha256 = models.CharField(_("data hash"), max_length=64, blank=True, editable=False)
    file = models.CharField(_("file"), max_length=200, blank=True, editable=False)
    sha256 = models.CharField(_("file hash"), max_length=64, blank=True, editable=False)
    pages = models.PositiveIntegerField(_("pages"), null=True, editable=False)
    size = models.PositiveIntegerField(_("bytes"), null=True, editable=False)

    objects = PackRunQuerySet.as_manager()

    class Meta:
        ordering = ["-requested_at", "-id"]
        verbose_name = _("pack run")
        verbose_name_plural = _("pack runs")
        constraints = [
            models.UniqueConstraint(
                fields=["schedule", "slot"],
                name="one_run_per_schedule_and_slot",
                violation_error_message=_("This slot has its run already."),
            ),
            models.UniqueConstraint(fields=["pack", "number"], name="one_pack_run_per_number"),
            models.CheckConstraint(
                condition=~Q(state="done")
                | (~Q(sha256="") & ~Q(file="") & (Q(number__isnull=False) | Q(preview=True))),
                name="a_done_run_has_its_file",
            ),
            models.CheckConstraint(condition=~(Q(preview=True) & Q(published=True)), name="a_preview_is_not_published"),
        ]
        indexes = [models.Index(fields=["lease_until"], condition=Q(state__in=["queued", "running"]), name="run_open")]

    def __str__(self) -> str:
        return f"{self.pack.name}, {self.at.isoformat()}"

    def get_absolute_url(self) -> str:
        return reverse("reporting:pack_run", args=[self.pk])

    @property
    def scope_subject(self) -> Pack:
        """Rights on a run are those on its pack."""
        return self.pack

    @property
    def design(self) -> Design:
        """What the template of the run decides; a run without one follows what is shipped."""
        return self.template.design if self.template else Design(sections=tuple(self.pack.sections))

    @property
    def language(self) -> str:
        """The language in which it is printed."""
        return self.template.language if self.template else self.pack.language

    @property
    def is_open(self) -> bool:
        return self.state in (self.State.QUEUED, self.State.RUNNING)

    @property
    def etag(self) -> str:
        """Changes with every step that a caller can see."""
        return f'"reporting.packrun-{self.pk}-{self.token}-{self.state}-{self.progress}-{int(self.published)}"'

    @property
    def project_ids(self) -> list[int]:
        """The projects that the pack counts, as kept with it."""
        return [project["id"] for project in self.figures.get("projects", ())]

    @property
    def gone_ids(self) -> list[int]:
        """The projects of the edition before that the pack names as gone."""
        return [int(pk) for pk in self.figures.get("gone", {})]


class Delivery(models.Model):
    """The covering mail of a published run to one recipient: written with the run, sent once."""

    run = models.ForeignKey(PackRun, on_delete=models.CASCADE, related_name="deliveries")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    sent_at = models.DateTimeField(_("sent"), null=True)
    refused = models.CharField(_("not sent because"), max_length=200, blank=True)

    class Meta:
        ordering = ["id"]
        verbose_name = _("delivery of a pack")
        constraints = [models.UniqueConstraint(fields=["run", "user"], name="one_delivery_per_run_and_person")]

    def __str__(self) -> str:
        return f"{self.run} → {self.user}"
