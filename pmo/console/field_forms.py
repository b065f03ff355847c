"""Forms for declaring custom fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pmo.access.models import Role
from pmo.fields.models import CustomField, FieldType
from pmo.fields.offers import FIELDED
from pmo.fields.rules import definitions as d

LONGEST_CHOICES = 30_000
_UNIT = _("What figures count, such as FTE; for money the currency, such as EUR.")
_ONE_A_LINE = _("One a line, in the order in which they are offered. Only for fields with choices.")


def lines(text: str) -> list[str]:
    """The choices written one a line."""
    return [line.strip() for line in text.splitlines() if line.strip()]


class FieldBaseForm(forms.Form):
    """What can be changed of a field at any time."""

    label = forms.CharField(label=_("Label"), max_length=80, help_text=_("What people read beside the value."))
    help = forms.CharField(label=_("Help"), max_length=300, required=False)
    section = forms.CharField(
        label=_("Section"), max_length=60, required=False, help_text=_("Fields of one section stand together.")
    )
    unit = forms.CharField(label=_("Unit"), max_length=20, required=False, help_text=_UNIT)
    choices = forms.CharField(
        label=_("Choices"),
        required=False,
        max_length=LONGEST_CHOICES,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_ONE_A_LINE,
    )
    required = forms.BooleanField(
        label=_("Required"),
        required=False,
        help_text=_("New objects need a value from now on; those without one are told and stay as they are."),
    )
    in_packs = forms.BooleanField(
        label=_("Show in packs"), required=False, help_text=_("On the page of each project that a pack tells more of.")
    )
    seen_by = forms.MultipleChoiceField(
        label=_("Seen only by"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Holders of these roles, where they see the object. None chosen: everybody who sees the object."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen_by"].choices = list(Role.objects.values_list("code", "name"))  # type: ignore[attr-defined]


class NewFieldForm(FieldBaseForm):
    """A new field: what it is about, its type and its name are for good."""

    kind = forms.ChoiceField(label=_("Field of"))
    type = forms.ChoiceField(label=_("Type"), choices=FieldType.choices)
    slug = forms.CharField(
        label=_("Name in addresses and files"),
        required=False,
        max_length=40,
        help_text=_("Small letters, digits and underscores; left empty it is made out of the label. It never changes."),
    )
    field_order = ("kind", "label", "type", "choices", "unit", "slug", "help", "section")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(each.kind, each.label) for each in FIELDED.all()]  # type: ignore[attr-defined]

    def clean_choices(self) -> list[str]:
        return lines(self.cleaned_data["choices"])


class FieldForm(FieldBaseForm):
    """A field that is in use; its choices are renamed, ordered and retired one by one."""

    def __init__(self, *args: Any, instance: CustomField, **kwargs: Any) -> None:
        plain = ("label", "help", "section", "unit", "required", "in_packs", "seen_by")
        super().__init__(*args, initial={name: getattr(instance, name) for name in plain}, **kwargs)
        self.instance = instance
        if instance.type not in d.NUMERIC:
            del self.fields["unit"]
        if instance.type in d.CHOOSING:
            self._add_options()
        else:
            del self.fields["choices"]

    def _add_options(self) -> None:
        self.fields["choices"].label = _("Further choices")
        self.fields["choices"].widget.attrs["rows"] = 3
        for place, option in enumerate(self.instance.options, start=1):
            self.fields[f"label-{option.slug}"] = forms.CharField(
                label=_("Choice"), initial=option.label, max_length=120, required=False
            )
            self.fields[f"place-{option.slug}"] = forms.IntegerField(
                label=_("Place"), initial=place, min_value=1, max_value=999
            )
            self.fields[f"retired-{option.slug}"] = forms.BooleanField(
                label=_("Retired"), initial=option.retired, required=False
            )

    def plain_fields(self) -> list[forms.BoundField]:
        """The fields that are not about one choice."""
        return [bound for bound in self.visible_fields() if "-" not in bound.name]

    def option_fields(self) -> list[dict[str, Any]]:
        """Each choice with its three controls."""
        if self.instance.type not in d.CHOOSING:
            return []
        names = ("label", "place", "retired")
        return [
            {"option": option, **{name: self[f"{name}-{option.slug}"] for name in names}}
            for option in self.instance.options
        ]

    def changes(self) -> dict[str, Any]:
        """What was typed, as the action takes it."""
        plain = {name: value for name, value in self.cleaned_data.items() if "-" not in name}
        return {**plain, "choices": self._options()} if self.instance.type in d.CHOOSING else plain

    def _options(self) -> list[Mapping[str, Any]]:
        """The choices in their new order; one without a label goes, further ones come after them."""
        data = self.cleaned_data
        kept = sorted(self.instance.options, key=lambda option: data[f"place-{option.slug}"])
        found: list[Mapping[str, Any]] = [
            {"slug": each.slug, "label": data[f"label-{each.slug}"], "retired": data[f"retired-{each.slug}"]}
            for each in kept
            if data[f"label-{each.slug}"]
        ]
        return [*found, *({"label": label} for label in lines(data["choices"]))]


class FieldTypeForm(forms.Form):
    """Another type for the values of a field."""

    type = forms.ChoiceField(label=_("New type"), choices=FieldType.choices)
    unit = forms.CharField(label=_("Unit"), max_length=20, required=False, help_text=_UNIT)
    choices = forms.CharField(
        label=_("Choices"),
        required=False,
        max_length=LONGEST_CHOICES,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_ONE_A_LINE,
    )

    def clean_choices(self) -> list[str]:
        return lines(self.cleaned_data["choices"])
