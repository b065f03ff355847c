"""Reading what was typed, and showing where its words stand; no database."""

from __future__ import annotations

import pytest

from pmo.search.rules import Asked, excerpt, fold, marked, read, tidy, words_of

LETTERS = {"p": "project", "r": "report"}


def text_of(pieces):
    return "".join(f"[{piece.text}]" if piece.marked else piece.text for piece in pieces)


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("apollo", Asked("apollo")),
        ("  apollo  11 ", Asked("apollo  11")),
        ("p: apollo", Asked("apollo", kind="project")),
        ("R:steel", Asked("steel", kind="report")),
        ("x: apollo", Asked("x: apollo")),
        ("> new project", Asked("new project", commands=True)),
        (">", Asked("", commands=True)),
        ("p:", Asked("", kind="project")),
        ("p://host", Asked("p://host")),
        ("", Asked("")),
    ],
)
def test_a_beginning_restricts_the_search_to_a_kind_or_to_actions(typed, asked):
    assert read(typed, LETTERS) == asked


def test_what_cannot_be_looked_for_is_left_out():
    assert tidy("a\x00b\ud800c\nd") == "a b c d"
    assert len(tidy("x" * 100_000)) == 200
    assert tidy("one " * 40) == "one " * 11 + "one"


def test_words_are_compared_without_accents_capitals_and_punctuation():
    assert words_of("Straße, ÉTÉ! (APO-1)") == ("strasse", "ete", "apo", "1")
    assert fold("Kläranlage") == "klaranlage"


@pytest.mark.parametrize(
    ("text", "wanted", "shown"),
    [
        ("Renewal of the Bridge", ("bri",), "Renewal of the [Bridge]"),
        ("Kläranlage Köln", ("klar", "koln"), "[Kläranlage] [Köln]"),
        ("<b>bold</b>", ("bold",), "<b>[bold]</b>"),
        ("nothing", ("else",), "nothing"),
        ("", ("else",), ""),
    ],
)
def test_words_that_begin_like_the_typed_ones_are_marked(text, wanted, shown):
    assert text_of(marked(text, wanted)) == shown


def test_an_excerpt_begins_a_little_before_the_first_word_and_ends_between_words():
    long = "alpha " * 40 + "the steel is late " + "omega " * 40
    line = text_of(excerpt(long, ("steel",)))
    assert line.startswith("… alpha")
    assert "the [steel] is late" in line
    assert line.endswith("omega …")
    assert len(line) < 190


def test_there_is_no_excerpt_where_the_words_do_not_stand():
    assert excerpt("alpha omega", ("steel",)) == []


def test_an_excerpt_of_one_endless_word_ends_all_the_same():
    assert len(text_of(excerpt("steel" + "x" * 100_000, ("steel",)))) < 180


def test_a_stem_marks_the_other_forms_of_its_word():
    asked = Asked("deliveries")
    assert text_of(marked("The delivery is late", asked.stems(["deliveri"]))) == "The [delivery] is late"
