"""The pages of schedules: new, edit, remove, and the next slots as one types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy

from pmo.access.policy import require
from pmo.ui.pages import ActionPage, CreatePage, Crumb, EditPage, Page, page
from reporting.packs.models import Pack
from reporting.packs.panels.pages import LIST, crumbs
from reporting.packs.queries import find_pack
from reporting.schedules import actions, rules
from reporting.schedules.forms import PreviewForm, ScheduleForm
from reporting.schedules.models import PackSchedule

SCHEDULES = PackSchedule.objects.select_related("pack")


@page("packs/<int:pk>/schedules/new/", name="reporting:schedule_new", may="pack.edit")
class ScheduleNew(CreatePage):
    """A new schedule of a pack."""

    title, menu, form_class = gettext_lazy("New schedule"), LIST, ScheduleForm
    template_name = "reporting/schedules/form.html"
    pack: Pack

    def prepare(self) -> None:
        self.pack = find_pack(self.user, self.kwargs["pk"])
        require(self.user, "pack.edit", self.pack, view="pack.view")

    def form_options(self) -> dict[str, Any]:
        return {"instance": PackSchedule(pack=self.pack)}

    def crumbs(self) -> Sequence[Crumb]:
        return crumbs(self.pack)

    def perform(self, form: Any) -> PackSchedule:
        return actions.create_schedule({**form.said(), "pack": self.pack}, actor=self.user)

    def success_url(self, result: PackSchedule) -> str:
        return self.pack.get_absolute_url()

    def cancel_url(self) -> str:
        return self.pack.get_absolute_url()


class AboutSchedule:
    """What the forms of one schedule share."""

    queryset: ClassVar[Any] = SCHEDULES
    menu = LIST
    object: PackSchedule

    def crumbs(self) -> Sequence[Crumb]:
        return crumbs(self.object.pack)

    def success_url(self, result: Any) -> str:
        return self.object.pack.get_absolute_url()

    def cancel_url(self) -> str:
        return self.object.pack.get_absolute_url()


@page("packs/schedules/<int:pk>/edit/", name="reporting:schedule_edit", may="pack.edit")
class ScheduleEdit(AboutSchedule, EditPage):
    """Change when a pack is made."""

    title, form_class = gettext_lazy("Edit schedule"), ScheduleForm
    template_name = "reporting/schedules/form.html"

    def form_options(self) -> dict[str, Any]:
        return {"instance": SCHEDULES.get(pk=self.object.pk)}

    def perform(self, form: Any) -> PackSchedule:
        version = self.sent_version()
        return actions.edit_schedule(self.object, form.said(), actor=self.user, version=version)


@page("packs/schedules/<int:pk>/remove/", name="reporting:schedule_remove", may="pack.edit")
class ScheduleRemove(AboutSchedule, ActionPage):
    """Stop making the pack by itself."""

    title, submit_label = gettext_lazy("Remove schedule"), gettext_lazy("Remove")
    action, danger = staticmethod(actions.remove_schedule), True


@page("packs/slots/", name="reporting:schedule_preview", may="pack.edit")
class SchedulePreview(Page):
    """The next three slots of what is being typed, or what is wrong with it."""

    template_name = "reporting/schedules/slots.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        cron, zone = PreviewForm(request.GET).typed()
        schedule = PackSchedule(cron=cron, time_zone=zone)
        if not schedule.cron:
            return self.answer(flaws=[])
        try:
            schedule.clean()
        except ValidationError as flawed:
            return self.answer(flaws=flawed.messages)
        slots = rules.next_slots(schedule.cron, schedule.time_zone, timezone.now())
        days = [(slot, rules.business_date(slot, schedule.time_zone)) for slot in slots]
        return self.answer(slots=days, zone=schedule.time_zone, words=schedule.words)
