"""The page on which refused rows are corrected and checked again, without the file."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.core.paginator import Page as Leaf
from django.core.paginator import Paginator
from django.utils.translation import gettext_lazy

from pmo.exchange import actions, queries
from pmo.exchange.forms import MendForm
from pmo.exchange.models import ImportRow, ImportRun
from pmo.exchange.views.runs import RunAction
from pmo.kernel.errors import WrongState
from pmo.ui.pages import page

ROWS_A_PAGE = 20


@page("imports/<int:pk>/mend/", name="exchange:import_mend", may="import.run")
class ImportMend(RunAction):
    """The refused rows as a grid of fields, each with what is wrong about it."""

    title, submit_label = gettext_lazy("Mend rows"), gettext_lazy("Check again")
    lead = gettext_lazy("Correct the marked cells and have the rows checked again. Your file stays as it is.")
    template_name = "exchange/mend.html"
    form_class = MendForm
    success = gettext_lazy("The rows are being checked again.")

    def prepare(self) -> None:
        super().prepare()
        verdict = queries.may_mend(self.object)
        if not verdict:
            raise WrongState(verdict.reason)

    @cached_property
    def leaf(self) -> Leaf[ImportRow]:
        refused = self.object.rows.filter(outcome=ImportRow.Outcome.REFUSED).exclude(cells={})
        return Paginator(refused, ROWS_A_PAGE).get_page(self.request.GET.get("page"))

    def form_options(self) -> dict[str, Any]:
        return {"rows": list(self.leaf), "columns": queries.profile_of(self.object).columns}

    def context(self, **more: Any) -> dict[str, Any]:
        return super().context(shown=self.leaf, **more)

    def perform(self, form: MendForm) -> ImportRun:
        return actions.mend(self.object.pk, form.edits, actor=self.user)
