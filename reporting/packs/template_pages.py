"""The pages of a pack's template: the editor, its versions side by side, restoring and a preview."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.access.policy import require
from pmo.kernel.errors import NotVisible
from pmo.ui.pages import ActionPage, Crumb, Door, EditPage, page
from pmo.ui.pages.detail import ObjectPage
from reporting.packs import actions, designing, queries
from reporting.packs.models import Pack, PackTemplate
from reporting.packs.panels import differing
from reporting.packs.panels.introduction import MEANINGS
from reporting.packs.panels.pages import LIST, crumbs
from reporting.packs.template_forms import TemplateForm

VERSIONS_SHOWN = 20


class AboutTemplate(ObjectPage):
    """What the pages of one pack's template share; the object is the version in force."""

    menu = LIST
    pack: Pack

    def prepare(self) -> None:
        self.pack = queries.find_pack(self.user, self.kwargs["pk"])
        require(self.user, "pack.edit", self.pack, view="pack.view")
        self.object = queries.template_of(self.pack)

    def crumbs(self) -> Sequence[Crumb]:
        return crumbs(self.pack)

    def named(self, number: int) -> PackTemplate:
        """The version of that number, or NotVisible."""
        found: PackTemplate | None = _versions(self.pack).filter(number=number).first()
        if found is None:
            raise NotVisible(_("This template has no such version."))
        return found

    def success_url(self, result: Any) -> str:
        return reverse("reporting:pack_template", args=[self.pack.pk])

    def cancel_url(self) -> str:
        return reverse("reporting:pack_template", args=[self.pack.pk])


def _versions(pack: Pack) -> Any:
    editions = Count("runs", filter=Q(runs__preview=False))
    return PackTemplate.objects.filter(pack=pack).select_related("saved_by", "pack").annotate(editions=editions)


@page("packs/<int:pk>/template/", name="reporting:pack_template", may="pack.edit")
class TemplateEdit(AboutTemplate, EditPage):
    """The editor: sections, words, projects shown one by one, and what was saved before."""

    form_class, template_name = TemplateForm, "reporting/packs/template.html"
    success = gettext_lazy("The template is saved.")

    def get_title(self) -> str:
        return _("Template of %(pack)s") % {"pack": self.pack.name}

    def doors(self) -> Sequence[Door]:
        return [Door(_("Preview"), reverse("reporting:pack_template_preview", args=[self.pack.pk]), icon="file-text")]

    def form_options(self) -> dict[str, Any]:
        return {**super().form_options(), "reader": self.user}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if "move" in request.POST:
            return self.show(self.make_form(request.POST), moved=True)
        return super().post(request, *args, **kwargs)

    def perform(self, form: Any) -> PackTemplate:
        return designing.save_template(self.pack.pk, form.cleaned_data, actor=self.user, version=self.sent_version())

    def success_url(self, result: Any) -> str:
        if self.request.POST.get("then") != "preview":
            return super().success_url(result)
        return actions.request_preview(self.pack.pk, actor=self.user).get_absolute_url()

    def cancel_url(self) -> str:
        return self.pack.get_absolute_url()

    def context(self, **more: Any) -> dict[str, Any]:
        return super().context(
            pack=self.pack,
            versions=_versions(self.pack)[:VERSIONS_SHOWN],
            placeholders=MEANINGS.items(),
            **more,
        )


@page("packs/<int:pk>/template/versions/<int:number>/", name="reporting:pack_template_version", may="pack.edit")
class TemplateVersion(AboutTemplate):
    """What one version decided otherwise than another: than the one in force, or of that the one before it."""

    template_name = "reporting/packs/template_version.html"

    def get_title(self) -> str:
        return _("Version %(number)s of the template") % {"number": self.kwargs["number"]}

    def crumbs(self) -> Sequence[Crumb]:
        return [*crumbs(self.pack), Crumb(_("Template"), self.cancel_url())]

    def doors(self) -> Sequence[Door]:
        if self.kwargs["number"] == self.object.number:
            return []
        address = reverse("reporting:pack_template_restore", args=[self.pack.pk, self.kwargs["number"]])
        return [Door(_("Restore this version"), address, icon="history", primary=True)]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        shown = self.named(self.kwargs["number"])
        earlier, later = sorted((shown, self._other(shown)), key=lambda version: version.number)
        numbers = _versions(self.pack).values_list("number", flat=True)
        rows = differing.rows(earlier, later)
        return self.answer(pack=self.pack, shown=shown, earlier=earlier, later=later, rows=rows, numbers=list(numbers))

    def _other(self, shown: PackTemplate) -> PackTemplate:
        asked = self.request.GET.get("with", "")
        if asked.isascii() and asked.isdigit() and len(asked) < 9:
            return self.named(int(asked))
        in_force = shown.number == self.object.number
        return self.named(max(shown.number - 1, 1)) if in_force else self.named(self.object.number)


@page("packs/<int:pk>/template/versions/<int:number>/restore/", name="reporting:pack_template_restore", may="pack.edit")
class TemplateRestore(AboutTemplate, ActionPage):
    """Bring an earlier version back as the latest."""

    submit_label, success = gettext_lazy("Restore"), gettext_lazy("Restored.")
    lead = gettext_lazy("What it decided is saved as the latest version; editions that were made stay as they are.")

    def prepare(self) -> None:
        super().prepare()
        self.named(self.kwargs["number"])

    def get_title(self) -> str:
        return _("Restore version %(number)s") % {"number": self.kwargs["number"]}

    def perform(self, form: Any) -> PackTemplate:
        return designing.restore_template(self.pack.pk, self.kwargs["number"], actor=self.user)


@page("packs/<int:pk>/template/preview/", name="reporting:pack_template_preview", may="pack.edit")
class TemplatePreview(AboutTemplate, ActionPage):
    """Have the template printed with today's figures, for its editors only."""

    title, submit_label = gettext_lazy("Preview the template"), gettext_lazy("Print a preview")
    lead = gettext_lazy("A worker prints the saved version with the figures of today; nobody is told.")
    success = gettext_lazy("The preview is being printed.")

    def perform(self, form: Any) -> Any:
        return actions.request_preview(self.pack.pk, actor=self.user)

    def success_url(self, result: Any) -> str:
        return str(result.get_absolute_url())
