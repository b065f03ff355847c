"""History is sealed into a chain: whatever is changed behind the application's back is found, down to the row."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from pmo.audit import checking, sealing
from pmo.audit.kept import kept_models, kept_tables
from pmo.audit.models import Record, Seal, SealPart, Verification
from pmo.audit.sealing import GENESIS, LONGEST_WRITE, content_hash, head, seal, seal_of
from pmo.audit.tracking import event_model_of
from pmo.audit.verifying import Anchor, Finding, verify
from portfolio.projects.actions import edit_project
from portfolio.projects.models import Project

pytestmark = pytest.mark.django_db
EVENTS = event_model_of(Project)._meta.db_table


@contextmanager
def unguarded(table: str) -> Iterator[Any]:
    """As a superuser works who switches the triggers off first."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
        try:
            yield cursor
        finally:
            cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')


@pytest.fixture
def sealed(world: Any, cast: Any) -> Project:
    """A project with some history, under two seals."""
    project = world.projects["N-1"]
    seal()
    for name in ("One", "Two", "Three"):
        project = edit_project(project, {"name": name}, actor=cast.alice, version=None)
    seal()
    return project


def events_of(project: Project) -> list[int]:
    events = event_model_of(Project)._default_manager.filter(pgh_obj_id=project.pk)
    return list(events.order_by("pgh_id").values_list("pgh_id", flat=True))


def unseal(number: int) -> None:
    """A seal is removed with all it holds."""
    with unguarded("audit_sealpart") as parts, unguarded("audit_seal") as seals:
        parts.execute("DELETE FROM audit_sealpart WHERE seal_id = %s", [number])
        seals.execute("DELETE FROM audit_seal WHERE number = %s", [number])


def held_back(row: int) -> None:
    """The row goes into the table `held`, as if its transaction were still open, and the second seal was never made."""
    with unguarded(EVENTS) as cursor:
        cursor.execute(f"CREATE TEMP TABLE held AS SELECT * FROM {EVENTS} WHERE pgh_id = %s", [row])
        cursor.execute(f"DELETE FROM {EVENTS} WHERE pgh_id = %s", [row])
    unseal(2)


def found() -> list[tuple[str, str, int | None, int | None]]:
    return [(each.kind, each.table, each.row, each.seal) for each in verify().findings]


# --- sealing --------------------------------------------------------------------------------------------------------
def test_a_seal_holds_every_row_of_every_history_table_once(sealed):
    first, second = Seal.objects.order_by("number")
    assert (first.number, first.previous, second.number, second.previous) == (1, GENESIS, 2, first.hash)
    for kept, model in zip(kept_tables(), sorted(kept_models(), key=lambda each: each._meta.db_table), strict=True):
        counted = sum(SealPart.objects.filter(table=kept.table).values_list("count", flat=True))
        assert counted == model._default_manager.count(), kept.table


def test_nothing_new_makes_no_seal(sealed):
    before = head()
    assert seal() == before
    assert Seal.objects.count() == 2


def test_the_hash_of_a_seal_can_be_computed_outside(sealed):
    last = head()
    parts = list(last.parts.all())
    told = {
        "number": 2,
        "at": last.at.isoformat(timespec="microseconds"),
        "previous": last.previous,
        "parts": sorted([each.table, each.columns, each.ids, each.last_id, each.count, each.digest] for each in parts),
    }
    plain = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert hashlib.sha256(plain.encode()).hexdigest() == last.hash == content_hash(last, parts)
    assert all(hashlib.sha256(bytes(each.leaves)).hexdigest() == each.digest for each in parts)


def test_a_row_that_is_committed_late_under_an_earlier_number_gets_into_the_next_seal(sealed):
    """Numbers are drawn before commits, so a later seal may hold lower numbers than an earlier one."""
    late, early = events_of(sealed)[-2:]
    held_back(late)
    seal()
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {EVENTS} SELECT * FROM held")
    assert seal().number == 3
    assert (seal_of(EVENTS, early).number, seal_of(EVENTS, late).number) == (2, 3)
    assert verify().intact


def test_many_rows_are_sealed_in_portions(world, monkeypatch):
    monkeypatch.setattr(sealing, "MOST_ROWS", 3)
    seal()
    assert Seal.objects.count() > 3
    assert SealPart.objects.filter(count__gt=3).count() == 0
    assert verify().intact


# --- verifying ------------------------------------------------------------------------------------------------------
def test_an_untouched_history_is_intact_and_every_row_was_compared(sealed):
    account = verify()
    assert account.intact
    assert account.rows == sum(model._default_manager.count() for model in kept_models())
    assert (account.seal, account.hash, account.seals) == (2, head().hash, 2)


def test_one_changed_value_is_found_with_table_row_seal_and_time(sealed):
    row = events_of(sealed)[-2]
    with unguarded(EVENTS) as cursor:
        cursor.execute(f"UPDATE {EVENTS} SET name = 'Forged' WHERE pgh_id = %s", [row])
    written = event_model_of(Project)._default_manager.get(pgh_id=row).pgh_created_at
    assert verify().findings == [Finding("changed", EVENTS, row, 2, written.isoformat())]


def test_another_actor_written_into_the_context_is_found_in_each_row_of_the_act(sealed, cast):
    row = events_of(sealed)[-1]
    event = event_model_of(Project)._default_manager.select_related("pgh_context").get(pgh_id=row)
    event.pgh_context.metadata["actor"] = cast.bob.pk
    event.pgh_context.save()
    assert found() == [("changed", EVENTS, row, 2)]


def test_a_removed_row_is_found(sealed):
    row = events_of(sealed)[-1]
    with unguarded(EVENTS) as cursor:
        cursor.execute(f"DELETE FROM {EVENTS} WHERE pgh_id = %s", [row])
    assert found() == [("removed", EVENTS, row, 2)]


def test_a_record_whose_note_was_changed_is_found(sealed):
    row = Record.objects.latest("id").pk
    with unguarded("audit_record") as cursor:
        cursor.execute("UPDATE audit_record SET note = 'Approved by the board.' WHERE id = %s", [row])
    assert found() == [("changed", "audit_record", row, 2)]


def test_a_row_dated_back_is_found_before_and_after_it_is_sealed(sealed):
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE forged AS SELECT * FROM {EVENTS} ORDER BY pgh_id DESC LIMIT 1")
        cursor.execute("UPDATE forged SET pgh_id = pgh_id + 1000, pgh_created_at = now() - interval '3 days'")
        cursor.execute(f"INSERT INTO {EVENTS} SELECT * FROM forged RETURNING pgh_id")
        row = cursor.fetchone()[0]
    assert found() == [("inserted", EVENTS, row, None)]
    seal()
    assert found() == [("inserted", EVENTS, row, 3)]


def test_a_record_slipped_in_under_an_old_number_is_found(sealed, cast):
    """Records may honestly tell of earlier days, so their number betrays them."""
    hole = Record.objects.earliest("id").pk - 1
    hours_pass()
    edit_project(sealed, {"name": "Four"}, actor=cast.alice, version=None)
    seal()
    assert verify().intact
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE forged AS SELECT * FROM audit_record ORDER BY id DESC LIMIT 1")
        cursor.execute("UPDATE forged SET id = %s", [hole])
        cursor.execute("INSERT INTO audit_record SELECT * FROM forged")
    assert found() == [("inserted", "audit_record", hole, None)]
    seal()
    assert found() == [("inserted", "audit_record", hole, None)]


def hours_pass() -> None:
    """Every seal becomes two hours older, as if it had been made then."""
    with unguarded("audit_seal") as cursor:
        before = GENESIS
        for each in Seal.objects.order_by("number"):
            each.at, each.previous = each.at - LONGEST_WRITE * 2, before
            before = content_hash(each, list(each.parts.all()))
            moved = [each.at, each.previous, before, each.pk]
            cursor.execute("UPDATE audit_seal SET at = %s, previous = %s, hash = %s WHERE number = %s", moved)


def test_a_late_row_is_sealed_even_when_nobody_sealed_for_hours(sealed, cast):
    late = events_of(sealed)[-1]
    held_back(late)
    seal()
    hours_pass()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE held SET pgh_created_at = pgh_created_at - %s", [LONGEST_WRITE * 2])
        cursor.execute(f"INSERT INTO {EVENTS} SELECT * FROM held")
    seal()
    assert seal_of(EVENTS, late).number == 3
    assert verify().intact


def test_a_seal_rewritten_to_hide_a_change_breaks_the_chain(sealed):
    with unguarded("audit_sealpart") as cursor:
        cursor.execute(
            "UPDATE audit_sealpart SET digest = repeat('0', 64) WHERE seal_id = 1 AND \"table\" = %s", [EVENTS]
        )
    kinds = {each.kind for each in verify().findings}
    assert kinds == {"seal_changed", "part_changed"}


def test_a_seal_made_anew_does_not_fit_the_next_one(sealed):
    first = Seal.objects.get(number=1)
    first.at -= timedelta(seconds=1)
    with unguarded("audit_seal") as cursor:
        now = content_hash(first, list(first.parts.all()))
        cursor.execute("UPDATE audit_seal SET at = %s, hash = %s WHERE number = 1", [first.at, now])
    assert found() == [("chain_broken", "audit_seal", 2, 2)]


def test_a_removed_seal_is_missed(sealed, cast):
    edit_project(sealed, {"name": "Four"}, actor=cast.alice, version=None)
    seal()
    unseal(2)
    assert ("seal_removed", "audit_seal", 2, 2) in found()


def test_a_tail_cut_off_is_betrayed_by_a_head_that_was_noted_elsewhere(sealed):
    noted = Anchor(2, head().hash, "edition 4")
    unseal(2)
    assert verify().intact
    assert verify([noted]).findings == [Finding("anchor_lost", "audit_seal", 2, 2, detail="edition 4")]


def test_columns_added_later_do_not_break_old_seals_and_removed_ones_are_told(sealed):
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {EVENTS} ADD COLUMN later text NOT NULL DEFAULT 'x'")
    assert verify().intact
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {EVENTS} DROP COLUMN later")
        cursor.execute(f"ALTER TABLE {EVENTS} RENAME COLUMN category TO kind")
    try:
        assert found() == [("column_removed", EVENTS, None, 1)]
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {EVENTS} RENAME COLUMN kind TO category")


@pytest.mark.parametrize("setting", ["IntervalStyle = 'sql_standard'", "extra_float_digits = -5"])
def test_the_settings_of_a_session_do_not_matter(sealed, setting):
    with connection.cursor() as cursor:
        cursor.execute(f"SET {setting}")
        try:
            assert verify().intact
        finally:
            cursor.execute(f"RESET {setting.split(' ')[0]}")


# --- the command ----------------------------------------------------------------------------------------------------
def command(*arguments: str) -> tuple[str, int]:
    output = io.StringIO()
    try:
        call_command("verify_audit", *arguments, stdout=output)
    except SystemExit as ended:
        return output.getvalue(), int(ended.code or 0)
    return output.getvalue(), 0


def test_the_command_tells_that_history_is_intact(sealed):
    told, code = command()
    assert code == 0
    assert told.startswith(f"Head 2:{head().hash} of ")
    assert "\nIntact: " in told


def test_the_command_names_the_row_and_fails(sealed):
    row = events_of(sealed)[-1]
    with unguarded(EVENTS) as cursor:
        cursor.execute(f"UPDATE {EVENTS} SET budget = 1 WHERE pgh_id = %s", [row])
    told, code = command("--json")
    account = json.loads(told)
    assert (code, account["intact"], account["head"]["number"]) == (1, False, 2)
    (finding,) = account["findings"]
    assert (finding["kind"], finding["table"], finding["row"], finding["seal"]) == ("changed", EVENTS, row, 2)
    assert finding["words"].startswith(f"Row {row} of {EVENTS}, written ")
    assert command()[1] == 1


def test_the_command_compares_a_head_that_somebody_wrote_down(sealed):
    assert command("--head", f"1:{Seal.objects.get(number=1).hash}")[1] == 0
    told, code = command("--head", f"1:{'a' * 64}")
    assert code == 1
    assert "Seal 1 is not the one that was noted: --head." in told
    with pytest.raises(CommandError, match="64 hexadecimal digits"):
        command("--head", "nonsense")


def test_the_command_says_when_nothing_is_sealed(world):
    assert command("--no-seal") == ("Nothing has been sealed yet.\n", 0)


# --- walks that people ask for --------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_a_worker_verifies_on_request_and_leaves_a_record(sealed, cast, client_of, worker, eventually):
    answer = client_of(cast.sysadmin).post("/audit/proof/verify/")
    assert (answer.status_code, answer["Location"]) == (302, "/audit/proof/")
    eventually(lambda: Verification.objects.filter(state="intact").exists())
    walk = Verification.objects.get()
    assert (walk.requested_by, walk.progress, walk.hash) == (
        cast.sysadmin,
        100,
        Seal.objects.get(number=walk.seal).hash,
    )
    acts = Record.objects.filter(verb="audit.verify").order_by("id")
    assert [str(act.actor) for act in acts] == ["Sysadmin Small", "System"]
    page = client_of(cast.sysadmin).get("/audit/proof/").content.decode()
    assert "History is as it was sealed" in page
    assert "tamper-evident" in page
    assert "tamper-proof" not in page


def test_a_walk_that_finds_something_says_it_on_the_page(sealed, cast, client_of):
    row = events_of(sealed)[-1]
    with unguarded(EVENTS) as cursor:
        cursor.execute(f"UPDATE {EVENTS} SET name = 'Forged' WHERE pgh_id = %s", [row])
    walk = checking.request(actor=cast.sysadmin)
    checking.run(walk.pk)
    checking.run(walk.pk)
    walk.refresh_from_db()
    assert (walk.state, len(walk.findings)) == ("broken", 1)
    page = client_of(cast.director).get("/audit/proof/").content.decode()
    assert f"Row {row} of {EVENTS}" in page


def test_who_asks_while_a_walk_is_open_gets_that_one(sealed, cast):
    first = checking.request(actor=cast.sysadmin)
    assert checking.request(actor=cast.sysadmin) == first
    assert Record.objects.filter(verb="audit.verify").count() == 1


def test_a_head_that_a_verification_noted_is_missed_later(sealed, cast):
    walk = checking.request(actor=cast.sysadmin)
    checking.run(walk.pk)
    walk.refresh_from_db()
    for number in Seal.objects.filter(number__gte=walk.seal).values_list("number", flat=True):
        unseal(number)
    lost = [each for each in verify(checking.anchors()).findings if each.kind == "anchor_lost"]
    assert [(each.seal, each.detail) for each in lost] == [(walk.seal, f"verification {walk.pk}")]
