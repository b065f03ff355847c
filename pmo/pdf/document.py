"""The one way to print: a body, its assets, a title and a language become a tagged PDF/UA-1 document."""

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from pmo.pdf.parts import STYLE, Asset, Attachment, Document, Shell
from pmo.pdf.spacing import bind_units, printable


def render(
    html: str,
    *,
    title: str,
    lang: str,
    assets: Mapping[str, Asset] | None = None,
    attachments: Sequence[Attachment] = (),
    author: str = "",
    created: datetime | None = None,
    style: str = STYLE,
) -> Document:
    """Print the body `html`, which a template has escaped already.

    Raises MissingAsset when it names an asset of ours that does not exist; foreign addresses are left out.
    The same arguments give the same bytes, as long as `created` is given.
    """
    # The engine is large, and most processes that know how to print never do.
    from pmo.pdf.layout import printed

    shell = Shell(title, lang, author, created or datetime.now(UTC), style)
    page = _page(html, shell)
    with _without_collector():
        return printed(page, shell, {**_styles(style), **(assets or {})}, attachments)


def _page(html: str, shell: Shell) -> str:
    return bind_units(printable(render_to_string("pdf/document.html", {"body": mark_safe(html), "shell": shell})))


def _styles(style: str) -> dict[str, Asset]:
    names = {STYLE, style}
    return {f"css/{name}": (render_to_string(name).encode(), "text/css") for name in names}


@contextmanager
def _without_collector() -> Iterator[None]:
    """Layout makes millions of small objects that all live to its end: collecting costs a fifth of the time."""
    was_enabled = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
