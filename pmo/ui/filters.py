"""Filters that a page and its API share, with one answer to what they do not know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from functools import cached_property, reduce
from operator import and_, or_
from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.kernel.errors import Invalid
from pmo.ui.related import RelatedField, share
from pmo.ui.widgets import UNKNOWN, Picker, code_in, picked

LONGEST_SEARCH = 200
Filter = django_filters.Filter


def everything_of(label: object) -> str | Promise:
    """What the empty choice of a filter says when the filter does not say it itself."""
    return format_lazy(gettext_lazy("{label}: all"), label=label) if label else gettext_lazy("All")


class FilterSet(django_filters.FilterSet):  # type: ignore[misc]
    """A set of filters; `search_fields` are what `?q=` looks through, every word of it must be found somewhere."""

    search_fields: ClassVar[tuple[str, ...]] = ()

    q = django_filters.CharFilter(
        method="search",
        label=gettext_lazy("Search"),
        max_length=LONGEST_SEARCH,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, more: Mapping[str, django_filters.Filter] | None = None, **kwargs: Any) -> None:
        """`more` are filters that only this request knows, such as those of custom fields."""
        super().__init__(*args, **kwargs)
        for each in self.filters.values():
            # A description of the interface makes fields on the class, for no reader: none of them may serve one.
            each.__dict__.pop("_field", None)
        for name, each in (more or {}).items():
            added = deepcopy(each)
            added.parent, added.model = self, self._meta.model
            self.filters[name] = added

    def search(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        words = value.split()
        if not words or not self.search_fields:
            return queryset
        return queryset.filter(reduce(and_, [self._anywhere(word) for word in words]))

    def _anywhere(self, word: str) -> Q:
        return reduce(or_, [Q(**{f"{field}__icontains": word}) for field in self.search_fields])

    @cached_property
    def form(self) -> forms.Form:
        """The form; its lists of related objects are read in one statement."""
        made: forms.Form = super().form
        share(made)
        return made

    @classmethod
    def parameters(cls) -> set[str]:
        """Every query parameter that these filters read."""
        return parameters_of(cls.base_filters)

    @property
    def active(self) -> list[str]:
        """The names of the filters in use, the search included."""
        sent = {name for name, values in self.data.lists() if any(values)}
        return [name for name in self.filters if name in sent] if self.is_valid() else []

    @property
    def narrowing(self) -> list[str]:
        """The filters in use apart from the search."""
        return [name for name in self.active if name != "q"]

    def checked(self) -> QuerySet[Any]:
        """The filtered rows; Invalid names each filter whose value cannot be read."""
        if not self.is_valid():
            raise Invalid({name: [str(message) for message in messages] for name, messages in self.errors.items()})
        found: QuerySet[Any] = self.qs
        return found


def parameters_of(filters: Mapping[str, django_filters.Filter]) -> set[str]:
    """The query parameters that some filters read."""
    names: set[str] = set()
    for name, each in filters.items():
        suffixes = getattr(each.field.widget, "suffixes", None)
        names |= {f"{name}_{suffix}" for suffix in suffixes} if suffixes else {name}
    return names


def refuse_unknown(asked: QueryDict, known: Iterable[str]) -> None:
    """Stop with Invalid when the address has a parameter that nothing here reads: a typo must not widen a list."""
    unknown = sorted(set(asked) - set(known))
    if unknown:
        text, names = _("There is no filter “%(name)s”. Known: %(names)s."), ", ".join(sorted(known))
        raise Invalid({name[:60]: [text % {"name": name[:60], "names": names}] for name in unknown})


class ChoiceFilter(django_filters.ChoiceFilter):  # type: ignore[misc]
    """One of a few; the empty choice says what it means ("All phases")."""

    def __init__(self, *args: Any, everything: str | Promise = "", **kwargs: Any) -> None:
        super().__init__(*args, empty_label=everything or everything_of(kwargs.get("label")), **kwargs)


class ManyFilter(django_filters.MultipleChoiceFilter):  # type: ignore[misc]
    """Any of several: `?status=red&status=amber`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.CheckboxSelectMultiple)
        super().__init__(*args, **kwargs)


class RelatedFilter(django_filters.ModelChoiceFilter):  # type: ignore[misc]
    """A related object out of a short list, cut to what the reader may see; it is called by its name.

    For long lists (projects, people) use `PickFilter`, which never prints them all.
    """

    field_class = RelatedField

    def __init__(self, *args: Any, everything: str | Promise = "", **kwargs: Any) -> None:
        super().__init__(*args, empty_label=everything or everything_of(kwargs.get("label")), **kwargs)

    def get_queryset(self, request: Any) -> QuerySet[Any]:
        found: QuerySet[Any] = super().get_queryset(request)
        return found.visible_to(request.user) if request is not None and hasattr(found, "visible_to") else found


class _PickedField(django_filters.fields.ModelChoiceField):  # type: ignore[misc]
    default_error_messages = {"invalid_choice": UNKNOWN}

    def __init__(self, *args: Any, names: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = names

    def to_python(self, value: Any) -> Any:
        found = picked(self.queryset, self.to_field_name, value, self.names) if self.names else None
        return found or super().to_python(code_in(value))


class PickFilter(RelatedFilter):
    """A related object, found as one types."""

    field_class = _PickedField

    def __init__(self, *args: Any, source: str, **kwargs: Any) -> None:
        super().__init__(*args, widget=Picker(source), **kwargs)
