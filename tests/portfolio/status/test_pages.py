"""The pages of reports: the form without scripts, autosave, gaps, conflicts, checking, correcting."""

from __future__ import annotations

import pytest

from pmo.kernel import rag
from portfolio.status import actions
from portfolio.status.models import StatusReport
from tests.portfolio.status.writing import published, submitted, typed

pytestmark = pytest.mark.django_db
FORM = "/projects/N-1/report/"


@pytest.fixture
def draft(world):
    """Alice's open report of the bridge, amber on schedule as the last one was."""
    return actions.start(world.projects["N-1"].pk, actor=world.users["alice"])


def sent(report: StatusReport, **changes: object) -> dict[str, object]:
    """What a browser sends for the form as it stands."""
    fields: dict[str, object] = {"version": report.version, "overall": report.overall, "summary": report.summary}
    for name in rag.DIMENSIONS:
        judged = report.judgement(name)
        fields |= {name: judged["value"], f"{name}_trend": "", f"{name}_comment": judged["comment"]}
    return {**fields, "as_of": report.as_of.isoformat(), "intent": "save", **changes}


def test_starting_a_report_leads_to_its_form_and_reading_starts_none(cast, client_of):
    client = client_of(cast.alice)
    nothing = client.get(FORM)
    assert nothing.status_code == 409
    page = nothing.content.decode()
    assert 'Start one on the page of the project. <a href="/projects/' in page
    assert "Open the page again" not in page, "the same page says the same again"
    assert StatusReport.objects.open().count() == 0
    started = client.post("/projects/N-1/report/start/")
    assert (started.status_code, started["Location"]) == (302, FORM)
    assert client.post("/projects/N-1/report/start/")["Location"] == FORM
    assert StatusReport.objects.open().count() == 1


def test_only_dimensions_that_call_for_a_word_are_open(cast, client_of, draft):
    sheet = client_of(cast.alice).get(FORM).context["sheet"]
    assert [row.name for row in sheet.moved] == ["schedule"]
    assert [row.name for row in sheet.unchanged] == [name for name in rag.DIMENSIONS if name != "schedule"]
    assert sheet.moved[0].question == "The figures say On track. Why is At risk right?"
    assert [item.short for item in sheet.left] == ["confirm schedule"]


def test_a_repeated_amber_comment_must_be_confirmed_or_rewritten(cast, client_of, draft):
    client = client_of(cast.alice)
    refused = client.post(FORM, sent(draft, intent="submit"))
    assert refused.status_code == 422
    assert '<a href="#schedule_confirm">' in refused.content.decode()
    draft.refresh_from_db()
    accepted = client.post(FORM, sent(draft, intent="submit", confirm=["schedule"]))
    assert accepted.status_code == 302
    draft.refresh_from_db()
    assert (draft.state, draft.unchanged) == ("submitted", 1)


def test_rewritten_words_need_no_confirmation_and_are_a_change(cast, client_of, draft):
    client_of(cast.alice).post(FORM, sent(draft, intent="submit", schedule_comment="The steel comes on Monday."))
    draft.refresh_from_db()
    assert (draft.state, draft.unchanged) == ("submitted", 0)


def test_confirming_all_works_without_scripts(cast, client_of, draft):
    done = client_of(cast.alice).post(FORM, sent(draft, intent="confirm", unchanged=["scope", "risk"]))
    assert done["Location"] == f"{FORM}#unchanged"
    draft.refresh_from_db()
    assert draft.confirmed == ["risk", "scope"]


def test_gaps_are_named_at_once_and_what_was_typed_is_kept(cast, client_of, draft):
    html = client_of(cast.alice).post(
        FORM, sent(draft, intent="submit", summary="", cost="red", next_more="Order rails", confirm=["schedule"])
    )
    text = html.content.decode()
    assert html.status_code == 422
    assert "2 things are left" in text
    assert '<a href="#summary">' in text
    assert '<a href="#cost_comment">' in text
    draft.refresh_from_db()
    assert draft.judgement("cost")["value"] == "red"
    assert "Order rails" in draft.next_steps


def test_a_figure_that_cannot_be_read_is_refused_and_the_rest_is_saved(cast, client_of, draft):
    answer = client_of(cast.alice).post(FORM, sent(draft, summary="Half done.", forecast="plenty"))
    assert answer.status_code == 422
    assert 'value="plenty"' in answer.content.decode()
    draft.refresh_from_db()
    assert (draft.summary, draft.proposed) == ("Half done.", {})


def test_the_checklist_turns_ticks_into_achievements_and_carries_the_rest_over(cast, client_of, draft):
    client = client_of(cast.alice)
    client.post(FORM, sent(draft, done=["Lay the deck"], achieved_more="Hired a foreman\n- Paid the bill"))
    draft.refresh_from_db()
    assert draft.achievements == ["Lay the deck", "Hired a foreman", "Paid the bill"]
    assert draft.next_steps == []
    client.post(FORM, sent(draft, next_more="Paint it"))
    draft.refresh_from_db()
    assert draft.next_steps == ["Lay the deck", "Paint it"]
    client.post(FORM, sent(draft, dropped=["Lay the deck"], next_more="Paint it"))
    draft.refresh_from_db()
    assert draft.next_steps == ["Paint it"]


def test_a_stale_form_shows_mine_and_theirs_and_overwrites_nothing(cast, client_of, draft):
    stale = sent(draft, summary="Mine.", decision_text=["Close the lane?"], decision_needed_by=["2030-01-31"])
    actions.save_draft(draft.pk, {"summary": "Theirs."}, actor=cast.administrator)
    answer = client_of(cast.alice).post(FORM, stale)
    differences = {each.label: (each.before, each.after) for each in answer.context["differences"]}
    assert answer.status_code == 409
    assert differences["Summary"] == ("Theirs.", "Mine.")
    assert differences["Decisions needed"] == ("", "Close the lane? (2030-01-31)")
    draft.refresh_from_db()
    assert draft.summary == "Theirs."
    kept = client_of(cast.alice).post(FORM, {**stale, "version": draft.version})
    assert kept.status_code == 302
    draft.refresh_from_db()
    assert draft.summary == "Mine."


def test_autosave_answers_with_the_new_version_and_what_is_left(cast, client_of, draft):
    client = client_of(cast.alice)
    answer = client.post(f"{FORM}autosave/", sent(draft, summary="Typing", confirm=["schedule"])).json()
    assert answer["version"] == draft.version + 1
    assert "Ready to submit" in answer["parts"]["left"]
    late = client.post(f"{FORM}autosave/", sent(draft, summary="Typing more"))
    assert late.status_code == 409
    assert "Not saved" in late.json()["detail"]


def test_autosave_leaves_out_a_decision_without_a_date(cast, client_of, draft):
    answer = client_of(cast.alice).post(f"{FORM}autosave/", sent(draft, summary="New", decision_text=["Buy?"]))
    assert answer.json()["saved"].endswith("without the decision that has no date")
    draft.refresh_from_db()
    assert draft.summary == "New"
    assert draft.decisions.count() == 0


def test_markup_in_a_report_is_shown_as_text(cast, client_of, world):
    report = submitted(world, "N-3", "alice", summary="<script>alert(1)</script>")
    html = client_of(cast.analyst).get(f"/reports/{report.pk}/").content.decode()
    assert "&lt;script&gt;alert(1)" in html
    assert "<script>alert" not in html


def test_the_checker_sees_what_differs_and_how_often_nothing_did(cast, client_of, draft, world):
    client_of(cast.alice).post(FORM, sent(draft, intent="submit", confirm=["schedule"]))
    html = client_of(cast.analyst).get(f"/reports/{draft.pk}/").content.decode()
    assert "Unchanged for 1 report" in html
    assert "Publish" in html


def test_a_returned_report_needs_a_reason_and_shows_it_to_its_author(cast, client_of, world):
    report = submitted(world, "N-3", "alice")
    client = client_of(cast.analyst)
    refused = client.post(f"/reports/{report.pk}/return/", {"version": report.version, "note": " "})
    assert refused.status_code == 422
    client.post(f"/reports/{report.pk}/return/", {"version": report.version, "note": "Which signal?"})
    assert "Which signal?" in client_of(cast.alice).get("/projects/N-3/report/").content.decode()


def test_nobody_publishes_his_own_report_and_is_told_why(cast, client_of, world):
    from pmo.access.models import Grant, Role

    Grant.objects.create(user=cast.alice, role=Role.objects.get(code="analyst"))
    report = submitted(world, "N-3", "alice")
    html = client_of(cast.alice).get(f"/reports/{report.pk}/").content.decode()
    assert "Nobody may do this to his own work" in html
    assert client_of(cast.alice).post(f"/reports/{report.pk}/publish/", {"version": 3}).status_code == 403


def test_a_published_report_is_corrected_in_a_second_edition_with_its_differences(cast, client_of, world):
    report = published(world, "N-3", "alice")
    asked = client_of(cast.alice).post(
        f"/reports/{report.pk}/correct/", {"version": report.version, "reason": "Wrong figure"}
    )
    assert asked["Location"] == "/projects/N-3/report/"
    edition = StatusReport.objects.open().get(project=world.projects["N-3"])
    actions.save_draft(edition.pk, typed(summary="All is better."), actor=cast.alice)
    actions.submit(edition.pk, actor=cast.alice)
    actions.publish(edition.pk, actor=cast.analyst)
    page = client_of(cast.director).get(f"/reports/{edition.pk}/")
    assert [(each.label, each.before, each.after) for each in page.context["differences"]] == [
        ("Summary", "All is well.", "All is better.")
    ]
    assert (
        "A later edition replaces this one" in client_of(cast.director).get(f"/reports/{report.pk}/").content.decode()
    )


def test_drafts_are_hidden_from_those_who_see_published_reports_only(cast, client_of, world):
    report = submitted(world, "S-2", "bob")
    assert client_of(cast.executive).get(f"/reports/{report.pk}/").status_code == 404
    assert "S-2" not in client_of(cast.executive).get("/reports/?view=all").content.decode()


def test_late_managers_are_asked_in_one_go(cast, client_of, world):
    from pmo.audit.models import Record

    chosen = [world.projects["N-2"].pk, world.projects["S-2"].pk]
    done = client_of(cast.analyst).post("/reports/late/", {"bulk": "status.remind", "selected": chosen})
    assert done.status_code == 302
    assert Record.objects.filter(verb="status.remind", object_id__in=chosen, actor=cast.analyst).count() == 2


def test_my_work_groups_by_when_to_act_and_its_count_is_the_sidebars(cast, client_of, world):
    waiting = submitted(world, "N-3", "alice")
    html = client_of(cast.alice).get("/my-work/").content.decode()
    assert [html.index(word) for word in ("Do now", "Waiting for others")] == sorted(
        html.index(word) for word in ("Do now", "Waiting for others")
    )
    checker = client_of(cast.analyst).get("/my-work/")
    assert [item.key for group in checker.context["groups"] for item in group.items if item.kind == "check"] == [
        f"check-{waiting.pk}"
    ]
    shown = sum(len(group.items) for group in checker.context["groups"] if group.slug in ("now", "week"))
    assert checker.context["work_count"] == shown


@pytest.mark.parametrize(
    ("name", "home"),
    [("director", "/dashboard/"), ("portfolio", "/dashboard/"), ("alice", "/my-work/"), ("analyst", "/dashboard/"),
     ("executive", "/dashboard/"), ("member", "/my-work/"), ("sysadmin", "/users/"), ("stranger", "/my-work/")],
)  # fmt: skip
def test_everybody_is_led_home_by_role(cast, client_of, name, home):
    assert client_of(getattr(cast, name)).get("/")["Location"] == home


def test_the_late_page_leads_back_and_asks_no_more_whether_reports_are_late(cast, client_of):
    page = client_of(cast.director).get("/reports/late/")
    assert "late" not in page.context["filter_set"].form.fields
    assert '<a href="/reports/">Status reports</a>' in page.content.decode()
