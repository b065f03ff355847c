"""The template of a pack: versions that editions keep, words with placeholders, order, pages of their own, previews."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from pmo.audit.models import Record
from pmo.kernel.errors import Invalid, Refused, Stale, WrongState
from pmo.organisation.rules import colours
from reporting.packs import actions, designing, queries, tasks
from reporting.packs.models import PackRun, PackTemplate
from reporting.packs.panels.introduction import MEANINGS, VALUES
from reporting.packs.panels.introduction import html as introduction
from reporting.packs.rules import design, lines, placeholders
from reporting.packs.rules.design import Design
from reporting.packs.rules.edition import Edition
from tests.pdf.structure import Read
from tests.reporting.packs.world import OCTOBER, SEPTEMBER

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


def edition(**decided) -> Edition:
    return Edition(OCTOBER, SEPTEMBER, 7, NOON, design=Design(**decided))


# --- rules ------------------------------------------------------------------------------------------------------------
def test_only_listed_names_are_placeholders_and_each_flaw_names_its_line():
    text = "On {{ day }}\n{{ secret }}\n{{ pack.name }}\n{% if day %}\nfine }} here"
    assert [(flaw.line, flaw.kind) for flaw in placeholders.flaws(text, placeholders.KNOWN)] == [
        (2, "unknown"),
        (3, "broken"),
        (4, "logic"),
        (5, "broken"),
    ]


def test_what_a_value_holds_is_printed_and_never_markup():
    shown = introduction(
        replace(edition(introduction="**{{ pack }}** for {{ audience }}", audience="<b>[all](http://x)</b>"))
    )
    assert shown == "<p><strong>Portfolio report</strong> for &lt;b&gt;[all](http://x)&lt;/b&gt;</p>\n"


def test_the_figures_of_an_introduction_are_those_of_the_pack():
    text = "{{ counted }} of {{ in_scope }}, {{ off_track }} off track, {{ decisions }} asked, {{ late_reports }} late"
    assert "4 of 5, 1 off track, 1 asked, 1 late" in introduction(edition(introduction=text))


def test_every_placeholder_has_a_value_and_a_meaning():
    assert tuple(VALUES) == tuple(MEANINGS) == placeholders.KNOWN


@pytest.mark.parametrize(
    ("decided", "codes", "further"),
    [
        ({}, ["P-1", "P-3"], 0),
        ({"most_one_pagers": 1}, ["P-1"], 1),
        ({"one_pagers": "red"}, ["P-1"], 0),
        ({"one_pagers": "chosen", "chosen": (5, 2, 99)}, ["P-5", "P-2"], 0),
        ({"one_pagers": "none"}, [], 0),
    ],
)
def test_projects_with_a_page_are_chosen_worst_first_and_capped(decided, codes, further):
    found, more = design.one_pagers(OCTOBER, Design(**decided))
    assert (sorted(project.code for project in found), more) == (sorted(codes), further)


def test_an_accent_must_be_readable_on_paper():
    assert round(colours.contrast_to_white("#767676"), 2) == 4.54
    assert colours.contrast_to_white("#000000") == 21
    assert colours.nearest_carrying_white("#ffcc00") == "#907300"
    assert colours.contrast_to_white("#907300") >= 4.5
    assert colours.nearest_carrying_white("#0f2f57") == "#0f2f57"


def test_texts_are_compared_line_by_line():
    found = lines.compared("a\nb\nc", "a\nB\nc")
    assert [(line.fate, line.text) for line in found] == [("kept", "a"), ("gone", "b"), ("new", "B"), ("kept", "c")]


# --- versions ---------------------------------------------------------------------------------------------------------
def test_a_version_is_changed_until_an_edition_was_printed_with_it_and_then_followed_by_the_next(
    north, cast, files, made
):
    first = designing.save_template(north.pk, {"title": "Steering report"}, actor=cast.analyst)
    again = designing.save_template(north.pk, {"audience": "Board"}, actor=cast.analyst)
    assert (first.pk, first.number, again.number) == (again.pk, 1, 1)
    run = made(north, cast.director)
    assert run.template == again
    later = designing.save_template(north.pk, {"title": "Board report"}, actor=cast.analyst)
    assert (later.number, later.audience, later.used_at) == (2, "Board", None)
    run = PackRun.objects.get(pk=run.pk)
    assert (run.design.title, queries.template_of(north).title) == ("Steering report", "Board report")
    assert run.figures["pack"] == "Steering report"


def test_an_edition_of_a_pack_without_template_keeps_the_first_version(north, cast, files, made):
    run = made(north, cast.director)
    assert (run.template.number, run.template.used_at is not None, run.design) == (1, True, Design())


def test_an_earlier_version_is_restored_as_the_latest(north, cast, files, made):
    designing.save_template(north.pk, {"title": "One", "sections": ["health", "summary"]}, actor=cast.analyst)
    made(north, cast.director)
    designing.save_template(north.pk, {"title": "Two", "sections": ["summary"]}, actor=cast.analyst)
    restored = designing.restore_template(north.pk, 1, actor=cast.analyst)
    north.refresh_from_db()
    assert (restored.number, restored.title, restored.restored_from) == (2, "One", 1)
    assert north.sections == ["health", "summary"]


def test_whoever_saves_an_old_reading_is_told_and_nothing_is_lost(north, cast, files, made):
    read = designing.save_template(north.pk, {"title": "One"}, actor=cast.analyst)
    designing.save_template(north.pk, {"title": "Two"}, actor=cast.director, version=read.version)
    with pytest.raises(Stale):
        designing.save_template(north.pk, {"title": "Three"}, actor=cast.analyst, version=read.version)
    assert queries.template_of(north).title == "Two"


def test_everything_wrong_with_a_template_is_told_at_once(north, cast):
    with pytest.raises(Invalid) as told:
        designing.save_template(
            north.pk,
            {"sections": ["health", "moon"], "accent": "#ffff00", "introduction": "a\n{{ moon }}", "chosen": [0]},
            actor=cast.analyst,
        )
    assert set(told.value.errors) == {"sections", "accent", "introduction", "chosen"}
    assert told.value.errors["introduction"][0].startswith("Line 2: there is no placeholder “moon”.")
    assert "#7" in told.value.errors["accent"][0]
    assert not PackTemplate.objects.exists()


def test_only_editors_of_the_pack_change_its_template(north, cast):
    north.recipients.set([cast.executive])
    with pytest.raises(Refused):
        designing.save_template(north.pk, {"title": "Mine"}, actor=cast.executive)


def test_a_change_is_recorded_with_both_values(north, cast):
    designing.save_template(north.pk, {"title": "One"}, actor=cast.analyst)
    record = Record.objects.filter(object_type="reporting.packtemplate").get()
    assert (record.verb, record.changes["title"]) == ("pack.edit", ["", "One"])


# --- printing ---------------------------------------------------------------------------------------------------------
def test_a_pack_is_printed_as_its_template_says(north, cast, files, made):
    designing.save_template(
        north.pk,
        {
            "title": "Board report",
            "audience": "The board",
            "introduction": "Of {{ in_scope }} projects *some* matter.",
            "sections": ["introduction", "health", "summary"],
            "accent": "#7a1f5c",
        },
        actor=cast.analyst,
    )
    run = made(north, cast.director)
    text = Read((files / run.file).read_bytes()).text
    order = [text.index(words) for words in ("Board report", "For The board", "Of 4 projects some matter.")]
    assert order == sorted(order)
    assert "Definitions" not in text


def test_a_preview_is_printed_for_its_editors_and_is_no_edition(north, cast, files, fresh):
    designing.save_template(north.pk, {"title": "Board report"}, actor=cast.analyst)
    run = actions.request_preview(north.pk, actor=cast.analyst)
    tasks.make(run.pk)
    run.refresh_from_db()
    assert (run.state, run.number, run.published, run.template.used_at) == ("done", None, False, None)
    assert "preview of the template" in Read((files / run.file).read_bytes()).text
    north.recipients.set([cast.executive])
    assert not PackRun.objects.visible_to(fresh(cast.executive)).filter(pk=run.pk).exists()
    assert queries.earlier_run(north, date.max) is None
    with pytest.raises(WrongState):
        actions.publish_run(run.pk, actor=cast.director)


@pytest.mark.django_db(transaction=True)
def test_the_next_preview_replaces_the_one_before_with_its_file(north, cast, files):
    for _time in range(2):
        run = actions.request_preview(north.pk, actor=cast.analyst)
        tasks.make(run.pk)
    assert PackRun.objects.filter(preview=True).count() == 1
    assert len(list((files / "packs").rglob("*.pdf"))) == 1


# --- doors ------------------------------------------------------------------------------------------------------------
def sent(template: PackTemplate, **more) -> dict:
    codes = ["introduction", "summary", "changes", "health", "money", "schedule", "projects", "quality", "definitions"]
    return {
        "version": template.version,
        "language": "en-gb",
        "order": codes,
        "sections": codes,
        "one_pagers": "attention",
        "most_one_pagers": 30,
        "custom_fields": "on",
        "logo": "on",
        **more,
    }


def test_the_editor_saves_order_words_and_projects(north, cast, client_of, world):
    page = client_of(cast.analyst)
    place = f"/packs/{north.pk}/template/"
    assert page.get(place).status_code == 200
    form = sent(
        queries.template_of(north),
        order=["health", "summary"],
        sections=["summary", "health"],
        one_pagers="chosen",
        chosen="n-1, N-2",
        introduction="Line\r\nnext",
    )
    assert page.post(place, form).status_code == 302
    saved = queries.template_of(north)
    assert (saved.sections, saved.introduction) == (["health", "summary"], "Line\nnext")
    assert saved.chosen == [world.projects["N-1"].pk, world.projects["N-2"].pk]
    assert "N-1, N-2" in page.get(place).content.decode()


def test_a_section_moves_without_scripts_and_nothing_typed_is_lost(north, cast, client_of):
    page = client_of(cast.analyst)
    form = sent(queries.template_of(north), title="Typed", move="up:health")
    shown = page.post(f"/packs/{north.pk}/template/", form).content.decode()
    assert 'value="Typed"' in shown
    assert shown.index('name="order" value="health"') < shown.index('name="order" value="changes"')
    assert not PackTemplate.objects.exists()


def test_a_wrong_template_comes_back_with_what_was_typed(north, cast, client_of):
    page = client_of(cast.analyst)
    form = sent(queries.template_of(north), introduction="{{ moon }}", chosen="NO-1", accent="#ffff00")
    answer = page.post(f"/packs/{north.pk}/template/", form)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert [words in shown for words in ("{{ moon }}", "NO-1", "#ffff00")] == [True, True, True]


def test_versions_are_compared_and_restored_on_pages(north, cast, client_of, files, made):
    page = client_of(cast.analyst)
    designing.save_template(north.pk, {"introduction": "Old\nsame"}, actor=cast.analyst)
    made(north, cast.director)
    designing.save_template(north.pk, {"introduction": "New\nsame", "logo": False}, actor=cast.analyst)
    shown = page.get(f"/packs/{north.pk}/template/versions/1/").content.decode()
    assert [words in shown for words in ("<del>", "<ins>", "Print the logo")] == [True, True, True]
    assert page.get(f"/packs/{north.pk}/template/versions/1/?with=9").status_code == 404
    assert page.post(f"/packs/{north.pk}/template/versions/1/restore/").status_code == 302
    assert queries.template_of(north).introduction == "Old\nsame"


def test_saving_with_preview_leads_to_its_progress(north, cast, client_of):
    page = client_of(cast.analyst)
    answer = page.post(f"/packs/{north.pk}/template/", sent(queries.template_of(north), title="T", then="preview"))
    run = PackRun.objects.get(preview=True)
    assert answer["Location"] == f"/packs/runs/{run.pk}/"
    assert page.get(answer["Location"]).status_code == 200
    assert "Preview" not in page.get(f"/packs/{north.pk}/").content.decode().split("<tbody")[-1]


def test_the_template_is_read_and_changed_over_rest(north, cast, api_of, files, made):
    api, place = api_of(cast.analyst), f"/api/v1/packs/{north.pk}/template/"
    shipped = api.get(place)
    assert (shipped.json()["number"], shipped.json()["saved_by"]) == (0, None)
    assert api.patch(place, {"title": "One"}, format="json").status_code == 428
    match = {"If-Match": shipped["ETag"]}
    saved = api.patch(place, {"title": "One"}, format="json", headers=match)
    assert (saved.status_code, saved.json()["number"], saved.json()["title"]) == (200, 1, "One")
    assert api.patch(place, {"title": "Two"}, format="json", headers=match).status_code == 412
    wrong = api.patch(place, {"introduction": "{{ x }}"}, format="json", headers={"If-Match": saved["ETag"]})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "introduction")
    asked = api.post(f"{place}preview/")
    assert (asked.status_code, asked.json()["preview"]) == (202, True)
    assert api.get(asked["Location"]).status_code == 200
    made(north, cast.director)
    tag = api.get(place)["ETag"]
    api.patch(place, {"title": "Two"}, format="json", headers={"If-Match": tag})
    tag = api.get(place)["ETag"]
    restored = api.post(f"{place}restore/", {"number": 1}, format="json", headers={"If-Match": tag})
    assert (restored.status_code, restored.json()["title"]) == (200, "One")
    assert [row["number"] for row in api.get(f"{place}versions/").json()] == [2, 1]
    assert api.get(f"{place}versions/1/").json()["title"] == "One"
    assert api.get(f"{place}versions/7/").status_code == 404
