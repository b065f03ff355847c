"""The page that asks what the columns of a file mean."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from pmo.exchange import actions, queries
from pmo.exchange.forms import ColumnsForm
from pmo.exchange.models import ImportRun
from pmo.exchange.views.runs import RunAction
from pmo.kernel.errors import WrongState
from pmo.ui.pages import page


@page("imports/<int:pk>/columns/", name="exchange:import_columns", may="import.run")
class ImportColumns(RunAction):
    """Say, header by header, what the file holds; what is sure is filled in, what looks alike is proposed."""

    title, submit_label = gettext_lazy("What the columns mean"), gettext_lazy("Show what it would change")
    template_name = "exchange/columns.html"
    form_class = ColumnsForm
    success = gettext_lazy("The file is being read with these columns.")

    def prepare(self) -> None:
        super().prepare()
        verdict = queries.may_map(self.object)
        if not verdict:
            raise WrongState(verdict.reason)

    def form_options(self) -> dict[str, Any]:
        profile = queries.profile_of(self.object)
        may_share = bool(queries.may_share_mapping(self.user))
        return {"run": self.object, "columns": profile.columns, "may_share": may_share}

    def perform(self, form: ColumnsForm) -> ImportRun:
        sent = form.cleaned_data
        return actions.choose_columns(
            self.object.pk,
            form.mapping,
            sheet=sent.get("sheet", ""),
            remember=sent["remember"],
            share=sent.get("share", False),
            actor=self.user,
        )
