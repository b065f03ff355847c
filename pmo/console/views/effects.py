"""Pages that show what a change of roles does before it is saved."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy

from pmo.console.effects import trial
from pmo.kernel.errors import Invalid, Stale, WrongState
from pmo.ui.pages.forms import add_errors

ASIDE = ("csrfmiddlewaretoken", "confirmed")


class WithPreview:
    """A form page whose first sending shows the effect; the second one, of the same input, saves it.

    `touched()` are the ids of those whom the change concerns.
    """

    template_name: ClassVar[str] = "console/effect.html"
    preview_label = gettext_lazy("Show the effect")
    request: HttpRequest

    def touched(self, form: Any) -> Iterable[int]:
        raise NotImplementedError

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.POST.get("confirmed") == self.digest():
            return super().post(request, *args, **kwargs)  # type: ignore[misc,no-any-return]
        form = self.make_form(request.POST, request.FILES)  # type: ignore[attr-defined]
        return self.preview(form) if form.is_valid() else self.show(form, status=422)  # type: ignore[attr-defined,no-any-return]

    def digest(self) -> str:
        """Marks the input that was shown, so that nothing else is saved by its confirmation."""
        sent = sorted((name, values) for name, values in self.request.POST.lists() if name not in ASIDE)
        return hashlib.sha256(repr(sent).encode()).hexdigest()

    def preview(self, form: Any) -> Any:
        effect, error = trial(self.touched(form), lambda: self.perform(form))  # type: ignore[attr-defined]
        show: Any = self.show  # type: ignore[attr-defined]
        if isinstance(error, Invalid):
            add_errors(form, error)
            return show(form, status=422)
        if isinstance(error, WrongState):
            return show(form, status=409, open_guards=error.open_guards, wrong_state=error.message)
        if isinstance(error, Stale):
            return self.conflict(form, error)  # type: ignore[attr-defined]
        if error is not None:
            raise error
        return show(form, effect=effect, confirmed=self.digest())
