"""Two texts compared line by line."""

from __future__ import annotations

from difflib import SequenceMatcher

from reporting.packs.rules.design import Line


def compared(before: str, after: str) -> list[Line]:
    """Every line of both, in reading order, with its fate: "kept", "gone" or "new"."""
    then, now = before.splitlines(), after.splitlines()
    found: list[Line] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(a=then, b=now, autojunk=False).get_opcodes():
        if kind == "equal":
            found += [Line("kept", text) for text in then[i1:i2]]
            continue
        found += [Line("gone", text) for text in then[i1:i2]]
        found += [Line("new", text) for text in now[j1:j2]]
    return found
