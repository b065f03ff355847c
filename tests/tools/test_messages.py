"""Catalogues are compiled without the programs of gettext, and what lacks in them is told."""

from __future__ import annotations

import gettext
from pathlib import Path

import pytest

from tools.messages import catalogues

pytestmark = pytest.mark.quick

HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A locale directory with one catalogue to write."""
    monkeypatch.setattr(catalogues, "LOCALE", tmp_path)
    monkeypatch.setattr(catalogues, "PROJECT", tmp_path)
    (tmp_path / "de" / "LC_MESSAGES").mkdir(parents=True)
    return tmp_path / "de" / "LC_MESSAGES" / "django.po"


def test_a_catalogue_is_compiled_once_and_again_when_it_changes(place: Path) -> None:
    place.write_text(HEAD + 'msgid "Save"\nmsgstr "Speichern"\n', encoding="utf-8")
    (made,) = catalogues.compile_all()
    assert catalogues.compile_all() == []
    with made.open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Save") == "Speichern"


def test_what_is_not_translated_in_full_shows_the_original(place: Path) -> None:
    half = 'msgid "%(n)s day"\nmsgid_plural "%(n)s days"\nmsgstr[0] "%(n)s Tag"\nmsgstr[1] ""\n'
    place.write_text(HEAD + half, encoding="utf-8")
    (made,) = catalogues.compile_all()
    with made.open("rb") as file:
        assert gettext.GNUTranslations(file).ngettext("%(n)s day", "%(n)s days", 2) == "%(n)s days"


@pytest.mark.parametrize(
    ("entry", "gap"),
    [
        ('msgid "Save"\nmsgstr ""\n', "'Save' is not translated."),
        ('#, fuzzy\nmsgid "Save"\nmsgstr "Sichern"\n', "'Save' is only guessed."),
        ('msgid "Hi %(a)s"\nmsgstr "Hallo"\n', "'Hi %(a)s' has lost the placeholder %(a)s."),
        (
            'msgid "Hi"\nmsgstr "Hallo %(a)s"\n',
            "'Hi' is given the placeholder %(a)s, which it does not have.",
        ),
    ],
)
def test_gaps_are_named(place: Path, entry: str, gap: str) -> None:
    place.write_text(HEAD + entry, encoding="utf-8")
    assert list(catalogues.gaps(catalogues.read(place))) == [gap]


def test_a_broken_catalogue_is_named(place: Path) -> None:
    place.write_text('msgid "a"\nnonsense\n', encoding="utf-8")
    with pytest.raises(catalogues.MessageError, match=r"de/LC_MESSAGES/django\.po cannot be read"):
        catalogues.compile_all()


def test_the_shipped_catalogues_are_complete_and_their_placeholders_agree() -> None:
    for source in catalogues.sources():
        assert list(catalogues.gaps(catalogues.read(source))) == []
