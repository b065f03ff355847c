"""Custom fields in forms: one control for each, checked by the same rules as every other door."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import conditional_escape
from django.utils.translation import gettext as _

from pmo.access.models import User
from pmo.fields.models import CustomField
from pmo.fields.offers import COLUMN
from pmo.fields.queries import People, fields_of
from pmo.fields.rules import definitions as d
from pmo.fields.rules.definitions import BadValue
from pmo.fields.rules.values import normalise
from pmo.fields.words import told
from pmo.fields.writing import PREFIX
from pmo.ui.widgets import SEPARATOR, DateInput, Picker


class CustomControl(forms.Field):
    """The control of one custom field; it cleans to the canonical value, None for none."""

    def __init__(self, field: CustomField, people: People, stored: Any, *, new: bool) -> None:
        self.custom, self.people, self.stored = field, people, stored
        super().__init__(
            label=field.label,
            required=field.required and (new or stored is not None),
            help_text=_help(field, missing=not new and stored is None),
            initial=stored,
            widget=_WIDGETS.get(field.type, _line)(field, stored),
        )

    def prepare_value(self, value: Any) -> Any:
        """What stands in the control; what was typed wrong stands there as typed."""
        if self.custom.type == d.YES_NO and isinstance(value, bool):
            return "yes" if value else "no"
        person = self.people.get(value) if self.custom.type == d.PERSON else None
        return f"{person.username}{SEPARATOR}{person}" if person is not None else value

    def clean(self, value: Any) -> Any:
        try:
            found = normalise(self.custom.definition, value, stored=self.stored, person=self.people.find)
            if found is None and self.required:
                raise BadValue("required")
        except BadValue as bad:
            raise ValidationError(told(bad)) from bad
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.clean(data) != self.stored)
        except ValidationError:
            return True


def _help(field: CustomField, *, missing: bool) -> str:
    """The field's own help, escaped where it is shown, and that a value is asked for from now on."""
    wanted = _("Asked for from now on; not given yet.") if field.required and missing else ""
    unit = _("In %(unit)s.") % {"unit": field.unit} if field.unit else ""
    return conditional_escape(" ".join(part for part in (field.help, unit, wanted) if part))


def _line(field: CustomField, stored: Any) -> forms.Widget:
    return forms.TextInput()


def _figure(field: CustomField, stored: Any) -> forms.Widget:
    return forms.TextInput(attrs={"inputmode": "numeric" if field.type == d.WHOLE else "decimal"})


def _offered(field: CustomField, stored: Any) -> list[tuple[str, str]]:
    """The options on offer, and those that stand there already though they are retired."""
    kept = stored if isinstance(stored, list) else [stored]
    shown = [option for option in field.options if not option.retired or option.slug in kept]
    retired = _("%(option)s (retired)")
    return [(each.slug, retired % {"option": each.label} if each.retired else each.label) for each in shown]


def _choice(field: CustomField, stored: Any) -> forms.Widget:
    return forms.Select(choices=[("", "—"), *_offered(field, stored)])


_WIDGETS: dict[str, Callable[[CustomField, Any], forms.Widget]] = {
    d.LONG_TEXT: lambda field, stored: forms.Textarea(attrs={"rows": 3}),
    d.WHOLE: _figure,
    d.DECIMAL: _figure,
    d.MONEY: _figure,
    d.DATE: lambda field, stored: DateInput(),
    d.YES_NO: lambda field, stored: forms.Select(choices=[("", "—"), ("yes", _("yes")), ("no", _("no"))]),
    d.CHOICE: _choice,
    d.CHOICES: lambda field, stored: forms.CheckboxSelectMultiple(choices=_offered(field, stored)),
    d.PERSON: lambda field, stored: Picker("person"),
    d.LINK: lambda field, stored: forms.URLInput(attrs={"placeholder": "https://"}),
}


class CustomForm:
    """Mixed into a ModelForm: call `add_custom_fields` at the end of its `__init__`.

    The controls are called `custom.<slug>`, which is also what actions call them when something is wrong.
    """

    fields: dict[str, forms.Field]
    instance: Any
    custom_fields: list[CustomField]

    def add_custom_fields(self, kind: str, reader: User) -> None:
        """A control for each field of the kind that the reader may see."""
        self.custom_fields = fields_of(kind, reader)
        people, new = People(), not self.instance.pk
        for field in self.custom_fields:
            stored = getattr(self.instance, COLUMN).get(field.slug)
            self.fields[f"{PREFIX}{field.slug}"] = CustomControl(field, people, stored, new=new)

    def custom_sections(self) -> list[tuple[str, tuple[str, ...]]]:
        """The names of the controls under the headings that their fields ask for."""
        sections: dict[str, list[str]] = {}
        for field in self.custom_fields:
            sections.setdefault(field.section, []).append(f"{PREFIX}{field.slug}")
        return [(title or _("More"), tuple(names)) for title, names in sections.items()]

    def stored(self, current: Any, name: str) -> Any:
        """What is stored under a control's name, for those who were slower than somebody else."""
        if name.startswith(PREFIX):
            return getattr(current, COLUMN).get(name.removeprefix(PREFIX))
        return getattr(current, name, None)
