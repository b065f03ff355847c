"""Forms for portfolios, programmes and projects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from pmo.access.models import User
from pmo.ui.custom_forms import CustomForm
from pmo.ui.sections import Section, SectionedForm
from pmo.ui.widgets import DateInput, PickField
from portfolio.projects.models import Portfolio, Programme, Project

DATES = tuple(f"{what}_{kind}" for what in ("start", "finish") for kind in ("baseline", "forecast", "actual"))


def person_field(label: Any, *, required: bool = False) -> PickField:
    """A person, found as one types."""
    people = User.objects.people().filter(is_active=True)
    return PickField(people, source="person", key="username", names=User.NAMES, label=label, required=required)


class AssignManagerForm(forms.Form):
    """Who shall run the chosen projects."""

    manager = person_field(_("Project manager"), required=True)


class ProjectForm(CustomForm, SectionedForm, forms.ModelForm):  # type: ignore[type-arg]
    """The plain data of a project; status and decisions have their own verbs."""

    manager = person_field(_("Project manager"))
    sponsor = person_field(_("Sponsor"))
    tags = forms.CharField(label=_("Tags"), required=False, help_text=_("Separated by commas."))

    class Meta:
        model = Project
        fields = [
            "name", "short_name", "description", "portfolio", "programme", "unit", "manager", "sponsor",
            "investment_class", "category", "method", "phase", "tags", "confidential", *DATES,
            "currency", "whole_life_cost", "budget", "forecast", "fiscal_year", "cadence", "report_weekday",
        ]  # fmt: skip
        widgets = {**{name: DateInput() for name in DATES}, "description": forms.Textarea(attrs={"rows": 3})}

    groups = (
        (_("What it is"), ("code", "name", "short_name", "description", "tags", "confidential")),
        (_("Where it belongs"), ("portfolio", "programme", "unit", "manager", "sponsor")),
        (_("How it runs"), ("investment_class", "category", "method", "phase", "cadence", "report_weekday")),
        (_("Dates"), DATES),
        (_("Money"), ("currency", "whole_life_cost", "budget", "forecast", "fiscal_year")),
    )

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["portfolio"].queryset = Portfolio.objects.visible_to(reader)  # type: ignore[attr-defined]
        self.fields["programme"].queryset = Programme.objects.visible_to(reader)  # type: ignore[attr-defined]
        if self.instance.pk and "tags" not in self.data:
            self.initial["tags"] = ", ".join(self.instance.tags)
        self.add_custom_fields("project", reader)

    def clean_tags(self) -> list[str]:
        tags = (part.strip() for part in self.cleaned_data["tags"].split(","))
        return list(dict.fromkeys(tag for tag in tags if tag))

    def sections(self) -> Sequence[Section]:
        """The sections of every project, then those of custom fields."""
        return (*self.groups, *self.custom_sections())


class ManyProjectsForm(ProjectForm):
    """Values for many projects at once; the rules of a project are asked of each by its action."""

    def _post_clean(self) -> None:
        """There is no one project to be checked."""


class NewProjectForm(ProjectForm):
    """A new project may bring its own code; otherwise it gets the next number."""

    code = forms.CharField(
        label=_("Code"), required=False, max_length=40, help_text=_("Left empty it gets the next number.")
    )

    class Meta(ProjectForm.Meta):
        fields = ["code", *ProjectForm.Meta.fields]

    def _get_validation_exclusions(self) -> set[str]:
        """The code is left to the action, which says the same of every code that is taken."""
        return {*super()._get_validation_exclusions(), "code"}  # type: ignore[misc]


class PortfolioForm(CustomForm, forms.ModelForm):  # type: ignore[type-arg]
    manager = person_field(_("Portfolio manager"))

    class Meta:
        model = Portfolio
        fields = ["code", "name", "description", "parent", "manager", "unit"]
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = Portfolio.objects.visible_to(reader)  # type: ignore[attr-defined]
        self.add_custom_fields("portfolio", reader)


class ProgrammeForm(CustomForm, forms.ModelForm):  # type: ignore[type-arg]
    manager = person_field(_("Programme manager"))

    class Meta:
        model = Programme
        fields = ["code", "name", "description", "portfolio", "manager"]
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["portfolio"].queryset = Portfolio.objects.visible_to(reader)  # type: ignore[attr-defined]
        self.add_custom_fields("programme", reader)


class RunForm(forms.Form):
    """Which way the project goes on, and why."""

    verb = forms.ChoiceField(label=_("What happens"), widget=forms.RadioSelect)
    note = forms.CharField(label=_("Reason"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)
    version = forms.IntegerField(widget=forms.HiddenInput)

    WORDS: ClassVar = {
        "hold": _("Put on hold"),
        "resume": _("Resume"),
        "close": _("Close"),
        "cancel": _("Cancel the project"),
        "reopen": _("Reopen"),
    }

    def __init__(self, *args: Any, verbs: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["verb"].choices = [(verb, self.WORDS[verb]) for verb in verbs]  # type: ignore[attr-defined]
