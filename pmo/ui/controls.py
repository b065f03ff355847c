"""Form controls drawn in Python: Django's templates take a call for each option, and a list has dozens of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

Shown = Mapping[str, Any]


class ControlRenderer(DjangoTemplates):
    """Draws what Django's own templates of these names draw; every other control by its template."""

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> SafeString:
        draw = DRAWN.get(template_name)
        if draw is None:
            return mark_safe(super().render(template_name, context, request))
        return mark_safe(draw(context["widget"]))


def _attributes(attrs: Mapping[str, Any]) -> str:
    known = ((name, value) for name, value in attrs.items() if value is not False)
    return "".join(f" {name}" if value is True else f' {name}="{_written(value)}"' for name, value in known)


def _written(value: object) -> str:
    return conditional_escape(value if isinstance(value, SafeString) else str(value))


def _input(widget: Shown) -> str:
    value = "" if widget["value"] is None else f' value="{_written(widget["value"])}"'
    name = _written(widget["name"])
    return f'<input type="{widget["type"]}" name="{name}"{value}{_attributes(widget["attrs"])}>'


def _select(widget: Shown) -> str:
    parts = [f'<select name="{_written(widget["name"])}"{_attributes(widget["attrs"])}>']
    for group, options, _place in widget["optgroups"]:
        inner = "".join(map(_option, options))
        parts.append(f'<optgroup label="{_written(group)}">{inner}</optgroup>' if group else inner)
    return f"{''.join(parts)}</select>"


def _option(option: Shown) -> str:
    attributes = _attributes(option["attrs"])
    return f'<option value="{_written(option["value"])}"{attributes}>{_written(option["label"])}</option>'


def _boxes(widget: Shown) -> str:
    attrs = {name: widget["attrs"][name] for name in ("id", "class") if widget["attrs"].get(name)}
    parts = [f"<div{_attributes(attrs)}>"]
    for group, options, _place in widget["optgroups"]:
        inner = "".join(f"<div>{_box(each)}</div>" for each in options)
        parts.append(f"<div><label>{_written(group)}</label>{inner}</div>" if group else inner)
    return f"{''.join(parts)}</div>"


def _box(option: Shown) -> str:
    if not option["wrap_label"]:
        return _input(option)
    leads = f' for="{_written(option["attrs"]["id"])}"' if option["attrs"].get("id") else ""
    return f"<label{leads}>{_input(option)} {_written(option['label'])}</label>"


DRAWN: Final[Mapping[str, Callable[[Shown], str]]] = {
    f"django/forms/widgets/{name}.html": draw
    for draw, names in (
        (_input, ("text", "number", "email", "url", "password", "hidden", "date", "datetime", "time", "checkbox")),
        (_select, ("select",)),
        (_boxes, ("checkbox_select", "radio")),
    )
    for name in names
}
