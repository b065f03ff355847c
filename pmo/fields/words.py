"""The rules of custom fields in sentences, and values as people read them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from pmo.access import preferences
from pmo.fields.rules import definitions as d
from pmo.fields.rules.definitions import BadValue, Definition
from pmo.fields.rules.values import typed

SENTENCES: Final[Mapping[str, str]] = {
    "too_long": gettext_noop("This has %(size)s characters; at most %(most)s fit. Shorten it."),
    "control": gettext_noop("This holds a control character. Remove it."),
    "text": gettext_noop("“%(value)s” is not text. Send text."),
    "link": gettext_noop("“%(value)s” is no complete link. Begin with https://."),
    "number": gettext_noop("“%(value)s” is no number. Write digits with a point before decimals, such as 1234.5."),
    "whole": gettext_noop("“%(value)s” is no whole number. Leave out the decimals."),
    "places": gettext_noop("“%(value)s” has too many decimals. At most %(most)s are kept."),
    "too_large": gettext_noop("“%(value)s” is too large to be kept. Write a smaller number."),
    "money": gettext_noop("Send an amount, or an object with amount and currency (%(currency)s)."),
    "currency": gettext_noop("“%(value)s” is not the currency of this field. Give the amount in %(currency)s."),
    "day": gettext_noop("“%(value)s” is no date. Write it as year-month-day, such as 2026-03-31."),
    "yes_no": gettext_noop("“%(value)s” is neither yes nor no. Write yes or no."),
    "choice": gettext_noop("“%(value)s” is not offered here. Offered: %(known)s."),
    "retired": gettext_noop("“%(value)s” is not offered any more. Choose another one."),
    "person": gettext_noop("“%(value)s” is nobody who can be named here. Give the sign-in name of an active person."),
    "required": gettext_noop("This is required. Fill it in."),
    "unknown": gettext_noop("There is no field “%(value)s” here. Fields: %(known)s."),
    "convert": gettext_noop("“%(value)s” does not convert."),
    "slug": gettext_noop(
        "“%(value)s” cannot be a name. Use small letters, digits and single underscores, begin with a letter,"
        " at most %(most)s characters."
    ),
    "slug_reserved": gettext_noop("“%(value)s” clashes with “%(word)s”, which has a meaning already. Choose another."),
    "slug_taken": gettext_noop("“%(value)s” clashes with “%(word)s” of another custom field. Choose another."),
    "options_none": gettext_noop("Name at least one choice."),
    "options_many": gettext_noop("There are more than %(most)s choices. Keep those that are needed."),
    "option_label": gettext_noop("Each choice needs a name of at most %(most)s characters."),
    "option_twice": gettext_noop("“%(value)s” stands there twice. Keep one of the two."),
}


def told(bad: BadValue) -> str:
    """The broken rule in the reader's language."""
    return _(SENTENCES[bad.code]) % bad.params


def shown(field: Definition, value: Any, name_of: Callable[[int], str]) -> str:
    """A stored value as plain text for people; what does not fit the type any more is shown as it stands."""
    if value is None:
        return ""
    if field.type in d.CHOOSING:
        chosen = value if isinstance(value, list) else [value]
        return ", ".join(field.labels.get(each, str(each)) for each in chosen)
    found = typed(field, value)
    return str(value) if found is None else _SHOWN.get(field.type, _as_it_is)(field, found, name_of)


def _as_it_is(field: Definition, value: Any, name_of: Callable[[int], str]) -> str:
    return str(value)


def _number(field: Definition, value: Any, name_of: Callable[[int], str]) -> str:
    written = preferences.number(value)
    return f"{written}\u00a0{field.unit}" if field.unit else written


_SHOWN: dict[str, Callable[[Definition, Any, Callable[[int], str]], str]] = {
    d.WHOLE: _number,
    d.DECIMAL: _number,
    d.MONEY: lambda field, value, name_of: f"{field.unit}\u00a0{preferences.number(value, 2)}",
    d.DATE: lambda field, value, name_of: preferences.day(value),
    d.YES_NO: lambda field, value, name_of: _("yes") if value else _("no"),
    d.PERSON: lambda field, value, name_of: name_of(value),
}
