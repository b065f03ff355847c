"""The pages of packs: make now, follow, download, and who is told no and why."""

from __future__ import annotations

import pytest
from django.urls import reverse

from pmo.audit.models import Record
from reporting.packs import tasks
from reporting.packs.models import Pack, PackRun
from reporting.schedules.models import PackSchedule


def test_an_analyst_has_a_pack_made_follows_it_and_downloads_it(north, cast, client_of, files):
    client = client_of(cast.analyst)
    asked = client.post(reverse("reporting:pack_make", args=[north.pk]), {"at": "", "draft": ""})
    run = PackRun.objects.get()
    assert (asked.status_code, asked.url) == (302, run.get_absolute_url())
    progress = reverse("reporting:pack_run_progress", args=[run.pk])
    waiting = client.get(progress)
    assert waiting.status_code == 200
    assert 'hx-trigger="every 2s"' in waiting.content.decode()
    tasks.make(run.pk)
    ended = client.get(progress)
    assert ended.status_code == 286
    assert "hx-trigger" not in ended.content.decode()
    answer = client.get(reverse("reporting:pack_run_pdf", args=[run.pk]))
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "private, no-store"
    assert f"north-report-{run.at.isoformat()}-1.pdf" in answer["Content-Disposition"]
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert Record.objects.filter(verb="pack.download", actor=cast.analyst).count() == 1


def test_a_download_that_counts_a_hidden_project_is_refused_with_the_reason(north, world, cast, client_of, made):
    run = made(north, cast.director)
    bridge = world.projects["N-1"]
    type(bridge).objects.filter(pk=bridge.pk).update(confidential=True)
    answer = client_of(cast.analyst).get(reverse("reporting:pack_run_pdf", args=[run.pk]))
    assert answer.status_code == 403
    assert "This pack counts 1 project that you may not see." in answer.content.decode()


def test_an_executive_downloads_a_published_pack_and_never_sees_a_draft(world, cast, client_of, made):
    south = Pack.objects.create(name="South report", portfolio=world.portfolios["SOUTH"])
    draft = made(south, cast.director, published=False)
    client = client_of(cast.executive)
    for name in ("pack_run", "pack_run_pdf", "pack_run_progress"):
        assert client.get(reverse(f"reporting:{name}", args=[draft.pk])).status_code == 404
    assert client_of(cast.director).post(reverse("reporting:pack_run_publish", args=[draft.pk])).status_code == 302
    assert client.get(reverse("reporting:pack_run_pdf", args=[draft.pk])).status_code == 200


def test_a_pack_that_is_not_made_yet_has_no_file(north, cast, client_of):
    client = client_of(cast.analyst)
    client.post(reverse("reporting:pack_make", args=[north.pk]), {})
    run = PackRun.objects.get()
    assert client.get(reverse("reporting:pack_run_pdf", args=[run.pk])).status_code == 409


def test_a_failed_run_says_why(north, cast, client_of, files, made):
    (files / "packs").write_text("in the way")
    run = made(north, cast.analyst)
    page = client_of(cast.analyst).get(run.get_absolute_url()).content.decode()
    assert "The pack could not be made" in page
    assert "The file could not be written" in page


def test_the_page_of_an_edition_proves_figures_and_file(north, cast, client_of, files, made):
    run = made(north, cast.analyst)
    client = client_of(cast.analyst)
    whole = client.get(run.get_absolute_url()).content.decode()
    assert whole.count("as made") == 2
    (files / run.file).write_bytes(b"tampered with")
    assert "missing or changed" in client.get(run.get_absolute_url()).content.decode()


def test_recipients_are_added_and_removed(north, cast, client_of):
    client = client_of(cast.analyst)
    address = reverse("reporting:pack_recipient", args=[north.pk])
    assert client.post(address, {"person": "executive"}).status_code == 302
    assert list(north.recipients.all()) == [cast.executive]
    removal = reverse("reporting:pack_recipient_remove", args=[north.pk, cast.executive.pk])
    assert client.post(removal).status_code == 302
    assert not north.recipients.exists()


def test_a_recipient_without_the_right_to_download_is_refused(north, cast, client_of):
    answer = client_of(cast.analyst).post(reverse("reporting:pack_recipient", args=[north.pk]), {"person": "stranger"})
    assert answer.status_code == 422
    assert "may not download packs" in answer.content.decode()


def test_a_schedule_is_set_with_its_next_slots_shown(north, cast, client_of):
    client = client_of(cast.analyst)
    preview = client.get(reverse("reporting:schedule_preview"), {"cron": "0 6 1 * *", "time_zone": "Europe/Berlin"})
    assert preview.content.decode().count("06:00 Europe/Berlin") == 3
    new = reverse("reporting:schedule_new", args=[north.pk])
    assert client.post(new, {"cron": "0 6 1 * *", "time_zone": "Europe/Berlin", "enabled": "on"}).status_code == 302
    schedule = PackSchedule.objects.get()
    edit = reverse("reporting:schedule_edit", args=[schedule.pk])
    sent = {"cron": "0 7 * * MON", "time_zone": "Europe/Berlin", "enabled": "on", "version": "1"}
    assert client.post(edit, sent).status_code == 302
    assert client.post(edit, {**sent, "cron": "0 8 * * MON"}).status_code == 409
    schedule.refresh_from_db()
    assert schedule.cron == "0 7 * * MON"
    weekly = {"kind": "weekly", "at": "08:15", "weekday": "FRI", "time_zone": "Europe/Berlin", "enabled": "on"}
    assert client.post(edit, {**weekly, "version": str(schedule.version)}).status_code == 302
    schedule.refresh_from_db()
    assert schedule.cron == "15 8 * * FRI"
    assert "Every Friday at 08:15, Europe/Berlin" in client.get(f"/packs/{north.pk}/").content.decode()
    assert client.post(reverse("reporting:schedule_remove", args=[schedule.pk])).status_code == 302
    assert not PackSchedule.objects.exists()


@pytest.mark.parametrize(
    ("cron", "zone", "told"),
    [
        ("0 6 30 2 *", "UTC", "never comes due"),
        ("tomorrow", "UTC", "cannot be read"),
        ("0 6 1 * *", "Europe/Atlantis", "is no time zone"),
        ("\x00", "UTC", "cannot be read"),
        ("* " * 5000, "UTC", "cannot be read"),
        ("0 6 1 * *", "../../etc/passwd", "is no time zone"),
    ],
)
def test_an_impossible_schedule_is_refused_beside_its_field(north, cast, client_of, cron, zone, told):
    client = client_of(cast.analyst)
    answer = client.get(reverse("reporting:schedule_preview"), {"cron": cron, "time_zone": zone})
    assert answer.status_code == 200
    assert told in answer.content.decode()
    sent = client.post(reverse("reporting:schedule_new", args=[north.pk]), {"cron": cron, "time_zone": zone})
    assert sent.status_code == 422
    assert not PackSchedule.objects.exists()


def test_a_pack_has_one_scope(world, cast, client_of):
    answer = client_of(cast.analyst).post(
        reverse("reporting:pack_new"),
        {
            "name": "Both",
            "language": "en-gb",
            "portfolio": world.portfolios["NORTH"].pk,
            "programme": world.programmes["RAILS"].pk,
        },
    )
    assert answer.status_code == 422
    assert "not several of them" in answer.content.decode()
    assert not Pack.objects.exists()


def test_a_portfolio_manager_makes_packs_about_his_own_portfolio_only(world, cast, client_of):
    client = client_of(cast.portfolio)
    fields = {"name": "Mine", "language": "en-gb"}
    own = client.post(reverse("reporting:pack_new"), {**fields, "portfolio": world.portfolios["NORTH"].pk})
    everything = client.post(reverse("reporting:pack_new"), fields)
    assert (own.status_code, everything.status_code) == (302, 403)
    assert [pack.name for pack in Pack.objects.all()] == ["Mine"]


def test_the_list_costs_the_same_queries_at_2_and_40_packs(world, cast, client_of, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost(number: int) -> int:
        for each in range(number):
            pack = Pack.objects.create(name=f"Pack {number}-{each}", portfolio=world.portfolios["NORTH"])
            PackSchedule.objects.create(pack=pack, cron="0 6 1 * *", time_zone="UTC")
        client = client_of(cast.director)
        client.get(reverse("reporting:pack_list"))
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("reporting:pack_list")).status_code == 200
        return len(captured)

    assert cost(2) == cost(38)


def test_an_empty_list_tells_what_to_do_next(world, cast, client_of):
    page = client_of(cast.analyst).get(reverse("reporting:pack_list")).content.decode()
    assert "No pack yet. Create one for a portfolio, then have it made." in page
