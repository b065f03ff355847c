"""Describes the REST door in OpenAPI 3.1: filters, preconditions and every refusal, read from the doors themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import django_filters
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from pmo.rest.pagination import LARGEST_PAGE
from pmo.rest.problems import MEDIA_TYPE
from pmo.rest.viewsets import CUT_TO_FIELDS, RoomViewSet

READS = (400, 401, 403, 429)
READS_ONE = (*READS, 404)
CREATES = (400, 401, 403, 404, 409, 413, 415, 422, 429)
CHANGES = (*CREATES, 412, 428)
MEANINGS = {
    400: "The request cannot be read; what is wrong is named.",
    401: "Nobody is signed in, or the token is unknown, revoked or expired.",
    403: "The caller may see this but not do it; the reason is told.",
    404: "This does not exist, or not for this caller.",
    409: "The state, an open guard or a running request does not allow this now.",
    412: "Somebody changed this in the meantime.",
    413: "Too large.",
    415: "Of a media type that is not read here.",
    422: "The input breaks rules; each field is named.",
    428: "If-Match is missing.",
    429: "Too many calls; Retry-After says when to go on.",
}
_WORDS = {
    "fields": "Only these fields, separated by commas.",
    "as_of": "What the system knew at this instant (ISO 8601); a bare date is the end of that day in our zone.",
    "q": "Words that must all be found.",
    "sort": "Field names separated by commas, a leading minus for descending.",
    "cursor": "Where the page begins, as given by next and previous.",
}


class FieldError(serializers.Serializer[Any]):
    """What is wrong with one field."""

    field = serializers.CharField()
    message = serializers.CharField()


class Problem(serializers.Serializer[Any]):
    """RFC 9457 problem details."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors: Any = FieldError(many=True)
    request_id = serializers.CharField()


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[misc,no-untyped-call]
    target_class = "pmo.rest.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "A scoped, expiring API token."}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[misc,no-untyped-call]
    target_class = "pmo.rest.authentication.Session"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": "A browser, with CSRF."}


class RoomSchema(AutoSchema):  # type: ignore[misc]
    """Adds what every door of the house has and no serializer says."""

    @property
    def _about_one(self) -> bool:
        return bool(getattr(self.view, "detail", False))

    def get_filter_backends(self) -> list[Any]:
        return []

    def get_override_parameters(self) -> list[Any]:
        known: set[str] = getattr(self.view, "known_parameters", set)()
        return [*[self._parameter(name) for name in sorted(known)], *self._headers()]

    def _headers(self) -> list[OpenApiParameter]:
        where: Any = OpenApiParameter.HEADER
        found = []
        if self.method == "PATCH" or (self.method == "POST" and self._about_one):
            found.append(OpenApiParameter("If-Match", str, where, description="The ETag that was read, or *."))
        if self.method == "POST":
            words = "The same key and body give the same answer for 24 hours."
            found.append(OpenApiParameter("Idempotency-Key", str, where, description=words))
        if self.method == "GET" and self._about_one:
            found.append(OpenApiParameter("If-None-Match", str, where, description="The ETag that is known already."))
        return found

    def _parameter(self, name: str) -> OpenApiParameter:
        if name in ("page", "page_size"):
            most = {"maximum": LARGEST_PAGE} if name == "page_size" else {}
            return OpenApiParameter(name, {"type": "integer", "minimum": 1, **most})
        if name == "sort":
            sorts: Mapping[str, str] = getattr(self.view, "sorts", {})
            words = f"{_WORDS['sort']} Names: {', '.join(sorted(sorts))}."
            return OpenApiParameter(name, str, description=words)
        filters = getattr(self.view, "filters", None)
        known = filters.base_filters.get(name) if filters is not None else None
        if known is None or name in _WORDS:
            return OpenApiParameter(name, str, description=_WORDS.get(name, ""))
        return OpenApiParameter(name, _schema_of(known), description=str(known.label or ""), explode=True)

    def _map_serializer(self, serializer: Any, direction: Any, bypass_extensions: bool = False) -> Any:
        """What ?fields= may leave out is not promised."""
        schema = super()._map_serializer(serializer, direction, bypass_extensions)  # type: ignore[no-untyped-call]
        kind = serializer if isinstance(serializer, type) else type(serializer)
        if direction == "response" and (kind in CUT_TO_FIELDS or self._is_shape_of_room(kind)):
            schema.pop("required", None)
        return schema

    def _is_shape_of_room(self, kind: type) -> bool:
        return isinstance(self.view, RoomViewSet) and self.view.get_serializer_class() is kind

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        answers: dict[str, Any] = super()._get_response_bodies(direction)
        problem = self.resolve_serializer(Problem, "response").ref
        for status in (*self._refusals(), *self._refusals_of_bytes(answers)):
            body = {"content": {MEDIA_TYPE: {"schema": problem}}, "description": MEANINGS[status]}
            answers.setdefault(str(status), body)
        if self.method == "GET" and self._about_one:
            answers.setdefault("304", {"description": "Not changed since the version of If-None-Match."})
        return answers

    def _refusals_of_bytes(self, answers: Mapping[str, Any]) -> tuple[int, ...]:
        """A file may not be made yet, or not be there any more."""
        kinds = answers.get("200", {}).get("content", {}) if self.method == "GET" else {}
        return (409,) if set(kinds) - {"application/json"} else ()

    def _refusals(self) -> tuple[int, ...]:
        if self.method == "GET":
            return READS_ONE if self._about_one else READS
        return CHANGES if self._about_one else CREATES


def _schema_of(known: django_filters.Filter) -> dict[str, Any]:
    """The JSON schema of a filter's value."""
    if isinstance(known, django_filters.ModelChoiceFilter):
        by_key = known.extra.get("to_field_name")
        return {"type": "string"} if by_key else {"type": "integer", "minimum": 1}
    if isinstance(known, django_filters.MultipleChoiceFilter):
        return {"type": "array", "items": {"type": "string", "enum": _values(known)}}
    if isinstance(known, django_filters.ChoiceFilter):
        return {"type": "string", "enum": _values(known)}
    if isinstance(known, django_filters.BooleanFilter):
        return {"type": "boolean"}
    if isinstance(known, django_filters.DateFilter):
        return {"type": "string", "format": "date"}
    if isinstance(known, django_filters.NumberFilter):
        return {"type": "number"}
    return {"type": "string"}


def _values(known: Any) -> list[str]:
    choices = known.extra["choices"]
    choices = choices() if callable(choices) and not isinstance(choices, type) else choices
    return [str(value) for value, _label in getattr(choices, "choices", choices)]
