"""The base of every room's REST door: visible rows in, one action or query, a representation or a problem out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar, NoReturn

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from pmo.access.models import User
from pmo.access.policy import can, insist, require
from pmo.access.scopes import token_allows
from pmo.audit.as_of import seen_as_known
from pmo.kernel.verdict import YES, Verdict, no
from pmo.rest import as_of, conditional, lists
from pmo.rest.bodies import Body, Nothing
from pmo.rest.idempotency import HEADER, once
from pmo.rest.pagination import Pages
from pmo.rest.parsers import Json
from pmo.rest.problems import Malformed, Throttled
from pmo.rest.throttling import Ceilings, Spent, told

SAFE = ("GET", "HEAD", "OPTIONS")
Rows = list[Any]
CUT_TO_FIELDS: set[Any] = set()
"""The representations of rooms, which ?fields= may cut."""


class JsonOnly(BaseContentNegotiation):
    """There is one representation; whatever a caller accepts, he gets that (RFC 9110 12.4.1)."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        kind = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == kind), None)

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


class Door(GenericViewSet):  # type: ignore[type-arg]
    """What all doors share: who calls, how often, which parameters exist, and one effect per idempotency key."""

    parser_classes: Any = [Json]
    throttle_classes: Any = [Ceilings]
    content_negotiation_class = JsonOnly
    http_method_names: Any = ["get", "post", "patch", "head", "options"]
    parameters: ClassVar[Mapping[str, Iterable[str]]] = {}
    """Query parameters that an action of the viewset reads, by the action's name."""
    costs: ClassVar[Mapping[str, int]] = {}
    """What heavy actions cost of settings.API_HEAVY_PER_MINUTE, by name."""
    spent: Sequence[Spent] = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method not in SAFE and "as_of" in request.query_params:
            raise Malformed({"as_of": [_("The past cannot be written.")]})
        if request.method != "OPTIONS":
            lists.refuse_unknown(request, self.known_parameters())
        if request.method == "POST" and HEADER in request.headers:
            self.post: Any = once(self.post, self._refusal)

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        response.headers.setdefault("Cache-Control", "no-store, private")
        for name, value in told(self.spent).items():
            response.headers.setdefault(name, value)
        return super().finalize_response(request, response, *args, **kwargs)

    @property
    def heaviness(self) -> int:
        return self.costs.get(self.action or "", 0)

    def throttled(self, request: Request, wait: float) -> NoReturn:
        """429 with the ceiling that was met."""
        over = next(each.ceiling for each in self.spent if each.exceeded)
        raise Throttled(wait, over.name, over.most)

    def _refusal(self, error: Exception) -> Response:
        return self.handle_exception(error)

    @property
    def actor(self) -> User:
        """Who asks; authentication let nobody else through."""
        user = self.request.user
        assert isinstance(user, User)
        return user

    def known_parameters(self) -> set[str]:
        return set(self.parameters.get(self.action or "", ()))

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        return Response(status=204, headers={"Allow": ", ".join(self.allowed_methods)})

    def body(self, kind: type[Body], *, partial: bool = False) -> dict[str, Any]:
        """What was sent, read and typed; ValidationError by field when it is of the wrong type."""
        reader = kind(data=self.request.data, partial=partial, context=self.get_serializer_context())
        reader.is_valid(raise_exception=True)
        return dict(reader.validated_data)


class RoomViewSet(Door):
    """Lists and details of one model, cut to what the caller may see; verbs are added by `@verb`.

    Declare `queryset`, `serializer_class`, `view_code`; optionally `filters` (the page's), `sorts`, `default_sort`,
    `keeps_history` (objects can be read as of an instant; related ones are then as they are today).
    """

    queryset: Any = None
    pagination_class: Any = Pages
    lookup_value_regex = "[0-9]{1,18}"
    view_code: ClassVar[str] = ""
    filters: ClassVar[Any] = None
    sorts: ClassVar[lists.Sorts] = {}
    default_sort: ClassVar[str] = ""
    keeps_history: ClassVar[bool] = False
    hides: ClassVar[bool] = True
    """Whether those without the right must not learn that an object exists (404); otherwise they are told why (403)."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        CUT_TO_FIELDS.add(cls.serializer_class)

    # --- what may be asked ----------------------------------------------------------------------------------------
    def known_parameters(self) -> set[str]:
        if self.action == "list":
            return self.list_parameters()
        if self.action == "retrieve":
            return {"fields", "as_of"} if self.keeps_history else {"fields"}
        return super().known_parameters()

    def list_parameters(self) -> set[str]:
        """Everything after the ? of the list."""
        own = {"fields", *self.pagination_class.parameters}
        own |= {"sort"} if self.sorts else set()
        own |= {"as_of"} if self.keeps_history else set()
        return own | (self.filters.parameters() if self.filters is not None else set())

    def admit(self) -> None:
        """Stop who may see no list of this kind at all (403 with the reason)."""
        insist(can(self.request.user, self.view_code))

    # --- reading --------------------------------------------------------------------------------------------------
    def get_queryset(self) -> QuerySet[Any]:
        """All that the caller may see."""
        rows: QuerySet[Any] = self.queryset.all().visible_to(self.request.user)
        return rows

    @property
    def instant(self) -> Any:
        raw = self.request.query_params.get("as_of")
        return as_of.read_instant(raw) if raw is not None else None

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        self.admit()
        rows = self.rows_then(self.instant)
        if self.filters is not None:
            rows = lists.filtered(self.filters, rows, request)
        if self.sorts:
            rows = rows.order_by(*lists.ordering(request.query_params.get("sort", ""), self.sorts, self.default_sort))
        return self.get_paginated_response(self.represent(self.paginate_queryset(rows), many=True))

    def rows_then(self, instant: Any) -> QuerySet[Any]:
        """All that the caller may see today, as it is or, at an instant, as it was."""
        visible = self.get_queryset()
        return visible if instant is None else seen_as_known(self.queryset.all(), instant, visible)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        found = self.get_object()
        if self.instant is not None:
            found = self._past(found)
        if conditional.is_fresh(request, found):
            return Response(status=304, headers=conditional.tag(found))
        return self.shown(found)

    def _past(self, found: Any) -> Any:
        then = self.rows_then(self.instant).filter(pk=found.pk).first()
        if then is None:
            raise NotFound
        return then

    def get_object(self) -> Any:
        """The visible object of the address; a token that may see none says so, others learn nothing (404)."""
        found = self.find(self.kwargs[self.lookup_url_kwarg or self.lookup_field])
        if found is not None:
            return found
        if not self.hides:
            insist(can(self.request.user, self.view_code))
        insist(scoped(self.request.user, self.view_code))
        raise NotFound

    def find(self, key: str) -> Any:
        return self.get_queryset().filter(pk=int(key)).first()

    # --- writing --------------------------------------------------------------------------------------------------
    def subject(self, *codes: str, matched: bool = True) -> Any:
        """The object that this request changes, once it is there (404), allowed (403) and unchanged (428, 412)."""
        found = self.get_object()
        for code in codes:
            require(self.request.user, code, found, view=self.view_code)
        return self.matched(found) if matched else found

    def matched(self, found: Any) -> Any:
        """The object, when If-Match names its version."""
        conditional.require_match(self.request, found)
        return found

    # --- answering ------------------------------------------------------------------------------------------------
    def represent(self, found: Any, *, many: bool = False) -> Any:
        """The representation, cut to ?fields=."""
        shape: Any = self.get_serializer(found, many=many)
        raw = self.request.query_params.get("fields", "").strip(", ")
        if raw:
            inner = shape.child if many else shape
            chosen = lists.chosen_fields(raw, inner.fields)
            for name in [name for name in inner.fields if name not in chosen]:
                inner.fields.pop(name)
        return shape.data

    def shown(self, found: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
        """One object with its entity tag."""
        return Response(self.represent(found), status=status, headers={**conditional.tag(found), **(headers or {})})

    def reread(self, found: Model) -> Any:
        """The object as it stands after a write, with what its representation shows."""
        return self.queryset.all().get(pk=found.pk)

    def changed(self, found: Model) -> Response:
        return self.shown(self.reread(found))

    def created(self, found: Model, status: int = 201) -> Response:
        fresh = self.reread(found)
        place = self.reverse_action("detail", args=[self.address_of(fresh)])
        return self.shown(fresh, status, {"Location": place})

    def address_of(self, found: Any) -> Any:
        return found.pk


def scoped(user: Any, code: str) -> Verdict:
    """Whether the caller's token, when he calls by one, has the scope; it says nothing of his roles."""
    token = getattr(user, "token", None)
    if token is None or token_allows(token.scopes, code):
        return YES
    return no(_("This token lacks the scope %(code)s.") % {"code": code})


def verb(
    name: str, *, body: type[Body] = Nothing, shape: Any = None, detail: bool = True, status: int = 200
) -> Callable[[Callable[..., Response]], Any]:
    """A POST below an object (or the list) named as the action; matched by If-Match when it is about one object."""
    described: dict[str, Any] = {"request": None if body is Nothing else body}
    if shape is not None:
        described["responses"] = {status: shape}

    def decorate(handler: Callable[..., Response]) -> Any:
        return extend_schema(**described)(
            action(detail=detail, methods=["post"], url_path=name, url_name=name)(handler)
        )

    return decorate
