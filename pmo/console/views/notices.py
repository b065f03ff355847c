"""How one is told and when one is away; and what the organisation suggests about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.access.models import User
from pmo.access.policy import require, within
from pmo.console.views.me import OwnPages
from pmo.notices import actions, letters, queries
from pmo.notices.models import Absence, Habit, Letter, Mail
from pmo.notices.offers import Channels
from pmo.ui.filters import ChoiceFilter, FilterSet
from pmo.ui.pages import ActionPage, Bulk, CreatePage, Crumb, EditPage, ListPage, ListView, page
from pmo.ui.pages.forms import FormPage
from pmo.ui.tables import Badge, Moment, Number, Person, Table, Text
from pmo.ui.widgets import DateInput, PickField

PREFERENCES = "console:notice_preferences"
AWAY = "console:away"
SETTINGS = "console:settings"
HOURS = [(hour, f"{hour:02d}:00") for hour in range(24)]


# --- how one is told ----------------------------------------------------------------------------------------------
class ToldForm(forms.Form):
    """A choice of channels for each kind of notice, and the hour of the digest."""

    cadence = forms.ChoiceField(label=gettext_lazy("Digest"), choices=Habit.Cadence.choices)
    hour = forms.TypedChoiceField(label=gettext_lazy("At"), choices=HOURS, coerce=int)
    weekday = forms.TypedChoiceField(label=gettext_lazy("On (once a week)"), choices=Habit.Weekday.choices, coerce=int)

    def __init__(self, *args: Any, owner: User | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        habit = queries.habit_of(owner)
        self.initial.update(cadence=habit.cadence, hour=habit.hour, weekday=habit.weekday)
        self.chosen = queries.preferences(owner)
        for kind, how in self.chosen:
            self.fields[f"app_{kind.slug}"] = forms.BooleanField(
                label=_("Show %(kind)s under the bell") % {"kind": kind.label}, required=False, disabled=kind.fixed
            )
            self.fields[f"mail_{kind.slug}"] = forms.ChoiceField(
                label=_("Mail about %(kind)s") % {"kind": kind.label}, choices=Mail.choices, widget=forms.RadioSelect
            )
            self.initial.update({f"app_{kind.slug}": how.in_app, f"mail_{kind.slug}": how.mail})

    def rows(self) -> list[tuple[Any, forms.BoundField, forms.BoundField]]:
        """Each kind with its two fields."""
        return [(kind, self[f"app_{kind.slug}"], self[f"mail_{kind.slug}"]) for kind, _how in self.chosen]

    def habit(self) -> list[forms.BoundField]:
        return [self["cadence"], self["weekday"], self["hour"]]

    def channels(self) -> dict[str, Channels]:
        """The choices that differ from what held before: the others go on following the organisation."""
        given = self.cleaned_data
        asked = {
            kind.slug: Channels(given[f"app_{kind.slug}"], given[f"mail_{kind.slug}"]) for kind, _how in self.chosen
        }
        return {kind.slug: asked[kind.slug] for kind, how in self.chosen if asked[kind.slug] != how}

    def digest(self) -> dict[str, Any]:
        """The hour of the digest, when it was changed."""
        names = ("cadence", "hour", "weekday")
        changed = any(self.cleaned_data[name] != self.initial[name] for name in names)
        return {name: self.cleaned_data[name] for name in names} if changed else {}


class ToldPage(FormPage):
    """The form of channels, for a person or for everybody."""

    template_name, form_class = "console/told.html", ToldForm
    success = gettext_lazy("Saved.")

    def owner(self) -> User | None:
        raise NotImplementedError

    def form_options(self) -> dict[str, Any]:
        return {"owner": self.owner()}

    def success_url(self, result: Any) -> str:
        return self.request.path

    def cancel_url(self) -> str:
        return self.request.path


@page("me/notices/", name=PREFERENCES, may="")
class NoticePreferences(OwnPages, ToldPage):
    """How the reader is told."""

    title, tab = gettext_lazy("How I am told"), PREFERENCES

    def prepare(self) -> None:
        """No permission is needed for one's own things."""

    def owner(self) -> User:
        return self.user

    def perform(self, form: Any) -> None:
        if "follow" in self.request.POST:
            actions.follow_suggestions(actor=self.user)
        else:
            actions.prefer(form.channels(), form.digest(), actor=self.user)


@page("settings/notices/", name="console:notice_suggestions", may="settings.edit")
class NoticeSuggestions(ToldPage):
    """How people are told who have not chosen for themselves."""

    title, menu = gettext_lazy("How people are told"), SETTINGS
    lead = gettext_lazy("This holds for everybody who has not chosen for himself.")

    def prepare(self) -> None:
        require(self.user, "settings.view")
        require(self.user, self.may)

    def owner(self) -> None:
        return None

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(gettext_lazy("Organisation"), reverse(SETTINGS))]

    def perform(self, form: Any) -> None:
        actions.suggest(form.channels(), form.digest(), actor=self.user)

    def cancel_url(self) -> str:
        return reverse(SETTINGS)


# --- being away ---------------------------------------------------------------------------------------------------
class AbsenceForm(forms.ModelForm):  # type: ignore[type-arg]
    """From when to when one is away, and who stands in."""

    deputy = PickField(
        User.objects.people().filter(is_active=True),
        source="person",
        key="username",
        names=User.NAMES,
        label=gettext_lazy("Deputy"),
        required=False,
        help_text=gettext_lazy(
            "Gets your notices and reminders about what this person may see. Rights are not handed over."
        ),
    )

    class Meta:
        model = Absence
        fields = ("starts_on", "ends_on", "deputy", "note")
        widgets = {"starts_on": DateInput(), "ends_on": DateInput()}


class AwayPages(OwnPages):
    """What the pages about being away share."""

    tab = AWAY

    def success_url(self, result: Any) -> str:
        return reverse(AWAY)

    def cancel_url(self) -> str:
        return reverse(AWAY)


@page("me/away/", name=AWAY, may="")
class Away(AwayPages, CreatePage):
    """One's coming absences, and a form for the next."""

    title, template_name = gettext_lazy("Out of office"), "console/away.html"
    form_class = AbsenceForm
    submit_label, success = gettext_lazy("Add absence"), gettext_lazy("Your colleagues see that you are away.")

    def prepare(self) -> None:
        """No permission is needed for one's own things."""

    def create(self, data: dict[str, Any]) -> Absence:
        return actions.go_away(**data, actor=self.user)

    def context(self, **more: Any) -> dict[str, Any]:
        return super().context(absences=list(queries.coming_absences(self.user)), **more)


class OwnAbsence(AwayPages):
    """One of the reader's absences."""

    user: User
    object: Any

    def prepare(self) -> None:
        self.object = self.find()  # type: ignore[attr-defined]

    def visible(self) -> QuerySet[Any]:
        return Absence.objects.filter(user=self.user).select_related("deputy")


@page("me/away/<int:pk>/", name="console:away_edit", may="")
class AwayEdit(OwnAbsence, EditPage):
    """Change the days, the deputy or the note."""

    title, template_name, form_class = gettext_lazy("Change absence"), "console/own_form.html", AbsenceForm

    def save(self, changes: Mapping[str, Any], *, version: int) -> Absence:
        return actions.change_absence(self.object.pk, changes, actor=self.user, version=version)


@page("me/away/<int:pk>/end/", name="console:away_end", may="")
class AwayEnd(OwnAbsence, ActionPage):
    """Take an absence away."""

    title, template_name = gettext_lazy("Remove absence"), "console/own_form.html"
    form_class = forms.Form
    action = staticmethod(actions.come_back)
    submit_label, success = gettext_lazy("Remove absence"), gettext_lazy("The absence is removed.")

    def perform(self, form: Any) -> None:
        actions.come_back(self.object.pk, actor=self.user)


# --- mail as background work ------------------------------------------------------------------------------------------
class LetterTable(Table):
    """A mail to somebody: never its words, which are not for who looks after the machine."""

    to = Person("user", gettext_lazy("To"), sort=("user__first_name", "user__last_name"))
    kind = Badge("kind", gettext_lazy("Kind"), sort="kind", choices=dict(Letter.Kind.choices))
    asked = Moment("created_at", gettext_lazy("Asked for"), sort="created_at")
    state = Badge(
        "state",
        gettext_lazy("State"),
        sort="state",
        tones={"waiting": "blue", "sent": "green", "failed": "red", "refused": "amber"},
        choices=dict(Letter.State.choices),
    )
    attempts = Number("attempts", gettext_lazy("Attempts"), sort="attempts", places=0)
    next_try = Moment("next_try_at", gettext_lazy("Next attempt"), sort="next_try_at", phone=False)
    sent = Moment("sent_at", gettext_lazy("Sent"), sort="sent_at", absent=gettext_lazy("not yet"))
    error = Text("error", gettext_lazy("Error"))
    default = ("to", "kind", "asked", "state", "attempts", "sent", "error")
    order = "-asked"


class LetterFilters(FilterSet):
    """The filters of the mail."""

    search_fields = ("user__first_name", "user__last_name", "user__username", "error")
    kind = ChoiceFilter(choices=Letter.Kind.choices, label=gettext_lazy("Kind"), everything=gettext_lazy("All mail"))

    class Meta:
        model = Letter
        fields: tuple[str, ...] = ()


@page("jobs/mail/", name="console:letter_list", may="job.view")
class LetterList(ListPage):
    """Mail to people: what waits, what was sent, what failed and why."""

    title = noun = gettext_lazy("Mail")
    menu = "console:job_list"
    table, filters = LetterTable, LetterFilters
    export_may = "job.view"
    empty = gettext_lazy("No mail of this kind.")
    views = (
        ListView("failed", gettext_lazy("Failed"), Q(state__in=("failed", "refused"))),
        ListView("waiting", gettext_lazy("Waiting"), Q(state="waiting")),
        ListView("all", gettext_lazy("All")),
    )
    bulk = (Bulk("settings.edit", gettext_lazy("Send again"), letters.retry, icon="refresh"),)

    def visible(self) -> QuerySet[Any]:
        return Letter.objects.filter(within(self.user, "job.view", Letter)).select_related("user")

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(gettext_lazy("Background work"), reverse("console:job_list"))]
