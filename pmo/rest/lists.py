"""The contract of lists: ?q= &sort= &page= &page_size= &fields= &as_of= and the filters of the page, nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from django.db.models import F, QuerySet
from django.db.models.expressions import OrderBy
from django.utils.translation import gettext as _
from rest_framework.request import Request

from pmo.kernel.errors import Invalid
from pmo.rest.problems import Malformed, safe

Sorts = Mapping[str, Any]
"""The name a caller sorts by, and the path or expression it means."""


class Filters(Protocol):
    """A filter set that pages use too (`pmo.ui.filters.FilterSet`)."""

    filters: dict[str, Any]

    def __init__(self, data: Any, queryset: QuerySet[Any], *, request: Any) -> None: ...

    @classmethod
    def parameters(cls) -> set[str]: ...

    def checked(self) -> QuerySet[Any]: ...


def refuse_unknown(request: Request, known: Iterable[str]) -> None:
    """400 naming every parameter of the address that nothing here reads: a typo must not widen a list."""
    allowed = sorted(known)
    unknown = sorted(set(request.query_params) - set(allowed))
    if unknown:
        names = ", ".join(allowed) or _("none")
        message = _("There is no parameter “%(name)s” here. Known: %(names)s.")
        raise Malformed({safe(name): [message % {"name": safe(name)[:60], "names": names}] for name in unknown})


def filtered(kind: type[Filters], rows: QuerySet[Any], request: Request) -> QuerySet[Any]:
    """The rows that the asked filters leave; those not asked for are not even built."""
    filters = kind(request.query_params, queryset=rows, request=request)
    for name in [name for name in filters.filters if not _is_asked(name, request)]:
        del filters.filters[name]
    try:
        return filters.checked()
    except Invalid as error:
        raise Malformed(error.errors) from error


def _is_asked(name: str, request: Request) -> bool:
    return any(asked == name or asked.startswith(f"{name}_") for asked in request.query_params)


def ordering(raw: str, sorts: Sorts, default: str) -> list[OrderBy]:
    """Database order for `-finish_forecast,name`, nulls last, closed by the key so that pages never overlap."""
    orders = [_order(part, sorts) for part in (raw or default).split(",") if part]
    return [*orders, F("pk").asc()]


def _order(part: str, sorts: Sorts) -> OrderBy:
    path = sorts.get(part.removeprefix("-"))
    if path is None:
        names = ", ".join(sorted(sorts))
        message = _("This list cannot be sorted by “%(name)s”. Known: %(names)s.")
        raise Malformed({"sort": [message % {"name": safe(part)[:60], "names": names}]})
    by = F(path) if isinstance(path, str) else path
    found: OrderBy = by.desc(nulls_last=True) if part.startswith("-") else by.asc(nulls_last=True)
    return found


def chosen_fields(raw: str, known: Iterable[str]) -> list[str]:
    """The names after ?fields=, in the order of the representation; an unknown one is refused."""
    asked = {name.strip() for name in raw.split(",") if name.strip()}
    every = list(known)
    unknown = sorted(asked - set(every))
    if unknown:
        message = _("There is no field “%(name)s”. Known: %(names)s.")
        raise Malformed({"fields": [message % {"name": safe(unknown[0])[:60], "names": ", ".join(every)}]})
    return [name for name in every if name in asked]
