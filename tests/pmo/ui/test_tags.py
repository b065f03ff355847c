"""Template tags: doors with their reasons, addresses, figures; and no icon that the sprite lacks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template

from pmo.kernel.verdict import YES, no, unseen
from pmo.ui.pages import Door

ROOT = Path(settings.BASE_DIR)


def rendered(text: str, **values: object) -> str:
    return Template(text).render(Context(values)).strip()


def test_an_open_door_is_a_link():
    assert rendered("{% show_door door %}", door=Door("Edit", "/e/", YES)) == '<a class="btn  " href="/e/">Edit</a>'


def test_a_shut_door_stays_visible_with_its_reason_and_the_way_out():
    text = rendered("{% show_door door %}", door=Door("Publish", "/p/", no("The comment on cost is missing.", "/fix/")))
    assert 'aria-disabled="true" title="The comment on cost is missing."' in text
    assert '<span class="door-why">The comment on cost is missing. <a href="/fix/">' in text
    assert "/p/" not in text


def test_a_door_to_what_must_not_be_known_is_not_there():
    assert rendered("{% show_door door %}", door=Door("Secret", "/s/", unseen())) == ""


def test_a_door_that_acts_is_a_form_with_a_token():
    door = Door("Close", "/c/", post=True, confirm="Close it?")
    text = rendered("{% show_door door %}", door=door, csrf_token="token")
    assert '<form method="post" action="/c/"' in text
    assert 'data-confirm="Close it?"' in text
    assert 'value="token"' in text


def test_the_query_string_changes_one_part_and_keeps_the_rest(rf):
    request = rf.get("/list/", {"q": "a b", "page": "2"})
    assert rendered("{% qs page=3 %}", request=request) == "?q=a+b&amp;page=3"
    assert rendered("{% qs page=None %}", request=request) == "?q=a+b"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('{% money None absent="exempt" %}', "exempt"),
        ('{% number None absent="tbd" %}', "to be decided"),
        ("{% money value %}", "€\u00a03.20\u00a0m"),
        ("{% percent 0.25 0 %}", "25\u00a0%"),
    ],
)
def test_figures_are_written_or_their_absence_is_explained(text, shown):
    assert shown in rendered(text, value=3_200_000)


def test_a_card_wraps_what_is_inside():
    text = rendered('{% card "Money" note="ledger" slug="m" %}<p>1</p>{% endcard %}')
    assert '<section class="card " aria-labelledby="m">' in text
    assert '<h2 id="m">Money</h2><span class="meta">ledger</span>' in text
    assert "<p>1</p></section>" in text


def test_a_card_escapes_its_title():
    assert "<i>" not in rendered("{% card title %}{% endcard %}", title="<i>x</i>")


def icons_asked_for() -> set[str]:
    found: set[str] = set()
    for path in (ROOT / "templates").rglob("*.html"):
        found |= set(re.findall(r'{% icon "([a-z0-9-]+)"', path.read_text(encoding="utf-8")))
    for app in ("pmo", "portfolio", "resources", "governance", "knowledge", "reporting"):
        for path in (ROOT / app).rglob("*.py"):
            found |= set(re.findall(r'icon(?:=|\()"([a-z0-9-]+)"', path.read_text(encoding="utf-8")))
    return found


def test_every_icon_is_in_the_sprite():
    listed = set((ROOT / "assets" / "icons.txt").read_text(encoding="utf-8").split())
    assert sorted(icons_asked_for() - listed) == []


def test_every_class_of_a_status_is_in_the_style_sheet():
    sheet = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "static" / "css").glob("*.css"))
    for tone in ("red", "amber", "green", "blue", "grey"):
        assert f".rag-{tone}" in sheet
        assert f".fg-{tone}" in sheet
        assert f".bar-{tone}" in sheet
        assert f".t-{tone}" in sheet
