"""The declared fields; their values are kept by the objects that carry them."""

from __future__ import annotations

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pmo.access.models import Grant, User
from pmo.access.policy import reach, type_of_user
from pmo.audit.models import Versioned
from pmo.audit.tracking import tracked
from pmo.fields.offers import FIELDED
from pmo.fields.rules import definitions as d
from pmo.fields.rules.definitions import Definition, Option


class FieldType(models.TextChoices):
    TEXT = d.TEXT, _("Text")
    LONG_TEXT = d.LONG_TEXT, _("Long text")
    WHOLE = d.WHOLE, _("Whole number")
    DECIMAL = d.DECIMAL, _("Decimal number")
    MONEY = d.MONEY, _("Money")
    DATE = d.DATE, _("Date")
    YES_NO = d.YES_NO, _("Yes or no")
    CHOICE = d.CHOICE, _("One choice")
    CHOICES = d.CHOICES, _("Several choices")
    PERSON = d.PERSON, _("Person")
    LINK = d.LINK, _("Link")


class CustomFieldQuerySet(models.QuerySet["CustomField"]):
    def open_to(self, reader: type_of_user | None) -> Self:
        """Fields whose values the reader may see where he sees the object; for nobody in particular, the open ones."""
        if isinstance(reader, User) and reader.is_system:
            return self
        if not isinstance(reader, User):
            return self.filter(seen_by=[])
        held = Grant.objects.current().filter(user=reader).values_list("role__code")
        return self.filter(Q(seen_by=[]) | Q(seen_by__overlap=held))

    def visible_to(self, reader: type_of_user) -> Self:
        """Declarations that the reader may see: all for who edits them, otherwise those whose values he may see."""
        if reach(reader, "field.edit").everything:
            return self
        return self.open_to(reader) if reach(reader, "field.view") else self.none()

    def live(self) -> Self:
        return self.filter(retired_at=None)


@tracked()
class CustomField(Versioned):
    """One more field of a kind of object.

    `choices` are the options in order, `seen_by` the codes of the roles whose holders see the values (empty: whoever
    sees the object), `unit` what figures count, for money its currency. A retired field keeps its values.
    """

    noun: ClassVar = "field"
    view_code: ClassVar = "field.view"

    kind = models.CharField(_("kind of object"), max_length=40)
    slug = models.CharField(_("name in addresses and files"), max_length=40)
    label = models.CharField(_("label"), max_length=80)
    help = models.CharField(_("help"), max_length=300, blank=True)
    type = models.CharField(_("type"), max_length=12, choices=FieldType)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    choices = models.JSONField(_("choices"), default=list, blank=True)
    required = models.BooleanField(_("required"), default=False)
    in_packs = models.BooleanField(_("shown in packs"), default=False)
    seen_by = ArrayField(models.CharField(max_length=40), default=list, blank=True, verbose_name=_("seen by"))
    section = models.CharField(_("section"), max_length=60, blank=True, validators=[MaxLengthValidator(60)])
    position = models.PositiveIntegerField(_("position"), default=0, editable=False)
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True, editable=False)

    objects = CustomFieldQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "position", "pk"]
        verbose_name = _("custom field")
        verbose_name_plural = _("custom fields")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "slug"],
                name="one_custom_field_per_name",
                violation_error_message=_("Another field has this name already."),
            ),
            models.UniqueConstraint(
                "kind",
                Lower("label"),
                name="one_custom_field_per_label",
                violation_error_message=_("Another field has this label already."),
            ),
            models.CheckConstraint(
                condition=Q(slug__regex=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$"),
                name="custom_field_name_is_an_address_word",
                violation_error_message=_("Use small letters, digits and single underscores."),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("console:field", args=[self.pk])

    @property
    def options(self) -> tuple[Option, ...]:
        return tuple(Option(**each) for each in self.choices)

    @property
    def definition(self) -> Definition:
        return Definition(self.slug, self.type, self.label, self.unit, self.options)

    @property
    def kind_label(self) -> str:
        """What the objects are called that carry it."""
        found = FIELDED.find(self.kind)
        return str(found.label) if found is not None else self.kind

    @property
    def is_restricted(self) -> bool:
        return bool(self.seen_by)
