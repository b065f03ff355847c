"""The REST door to explanations: which figures there are, and what stands behind one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from pmo.audit.entered import Entry
from pmo.kernel.errors import Invalid
from pmo.organisation.models import Organisation
from pmo.rest.fields import Instant
from pmo.rest.problems import Malformed
from pmo.rest.viewsets import Door
from pmo.ui.explaining import AS_OF, FIGURES, Explained, Figure, explained


class FigureShape(serializers.Serializer[Any]):
    """A figure: its name in addresses, what it means, its formula, and what an address must say."""

    slug = serializers.CharField()
    name = serializers.CharField()
    meaning = serializers.CharField()
    formula = serializers.CharField()
    source = serializers.CharField(source="rule")  # type: ignore[assignment]
    parameters = serializers.ListField(child=serializers.CharField(), source="known_parameters")


@extend_schema_serializer(many=False)
class FiguresShape(serializers.Serializer[Any]):
    """All figures that the caller may ask for."""

    count = serializers.IntegerField()
    results = FigureShape(many=True)


class InputShape(serializers.Serializer[Any]):
    """A value that went in: of which day it is, who entered it and when."""

    label = serializers.CharField()  # type: ignore[assignment]
    value = serializers.CharField()
    url = serializers.CharField()
    as_of = serializers.DateField(allow_null=True)
    entered_at = Instant(allow_null=True)
    entered_by = serializers.CharField()


class NamedShape(serializers.Serializer[Any]):
    """A label with a value or an address."""

    label = serializers.CharField()  # type: ignore[assignment]
    value = serializers.CharField()


class LeftOutShape(serializers.Serializer[Any]):
    """What does not count, and why."""

    sentence = serializers.CharField()
    objects = NamedShape(many=True)
    further = serializers.IntegerField()


class ExplanationShape(FigureShape):
    """A figure with its value and what stands behind it."""

    value = serializers.JSONField()
    shown = serializers.CharField()
    as_of = serializers.CharField()
    inputs = InputShape(many=True)
    further_inputs = serializers.IntegerField()
    thresholds = NamedShape(many=True)
    left_out = LeftOutShape(many=True)
    note = serializers.CharField()
    rows_url = serializers.CharField()


class ExplainApi(Door):
    """Explanations of figures."""

    serializer_class = ExplanationShape
    lookup_field = "slug"
    lookup_value_regex = "[a-z0-9-]{1,60}"
    parameters: ClassVar[Mapping[str, Any]] = {"list": ()}

    def known_parameters(self) -> set[str]:
        if self.action != "retrieve":
            return super().known_parameters()
        return {name for figure in FIGURES.all() for name in figure.known_parameters}

    @extend_schema(responses=FiguresShape, operation_id="explain_list")
    def list(self, request: Request) -> Response:
        """Every figure that can be explained to the caller."""
        found = FIGURES.for_user(self.actor)
        return Response(FiguresShape({"count": len(found), "results": found}).data)

    @extend_schema(
        operation_id="explain_retrieve",
        parameters=[
            OpenApiParameter(name, OpenApiTypes.STR, description=words)
            for name, words in (
                ("project", "The code of a project."),
                ("dimension", "Overall or a dimension of health."),
                ("portfolio", "The code of a portfolio."),
                ("programme", "The code of a programme."),
                ("unit", "The id of a unit."),
                ("run", "The id of an edition of a pack."),
                ("check", "A check of data quality."),
                ("at", "A business date."),
                (AS_OF, "An instant, for figures of one project."),
            )
        ],
    )
    def retrieve(self, request: Request, slug: str) -> Response:
        """A figure: formula, value, inputs with who entered them, thresholds, and what is left out."""
        try:
            told = explained(slug, self.actor, Organisation.current(), request.query_params.dict())
        except Invalid as error:
            raise Malformed(error.errors) from error
        return Response(ExplanationShape(_plain(told)).data)


def _plain(told: Explained) -> dict[str, Any]:
    reasons = told.reasons
    return {
        **_figure(told.figure),
        "value": told.shown.value,
        "shown": told.shown.words,
        "as_of": _iso(reasons.as_of or timezone.now()),
        "inputs": [
            {"label": each.label, "value": each.value, "url": each.url, "as_of": _day(each.at), **_entry(each.entry)}
            for each in reasons.inputs
        ],
        "further_inputs": reasons.further,
        "thresholds": _pairs(reasons.limits),
        "left_out": [
            {"sentence": each.sentence, "objects": _pairs(each.objects), "further": each.further}
            for each in reasons.left_out
        ],
        "note": reasons.note,
        "rows_url": reasons.rows_url,
    }


def _figure(figure: Figure) -> dict[str, Any]:
    names = ("slug", "name", "meaning", "formula", "rule", "known_parameters")
    return {name: getattr(figure, name) for name in names}


def _entry(entry: Entry | None) -> dict[str, Any]:
    return {"entered_at": entry.at if entry else None, "entered_by": entry.by if entry else ""}


def _pairs(pairs: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"label": label, "value": value} for label, value in pairs]


def _iso(at: date | datetime) -> str:
    return at.isoformat()


def _day(at: date | datetime | None) -> date | None:
    return timezone.localtime(at).date() if isinstance(at, datetime) else at


router = SimpleRouter()
router.register("explain", ExplainApi, basename="explain")
urlpatterns = router.urls
