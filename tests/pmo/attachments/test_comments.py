"""Comments: who is told, what may be changed by whom, and what stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from pmo.attachments import queries, telling
from pmo.attachments.actions import comments
from pmo.attachments.models import Comment
from pmo.attachments.offers import KINDS
from pmo.audit.tracking import event_model_of
from pmo.kernel.errors import Broken, NotVisible, Refused, WrongState
from pmo.notices.models import Notice

pytestmark = pytest.mark.django_db


def told() -> list[tuple[str, str, str]]:
    rows = Notice.objects.filter(kind__in=["mention", "comment"]).order_by("user__username", "kind")
    return list(rows.values_list("user__username", "kind", "text"))


def test_only_people_who_see_the_object_are_suggested(cast, world):
    kind = KINDS.find("project")
    assert kind is not None
    names = {
        code: [user.username for user in queries.mentionable(kind, world.projects[code], "Small", most=20)]
        for code in ("N-1", "N-4")
    }
    assert names == {
        "N-1": ["administrator", "alice", "analyst", "director", "member", "portfolio"],
        "N-4": ["alice"],
    }
    assert queries.mentionable(kind, world.projects["N-1"], "ali") == [cast.alice]


def test_the_named_and_the_followers_are_told_once_and_strangers_never(say, cast, world):
    first = say("@director please look, @bob and @stranger too", by="member")
    telling.of_comment(first)
    telling.of_comment(first)
    assert first.mentioned == [cast.director.pk]
    assert told() == [
        ("alice", "comment", "Member Small commented on N-1 Bridge."),
        ("director", "mention", "Member Small mentioned you on N-1 Bridge."),
    ]


def test_a_change_tells_only_those_it_names_anew(say, cast):
    first = say("For @director", by="alice")
    telling.of_comment(first)
    changed = comments.change(first.pk, "For @director and @member", actor=cast.alice, version=1)
    telling.of_comment(changed)
    assert [(name, kind) for name, kind, _text in told()] == [("director", "mention"), ("member", "mention")]


def test_whoever_spoke_before_follows(say):
    say("One", by="member")
    telling.of_comment(say("Two", by="director"))
    assert [(name, kind) for name, kind, _text in told()] == [("alice", "comment"), ("member", "comment")]


def test_own_words_change_for_a_day_and_the_history_keeps_them(say, cast):
    first = say("Frist")
    changed = comments.change(first.pk, "First", actor=cast.alice, version=1)
    assert (changed.text, changed.version, changed.edited_at is not None) == ("First", 2, True)
    events = event_model_of(Comment)._default_manager.filter(pgh_obj_id=first.pk).order_by("pgh_id")
    assert list(events.values_list("text", flat=True)) == ["Frist", "First"]
    Comment.objects.filter(pk=first.pk).update(created_at=timezone.now() - timedelta(hours=25))
    with pytest.raises(WrongState, match="24 hours"):
        comments.change(first.pk, "Late", actor=cast.alice)


def test_nobody_changes_the_words_of_another(say, cast):
    first = say("Mine")
    with pytest.raises(Refused, match="Only its author"):
        comments.change(first.pk, "Yours", actor=cast.director)
    with pytest.raises(NotVisible):
        comments.change(first.pk, "Yours", actor=cast.bob)


def test_a_removed_comment_says_by_whom_and_keeps_its_answers(say, cast):
    first = say("Wrong words", by="member")
    answer = say("Why?", parent=first.pk)
    with pytest.raises(Refused):
        comments.remove(first.pk, actor=cast.alice)
    gone = comments.remove(first.pk, actor=cast.director, note="Personal data")
    assert (gone.text, gone.removed_by, gone.mentioned) == ("", cast.director, [])
    talk = queries.conversation(first.subject, cast.alice)
    assert [(said.comment.pk, [each.comment.pk for each in said.answers]) for said in talk.threads] == [
        (first.pk, [answer.pk])
    ]
    assert talk.count == 1
    with pytest.raises(Broken, match="no longer there"):
        say("Too late", parent=first.pk)
    with pytest.raises(WrongState):
        comments.remove(first.pk, actor=cast.member)


def test_an_answer_to_an_answer_stands_in_the_same_thread(say):
    first = say("One")
    second = say("Two", parent=first.pk)
    assert say("Three", parent=second.pk).parent_id == first.pk


def test_an_answer_stays_with_its_object(say):
    elsewhere = say("On the signals", code="N-3")
    with pytest.raises(Broken, match="no longer there"):
        say("On the bridge", parent=elsewhere.pk)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Write something"),
        (" \r\n ", "Write something"),
        ("x" * 100_000, "at most 10,000 characters; yours has 100,000"),
        ("a\x00b", "cannot be stored"),
        ("a\ud800b", "cannot be stored"),
    ],
    ids=["empty", "blank", "long", "NUL", "surrogate"],
)
def test_words_that_cannot_be_kept_are_refused(text, words, say):
    with pytest.raises(Broken, match=words):
        say(text)


def test_who_may_not_write_is_refused_and_a_stranger_sees_nothing(say):
    with pytest.raises(NotVisible):
        say("x", by="stranger")
    with pytest.raises(Refused):
        say("x", by="robot")


def test_a_long_conversation_shows_its_end_and_says_how_much_is_before(say, cast, django_assert_num_queries, fresh):
    first = [say(f"Thread {number}") for number in range(5)]
    say("Answer", parent=first[0].pk)
    reader = fresh(cast.alice)
    queries.conversation(first[0].subject, reader)
    with django_assert_num_queries(1):
        talk = queries.conversation(first[0].subject, reader, most=2)
    assert ([said.comment.text for said in talk.threads], talk.earlier, talk.count) == (["Thread 3", "Thread 4"], 3, 6)
