"""Making a pack: claims, fences, attempts, the file and the record, on the real database and disk."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from pmo.access import preferences
from pmo.access.models import User
from pmo.audit.models import Record
from pmo.kernel.errors import Broken, NotVisible, Refused, WrongState
from pmo.notices.models import Message, Notice
from pmo.organisation.models import Organisation
from pmo.organisation.queries import house_today
from portfolio.projects.models import Project
from portfolio.status import queries as status
from reporting.packs import actions, leases, queries, tasks
from reporting.packs.models import Delivery, Pack, PackRun
from reporting.packs.rules.figures import data_sha256, from_json
from tests.portfolio.status.writing import submitted


def of_yesterday(run: PackRun) -> PackRun:
    """The same edition as if it had been made the day before: what follows today is compared with it."""
    run.at -= timedelta(days=1)
    run.save(update_fields=["at"])
    return run


@pytest.fixture
def system(db) -> User:
    return User.objects.system()


def test_a_made_pack_lies_on_the_disk_with_its_hashes(north, cast, files, made):
    run = made(north, cast.director)
    body = (files / run.file).read_bytes()
    assert (run.state, run.number, run.progress, run.attempts) == ("done", 1, 100, 1)
    assert body.startswith(b"%PDF-1.7")
    assert run.sha256 == hashlib.sha256(body).hexdigest()
    assert run.data_sha256 == data_sha256(from_json(run.figures))
    assert (run.size, run.counted, run.of) == (len(body), 3, 4)
    assert not [path for path in files.rglob("*") if path.name.startswith(".writing-")]


def test_it_counts_only_what_everybody_in_its_audience_may_see(north, cast, files, made):
    north.recipients.set([cast.alice])
    run = made(north, cast.director)
    assert [project["code"] for project in run.figures["projects"]] == ["N-1", "N-3"]
    assert (run.counted, run.of) == (2, 4)


def test_delivered_ten_times_it_is_made_once(north, cast, files, made):
    run = made(north, cast.director)
    before = PackRun.objects.filter(pk=run.pk).values().get()
    messages = Message.objects.count()
    for _again in range(9):
        tasks.make(run.pk)
    assert PackRun.objects.filter(pk=run.pk).values().get() == before
    assert Message.objects.count() == messages
    assert len(list((files / "packs").rglob("*.pdf"))) == 1


@pytest.mark.django_db(transaction=True)
def test_of_forty_workers_one_claims_the_run(north, cast, system):
    run = actions.request_run(north.pk, actor=cast.director)

    def claim(_worker: int) -> int | None:
        try:
            return actions.claim(run.pk, actor=system)
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        tokens = list(pool.map(claim, range(40)))
    assert sorted(token for token in tokens if token) == [1]


def test_the_heartbeat_of_a_worker_that_lost_its_lease_keeps_nothing_alive(north, cast, files, system):
    run = actions.request_run(north.pk, actor=cast.director)
    slow = actions.claim(run.pk, actor=system)
    PackRun.objects.filter(pk=run.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    quick = actions.claim(run.pk, actor=system)
    assert [leases.keep(run.pk, token, 30, "printing") for token in (slow, quick)] == [False, True]


def test_a_worker_that_lost_its_lease_cannot_finish(north, cast, files, system):
    run = actions.request_run(north.pk, actor=cast.director)
    slow = actions.claim(run.pk, actor=system)
    PackRun.objects.filter(pk=run.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    tasks.make(run.pk)
    run.refresh_from_db()
    kept = run.sha256
    assert (slow, run.token, run.state) == (1, 2, "done")
    with pytest.raises(WrongState):
        actions.begin(run.pk, slow, actor=system)
    assert actions.fail(run.pk, slow, "late", actor=system) is None
    assert not leases.keep(run.pk, slow, 30, "printing")
    run.refresh_from_db()
    assert (run.state, run.sha256) == ("done", kept)


def test_a_run_that_kills_its_worker_three_times_is_given_up(north, cast, system):
    run = actions.request_run(north.pk, actor=cast.director)
    for _attempt in range(3):
        assert actions.claim(run.pk, actor=system)
        PackRun.objects.filter(pk=run.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert actions.claim(run.pk, actor=system) is None
    assert actions.sweep(actor=system) == 1
    run.refresh_from_db()
    assert (run.state, run.attempts, run.error) == ("failed", 3, "The worker fell silent 3 times.")
    assert Notice.objects.filter(user=cast.director, key=f"pack-failed-{run.pk}").count() == 1


def test_the_sweeper_publishes_forgotten_and_orphaned_runs_again(north, cast, system):
    forgotten = actions.request_run(north.pk, actor=cast.director)
    orphan = actions.request_run(north.pk, actor=cast.director)
    fresh = actions.request_run(north.pk, actor=cast.director)
    actions.claim(orphan.pk, actor=system)
    PackRun.objects.filter(pk=forgotten.pk).update(requested_at=timezone.now() - timedelta(minutes=5))
    PackRun.objects.filter(pk=orphan.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    Message.objects.all().delete()
    assert actions.sweep(actor=system) == 2
    sent = {message.arguments[0] for message in Message.objects.filter(task="packs.make")}
    assert sent == {forgotten.pk, orphan.pk}
    assert fresh.pk not in sent


def test_swept_ten_times_a_run_is_published_again_once(north, cast, system):
    run = actions.request_run(north.pk, actor=cast.director)
    PackRun.objects.filter(pk=run.pk).update(requested_at=timezone.now() - timedelta(minutes=5))
    Message.objects.all().delete()
    assert [actions.sweep(actor=system) for _again in range(10)] == [1] + [0] * 9
    assert Message.objects.filter(task="packs.make").count() == 1
    assert actions.claim(run.pk, actor=system) == 1


def test_an_attempt_that_broke_is_tried_again_until_the_third(north, cast, system):
    run = actions.request_run(north.pk, actor=cast.director)
    states = []
    for _attempt in range(3):
        token = actions.claim(run.pk, actor=system)
        actions.fail(run.pk, token, "KeyError: 'x'", actor=system)
        run.refresh_from_db()
        states.append((run.state, run.attempts))
    assert states == [("queued", 1), ("queued", 2), ("failed", 3)]
    assert run.error == "KeyError: 'x'"


def test_a_full_disk_fails_the_run_and_leaves_no_part_of_a_file(north, cast, files, made):
    (files / "packs").write_text("a file where the folder should be")
    run = made(north, cast.director)
    assert run.state == "failed"
    assert run.error.startswith("The file could not be written")
    assert run.file == ""
    (files / "packs").unlink()
    assert made(north, cast.director).state == "done"


def test_editions_are_numbered_and_each_tells_what_changed_since_the_last(north, world, cast, files, made):
    first = of_yesterday(made(north, cast.director))
    bridge = world.projects["N-1"]
    type(bridge).objects.filter(pk=bridge.pk).update(name="Long bridge")
    type(bridge).objects.filter(pk=world.projects["N-3"].pk).update(portfolio=world.portfolios["SOUTH"])
    second = made(north, cast.director)
    edition = queries.edition_of(second)
    assert (first.number, second.number, second.compared_with) == (1, 2, first)
    assert [(move.before, move.after) for move in edition.changes.renamed] == [("Bridge", "Long bridge")]
    assert [(gone.project.code, gone.reason) for gone in edition.changes.gone] == [("N-3", "moved")]


def test_a_draft_is_not_what_the_next_pack_is_compared_with(north, world, cast, files, made):
    first = of_yesterday(made(north, cast.director))
    of_yesterday(made(north, cast.director, published=False))
    assert made(north, cast.director).compared_with == first


def test_a_second_edition_of_one_day_tells_what_changed_since_the_day_before_and_not_nothing(
    north, world, cast, files, made
):
    first = of_yesterday(made(north, cast.director))
    Project.objects.filter(code="N-1").update(name="Long bridge")
    second = made(north, cast.director)
    third = made(north, cast.director)
    assert (second.compared_with, third.compared_with) == (first, first)
    assert [move.after for move in queries.edition_of(third).changes.renamed] == ["Long bridge"]


def test_recipients_get_one_mail_each_and_it_starts_with_the_decisions(north, cast, files, mailbox, made):
    north.recipients.set([cast.director, cast.portfolio])
    run = made(north, cast.analyst)
    for delivery in Delivery.objects.filter(run=run):
        for _again in range(10):
            tasks.send_mail(delivery.pk)
    assert sorted(message["To"] for message in mailbox) == ["director@small.example", "portfolio@small.example"]
    text = mailbox[0].get_payload()[0].get_payload(decode=True).decode()
    assert "DECISION" in text.splitlines()[3]
    assert f"/packs/runs/{run.pk}/" in text
    told = Notice.objects.get(user=cast.director, kind="pack").text
    assert told == f"{north.name} as of {preferences.day(run.at)} is ready: North"


def test_a_recipient_who_lost_the_right_gets_no_mail(north, cast, files, mailbox, made):
    north.recipients.set([cast.portfolio])
    run = made(north, cast.director)
    cast.portfolio.grants.all().delete()
    delivery = Delivery.objects.get(run=run)
    tasks.send_mail(delivery.pk)
    delivery.refresh_from_db()
    assert mailbox == []
    assert delivery.sent_at is None
    assert delivery.refused


def test_a_link_only_pack_mails_no_figures(north, cast, files, mailbox, made):
    north.link_only = True
    north.save()
    north.recipients.set([cast.director])
    run = made(north, cast.director)
    tasks.send_mail(Delivery.objects.get(run=run).pk)
    payload = "".join(part.get_payload(decode=True).decode() for part in mailbox[0].get_payload())
    assert "Forecast" not in payload
    assert "Decision" not in mailbox[0]["Subject"]


def test_a_pack_about_tomorrow_is_refused(north, cast):
    with pytest.raises(Broken):
        actions.request_run(north.pk, actor=cast.director, at=house_today() + timedelta(days=1))


def test_who_may_have_a_pack_made(north, cast, fresh):
    outcomes = {}
    for name in ("director", "portfolio", "analyst", "administrator", "alice", "executive", "stranger", "sysadmin"):
        try:
            actions.request_run(north.pk, actor=fresh(getattr(cast, name)))
            outcomes[name] = "made"
        except (NotVisible, Refused) as refused:
            outcomes[name] = type(refused).__name__
    assert outcomes == {
        "director": "made",
        "portfolio": "made",
        "analyst": "made",
        "administrator": "made",
        "alice": "NotVisible",
        "executive": "NotVisible",
        "stranger": "NotVisible",
        "sysadmin": "NotVisible",
    }


def test_a_kept_pack_is_closed_to_whoever_may_not_see_all_it_counts(north, world, cast, files, fresh, made):
    run = made(north, cast.director)
    assert queries.may_download(run, fresh(cast.analyst))
    bridge = world.projects["N-1"]
    type(bridge).objects.filter(pk=bridge.pk).update(confidential=True)
    verdict = queries.may_download(run, fresh(cast.analyst))
    assert not verdict
    assert verdict.reason == "This pack counts 1 project that you may not see."
    assert queries.may_download(run, fresh(cast.alice)) is not True


def test_a_pack_and_the_list_call_the_same_reports_late(north, world, cast):
    submitted(world, "N-3", "alice")
    overdue = status.late_filter(world.today, Organisation.current().report_grace_days)
    seen = Project.objects.visible_to(cast.director).filter(queries.scope_of(north), overdue)
    listed = seen.values_list("code", flat=True)
    found = queries.figures(north, world.today, [cast.director]).projects
    assert [project.code for project in found if project.late] == sorted(listed)
    assert "N-3" not in listed


def test_an_executive_sees_published_packs_only(world, cast, files, fresh, made):
    south = Pack.objects.create(name="South report", portfolio=world.portfolios["SOUTH"])
    draft = made(south, cast.director, published=False)
    seen = PackRun.objects.visible_to(fresh(cast.executive))
    assert list(seen) == []
    actions.publish_run(draft.pk, actor=cast.director)
    assert list(PackRun.objects.visible_to(fresh(cast.executive))) == [draft]
    assert queries.may_download(draft, fresh(cast.executive))


def test_every_act_is_recorded_with_its_actor(north, cast, files, made):
    run = made(north, cast.director)
    told = Record.objects.filter(object_type="reporting.packrun", object_id=run.pk).order_by("pk")
    assert [(record.verb, record.actor.username) for record in told] == [
        ("pack.run", "director"),
        ("pack.made", "system"),
    ]


def test_the_number_of_queries_does_not_grow_with_the_projects(north, world, cast, django_assert_num_queries):
    from django.test.utils import CaptureQueriesContext

    def cost() -> int:
        queries.figures(north, date(2030, 1, 1), [cast.director])
        with CaptureQueriesContext(connection) as captured:
            queries.figures(north, date(2030, 1, 1), [cast.director])
        return len(captured)

    few = cost()
    for number in range(40):
        type(world.projects["N-1"]).objects.create(
            code=f"X-{number}", name=f"Further {number}", portfolio=world.portfolios["NORTH"], manager=cast.bob
        )
    assert cost() == few


def test_a_missing_file_shows_as_a_wrong_proof(north, cast, files, made):
    from reporting.packs.files import sha256_of

    run = made(north, cast.director)
    assert sha256_of(run.file) == run.sha256
    default_storage.delete(run.file)
    assert sha256_of(run.file) == ""


def test_an_edition_names_no_project_of_the_last_one_that_its_audience_may_not_see_now(
    north, world, cast, files, fresh, made
):
    of_yesterday(made(north, cast.analyst))
    Project.objects.filter(code="N-1").update(confidential=True)
    second = made(north, cast.analyst)
    edition = queries.edition_of(second)
    assert sorted(project.code for project in edition.previous.projects) == ["N-2", "N-3"]
    assert (edition.changes.gone, second.figures["gone"]) == ((), {})


def test_a_kept_pack_is_closed_to_whoever_may_not_see_a_project_that_it_names_as_gone(
    north, world, cast, files, fresh, made
):
    of_yesterday(made(north, cast.analyst))
    Project.objects.filter(code="N-1").update(state="closed", finish_actual=world.today)
    second = made(north, cast.analyst)
    assert [found.project.code for found in queries.edition_of(second).changes.gone] == ["N-1"]
    Project.objects.filter(code="N-1").update(confidential=True)
    assert not queries.may_download(second, fresh(cast.analyst))
