"""Says which columns of a model are the words it is found by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    DateField,
    Expression,
    F,
    Func,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat

Words: TypeAlias = "str | Expression | Subquery[Any]"
NONE: Value = Value("")


def entries(
    model: type[Model],
    *,
    code: Words = NONE,
    title: Words = "name",
    aliases: Sequence[Words] = (),
    body: Sequence[Words] = (),
    at: str | None = None,
    retired: Q | None = None,
    group: str | None = None,
) -> QuerySet[Any, Any]:
    """The words of every object of a model, as columns of the index; a name of a field, or an expression over it."""
    return model._default_manager.order_by().values(
        entry_object_id=Cast("pk", model._meta.pk),
        entry_code=_text(code),
        entry_title=_text(title),
        entry_aliases=_joined(aliases),
        entry_body=_joined(body),
        entry_at=Cast(F(at) if at else Value(None), DateField()),
        entry_retired=Case(When(retired, then=Value(True)), default=Value(False)) if retired else _never(),
        entry_group_id=Cast(F(group) if group else Value(None), BigIntegerField()),
    )


def _never() -> Value:
    return Value(False, output_field=BooleanField())


def _text(words: Words) -> Expression:
    return Coalesce(Cast(words, TextField()), Value(""), output_field=TextField())


def _joined(parts: Sequence[Words]) -> Expression:
    if len(parts) < 2:
        return _text(parts[0] if parts else NONE)
    spaced: list[Any] = [each for part in parts for each in (_text(part), Value("\n"))]
    return Concat(*spaced[:-1], output_field=TextField())


def of_json(field: str, path: str = "$") -> Expression:
    """All texts within a JSON field, or within what a JSON path takes from it."""
    taken = Func(F(field), Value(path), template="jsonb_path_query_array(%(expressions)s::jsonpath)")
    return Func(taken, function="search_words", output_field=TextField())


def of_parts(model: type[Model], field: str, *columns: str) -> Subquery[Any]:
    """The texts of the rows that belong to the object through `field`."""
    text = _joined(columns)
    rows = model._default_manager.filter(**{field: OuterRef("pk")}).order_by().values(field)
    return Subquery(rows.annotate(words=StringAgg(text, Value("\n"), order_by="pk")).values("words"))
