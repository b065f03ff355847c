"""Users, roles as data, grants of a role within a scope, and API tokens."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractUser
from django.contrib.auth.models import UserManager as DjangoUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pmo.access.preferences import DateStyle, NumberStyle, check_time_zone, languages

SYSTEM_USERNAME = "system"


class UserManager(DjangoUserManager["User"]):
    """People, and the one actor that is no person."""

    def system(self) -> User:
        """The actor of work that nobody asked for, such as a nightly task; it may not sign in."""
        user, _created = self.get_or_create(
            username=SYSTEM_USERNAME, defaults={"is_active": False, "first_name": "System", "is_service": True}
        )
        return user

    def people(self) -> models.QuerySet[User]:
        return self.filter(is_service=False)


class User(AbstractUser):
    """A person who works here, or a service account of an integration."""

    class Theme(models.TextChoices):
        AUTO = "auto", _("As the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    class Density(models.TextChoices):
        COMFORTABLE = "comfortable", _("Comfortable")
        COMPACT = "compact", _("Compact")

    NAMES: ClassVar = ("first_name", "last_name", "username")
    PERSONAL: ClassVar = ("username", "first_name", "last_name", "email", "job_title")
    """What says who somebody is; no append-only table may hold it, so that it can be erased."""
    PREFERENCES: ClassVar = ("language", "time_zone", "number_style", "date_style", "theme", "density")

    is_service = models.BooleanField(_("service account"), default=False)
    job_title = models.CharField(_("job title"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=12, blank=True, choices=languages)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True, validators=[check_time_zone])
    number_style = models.CharField(_("numbers"), max_length=8, blank=True, choices=NumberStyle)
    date_style = models.CharField(_("dates"), max_length=8, blank=True, choices=DateStyle)
    theme = models.CharField(_("appearance"), max_length=8, choices=Theme, default=Theme.AUTO)
    density = models.CharField(_("density"), max_length=12, choices=Density, default=Density.COMFORTABLE)

    objects = UserManager()  # type: ignore[assignment,misc]

    token: Token | None = None
    """The API token by which this request was made; set by the REST door, never stored."""

    _standing_cache: list[Any]

    class Meta:
        ordering = ["first_name", "last_name", "username"]
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                condition=~Q(email=""),
                name="one_account_per_address",
                violation_error_message=_("Another account has this address."),
            )
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    @property
    def initials(self) -> str:
        words = str(self).split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()

    @property
    def is_system(self) -> bool:
        return self.username == SYSTEM_USERNAME


class Role(models.Model):
    """A named set of permissions; shipped roles keep their code, an installation may add its own."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        ordering = ["name"]
        verbose_name = _("role")

    def __str__(self) -> str:
        return self.name


class RolePermission(models.Model):
    """One line of the matrix: what a role may do, and how far that reaches."""

    class Reach(models.TextChoices):
        ALL = "all", _("everything")
        PORTFOLIO = "portfolio", _("own portfolios")
        PROJECT = "project", _("own projects")
        UNIT = "unit", _("own units")
        SELF = "self", _("own objects")

    role = models.ForeignKey(Role, on_delete=models.CASCADE, related_name="permissions")
    permission = models.CharField(_("permission"), max_length=60)
    reach = models.CharField(_("reach"), max_length=12, choices=Reach)

    class Meta:
        ordering = ["permission"]
        verbose_name = _("permission of a role")
        constraints = [
            models.UniqueConstraint(
                fields=["role", "permission"],
                name="one_reach_per_role_and_permission",
                violation_error_message=_("This role has that permission already; change its reach instead."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.role}: {self.permission} ({self.reach})"


class GrantQuerySet(models.QuerySet["Grant"]):
    def current(self) -> Self:
        """Grants in force now."""
        now = timezone.now()
        return self.filter(Q(starts_at=None) | Q(starts_at__lte=now), Q(ends_at=None) | Q(ends_at__gt=now))


class Grant(models.Model):
    """A person holds a role, everywhere or within one scope.

    The scope is a kind and an id, because what it means ("the projects of portfolio 3") is known only to rooms above;
    they answer through `pmo.access.offers.SCOPES`.
    """

    class Scope(models.TextChoices):
        ORGANISATION = "organisation", _("whole organisation")
        PORTFOLIO = "portfolio", _("portfolio")
        PROGRAMME = "programme", _("programme")
        PROJECT = "project", _("project")
        UNIT = "unit", _("unit")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants", verbose_name=_("person"))
    role = models.ForeignKey(Role, on_delete=models.CASCADE, related_name="grants", verbose_name=_("role"))
    scope = models.CharField(_("scope"), max_length=12, choices=Scope, default=Scope.ORGANISATION)
    scope_id = models.PositiveBigIntegerField(_("scope object"), null=True, blank=True)
    starts_at = models.DateTimeField(_("from"), null=True, blank=True)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        ordering = ["user", "role"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "scope", "scope_id"],
                nulls_distinct=False,
                name="one_grant_per_person_role_and_scope",
                violation_error_message=_("This person holds that role there already."),
            ),
            models.CheckConstraint(
                condition=Q(scope="organisation", scope_id=None)
                | (~Q(scope="organisation") & Q(scope_id__isnull=False)),
                name="a_scope_names_its_object",
                violation_error_message=_("Choose the object that the scope means, or the whole organisation."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.role} ({self.get_scope_display()})"


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def running(self) -> Self:
        """Delegations in force now, from people whose account is open."""
        now = timezone.now()
        return self.filter(ended_at=None, starts_at__lte=now, ends_at__gt=now, delegator__is_active=True)


class Delegation(models.Model):
    """A person lets another act on his behalf for a time, with all his rights or with chosen ones.

    What the delegate received from others is never passed on: a delegation gives what the delegator's own grants give.
    """

    noun: ClassVar = "delegation"

    delegator = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="delegations_given", verbose_name=_("on behalf of")
    )
    delegate = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="delegations_held", verbose_name=_("delegate")
    )
    permissions = ArrayField(
        models.CharField(max_length=60), default=list, blank=True, verbose_name=_("chosen rights, none for all")
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    ended_at = models.DateTimeField(_("ended early"), null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = DelegationQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at", "-pk"]
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        constraints = [
            models.CheckConstraint(
                condition=~Q(delegator=F("delegate")),
                name="nobody_stands_in_for_himself",
                violation_error_message=_("Choose somebody else; nobody stands in for himself."),
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="a_delegation_ends_after_it_starts",
                violation_error_message=_("A delegation must end after it starts."),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def etag(self) -> str:
        return f'"{self._meta.label_lower}-{self.pk}-{self.version}"'

    @property
    def state(self) -> str:
        """ended, over, coming or running."""
        now = timezone.now()
        if self.ended_at is not None:
            return "ended"
        if self.ends_at <= now:
            return "over"
        return "coming" if self.starts_at > now else "running"

    @property
    def is_open(self) -> bool:
        """Whether it still gives rights or will."""
        return self.state in ("coming", "running")


class Token(models.Model):
    """An API token: only its prefix and SHA-256 are kept, it is scoped and it expires."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens", verbose_name=_("person"))
    name = models.CharField(_("name"), max_length=80)
    prefix = models.CharField(max_length=12, unique=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    scopes = ArrayField(models.CharField(max_length=60), verbose_name=_("scopes"))
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("expires"))
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("token")

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def is_usable(self) -> bool:
        return self.revoked_at is None and self.expires_at > timezone.now() and self.user.is_active
