"""What is kept only for a time: how long, what would go, what goes, and what never does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from pmo.access.models import Token
from pmo.audit.history import history_of
from pmo.audit.models import Record
from pmo.audit.sentences import told
from pmo.audit.tracking import event_model_of
from pmo.exchange.models import ImportRow, ImportRun
from pmo.kernel.errors import Invalid, Refused
from pmo.notices.models import Absence, Letter, Message, Notice
from pmo.organisation import sweeping
from pmo.organisation.actions import configure
from pmo.organisation.models import Organisation, Sweep
from pmo.organisation.retention import KEEPINGS
from pmo.ui.models import ExportRun
from reporting.packs.models import Pack, PackRun

pytestmark = pytest.mark.django_db
NIGHT = datetime(2026, 3, 2, 2, 59, tzinfo=UTC)


def ago(days: int) -> datetime:
    return timezone.now() - timedelta(days=days)


def notice(user, key: str, days: int, **fields) -> Notice:
    return Notice.objects.create(user=user, kind="status", text=key, key=key, created_at=ago(days), **fields)


def letter(user, occasion: str, days: int, **fields) -> Letter:
    given = {"kind": "notice", "state": "sent", **fields}
    return Letter.objects.create(user=user, occasion=occasion, created_at=ago(days), **given)


def swept() -> dict[str, int]:
    return sweeping.run(Sweep.objects.create().pk)


def counts() -> dict[str, int]:
    return {each.keeping.kind: each.count for each in sweeping.outlook() if each.count}


def test_what_would_go_is_what_goes(cast):
    old, young = notice(cast.alice, "old", 366), notice(cast.alice, "young", 364)
    letter(cast.alice, "notice-old", 181)
    letter(cast.alice, "notice-young", 179)
    Message.objects.create(task="packs.sweep", sent_at=ago(15))
    Message.objects.create(task="packs.sweep", created_at=ago(15))
    Session.objects.create(session_key="ended", expire_date=ago(8))
    Session.objects.create(session_key="fresh", expire_date=ago(6))
    assert counts() == {"notices": 1, "mail": 1, "outbox": 1, "sessions": 1}
    assert swept() == {"notices": 1, "mail": 1, "outbox": 1, "sessions": 1}
    assert counts() == {}
    assert not Notice.objects.filter(pk=old.pk).exists()
    assert Notice.objects.filter(pk=young.pk).exists()
    assert (Letter.objects.count(), Message.objects.count(), Session.objects.count()) == (1, 1, 1)


def test_a_dry_run_counts_and_removes_nothing(cast):
    notice(cast.alice, "old", 400)
    out = StringIO()
    call_command("retention", "--dry-run", stdout=out)
    assert f"Notices: 1 from before {ago(365):%Y-%m-%d}" in out.getvalue()
    assert out.getvalue().endswith("1 would be removed\n")
    assert (Notice.objects.count(), Sweep.objects.count()) == (1, 0)
    call_command("retention", stdout=out)
    assert out.getvalue().endswith("Notices: 1 removed\n1 removed\n")
    assert Notice.objects.count() == 0


def test_a_sweep_is_recorded_with_its_counts_and_history_only_grows(cast):
    Absence.objects.create(user=cast.alice, starts_on=ago(420).date(), ends_on=ago(400).date())
    notice(cast.bob, "old", 400)
    before = (Record.objects.count(), event_model_of(Absence)._default_manager.count())
    swept()
    after = (Record.objects.count(), event_model_of(Absence)._default_manager.count())
    assert (after[0] - before[0], after[1] - before[1]) == (1, 1)
    act = Record.objects.select_related("actor", "on_behalf_of").first()
    assert (act.verb, act.changes) == ("retention.sweep", {"notices": {"removed": 1}, "absences": {"removed": 1}})
    assert act.actor.username == "system"
    assert [change.sentence for change in told([act])[0].changes] == ["Notices: 1 removed", "Past absences: 1 removed"]


def test_what_was_removed_is_in_the_history_of_what_is_tracked(cast):
    absence = Absence.objects.create(user=cast.alice, starts_on=ago(420).date(), ends_on=ago(400).date())
    swept()
    last = history_of([absence])[0]
    assert (last.what, last.verb) == ("deleted this absence", "retention.sweep")


def test_a_sweep_that_finds_nothing_leaves_no_record(cast):
    before = Record.objects.count()
    assert swept() == {}
    assert Record.objects.count() == before
    assert Sweep.objects.get().finished_at is not None


def test_a_digest_stays_until_what_it_told_is_read(cast):
    digest = letter(cast.alice, "digest-1", 300, kind="digest")
    news = notice(cast.alice, "news", 300, digest=digest)
    assert counts() == {}
    Notice.objects.filter(pk=news.pk).update(read_at=timezone.now())
    assert counts() == {"mail": 1}


def test_a_notice_stays_with_its_mail_and_waiting_mail_always_stays(cast):
    told_once = notice(cast.alice, "told", 400)
    waiting = letter(cast.alice, "notice-told", 400, notice=told_once, state="waiting")
    assert counts() == {}
    Letter.objects.filter(pk=waiting.pk).update(state="failed")
    assert swept() == {"mail": 1, "notices": 1}


def test_ended_tokens_go_and_those_in_use_stay(cast, token_of):
    for name in ("revoked", "expired", "used"):
        token_of(cast.alice, "read")
        Token.objects.filter(name="test").update(name=name)
    Token.objects.filter(name="revoked").update(revoked_at=ago(366))
    Token.objects.filter(name="expired").update(expires_at=ago(366))
    assert swept()["tokens"] == 2
    assert Token.objects.get().name == "used"


def test_an_uploaded_file_goes_and_its_import_can_still_be_undone(cast):
    def upload(state: str, days: int) -> ImportRun:
        run = ImportRun(profile="projects-csv", file_name="p.csv", file_size=1, sha256="0" * 64, state=state)
        run.requested_by = cast.analyst
        run.file.save("p.csv", ContentFile(b"x"))
        ImportRow.objects.create(run=run, line=2, outcome="created", undo={"delete": True})
        ImportRun.objects.filter(pk=run.pk).update(updated_at=ago(days))
        return run

    applied, discarded, fresh, open_one = (
        upload("applied", 366), upload("discarded", 366), upload("applied", 364), upload("previewed", 900)
    )  # fmt: skip
    names = [run.file.name for run in (applied, discarded, fresh, open_one)]
    with_commit = [default_storage.exists(name) for name in names]
    assert with_commit == [True] * 4
    assert swept() == {"imports": 2}
    left = {run.pk: bool(run.file) for run in ImportRun.objects.all()}
    assert left == {applied.pk: False, discarded.pk: False, fresh.pk: True, open_one.pk: True}
    assert set(ImportRow.objects.values_list("run", flat=True)) == {applied.pk, fresh.pk, open_one.pk}


def test_published_packs_stay_for_ever_and_the_last_drafts_too(cast):
    pack = Pack.objects.create(name="Board")

    def made(number: int, days: int, **fields) -> PackRun:
        shared = {"pack": pack, "at": ago(days).date(), "requested_by": cast.analyst, "state": "done"}
        kept = {"file": f"packs/{number}.pdf", "sha256": "0" * 64, "requested_at": ago(days)}
        return PackRun.objects.create(**shared, **kept, **{"number": number, "published": False, **fields})

    for number in range(1, 6):
        made(number, 500 - number)
    published = [made(number, 600, published=True) for number in (6, 7)]
    previews = [made(number, 490 - number, preview=True) for number in (8, 9)]
    assert swept() == {"drafts": 2}
    stay = {3, 4, 5, *(run.number for run in (*published, *previews))}
    assert set(PackRun.objects.values_list("number", flat=True)) == stay


def test_exports_go_only_when_their_file_is_gone(cast):
    for state in ("gone", "failed", "done", "queued"):
        ExportRun.objects.create(requested_by=cast.alice, page="x", title=state, kind="csv", language="en", state=state)
    ExportRun.objects.update(created_at=ago(181))
    assert swept() == {"exports": 2}
    assert set(ExportRun.objects.values_list("state", flat=True)) == {"done", "queued"}


# --- how long
def test_times_are_set_by_kind_and_none_is_for_ever(cast):
    notice(cast.alice, "old", 100)
    configure({"retention": {"notices": 90, "mail": None}}, actor=cast.sysadmin)
    letter(cast.alice, "x", 9000)
    assert counts() == {"notices": 1}
    assert [change.sentence for change in history_of([Organisation.current()])[0].changes] == [
        "Log of mail changed from 180 days to for ever",
        "Notices changed from 365 days to 90 days",
    ]


@pytest.mark.parametrize(
    ("retention", "words"),
    [
        ({"notices": 89}, "Notices: write a whole number of days from 90 to 36500, or nothing."),
        ({"notices": 36_501}, "Notices: write a whole number of days from 90 to 36500, or nothing."),
        ({"notices": "90"}, "Notices: write a whole number of days from 90 to 36500, or nothing."),
        ({"notices": True}, "Notices: write a whole number of days from 90 to 36500, or nothing."),
        ({"history": 30}, "There is no kind of record “history” that ends."),
        ([90], "Write the days by kind of record."),
    ],
)
def test_times_that_make_no_sense_are_refused_in_words(retention, words, cast):
    with pytest.raises(Invalid) as refusal:
        configure({"retention": retention}, actor=cast.sysadmin)
    assert refusal.value.errors == {"retention": [words]}


def test_no_kind_of_history_ever_ends():
    tables = {keeping.expired(timezone.now()).model._meta.db_table for keeping in KEEPINGS.all()}
    assert not [name for name in tables if name.endswith("event") or name in ("audit_record", "audit_seal")]


# --- the clock
def test_the_night_has_one_sweep_by_the_clock_of_the_organisation(cast):
    configure({"time_zone": "UTC"}, actor=cast.sysadmin)
    ticks = [sweeping.begin_nightly(NIGHT + timedelta(minutes=step)) for step in (0, 1, 16, 1200, 1441)]
    assert ticks == [False, True, False, False, True]


def test_the_night_is_that_of_the_organisation_and_not_of_greenwich(cast):
    configure({"time_zone": "Asia/Tokyo"}, actor=cast.sysadmin)
    at_three = NIGHT.replace(hour=18, minute=0)
    ticks = [sweeping.begin_nightly(at_three + timedelta(minutes=step)) for step in (-1, 0, 16)]
    assert ticks == [False, True, False]
    assert [sweep.day for sweep in Sweep.objects.all()] == [NIGHT.date() + timedelta(days=1)]


def test_a_sweep_runs_once_and_one_whose_worker_was_killed_goes_on(cast):
    notice(cast.alice, "old", 400)
    sweep = Sweep.objects.create(started=True)
    assert sweeping.run(sweep.pk) == {}
    assert sweeping.waiting() == []
    Sweep.objects.filter(pk=sweep.pk).update(moved_at=timezone.now() - timedelta(minutes=16), removed={"notices": 7})
    assert [each.pk for each in sweeping.waiting()] == [sweep.pk]
    assert sweeping.run(sweep.pk) == {"notices": 8}
    assert sweeping.run(sweep.pk) == {}


# --- the page
def test_the_page_says_what_would_go_and_the_form_what_is_too_short(cast, client_of):
    for number in range(3):
        notice(cast.alice, f"old-{number}", 400)
    client = client_of(cast.sysadmin)
    page = client.get(reverse("console:retention"))
    assert page.context["total"] == 3
    assert "records would be removed now" in page.content.decode()
    url = reverse("console:retention_edit")
    version = client.get(url).context["version"]
    days = {keeping.kind: keeping.days for keeping in KEEPINGS.all()} | {"notices": 5, "version": version}
    refused = client.post(url, days)
    assert refused.status_code == 422
    assert "greater than or equal to 90" in refused.content.decode()
    assert client.post(url, days | {"notices": "", "mail": 60}).status_code == 302
    assert Organisation.current().retention == {"notices": None, "mail": 60}
    assert client.get(reverse("console:retention")).context["total"] == 0
    assert client.post(url, days | {"notices": 90}).status_code == 409


def test_who_may_not_edit_settings_has_nothing_removed(cast):
    from pmo.console.actions.retaining import request_sweep

    with pytest.raises(Refused):
        request_sweep(actor=cast.director)
    sweep = request_sweep(actor=cast.sysadmin)
    assert Message.objects.get(task="retention.run").arguments == [sweep.pk]
    sweeping.run(sweep.pk)
    act = Record.objects.first()
    assert (act.actor, act.verb, act.changes) == (cast.sysadmin, "retention.sweep", {})
