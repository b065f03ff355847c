"""Fields of representations: instants in UTC, money with its currency, and figures that say why they are absent."""

from __future__ import annotations

from datetime import UTC
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from pmo.rest.bodies import Body

LARGEST_ID = 2**63 - 1
MONEY = {
    "type": ["object", "null"],
    "properties": {
        "amount": {"type": "string", "pattern": r"^-?\d+(\.\d+)?$", "examples": ["12.30"]},
        "currency": {"type": "string", "pattern": "^[A-Z]{3}$", "examples": ["GBP"]},
    },
    "required": ["amount", "currency"],
}
REFERENCE = {
    "type": ["object", "null"],
    "properties": {
        "id": {"type": "integer"},
        "code": {"type": "string"},
        "name": {"type": "string"},
    },
    "required": ["id", "name"],
}


class Instant(serializers.DateTimeField):
    """A moment, always in UTC."""

    def __init__(self, **options: Any) -> None:
        super().__init__(default_timezone=UTC, **options)


def money(amount: Decimal | None, currency: str) -> dict[str, str] | None:
    """The wire form of an amount."""
    return None if amount is None else {"amount": f"{amount:.2f}", "currency": currency}


class Derived(serializers.Field):  # type: ignore[type-arg]
    """A read-only value made from the whole object."""

    def __init__(self, **options: Any) -> None:
        super().__init__(source="*", read_only=True, **options)


@extend_schema_field(MONEY)
class Money(Derived):
    """{"amount": "12.30", "currency": "GBP"}, or null; the field `<name>_reason` beside it then says why."""

    def to_representation(self, value: Any) -> dict[str, str] | None:
        return money(getattr(value, str(self.field_name)), value.currency)


@extend_schema_field({"type": ["string", "null"]})
class Reason(Derived):
    """Why the figure `<name>` of `<name>_reason` is null; null when it is there."""

    def to_representation(self, value: Any) -> str | None:
        figure = str(self.field_name).removesuffix("_reason")
        if getattr(value, figure) is not None:
            return None
        return str(value.absent.get(figure) or _("Not given."))


@extend_schema_field(REFERENCE)
class Reference(serializers.Field):  # type: ignore[type-arg]
    """A related object in short: id, name and, where it has one, code."""

    def __init__(self, **options: Any) -> None:
        super().__init__(read_only=True, **options)

    def to_representation(self, value: Any) -> dict[str, Any]:
        short = {"id": value.pk, "name": getattr(value, "name", None) or str(value)}
        code = getattr(value, "code", None) or getattr(value, "username", None)
        return {**short, "code": code} if code else short


class MoneyBody(Body):
    """Money as it is sent."""

    amount = serializers.DecimalField(max_digits=18, decimal_places=2)
    currency = serializers.RegexField(r"^[A-Z]{3}\Z")


@extend_schema_field({"type": ["integer", "string"], "description": "Its id, or its code."})
class Related(serializers.Field):  # type: ignore[type-arg]
    """A related object, named by id or by code, or by an object that holds either; only what the caller may see."""

    default_error_messages = {"unknown": gettext_lazy("There is no such object, or not for you: {value}.")}

    def __init__(self, queryset: QuerySet[Any], *, key: str = "code", **options: Any) -> None:
        super().__init__(**options)
        self.queryset, self.key = queryset, key

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            data = data.get("id", data.get(self.key, data.get("code")))
        found = self._visible().filter(**self._condition(data)).first()
        if found is None:
            self.fail("unknown", value=str(data)[:60])
        return found

    def _condition(self, data: Any) -> dict[str, Any]:
        if isinstance(data, int) and not isinstance(data, bool) and 0 <= data <= LARGEST_ID:
            return {"pk": data}
        if isinstance(data, str) and "\x00" not in data and data.isprintable():
            return {f"{self.key}__iexact": data}
        return {"pk__in": []}

    def _visible(self) -> Any:
        rows: Any = self.queryset.all()
        return rows.visible_to(self.context["request"].user) if hasattr(rows, "visible_to") else rows

    def to_representation(self, value: Any) -> Any:
        return value.pk
