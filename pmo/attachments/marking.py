"""Comments as written and as shown: Markdown without raw HTML, mentions as names, cleaned by an allow-list."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

_MENTION: Final = re.compile(r"(?<![\w@.+/-])@([A-Za-z0-9_][A-Za-z0-9_.+-]{0,149})")
_TRAILING: Final = ".+-"
MOST_MENTIONS: Final = 50

_CLEANER: Final = nh3.Cleaner(
    tags={"p", "br", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a", "hr", "span"},
    attributes={"*": set(), "a": {"href"}, "ol": {"start"}},
    allowed_classes={"span": {"mention"}},
    url_schemes={"http", "https", "mailto"},
    link_rel="noopener nofollow",
    strip_comments=True,
)


def mentions_in(text: str) -> list[str]:
    """The sign-in names after an @, in order, each once; a full stop at the end belongs to the sentence."""
    found = (match.group(1).rstrip(_TRAILING).lower() for match in _MENTION.finditer(text))
    return list(dict.fromkeys(name for name in found if name))[:MOST_MENTIONS]


def as_html(text: str, names: Mapping[str, str]) -> SafeString:
    """The comment as safe HTML; `names` gives, for each sign-in that is mentioned, how the person is called."""
    rendered = _markdown().render(text, {"names": names})
    return mark_safe(_CLEANER.clean(rendered))


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": True, "breaks": True})
    parser.enable(["linkify", "strikethrough"])
    parser.disable(["heading", "lheading", "image", "html_block", "html_inline", "reference"])
    parser.core.ruler.push("mention", _mark_mentions)
    parser.add_render_rule("mention", _draw_mention)
    return parser


def _draw_mention(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    return f'<span class="mention">@{nh3.clean_text(tokens[index].content)}</span>'


def _mark_mentions(state: StateCore) -> None:
    """Turn @name into a token of its own where plain text holds it; links and code stay as they are."""
    names: Mapping[str, str] = state.env.get("names", {})
    for block in state.tokens:
        if block.type == "inline" and block.children and names:
            block.children = _with_mentions(block.children, names)


def _with_mentions(children: Sequence[Token], names: Mapping[str, str]) -> list[Token]:
    found: list[Token] = []
    depth = 0
    for child in children:
        depth += {"link_open": 1, "link_close": -1}.get(child.type, 0)
        found += _split(child, names) if child.type == "text" and not depth else [child]
    return found


def _split(token: Token, names: Mapping[str, str]) -> list[Token]:
    parts: list[Token] = []
    at = 0
    for match in _MENTION.finditer(token.content):
        name = match.group(1).rstrip(_TRAILING)
        if name.lower() in names:
            parts += [_text(token.content[at : match.start()]), Token("mention", "", 0, content=names[name.lower()])]
            at = match.start() + 1 + len(name)
    return [*parts, _text(token.content[at:])] if parts else [token]


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)
