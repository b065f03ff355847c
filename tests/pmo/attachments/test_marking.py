"""Comments: Markdown becomes safe HTML, whatever was typed; mentions are found where words are."""

from __future__ import annotations

import re

import pytest

from pmo.attachments.marking import as_html, mentions_in

NAMES = {"alice": "Alice Small", "bob.smith": "Bob <b>Smith</b>"}


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**bold** and *slanted*", "<p><strong>bold</strong> and <em>slanted</em></p>\n"),
        ("one\ntwo", "<p>one<br>\ntwo</p>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("# no heading", "<p># no heading</p>\n"),
        ("~~gone~~", "<p><s>gone</s></p>\n"),
        ("`x < y`", "<p><code>x &lt; y</code></p>\n"),
        ("<b>raw</b>", "<p>&lt;b&gt;raw&lt;/b&gt;</p>\n"),
        ("[out](https://example.org/a)", '<p><a href="https://example.org/a" rel="noopener nofollow">out</a></p>\n'),
        ("see https://example.org", '<p>see <a href="https://example.org" rel="noopener nofollow">https://example.org</a></p>\n'),
        ("Ask @alice.", '<p>Ask <span class="mention">@Alice Small</span>.</p>\n'),
        ("@bob.smith", '<p><span class="mention">@Bob &lt;b&gt;Smith&lt;/b&gt;</span></p>\n'),
        ("`@alice` stays", "<p><code>@alice</code> stays</p>\n"),
        ("a@alice.org", '<p><a href="mailto:a@alice.org" rel="noopener nofollow">a@alice.org</a></p>\n'),
        ("@stranger", "<p>@stranger</p>\n"),
    ],
)  # fmt: skip
def test_markdown_becomes_html(text, html):
    assert as_html(text, NAMES) == html


ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![x](https://evil.example/pixel.png)",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox)",
    "<javascript:alert(1)>",
    '[x](https://a.example "onmouseover=alert(1)")',
    "[x]: javascript:alert(1)\n\n[x]",
    "<a href='javascript:alert(1)'>x</a>",
    "<svg><script>alert(1)</script></svg>",
    "<iframe src='https://evil.example'></iframe>",
    "<style>*{display:none}</style>",
    "<form action='https://evil.example'><input name=password></form>",
    '<span class="mention" style="position:fixed">x</span>',
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<<script>script>alert(1)<</script>/script>",
    "```html\n<script>alert(1)</script>\n```",
    "[<img src=x onerror=alert(1)>](https://a.example)",
]
ALLOWED_TAG = re.compile(
    r'</?(p|br|strong|em|s|code|pre|blockquote|ul|ol|li|hr)>|</a>|</span>|<span class="mention">'
    r'|<a href="(https?:|mailto:)[^"<>]*" rel="noopener nofollow">|<a rel="noopener nofollow">'
)


@pytest.mark.parametrize("text", ATTACKS)
def test_nothing_but_harmless_tags_is_left(text):
    assert [tag for tag in re.findall(r"<[^>]*>", as_html(text, NAMES)) if not ALLOWED_TAG.fullmatch(tag)] == []


@pytest.mark.parametrize(
    "text", ["\x00\ufffd\u202e", "a" * 10_000, "*" * 5000, "[" * 5000, "> " * 2000, "- " * 2000, "`" * 5000]
)
def test_any_text_is_drawn(text):
    assert isinstance(as_html(text, NAMES), str)


def test_mentions_are_found_once_and_without_the_full_stop_of_the_sentence():
    text = "@Alice, ask @bob.smith. Not a@b.example, nor x@alice; (@alice) and @ or @@bob."
    assert mentions_in(text) == ["alice", "bob.smith"]
