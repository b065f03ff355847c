"""The palette's list, the page of results, what was opened last, and actions."""

from __future__ import annotations

import re

import pytest
from django.core.cache import cache
from django.utils.html import strip_tags

from pmo.attachments.actions import files
from pmo.attachments.offers import KINDS
from pmo.followups import actions as followups
from pmo.search import recent
from tests.pmo.attachments.making import PDF, upload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_opened_yet(cast):
    for user in vars(cast).values():
        cache.delete(f"recent:{user.pk}")


@pytest.fixture
def palette(client_of):
    def open_(user, typed=""):
        answer = client_of(user).get("/search/palette/", {"q": typed}, headers={"HX-Request": "true"})
        assert answer.status_code == 200
        return answer.content.decode()

    return open_


def hits(html):
    return [
        (link, " ".join(strip_tags(words).split()))
        for link, words in re.findall(r'class="hit[^>]*href="([^"]*)">(.*?)</a>', html, re.S)
    ]


def groups(html):
    return re.findall(r'role="group" aria-label="([^"]*)"', html)


def test_with_nothing_typed_the_palette_shows_where_one_can_go(palette, cast):
    html = palette(cast.sysadmin)
    assert groups(html) == ["Go to"]
    assert ("/users/", "Users") in hits(html)
    assert "Packs" not in html


def test_what_was_opened_last_comes_first_for_this_person_only(palette, cast, client_of):
    client = client_of(cast.alice)
    for code in ("N-1", "N-3", "N-1"):
        client.get(f"/projects/{code}/")
    html = palette(cast.alice)
    assert groups(html)[0] == "Opened last"
    assert [link for link, _words in hits(html)[:2]] == ["/projects/N-1/", "/projects/N-3/"]
    assert "Opened last" not in palette(cast.bob)


def test_what_was_opened_once_and_is_hidden_now_is_not_shown(palette, cast, world):
    recent.note(cast.bob, world.projects["N-4"])
    assert "Secret" not in palette(cast.bob)


def test_action_items_and_files_can_be_what_was_opened_last(palette, cast, world):
    about = world.projects["N-1"]
    item = followups.raise_item(
        title="Ask the board", owner=cast.alice, actor=cast.alice, parent=about, due_on=world.today
    )
    file = files.add(KINDS.find("project"), about.pk, upload("plan.pdf", PDF), actor=cast.alice)
    for opened in (item, file):
        recent.note(cast.alice, opened)
    links = [link for link, _words in hits(palette(cast.alice))]
    assert links[:2] == [f"/attachments/{file.pk}/", f"/actions/{item.pk}/"]


def test_only_few_of_what_was_opened_are_kept(cast, project):
    for number in range(15):
        recent.note(cast.director, project(f"O-{number}", f"Opened {number}"))
    assert [hit.code for _source, hit in recent.opened(cast.director, 99)] == [f"O-{n}" for n in range(14, 4, -1)]


def test_hits_are_grouped_by_kind_with_their_words_marked(palette, cast):
    html = palette(cast.director, "bri")
    assert groups(html) == ["Projects", "Status reports"]
    assert "<mark>Bridge</mark>" in html
    assert hits(html)[0] == ("/projects/N-1/", "N-1 Bridge Rails · Alice Small At risk")


def test_actions_are_found_by_their_words_and_by_the_project_they_are_about(palette, cast):
    html = palette(cast.alice, "write N-1")
    assert hits(html)[0] == ("/projects/N-1/report/", "Write status of N-1 Bridge")
    assert "New project" not in palette(cast.alice, "> new project")
    assert ("/projects/new/", "New project") in hits(palette(cast.director, "> new pro"))
    assert "Write status" not in palette(cast.director, "write N-1")


def test_a_beginning_restricts_the_palette_to_one_kind(palette, cast):
    assert groups(palette(cast.director, "r: bridge")) == ["Status reports"]
    assert groups(palette(cast.director, "> ")) == ["Actions", "Go to"]


def test_nothing_found_says_what_finds_more(palette, cast):
    html = palette(cast.director, "<script>zzz")
    assert "Nothing found for “&lt;script&gt;zzz”. Fewer words" in html


def test_without_scripts_the_palette_leads_to_the_page_of_results(client_of, cast):
    answer = client_of(cast.director).get("/search/palette/", {"q": "bridge"})
    assert (answer.status_code, answer["Location"]) == (302, "/search/?q=bridge")


def test_the_page_of_results_counts_what_the_reader_may_see(client_of, cast):
    text = client_of(cast.director).get("/search/", {"q": "n"}).content.decode()
    assert re.search(r"Projects <b>3</b>", text)
    assert "Secret" not in text
    assert re.search(r"Projects <b>3</b>", client_of(cast.alice).get("/search/", {"q": "n"}).content.decode())


def test_all_of_a_kind_are_shown_in_pages(client_of, cast, project):
    for number in range(30):
        project(f"G-{number:02}", f"Garden {number:02}")
    client = client_of(cast.director)
    first, second = (client.get(f"/search/?q=garden&kind=project&page={page}").content.decode() for page in (1, 2))
    codes = [re.findall(r'class="code">(G-\d\d)<', text) for text in (first, second)]
    assert codes == [[f"G-{n:02}" for n in range(25)], [f"G-{n:02}" for n in range(25, 30)]]
    assert "Page 2 of 2" in second


@pytest.mark.parametrize("query", ["nosuch=1", "kind=nosuch", "kind=person&q=a", "kind=%00"])
def test_what_the_page_does_not_know_is_refused(client_of, cast, query):
    answer = client_of(cast.alice).get(f"/search/?{query}")
    assert answer.status_code == 400
    assert "This search cannot be made as asked" in answer.content.decode()


@pytest.mark.parametrize("page", ["0", "-1", "x", "999999999999999999999", "", "%00"])
def test_a_page_that_is_not_there_shows_the_nearest(client_of, cast, page):
    assert client_of(cast.director).get(f"/search/?q=bridge&kind=project&page={page}").status_code == 200


@pytest.mark.parametrize(
    "typed", ["%00", "%F0%9F%99%82", "%ED%A0%80", "a" * 5000, "%22%27%5C", "p:%00", "%3E%00", "%E2%80%AE"]
)
@pytest.mark.parametrize("path", ["/search/", "/search/palette/"])
def test_whatever_is_typed_gets_a_page(client_of, cast, path, typed):
    answer = client_of(cast.director).get(
        f"{path}?q={typed}", headers={"HX-Request": "true"} if "palette" in path else {}
    )
    assert answer.status_code == 200


def test_strangers_are_sent_to_sign_in(client_of, cast):
    assert client_of().get("/search/?q=bridge")["Location"].startswith("/account/login/")
    answer = client_of().get("/search/palette/?q=bridge", headers={"HX-Request": "true"})
    assert "HX-Redirect" in answer.headers
