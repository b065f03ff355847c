"""The pages of packs: list, one pack with its editions, one edition with its progress and its file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_htmx.http import HttpResponseStopPolling

from pmo.access.models import User
from pmo.access.policy import can, reach
from pmo.attachments.panels import COMMENTS_PANEL, FILES_PANEL
from pmo.kernel.errors import NotVisible
from pmo.ui import marks
from pmo.ui.pages import ActionPage, CreatePage, Crumb, DetailPage, Door, EditPage, Fact, ListPage, Panel, page
from pmo.ui.pages.detail import ObjectPage
from reporting.packs import actions, attaching, downloads, queries
from reporting.packs.forms import MakeForm, PackForm, RecipientForm
from reporting.packs.models import Pack, PackRun
from reporting.packs.panels import pages
from reporting.packs.panels.pages import LIST, crumbs
from reporting.packs.tables import (
    FormerPackTable,
    PackFilters,
    PackRunFilters,
    PackRunTable,
    PackTable,
    edition_words,
    scope_words,
)

PACKS = Pack.objects.with_scope()
RUNS = PackRun.objects.select_related("pack__portfolio", "pack__programme", "pack__unit", "requested_by", "template")


def number_of(rows: QuerySet[Any]) -> Coalesce:
    """How many of the rows belong to each pack; groups nothing, so that a list of the past can be counted too."""
    counted = rows.filter(pack=OuterRef("pk")).order_by().values("pack").annotate(number=Count("pk"))
    return Coalesce(Subquery(counted.values("number")), 0)


@page("packs/", name=LIST, may="pack.view")
class PackList(ListPage):
    """Every pack that the reader may see, with its last edition."""

    title, noun = gettext_lazy("Packs"), gettext_lazy("Packs")
    lead = gettext_lazy("Executive reports about a portfolio, made on request or on schedule, and kept.")
    keeps_history = True
    table, filters = PackTable, PackFilters
    empty = gettext_lazy("No pack yet. Create one for a portfolio, then have it made.")

    def prepare(self) -> None:
        super().prepare()
        if self.instant is not None:
            self.table = FormerPackTable  # type: ignore[misc, assignment]

    def visible(self) -> QuerySet[Any]:
        done = PackRun.objects.editions().visible_to(self.user).filter(state=PackRun.State.DONE)
        done = done if self.instant is None else done.filter(finished_at__lte=self.instant)
        latest = done.filter(pack=OuterRef("pk")).order_by("-at", "-finished_at")
        packs: QuerySet[Any] = (
            self.seen(PACKS)
            .prefetch_related("schedules")
            .annotate(
                recipient_count=number_of(Pack.recipients.through.objects.all()),
                edition_count=number_of(done),
                latest_at=Subquery(latest.values("at")[:1]),
                latest_made=Subquery(latest.values("finished_at")[:1]),
            )
        )
        return packs

    def doors(self) -> Sequence[Door]:
        if not reach(self.user, "pack.edit"):
            return []
        return [Door(_("New pack"), reverse("reporting:pack_new"), icon="plus", primary=True)]

    def empty_door(self) -> Door | None:  # type: ignore[override]
        return next(iter(self.doors()), None)


@page("packs/new/", name="reporting:pack_new", may="pack.edit")
class PackNew(CreatePage):
    """A new pack."""

    title, menu, form_class = gettext_lazy("New pack"), LIST, PackForm

    def form_options(self) -> dict[str, Any]:
        return {"reader": self.user, "initial": {"portfolio": self.request.GET.get("portfolio")}}

    def crumbs(self) -> Sequence[Crumb]:
        return crumbs()

    def create(self, data: dict[str, Any]) -> Pack:
        return actions.create_pack(data, actor=self.user)

    def cancel_url(self) -> str:
        return reverse(LIST)


@page("packs/<int:pk>/", name="reporting:pack", may="pack.view")
class PackPage(ListPage):
    """One pack: its editions, its recipients and its schedules."""

    menu = LIST
    keeps_history = True
    template_name = "reporting/packs/pack.html"
    table, filters = PackRunTable, PackRunFilters
    noun = gettext_lazy("Editions")
    empty = gettext_lazy("No edition yet. Have the pack made.")
    pack: Pack

    def prepare(self) -> None:
        self.pack = queries.find_pack(self.user, self.kwargs["pk"])
        if self.instant is not None:
            self.pack = self.pack_then()

    def pack_then(self) -> Pack:
        """The pack as it was called and scoped at the instant shown."""
        found: Pack | None = self.seen(PACKS).filter(pk=self.pack.pk).first()
        if found is None:
            raise NotVisible(self.unknown(""))
        return found

    def get_title(self) -> str:
        return self.pack.name

    def crumbs(self) -> Sequence[Crumb]:
        return crumbs()

    def visible(self) -> QuerySet[Any]:
        return self.seen(RUNS).filter(pack=self.pack.pk, preview=False).defer("figures", "earlier")

    def doors(self) -> Sequence[Door]:
        return [*pack_doors(self.pack, self.user), *attaching.doors(self.pack)]

    def empty_door(self) -> Door | None:  # type: ignore[override]
        return self.doors()[0]

    def context(self, **more: Any) -> dict[str, Any]:
        verdict = can(self.user, "pack.edit", self.pack, view="pack.view")
        return super().context(
            pack=self.pack,
            then=self.instant is not None,
            scope=scope_words(self.pack),
            may_edit=verdict,
            recipients=pages.recipients(self.request, self.pack)["people"],
            schedules=pages.schedules(self.request, self.pack)["schedules"],
            **more,
        )


def pack_doors(pack: Pack, user: User) -> list[Door]:
    run = can(user, "pack.run", pack, view="pack.view")
    edit = can(user, "pack.edit", pack, view="pack.view")
    return [
        Door(_("Make now"), reverse("reporting:pack_make", args=[pack.pk]), run, icon="player-play", primary=True),
        Door(_("Template"), reverse("reporting:pack_template", args=[pack.pk]), edit, icon="columns"),
        Door(_("Edit"), reverse("reporting:pack_edit", args=[pack.pk]), edit, icon="pencil"),
    ]


class AboutPack(ObjectPage):
    """What the forms of one pack share."""

    queryset, menu = PACKS, LIST

    def crumbs(self) -> Sequence[Crumb]:
        return crumbs(self.object)


@page("packs/<int:pk>/edit/", name="reporting:pack_edit", may="pack.edit")
class PackEdit(AboutPack, EditPage):
    """Change title and scope."""

    form_class = PackForm

    def form_options(self) -> dict[str, Any]:
        return {"reader": self.user, "instance": PACKS.get(pk=self.object.pk)}

    def save(self, changes: Any, *, version: int) -> Pack:
        return actions.edit_pack(self.object, changes, actor=self.user, version=version)


@page("packs/<int:pk>/make/", name="reporting:pack_make", may="pack.view")
class PackMake(AboutPack, ActionPage):
    """Have the pack made by a worker."""

    title, code = gettext_lazy("Make the pack"), "pack.run"
    form_class, submit_label = MakeForm, gettext_lazy("Make now")
    success = gettext_lazy("The pack is being made.")

    def perform(self, form: Any) -> PackRun:
        sent = form.cleaned_data
        return actions.request_run(self.object.pk, actor=self.user, at=sent["at"], published=not sent["draft"])

    def success_url(self, result: PackRun) -> str:
        return result.get_absolute_url()


@page("packs/<int:pk>/recipients/", name="reporting:pack_recipient", may="pack.view")
class RecipientAdd(AboutPack, ActionPage):
    """One more recipient."""

    title, code = gettext_lazy("Add a recipient"), "pack.edit"
    form_class, submit_label = RecipientForm, gettext_lazy("Add")
    action = staticmethod(actions.add_recipient)
    lead = gettext_lazy("The pack then counts only projects that this person may see too.")


@page("packs/<int:pk>/recipients/<int:person>/remove/", name="reporting:pack_recipient_remove", may="pack.view")
class RecipientRemove(AboutPack, ActionPage):
    """One recipient less."""

    title, code = gettext_lazy("Remove a recipient"), "pack.edit"
    submit_label = gettext_lazy("Remove")

    def perform(self, form: Any) -> Pack:
        return actions.remove_recipient(self.object.pk, self.kwargs["person"], actor=self.user)


class AboutRun(ObjectPage):
    """What the pages of one edition share."""

    queryset, menu = RUNS, LIST

    def crumbs(self) -> Sequence[Crumb]:
        return crumbs(self.object.pack)

    def get_title(self) -> str:
        return f"{self.object.pack.name}: {edition_words(self.object)}"


@page("packs/runs/<int:pk>/", name="reporting:pack_run", may="pack.view")
class RunPage(AboutRun, DetailPage):
    """One edition: its progress while it is made, then its summary, its proof and its file."""

    template_name = "reporting/packs/run.html"
    panels = (
        Panel("told", gettext_lazy("What it says"), "reporting/packs/told.html", pages.told, order=10),
        Panel("figures", gettext_lazy("Figures"), "reporting/packs/figures.html", pages.figures, order=20),
        Panel("proof", gettext_lazy("Proof"), "reporting/packs/proof.html", pages.proof, column="side", order=20),
        Panel(
            "mails",
            gettext_lazy("Mails"),
            "reporting/packs/mails.html",
            pages.mails,
            may="pack.edit",
            column="side",
            order=30,
        ),
        FILES_PANEL,
        COMMENTS_PANEL,
    )

    def facts(self) -> Sequence[Fact]:
        run = self.object
        counted = (
            _("%(counted)s of %(of)s") % {"counted": run.counted, "of": run.of} if run.counted is not None else "–"
        )
        return [
            Fact(_("Pack"), run.pack.name),
            Fact(_("As of"), marks.time(run.at, "")),
            Fact(_("State"), _state(run)),
            Fact(_("Projects counted"), counted),
            Fact(_("Template"), _version_words(run)),
            Fact(_("Asked by"), marks.person(run.requested_by, avatar=False)),
        ]

    def doors(self) -> Sequence[Door]:
        run = self.object
        if run.state != PackRun.State.DONE:
            return []
        address = reverse("reporting:pack_run_pdf", args=[run.pk])
        found = [Door(_("Download PDF"), address, queries.may_download(run, self.user), icon="download", primary=True)]
        publish = can(self.user, "pack.run", run, view="pack.view")
        if not run.published and not run.preview and publish:
            found.append(Door(_("Publish"), reverse("reporting:pack_run_publish", args=[run.pk]), publish, icon="send"))
        return found

    def context(self, **more: Any) -> dict[str, Any]:
        return super().context(run=self.object, stage=pages.stage_words(self.object), **more)


def _version_words(run: PackRun) -> str:
    return _("Version %(number)s") % {"number": run.template.number} if run.template else _("as shipped")


def _state(run: PackRun) -> str:
    if run.state == PackRun.State.DONE and run.preview:
        return marks.badge(_("preview"), "blue")
    if run.state == PackRun.State.DONE and not run.published:
        return marks.badge(_("draft"), "amber")
    return marks.badge(run.get_state_display(), {"done": "green", "failed": "red"}.get(run.state, "blue"))


@page("packs/runs/<int:pk>/progress/", name="reporting:pack_run_progress", may="pack.view")
class RunProgress(AboutRun):
    """The progress card; status 286 tells the page to ask no more."""

    template_name = "reporting/packs/progress.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answer = self.answer(run=self.object, stage=pages.stage_words(self.object))
        if not self.object.is_open:
            answer.status_code = HttpResponseStopPolling.status_code
        return answer


@page("packs/runs/<int:pk>/pdf/", name="reporting:pack_run_pdf", may="pack.view")
class RunPdf(AboutRun):
    """The file, for whoever may see every project that it counts."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return downloads.pdf_of(self.object, self.user)


@page("packs/runs/<int:pk>/publish/", name="reporting:pack_run_publish", may="pack.view")
class RunPublish(AboutRun, ActionPage):
    """Hand a draft out to its recipients."""

    title, code, action = gettext_lazy("Publish this edition"), "pack.run", staticmethod(actions.publish_run)
    submit_label, success = gettext_lazy("Publish"), gettext_lazy("Published; the recipients are told.")
