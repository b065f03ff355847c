"""The schema of the REST door, and the answer at addresses where nothing is."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.urls import resolve
from django.utils.translation import get_language
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from pmo.rest.custom import fingerprint
from pmo.rest.problems import Elsewhere
from pmo.rest.throttling import Ceilings
from pmo.rest.viewsets import JsonOnly

SCHEMA_TYPE = "application/vnd.oai.openapi+json"


@lru_cache(maxsize=8)
def described(language: str | None, custom: tuple[Any, ...] = ()) -> dict[str, Any]:
    """The OpenAPI document in one language; only custom fields change while a process runs, `custom` tells them."""
    generator: Any = SchemaGenerator
    found: dict[str, Any] = generator().get_schema(public=True)
    return found


class Schema(APIView):
    """OpenAPI 3.1."""

    content_negotiation_class = JsonOnly
    throttle_classes = [Ceilings]

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        return Response(described(get_language(), fingerprint()), content_type=SCHEMA_TYPE)


class NoSuchAddress(APIView):
    """Nothing is here: a problem document, not a page; a forgotten last slash is put right."""

    content_negotiation_class = JsonOnly

    @extend_schema(exclude=True)
    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        for method in ("get", "post", "put", "patch", "delete"):
            setattr(self, method, self._nothing)
        return super().dispatch(request, *args, **kwargs)

    def _nothing(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        if not request.path.endswith("/") and _leads_somewhere(f"{request.path}/"):
            raise Elsewhere(request.get_full_path().replace(request.path, f"{request.path}/", 1))
        raise NotFound


def _leads_somewhere(path: str) -> bool:
    return resolve(path).func is not no_such_address


no_such_address = NoSuchAddress.as_view(schema=None)
