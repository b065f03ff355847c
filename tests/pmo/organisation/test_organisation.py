"""Settings, the tree of units, and numbers without doubles."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from pmo.access.models import User
from pmo.kernel.errors import Invalid, Refused, Stale
from pmo.organisation.actions import add_unit, configure
from pmo.organisation.models import NumberPrefix, Organisation, Unit
from pmo.organisation.numbering import take
from pmo.organisation.queries import subtree, units_of


@pytest.mark.django_db
def test_the_defaults_hold_until_somebody_sets_something():
    assert (Organisation.current().currency, Organisation.current().fiscal_start_month) == ("EUR", 1)
    assert not Organisation.objects.exists()


@pytest.mark.django_db
def test_the_system_administrator_configures_and_nobody_else(world, cast):
    changed = configure({"fiscal_start_month": 4, "currency": "GBP"}, actor=cast.sysadmin)
    assert (changed.fiscal_start_month, Organisation.current().currency) == (4, "GBP")
    for name in ("director", "portfolio", "alice", "analyst", "stranger", "robot"):
        with pytest.raises(Refused):
            configure({"name": "Mine"}, actor=world.users[name])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("time_zone", "Mars/Olympus"),
        ("currency", "euro"),
        ("fiscal_start_month", 13),
        ("fiscal_start_month", 0),
        ("report_grace_days", 61),
        ("unchanged_reports", 1),
    ],
)
def test_nonsense_is_refused_by_its_field(field, value, cast):
    with pytest.raises(Invalid) as refusal:
        configure({field: value}, actor=cast.sysadmin)
    assert list(refusal.value.errors) == [field]


@pytest.mark.django_db
def test_at_risk_begins_before_off_track(cast):
    with pytest.raises(Invalid) as refusal:
        configure({"slip_amber_days": 90}, actor=cast.sysadmin)
    assert refusal.value.errors == {"": ["At risk must begin before off track: slip."]}


@pytest.mark.django_db
def test_settings_that_somebody_else_changed_are_stale(cast):
    version = configure({"name": "One"}, actor=cast.sysadmin).version
    configure({"name": "Two"}, actor=cast.sysadmin, version=version)
    with pytest.raises(Stale):
        configure({"name": "Three"}, actor=cast.sysadmin, version=version)


@pytest.mark.django_db
def test_units_form_a_tree_and_never_a_ring(world, cast):
    child = add_unit(code="CHILD", name="Child", parent=world.units["WORKS"], actor=cast.sysadmin)
    assert subtree([world.units["ROOT"].pk]) == {world.units["ROOT"].pk, world.units["WORKS"].pk, child.pk}
    assert units_of(cast.resources) == {world.units["WORKS"].pk, child.pk}
    root = Unit.objects.get(code="ROOT")
    root.parent = child
    with pytest.raises(Exception, match="a ring"):
        root.full_clean()


@pytest.mark.django_db
def test_numbers_look_as_the_prefix_says():
    NumberPrefix.objects.create(kind="risk", prefix="R.", width=3, next_number=41)
    with transaction.atomic():
        assert [take("risk", default_prefix="X-"), take("risk", default_prefix="X-")] == ["R.041", "R.042"]
        assert take("issue", default_prefix="I-") == "I-0001"


@pytest.mark.django_db(transaction=True)
def test_two_at_once_never_take_the_same_number():
    taken: list[str] = []
    start = threading.Barrier(4)

    def work() -> None:
        try:
            start.wait(30)
            for _ in range(10):
                with transaction.atomic():
                    taken.append(take("project", default_prefix="P"))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(taken) == [f"P{number:04d}" for number in range(1, 41)]


@pytest.mark.django_db
def test_a_number_of_a_transaction_that_failed_is_taken_again():
    def fail() -> None:
        with transaction.atomic():
            take("project", default_prefix="P")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with transaction.atomic():
        assert take("project", default_prefix="P") == "P0001"


@pytest.mark.django_db
def test_there_is_one_system_actor_and_it_cannot_sign_in(client):
    system = User.objects.system()
    assert User.objects.system() == system
    assert not system.is_active
    assert system not in User.objects.people()
