"""Forms of the console: they parse, the actions decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pmo.access.models import Grant, Role, User
from pmo.access.offers import SCOPE_KINDS
from pmo.organisation.models import NumberPrefix, Organisation, Unit
from pmo.ui.preferences import offer_as_device
from pmo.ui.sections import SectionedForm
from pmo.ui.widgets import DateInput, Picker

MONTHS = [
    (1, _("January")), (2, _("February")), (3, _("March")), (4, _("April")), (5, _("May")), (6, _("June")),
    (7, _("July")), (8, _("August")), (9, _("September")), (10, _("October")), (11, _("November")),
    (12, _("December")),
]  # fmt: skip


def new_password(label: Any, **options: Any) -> forms.CharField:
    """A field for a password that is being chosen."""
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    return forms.CharField(label=label, widget=widget, strip=False, max_length=200, **options)


def scope_of(text: str) -> tuple[str, int | None]:
    """The scope as typed or picked: kind:code; nothing means the whole organisation."""
    typed = text.strip()
    if not typed:
        return Grant.Scope.ORGANISATION.value, None
    kind_name, _colon, code = typed.partition(":")
    kind = SCOPE_KINDS.find(kind_name.strip().lower())
    found = kind.by_code(code.strip()) if kind is not None and code.strip() else None
    if kind is None or found is None:
        raise forms.ValidationError(_("Type a part of the name and take one of the suggestions."))
    return kind.kind, found.pk


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]
    """The plain fields of an account and the unit of the person."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Unit"), required=False, empty_label=_("No unit"))

    class Meta:
        model = User
        fields = ["first_name", "last_name", "username", "email", "job_title"]
        labels = {"username": _("Sign-in name"), "email": _("E-mail address")}
        help_texts = {"username": _("Letters, digits and @ . + - _ only.")}

    field_order = ["first_name", "last_name", "username", "email", "job_title", "unit"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.all()  # type: ignore[attr-defined]
        self.fields["first_name"].required = self.fields["last_name"].required = True
        if self.instance.pk:
            placement = getattr(self.instance, "placement", None)
            self.fields["unit"].initial = placement.unit_id if placement else None


class NewPersonForm(PersonForm):
    """A new account, and how its holder gets a password."""

    ENTRIES = [
        ("link", _("Send a link by e-mail with which the person chooses a password")),
        ("password", _("Set a first password here and hand it over")),
        ("none", _("Neither: a service account that uses tokens only")),
    ]
    entry = forms.ChoiceField(label=_("Sign-in"), choices=ENTRIES, widget=forms.RadioSelect, initial="link")
    password = new_password(_("First password"), required=False, help_text=_("At least 12 characters."))

    field_order = [*PersonForm.field_order, "entry", "password"]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("entry") == "password" and not given.get("password"):
            self.add_error("password", _("Give the first password."))
        if given.get("entry") == "link" and not given.get("email"):
            self.add_error("email", _("The link needs an address."))
        return given


class InviteForm(PersonForm):
    """Somebody who is asked in: name, address, and the first role with its scope."""

    role = forms.ModelChoiceField(Role.objects.all(), label=_("Role"), required=False, empty_label=_("No role yet"))
    within = forms.CharField(
        label=_("Only within"),
        required=False,
        max_length=80,
        widget=Picker("scope"),
        help_text=_("A portfolio, programme, project or unit, found as you type. Empty means the whole organisation."),
    )
    ends_on = forms.DateField(
        label=_("Role until"), required=False, widget=DateInput, help_text=_("The last day, for guests.")
    )

    field_order = ["first_name", "last_name", "email", "username", "job_title", "unit", "role", "within", "ends_on"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].required = True
        self.fields["username"].required = False
        self.fields["username"].help_text = _("Left empty it is made from the address.")

    def clean_within(self) -> tuple[str, int | None]:
        return scope_of(str(self.cleaned_data["within"]))


class ComeInForm(forms.Form):
    """The password that an invited person chooses."""

    password = new_password(_("Password"), help_text=_("At least 12 characters."))
    again = new_password(_("Password once more"))

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("password") != given.get("again") and "again" in given:
            self.add_error("again", _("The two passwords differ."))
        return given


class PasswordForm(forms.Form):
    """A password set by an administrator."""

    password = new_password(_("New password"), help_text=_("At least 12 characters. Open sessions of the person end."))


class NoteForm(forms.Form):
    """Why something is taken away; the history keeps it."""

    note = forms.CharField(label=_("Reason"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class GrantForm(forms.Form):
    """A role, within what, and for how long."""

    role = forms.ModelChoiceField(Role.objects.all(), label=_("Role"), empty_label=_("Choose a role"))
    within = forms.CharField(
        label=_("Only within"),
        required=False,
        max_length=80,
        widget=Picker("scope"),
        help_text=_("A portfolio, programme, project or unit, found as you type. Empty means the whole organisation."),
    )
    starts_on = forms.DateField(label=_("From"), required=False, widget=DateInput)
    ends_on = forms.DateField(
        label=_("Until"), required=False, widget=DateInput, help_text=_("The last day, for stand-ins and guests.")
    )

    def clean_within(self) -> tuple[str, int | None]:
        return scope_of(str(self.cleaned_data["within"]))


class RoleForm(forms.Form):
    """A new role."""

    name = forms.CharField(label=_("Name"), max_length=80)
    code = forms.SlugField(label=_("Code"), max_length=40, help_text=_("Letters, digits, dash and underscore."))
    like = forms.ModelChoiceField(
        Role.objects.all(), label=_("Permissions as"), required=False, empty_label=_("None to begin with")
    )


class SettingsForm(SectionedForm, forms.ModelForm):  # type: ignore[type-arg]
    """The organisation's settings."""

    fiscal_start_month = forms.TypedChoiceField(
        label=_("First month of the fiscal year"), choices=MONTHS, coerce=int, empty_value=None
    )

    class Meta:
        model = Organisation
        fields = [
            "name", "currency", "time_zone", "fiscal_start_month", "report_grace_days", "report_remind_days",
            "report_chase_days", "report_escalate_days", "unchanged_reports",
            "cost_amber_percent", "cost_red_percent", "slip_amber_days", "slip_red_days",
            "mail_sender", "mail_reply_to", "mail_footer", "accent", "accent_dark",
        ]  # fmt: skip
        widgets = {"time_zone": Picker("time_zone")}
        help_texts = {
            "mail_sender": _("Beside the address that the installation sends from."),
            "accent": _("As in #1d5fa8; white letters must be readable on it."),
        }

    groups = (
        (_("The organisation"), ("name", "currency", "time_zone", "fiscal_start_month")),
        (
            _("Status reports"),
            (
                "report_grace_days", "unchanged_reports", "report_remind_days", "report_chase_days",
                "report_escalate_days",
            ),
        ),
        (_("Thresholds"), ("cost_amber_percent", "cost_red_percent", "slip_amber_days", "slip_red_days")),
        (_("Mail"), ("mail_sender", "mail_reply_to", "mail_footer")),
        (_("Appearance"), ("accent", "accent_dark")),
    )  # fmt: skip


class UnitForm(forms.ModelForm):  # type: ignore[type-arg]
    """A unit and its place in the tree."""

    class Meta:
        model = Unit
        fields = ["code", "name", "parent"]
        labels = {"parent": _("Part of")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parents: Any = self.fields["parent"]
        parents.queryset, parents.empty_label = (
            Unit.objects.filter(retired_on=None).exclude(pk=self.instance.pk),
            _("Nothing above it"),
        )


class PrefixForm(forms.ModelForm):  # type: ignore[type-arg]
    """How numbers of one kind look."""

    class Meta:
        model = NumberPrefix
        fields = ["prefix", "width", "next_number"]


class ProfileForm(SectionedForm, forms.ModelForm):  # type: ignore[type-arg]
    """What a person says about himself and how he likes to see the house."""

    current_password = forms.CharField(
        label=_("Current password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text=_("Only needed to change the e-mail address."),
    )

    class Meta:
        model = User
        fields = ["first_name", "last_name", "job_title", *User.PREFERENCES, "email"]
        labels = {"email": _("E-mail address")}
        widgets = {"time_zone": Picker("time_zone")}
        help_texts = {"time_zone": _("As in Europe/Berlin. Empty means the organisation's.")}

    field_order = [*Meta.fields, "current_password"]
    groups = (
        (_("About me"), ("first_name", "last_name", "job_title")),
        (_("Language and appearance"), User.PREFERENCES),
        (_("Sign-in"), ("email", "current_password")),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["first_name"].required = self.fields["last_name"].required = True
        offer_as_device(self)


class TokenForm(forms.Form):
    """A new API token for oneself."""

    ACCESS = [
        ("read", _("Read what I may see")),
        ("read write", _("Read and write what I may, never approve")),
        ("chosen", _("Only the permissions named below")),
    ]
    LIVES = [(30, _("30 days")), (90, _("90 days")), (365, _("One year"))]
    name = forms.CharField(label=_("What it is for"), max_length=80)
    access = forms.ChoiceField(label=_("Scope"), choices=ACCESS, widget=forms.RadioSelect, initial="read")
    scopes = forms.CharField(
        label=_("Permissions"),
        required=False,
        max_length=2000,
        help_text=_("Permission codes with spaces between, such as project.view status.write."),
    )
    days = forms.TypedChoiceField(label=_("Valid for"), choices=LIVES, coerce=int, initial=90)

    def wanted(self) -> list[str]:
        """The scopes as the action takes them."""
        access: str = self.cleaned_data["access"]
        return [self.cleaned_data["scopes"]] if access == "chosen" else access.split()


class FirstRunForm(forms.Form):
    """The first administrator and what the organisation is called."""

    organisation = forms.CharField(label=_("Name of the organisation"), max_length=120)
    currency = forms.CharField(label=_("Currency"), max_length=3, initial="EUR", help_text=_("As in EUR, GBP, USD."))
    time_zone = forms.CharField(
        label=_("Time zone"), max_length=64, initial="Europe/London", help_text=_("As in Europe/Berlin.")
    )
    first_name = forms.CharField(label=_("First name"), max_length=150)
    last_name = forms.CharField(label=_("Last name"), max_length=150)
    username = forms.CharField(label=_("Sign-in name"), max_length=150)
    email = forms.EmailField(label=_("E-mail address"), required=False)
    password = new_password(_("Password"), help_text=_("At least 12 characters."))
    again = new_password(_("Password once more"))

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("password") != given.get("again") and "again" in given:
            self.add_error("again", _("The two passwords differ."))
        return given

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()
