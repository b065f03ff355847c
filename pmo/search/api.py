"""The REST door to search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from pmo.access.policy import insist
from pmo.kernel.verdict import no
from pmo.rest.pagination import whole_number
from pmo.rest.problems import Malformed, safe
from pmo.rest.viewsets import Door
from pmo.search import panels, queries
from pmo.search.rules import Asked, Piece, tidy
from pmo.ui.offers import SearchSource

USUAL: Final = 10
MOST: Final = 50


class HitShape(serializers.Serializer[Any]):
    """Something found: what it is, what it is called, and a line of its text where the words stand there."""

    kind = serializers.CharField()
    id = serializers.IntegerField()
    code = serializers.CharField()
    title = serializers.CharField()
    subtitle = serializers.CharField()
    status = serializers.CharField(allow_null=True)
    excerpt = serializers.CharField()
    url = serializers.CharField()


@extend_schema_serializer(many=False)
class HitsShape(serializers.Serializer[Any]):
    """What was found, kind by kind, best first; `count` is how many are told here."""

    count = serializers.IntegerField()
    results = HitShape(many=True)


class SearchApi(Door):
    """Search over everything the caller may see."""

    serializer_class = HitsShape
    costs: ClassVar[Mapping[str, int]] = {"list": 1}
    parameters: ClassVar[Mapping[str, Any]] = {"list": ("q", "kind", "limit")}

    @extend_schema(
        responses=HitsShape,
        operation_id="search_retrieve",
        parameters=[
            OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": MOST}, description="Hits per kind."),
            OpenApiParameter("kind", OpenApiTypes.STR, description="Only this kind, as told in the results."),
        ],
    )
    def list(self, request: Request) -> Response:
        """The best hits of each kind."""
        sources = self.sources()
        words = tidy(request.query_params.get("q", ""))
        limit = whole_number(request, "limit", USUAL, MOST)
        asked = Asked(words)
        hits = [
            _hit(found.source, match.object_id, line)
            for found in queries.best(self.person, words, sources, limit)
            for line, (_told, match) in zip(panels.lines(found, asked), found.hits, strict=True)
        ]
        return Response(HitsShape({"count": len(hits), "results": hits}).data)

    @property
    def person(self) -> Any:
        return self.request.user

    def sources(self) -> Sequence[SearchSource]:
        """The kinds to look through; 403 for those who see none, 400 for a kind that is not there for the caller."""
        everything = panels.sources_for(self.person)
        if not everything:
            insist(no(_("Your roles do not include anything that can be searched.")))
        kind = self.request.query_params.get("kind", "")
        chosen = panels.sources_for(self.person, kind)
        if not chosen:
            names = ", ".join(source.kind for source in everything)
            told = _("There is no kind “%(name)s” here. Known: %(names)s.")
            raise Malformed({"kind": [told % {"name": safe(kind)[:60], "names": names}]})
        return chosen


def _hit(source: SearchSource, pk: int, line: panels.Line) -> dict[str, Any]:
    hit = line.hit
    return {
        "kind": source.kind,
        "id": pk,
        "code": hit.code,
        "title": hit.title,
        "subtitle": hit.subtitle,
        "status": hit.status,
        "excerpt": _plain(line.excerpt),
        "url": hit.url,
    }


def _plain(pieces: Any) -> str:
    found: tuple[Piece, ...] = tuple(pieces)
    return "".join(piece.text for piece in found)


router = SimpleRouter()
router.register("search", SearchApi, basename="search")
urlpatterns = router.urls
