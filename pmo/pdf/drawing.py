"""Primitives of the drawings we print: one user unit is one point on paper."""

from collections.abc import Iterable
from html import escape

INK, MUTED, HAIR, NAVY, BLUE = "#17202b", "#556170", "#d5dce4", "#0f2f57", "#1d5fa8"
FILLS = {
    "green": "#2a9d76",
    "amber_green": "#2a9d76",
    "amber": "#c77700",
    "amber_red": "#8f1430",
    "red": "#8f1430",
    "blue": "#1d5fa8",
    "grey": "#8793a1",
    "exempt": "#556170",
    "": "#8793a1",
}
HOLLOW = ("amber_green", "amber_red")


def canvas(width: float, height: float, body: str, top: float = 0) -> bytes:
    size = f'viewBox="0 {top:g} {width:g} {height:g}" width="{width:g}pt" height="{height:g}pt"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{body}</svg>'.encode()


def text(
    x: float, y: float, words: object, *, size: float = 7, anchor: str = "start", fill: str = INK, weight: int = 400
) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return (
        f'<text {place} font-family="Inter" font-size="{size:g}" font-weight="{weight}" fill="{fill}">'
        f"{escape(str(words))}</text>"
    )


def line(
    x1: float, y1: float, x2: float, y2: float, *, stroke: str = HAIR, width: float = 0.5, dashes: str = ""
) -> str:
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {ends} stroke="{stroke}" stroke-width="{width:g}"{dashed}/>'


def box(
    x: float, y: float, width: float, height: float, fill: str, *, stroke: str = "none", line_width: float = 0.5
) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{max(height, 0):.1f}"'
    return f'<rect {place} fill="{fill}" stroke="{stroke}" stroke-width="{line_width:g}"/>'


def polygon(points: Iterable[tuple[float, float]], fill: str, stroke: str = "none", width: float = 0.8) -> str:
    corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polygon points="{corners}" fill="{fill}" stroke="{stroke}" stroke-width="{width:g}"/>'


def circle(x: float, y: float, radius: float, fill: str, stroke: str = "none", width: float = 0.8) -> str:
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{fill}" stroke="{stroke}" stroke-width="{width:g}"/>'
    )


def mark(status: str, x: float, y: float, radius: float, fill: str = "") -> str:
    """The shape of a status: it must be told apart without its colour."""
    colour = fill or FILLS[status]
    paint, edge = ("#fff", colour) if status in HOLLOW and not fill else (colour, "none")
    if status in ("green", "amber_green"):
        return circle(x, y, radius * 0.92, paint, edge)
    if status == "amber":
        r = radius
        return polygon([(x, y - r * 1.05), (x + r * 1.1, y + r * 0.9), (x - r * 1.1, y + r * 0.9)], paint, edge)
    if status in ("red", "amber_red"):
        r = radius * 1.3
        return polygon([(x, y - r), (x + r, y), (x, y + r), (x - r, y)], paint, edge)
    if status == "blue":
        return box(x - radius * 0.85, y - radius * 0.85, radius * 1.7, radius * 1.7, paint)
    if status == "exempt":
        r = radius * 0.8
        return circle(x, y, r, "#fff", colour) + line(x - r * 0.7, y + r * 0.7, x + r * 0.7, y - r * 0.7, stroke=colour)
    if status == "grey":
        return _pause(x, y, radius, paint)
    return box(x - radius * 0.9, y - radius * 0.11, radius * 1.8, radius * 0.22, paint)


def _pause(x: float, y: float, radius: float, fill: str) -> str:
    bars = (box(x + side * radius, y - radius * 0.8, radius * 0.45, radius * 1.6, fill) for side in (-0.65, 0.2))
    return "".join(bars)
