"""Headers are mapped as a person says, proposed when they look alike, and known again in whatever order."""

from __future__ import annotations

from pmo.exchange.rules.grid import read_grid
from pmo.exchange.rules.headers import Column, arrange, find_headers, header_key
from pmo.exchange.rules.mapping import headings, likeness, signature

COLUMNS = (
    Column("code", "Code", ("project code",), required=True),
    Column("name", "Name", ("project name",)),
    Column("finish", "Finish, forecast", ("finish date",)),
)


def told(text: str, mapping: dict[str, str] | None = None) -> list[tuple[str, str, str]]:
    found = headings(find_headers(read_grid(text), COLUMNS), COLUMNS, mapping or {})
    return [(heading.text, heading.column, heading.how) for heading in found]


def test_what_looks_alike_is_proposed_and_the_rest_left_out() -> None:
    assert told("Project code,Projct name,Weather\nA,Alpha,wet\n") == [
        ("Project code", "code", "known"),
        ("Projct name", "name", "alike"),
        ("Weather", "", "ignored"),
    ]


def test_what_a_person_chose_stands_before_what_is_known() -> None:
    chosen = {"project code": "", "no": "code"}
    assert told("Project code,No\nA,B\n", chosen) == [("Project code", "", "chosen"), ("No", "code", "chosen")]
    table = arrange(read_grid("Project code,No\nA,B\n"), COLUMNS, chosen)
    assert table.rows[0].get("code") == "B"


def test_a_file_without_a_known_header_is_read_as_it_is_mapped() -> None:
    table = arrange(read_grid("Nummer;Titel\nA;Alpha\n"), COLUMNS, {"nummer": "code", "titel": "name"})
    assert [(row.get("code"), row.get("name")) for row in table.rows] == [("A", "Alpha")]


def test_repeated_and_nameless_headers_have_keys_of_their_own() -> None:
    headers = find_headers(read_grid("Code,Code,\nA,B,C\n"), COLUMNS)
    assert headers.keys == ("code", "code #2", "column 3")
    assert [header_key(key) for key in headers.keys] == list(headers.keys)
    assert headers.samples == (("A",), ("B",), ("C",))


def test_a_layout_is_known_again_in_any_order() -> None:
    assert signature(["a", "b"]) == signature(["b", "a"]) != signature(["a"])


def test_shared_words_and_spelling_make_headers_alike() -> None:
    assert likeness("finish date planned", COLUMNS[2]) >= 0.72
    assert likeness("weather", COLUMNS[2]) < 0.5
