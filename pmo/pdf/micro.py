"""Row-sized charts addressed by their own content, as in `pmo:strip/GGAAR`: no file, no cache, no network."""

from collections.abc import Callable

from pmo.pdf.drawing import BLUE, FILLS, HAIR, INK, MUTED, NAVY, box, canvas, circle, line, mark

LETTERS = {
    "green": "G",
    "amber_green": "H",
    "amber": "A",
    "amber_red": "S",
    "red": "R",
    "blue": "B",
    "grey": "N",
    "exempt": "X",
    "": "-",
}
STATUS_OF = {letter: status for status, letter in LETTERS.items()}
HEIGHTS = {"G": 3.4, "B": 3.4, "H": 5.2, "A": 7.0, "S": 9.1, "R": 11.2}
SLOT = 4.9


def strip_name(statuses: tuple[str, ...]) -> str:
    return "strip/" + "".join(LETTERS[status] for status in statuses)


def mark_name(status: str) -> str:
    return "mark/" + LETTERS[status]


def _strip(letters: str) -> bytes:
    width = max(len(letters), 1) * SLOT
    bars = "".join(_bar(index * SLOT, letter) for index, letter in enumerate(letters))
    return canvas(width, 12, line(0, 11.6, width, 11.6, stroke="#b8c2cd", width=0.4) + bars)


def _bar(x: float, letter: str) -> str:
    fill = FILLS[STATUS_OF[letter]]
    if letter == "X":
        return box(x + 0.3, 8.2, 3.1, 3.2, "#fff", stroke=fill)
    if letter == "N":
        return box(x, 10, 3.7, 1.6, fill)
    if letter == "-":
        return box(x + 0.3, 10.4, 3.1, 0.5, fill)
    height = HEIGHTS[letter]
    hollow = letter in "HS"
    return box(x, 11.6 - height, 3.7, height, "#fff" if hollow else fill, stroke=fill if hollow else "none")


def _mark(letter: str) -> bytes:
    return canvas(8, 8, mark(STATUS_OF[letter], 4, 4.1, 2.9))


def _slip(arguments: str) -> bytes:
    """`was/now/longest`: days late then (hollow) and now (solid); `x` when there is no earlier figure."""
    was, now, longest = arguments.split("/")

    def place(days: str) -> float:
        return 3 + 94 * max(0.0, min(float(days) / max(float(longest), 1), 1))

    drawn = line(3, 5, 97, 5) + line(3, 2, 3, 8, stroke=MUTED, width=0.7)
    if was != "x":
        drawn += line(place(was), 5, place(now), 5, stroke=INK, width=1.1)
        drawn += circle(place(was), 5, 2, "#fff", INK)
    return canvas(100, 10, drawn + circle(place(now), 5, 2.4, NAVY))


def _variance(arguments: str) -> bytes:
    """`percent/limit`: forecast minus budget around a middle axis, cut at the limit on both sides."""
    percent, limit = (float(part) for part in arguments.split("/"))
    end = 41 + 38 * max(-1.0, min(percent / max(limit, 0.1), 1))
    fill = FILLS["red"] if percent > 10 else FILLS["amber"] if percent > 1 else "#7f93a8"
    return canvas(82, 10, box(min(41, end), 2.4, abs(end - 41), 5.2, fill) + line(41, 0, 41, 10, stroke=MUTED))


def _share(arguments: str) -> bytes:
    """`percent/target`: a bar with the line it should reach."""
    percent, target = (float(part) for part in arguments.split("/"))
    drawn = box(0, 3, 80, 4, "#e6ebf0") + box(0, 3, 80 * min(percent, 100) / 100, 4, NAVY)
    return canvas(81, 10, drawn + line(80 * target / 100, 1, 80 * target / 100, 9, stroke=INK, width=0.9))


def _span(arguments: str) -> bytes:
    """`budget/forecast/largest`: forecast as a bar, hatched by its edge over budget, budget as a tick."""
    budget, forecast, largest = (float(part) for part in arguments.split("/"))
    scale = 118 / max(largest, 0.01)
    drawn = box(0, 2.2, forecast * scale, 5.6, "#8fa9c6")
    if forecast > budget:
        drawn += box(budget * scale, 2.2, (forecast - budget) * scale, 5.6, FILLS["red"])
    return canvas(120, 10, drawn + line(budget * scale, 0.6, budget * scale, 9.4, stroke=BLUE, width=1.1) + _baseline())


def _baseline() -> str:
    return line(0, 0, 0, 10, stroke=HAIR)


CHARTS: dict[str, Callable[[str], bytes]] = {
    "strip": _strip,
    "mark": _mark,
    "slip": _slip,
    "variance": _variance,
    "share": _share,
    "span": _span,
}


def draw(name: str) -> bytes | None:
    """The chart of that name, or None when no such chart can be drawn."""
    kind, _, arguments = name.partition("/")
    try:
        return CHARTS[kind](arguments)
    except (KeyError, ValueError):
        return None
