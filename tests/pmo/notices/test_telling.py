"""People are told in their own way: kind by kind, in their language, and their deputies while they are away."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import translation
from django.utils.translation import get_language

from pmo.kernel.errors import Broken, Invalid, NotVisible
from pmo.notices import actions, queries
from pmo.notices.models import Absence, Letter, Notice, Preference
from pmo.notices.offers import Channels
from pmo.notices.telling import tell

pytestmark = pytest.mark.django_db


def say(people, **more):
    return tell(people, **{"kind": "status", "text": "Hello", "url": "/", "key": "k", **more})


def test_a_kind_goes_where_the_person_wants_it_else_where_the_organisation_suggests(cast):
    actions.suggest({"status": Channels(mail="at_once")}, {}, actor=cast.sysadmin)
    actions.prefer({"status": Channels(in_app=False, mail="digest")}, {}, actor=cast.bob)
    say([cast.alice, cast.bob])
    rows = Notice.objects.order_by("user__username").values_list("user__username", "shown", "mail")
    assert list(rows) == [("alice", True, "at_once"), ("bob", False, "digest")]
    assert list(Letter.objects.values_list("user__username", flat=True)) == ["alice"]


def test_a_kind_that_is_off_leaves_nothing_and_one_that_is_fixed_stays_under_the_bell(cast):
    off = Channels(in_app=False, mail="none")
    actions.prefer({"status": off, "asked": off}, {}, actor=cast.alice)
    assert say([cast.alice]) == 0
    assert say([cast.alice], kind="asked", key="k2") == 1
    assert (Notice.objects.get().shown, Notice.objects.get().mail) == (True, "none")


def test_who_has_no_address_gets_no_mail(cast):
    cast.alice.email = ""
    say([cast.alice], kind="mention")
    assert (Notice.objects.get().mail, Letter.objects.count()) == ("none", 0)


def test_following_the_organisation_again_forgets_what_one_chose(cast):
    actions.prefer({"status": Channels(mail="none")}, {"cadence": "weekly", "hour": 9, "weekday": 4}, actor=cast.alice)
    actions.follow_suggestions(actor=cast.alice)
    assert not Preference.objects.exists()
    assert queries.habit_of(cast.alice).cadence == "daily"


def test_words_are_found_in_the_language_and_zone_of_who_reads(cast):
    cast.alice.language, cast.bob.language = "en-us", "xx"
    with translation.override("de"):
        say([cast.alice, cast.bob], text=lambda: str(get_language()))
    assert dict(Notice.objects.values_list("user__username", "text")) == {"alice": "en-us", "bob": "en-gb"}


def away(cast, today, who="alice", deputy="bob", days=0):
    return actions.go_away(
        starts_on=today, ends_on=today + timedelta(days=days), deputy=getattr(cast, deputy), actor=getattr(cast, who)
    )


def test_while_a_person_is_away_his_deputy_hears_of_what_he_may_see_himself(cast, world):
    away(cast, world.today, deputy="administrator")
    say([cast.alice], about=world.projects["N-1"])
    say([cast.alice], about=world.projects["N-4"], key="secret")
    rows = Notice.objects.order_by("key", "user__username").values_list(
        "key", "user__username", "on_behalf_of__username"
    )
    assert list(rows) == [("k", "administrator", "alice"), ("k", "alice", None), ("secret", "alice", None)]


def test_a_deputy_who_is_told_anyway_is_told_once_and_as_himself(cast, world):
    away(cast, world.today, deputy="portfolio")
    say([cast.alice, cast.portfolio], about=world.projects["N-1"])
    assert Notice.objects.get(user=cast.portfolio).on_behalf_of is None


def test_a_deputy_is_told_only_between_the_first_and_the_last_day(cast, world):
    absence = away(cast, world.today, deputy="portfolio", days=2)
    Absence.objects.filter(pk=absence.pk).update(starts_on=world.today + timedelta(days=1))
    assert say([cast.alice], about=world.projects["N-1"]) == 1
    Absence.objects.filter(pk=absence.pk).update(starts_on=world.today)
    assert say([cast.alice], about=world.projects["N-1"], key="later") == 2


@pytest.mark.parametrize(
    ("first", "last", "deputy", "field"),
    [(3, 2, "bob", "ends_on"), (-5, -1, "bob", "ends_on"), (1, 2, "robot", "deputy"), (1, 2, "alice", "")],
)
def test_an_absence_that_makes_no_sense_is_refused_in_words(first, last, deputy, field, cast, world):
    days = [world.today + timedelta(days=gap) for gap in (first, last)]
    with pytest.raises((Invalid, Broken)) as refused:
        actions.go_away(starts_on=days[0], ends_on=days[1], deputy=getattr(cast, deputy), actor=cast.alice)
    assert list(refused.value.errors) == [field]
    assert not Absence.objects.exists()


def test_absences_of_one_person_do_not_overlap(cast, world):
    away(cast, world.today, days=3)
    with pytest.raises(Invalid, match="away on some of these days already"):
        away(cast, world.today + timedelta(days=3))
    away(cast, world.today + timedelta(days=4))
    away(cast, world.today, who="bob", deputy="alice")


def test_nobody_changes_or_ends_the_absence_of_another(cast, world):
    absence = away(cast, world.today)
    with pytest.raises(NotVisible):
        actions.change_absence(absence.pk, {"note": "x"}, actor=cast.bob)
    with pytest.raises(NotVisible):
        actions.come_back(absence.pk, actor=cast.bob)
    changed = actions.change_absence(absence.pk, {"note": "Back soon"}, actor=cast.alice, version=1)
    assert (changed.note, changed.version) == ("Back soon", 2)
    actions.come_back(absence.pk, actor=cast.alice)
    assert not Absence.objects.exists()
