"""The proof of history: the head of the chain, what seals it, and walks along it with what they found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_htmx.http import HttpResponseStopPolling

from pmo.access.policy import can, require
from pmo.audit.models import Seal, Verification
from pmo.audit.sealing import head
from pmo.audit.verifying import Finding
from pmo.audit.wording import finding_words
from pmo.console.actions.proof import request_verification
from pmo.console.views.records import LIST
from pmo.ui.pages import ActionPage, Crumb, Door, Page, page

LATEST = 10


class AboutProof(Page):
    """What the pages of the proof share."""

    title = gettext_lazy("Proof of history")
    menu = LIST

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(_("History"), reverse(LIST))]

    def walks(self) -> dict[str, Any]:
        """The last verification with its findings in words."""
        last = Verification.objects.select_related("requested_by").first()
        found = [finding_words(Finding(**each)) for each in last.findings] if last else []
        return {"last": last, "findings": found}


@page("audit/proof/", name="console:proof", may="audit.view")
class ProofPage(AboutProof):
    """How history is guarded, and whether it is as it was sealed."""

    template_name = "console/proof.html"

    def seals(self) -> QuerySet[Seal]:
        return Seal.objects.all()[:LATEST]

    def doors(self) -> Sequence[Door]:
        verdict, address = can(self.user, "audit.verify"), reverse("console:proof_verify")
        return [Door(_("Verify now"), address, verdict, icon="shield-check", primary=True, post=True)]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        walks = Verification.objects.select_related("requested_by")[1 : LATEST + 1]
        return self.answer(head=head(), seals=self.seals(), earlier=walks, **self.walks())


@page("audit/proof/progress/", name="console:proof_progress", may="audit.view")
class ProofProgress(AboutProof):
    """The card of the last verification; status 286 tells the page to ask no more."""

    template_name = "console/proof_walk.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        walks = self.walks()
        answer = self.answer(**walks)
        if walks["last"] is None or not walks["last"].is_open:
            answer.status_code = HttpResponseStopPolling.status_code
        return answer


@page("audit/proof/verify/", name="console:proof_verify", may="audit.view")
class ProofVerify(AboutProof, ActionPage):
    """Have the chain walked by a worker."""

    title = gettext_lazy("Verify history")
    lead = gettext_lazy("A worker walks the whole chain and compares every row with its seal.")
    submit_label = gettext_lazy("Verify now")
    success = gettext_lazy("History is being verified.")

    def prepare(self) -> None:
        require(self.user, self.may)
        require(self.user, "audit.verify")

    def perform(self, form: Any) -> Verification:
        return request_verification(actor=self.user)

    def success_url(self, result: Any) -> str:
        return reverse("console:proof")

    def cancel_url(self) -> str:
        return reverse("console:proof")
