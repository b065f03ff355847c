"""REST doors to settings that programs need: rates with a conversion, currencies, fiscal years."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from pmo.access.policy import can, insist, require
from pmo.console.views.rates import RateFilters
from pmo.organisation import rating
from pmo.organisation.conversion import rate
from pmo.organisation.models import ExchangeRate, Organisation
from pmo.organisation.queries import house_today
from pmo.rest.bodies import Body, Nothing
from pmo.rest.problems import Malformed
from pmo.rest.viewsets import Door, RoomViewSet, verb

AROUND = 3


class RateShape(serializers.Serializer[ExchangeRate]):
    """What one unit of `base` is worth in `quote` from a day on."""

    id = serializers.IntegerField()
    base = serializers.CharField()
    quote = serializers.CharField()
    valid_on = serializers.DateField()
    rate = serializers.DecimalField(max_digits=18, decimal_places=8)
    source: Any = serializers.CharField()
    version = serializers.IntegerField()


class NewRateBody(Body):
    """A rate from a day on."""

    base = serializers.RegexField(r"^[A-Z]{3}\Z")
    quote = serializers.RegexField(r"^[A-Z]{3}\Z")
    valid_on = serializers.DateField()
    rate = serializers.DecimalField(max_digits=18, decimal_places=8)
    source: Any = serializers.CharField(max_length=120, allow_blank=True, required=False)


class RateBody(Body):
    """A corrected rate."""

    rate = serializers.DecimalField(max_digits=18, decimal_places=8)
    source: Any = serializers.CharField(max_length=120, allow_blank=True, required=False)


class RateLinesBody(Body):
    """Lines as they are pasted on the page: day, currency, currency, rate and, if there is one, the source."""

    rows = serializers.CharField(max_length=500_000, trim_whitespace=False)


@extend_schema_serializer(many=False)
class RateLinesShape(serializers.Serializer[Any]):
    """How many rates are new and how many changed."""

    new = serializers.IntegerField()
    changed = serializers.IntegerField()


class RateApi(RoomViewSet):
    """Exchange rates."""

    queryset = ExchangeRate.objects.all()
    serializer_class = RateShape
    view_code = "settings.view"
    hides = False
    filters = RateFilters
    sorts: ClassVar[Mapping[str, str]] = {"valid_on": "valid_on", "base": "base", "quote": "quote"}
    default_sort = "-valid_on"

    def get_queryset(self) -> QuerySet[Any]:
        rows = ExchangeRate.objects.all()
        return rows if can(self.request.user, self.view_code) else rows.none()

    @extend_schema(request=NewRateBody)
    def create(self, request: Request) -> Response:
        """Enter a rate."""
        require(self.actor, "settings.edit", view=self.view_code)
        return self.created(rating.enter_rate(**self.body(NewRateBody), actor=self.actor))

    @extend_schema(request=RateBody)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Correct a rate; what was converted before keeps the rate that it states."""
        row = self.subject("settings.edit")
        sent = {"rate": row.rate, "source": row.source, **self.body(RateBody, partial=True)}
        return self.changed(rating.change_rate(row, **sent, actor=self.actor, version=row.version))

    @verb("paste", body=RateLinesBody, shape=RateLinesShape, detail=False)
    def paste(self, request: Request) -> Response:
        """Enter all lines or none; a known pair and day is changed."""
        require(self.actor, "settings.edit", view=self.view_code)
        new, changed = rating.import_rates(self.body(RateLinesBody)["rows"], actor=self.actor)
        return Response(RateLinesShape({"new": new, "changed": changed}).data)

    @verb("remove", status=204)
    def remove(self, request: Request, pk: str) -> Response:
        """Take a rate away."""
        row = self.subject("settings.edit")
        self.body(Nothing)
        rating.remove_rate(row.pk, actor=self.actor, version=row.version)
        return Response(status=204)


@extend_schema_serializer(many=False)
class ConversionShape(serializers.Serializer[Any]):
    """The rate in force on a day, since when it holds, and of which pairs it was made."""

    source: Any = serializers.CharField()
    target = serializers.CharField()
    asked_on = serializers.DateField()
    factor = serializers.DecimalField(max_digits=30, decimal_places=12)
    valid_on = serializers.DateField()
    pairs = serializers.ListField(child=serializers.CharField())


class ConversionApi(Door):
    """The rate from one currency to another; 422 when there is none, never 1 : 1 in silence."""

    serializer_class = ConversionShape
    parameters: ClassVar[Mapping[str, Any]] = {"list": ("source", "target", "on")}

    @extend_schema(responses=ConversionShape, operation_id="conversion_retrieve")
    def list(self, request: Request) -> Response:
        """?source=USD&target=EUR&on=2027-03-31, today when no day is given."""
        insist(can(self.actor, "project.view"))
        source, target = (request.query_params.get(name, "").upper() for name in ("source", "target"))
        on = self._day(request.query_params.get("on", ""))
        used = rate(source, target, on)
        told = {"source": source, "target": target, "asked_on": on, "factor": round(used.factor, 12)}
        return Response(ConversionShape({**told, "valid_on": used.on, "pairs": used.pairs}).data)

    @staticmethod
    def _day(text: str) -> date:
        try:
            return date.fromisoformat(text) if text else house_today()
        except ValueError as error:
            raise Malformed({"on": [_("Write the day as in 2027-03-31.")]}) from error


@extend_schema_serializer(many=False)
class FiscalYearsShape(serializers.Serializer[Any]):
    """Fiscal years around today, by first and last day."""

    class Year(serializers.Serializer[Any]):
        label: Any = serializers.CharField()
        start = serializers.DateField()
        end = serializers.DateField()

    results = Year(many=True)


class FiscalYearApi(Door):
    """The organisation's fiscal years."""

    serializer_class = FiscalYearsShape

    @extend_schema(responses=FiscalYearsShape, operation_id="fiscal_years_list")
    def list(self, request: Request) -> Response:
        """Three years back to three ahead."""
        insist(can(self.actor, "project.view"))
        years = Organisation.current().fiscal_calendar
        today = house_today()
        around = [date(today.year + step, today.month, 1) for step in range(-AROUND, AROUND + 1)]
        return Response(FiscalYearsShape({"results": [years.year_of(day) for day in around]}).data)


@extend_schema_serializer(many=False)
class CurrenciesShape(serializers.Serializer[Any]):
    """The organisation's currency, and those that rates lead from or to."""

    home = serializers.CharField()
    results = serializers.ListField(child=serializers.CharField())


class CurrencyApi(Door):
    """Currencies in use."""

    serializer_class = CurrenciesShape

    @extend_schema(responses=CurrenciesShape, operation_id="currencies_list")
    def list(self, request: Request) -> Response:
        """By code."""
        insist(can(self.actor, "project.view"))
        home = Organisation.current().currency
        known = {code for pair in ExchangeRate.objects.values_list("base", "quote").distinct() for code in pair}
        return Response(CurrenciesShape({"home": home, "results": sorted(known | {home})}).data)
