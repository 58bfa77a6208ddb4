"""Pictures of tables as SVG, readable in grey: bars, a curve over time, a heat. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import ceil

WIDTH = 360  # as wide as a phone, so that its letters are as large as those of the page
ROW, HEAD = 26, 22
LETTERS, CHARACTER = 7, 13  # of a name that are shown, and how wide one is
STEPS = 5  # shades of a heat

Share = float | None  # from 0 to 1; none where nobody could be counted


@dataclass(frozen=True)
class Picture:
    """What is drawn. key: told apart on a page; said: all its numbers, for who cannot see it."""

    key: str
    title: str
    said: str


def percent(share: Share) -> str:
    return "—" if share is None else f"{share * 100:.1f}%"


def _open(kind: str, height: float, picture: Picture) -> str:
    key = escape(picture.key)
    return (
        f'<svg class="chart {kind}" viewBox="0 0 {WIDTH} {height:g}" role="img"'
        f' aria-labelledby="{key}-title {key}-said"><title id="{key}-title">'
        f'{escape(picture.title)}</title><desc id="{key}-said">{escape(picture.said)}</desc>'
    )


def _text(x: float, y: float, words: str, kind: str = "", anchor: str = "start") -> str:
    look = f' class="{kind}"' if kind else ""
    side = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text{look} x="{x:.1f}" y="{y:.1f}"{side}>{escape(words)}</text>'


def _short(name: str) -> str:
    return name if len(name) <= LETTERS else name[: LETTERS - 1] + "…"


def _gutter(names: Sequence[str]) -> float:
    return max((len(_short(name)) for name in names), default=0) * CHARACTER + 10


def bars(
    names: Sequence[str], shares: Sequence[Share], target: float, picture: Picture, mark: str = ""
) -> str:
    """One bar a line with its rate at the end, and a line across. mark: what the line is."""
    left, height = _gutter(names), HEAD + ROW * len(names) + 4
    full = WIDTH - left - 48
    at = left + full * target
    out, rates = [_open("bars", height, picture)], []
    for place, (name, share) in enumerate(zip(names, shares, strict=True)):
        y = HEAD + ROW * place
        long = full * (share or 0)
        kind = "behind" if share is not None and share < target else "there"
        out.append(_text(left - 6, y + 17, _short(name), anchor="end"))
        out.append(
            f'<rect class="{kind}" x="{left:g}" y="{y + 4}" width="{long:.1f}" height="18"/>'
        )
        rates.append(_text(left + long + 4, y + 17, percent(share), "value"))
    out += [f'<path class="target" d="M{at:.1f} {HEAD - 4}V{height - 2}"/>', *rates]
    words = f"{mark} {percent(target)}".strip()
    half = len(mark) * CHARACTER / 2 + 24
    anchor = "end" if at > WIDTH - half else "start" if at < half else "middle"
    out.append(_text(at, HEAD - 8, words, "value", anchor))
    return "".join(out) + "</svg>"


def columns(
    heads: Sequence[str], numbers: Sequence[int], line: int | None, picture: Picture
) -> str:
    """One column for each tenth with its number above; a line across at so many of a hundred."""
    top, high, left = HEAD, 150, 8
    wide = (WIDTH - 2 * left) / max(1, len(heads))
    out = [_open("columns", top + high + 26, picture)]
    most = max([*numbers, 1])
    for place, (head, number) in enumerate(zip(heads, numbers, strict=True)):
        x, tall = left + wide * place, high * number / most
        y = top + high - tall
        out.append(
            f'<rect class="there" x="{x + 2:.1f}" y="{y:.1f}" width="{wide - 4:.1f}"'
            f' height="{tall:.1f}"/>'
        )
        out.append(_text(x + wide / 2, y - 4, f"{number}", "value", "middle"))
        out.append(_text(x, top + high + 18, head, "value", "middle"))
    out.append(f'<path class="grid" d="M{left} {top + high}H{WIDTH - left}"/>')
    if line is not None:
        at = left + (WIDTH - 2 * left) * line / 100
        out.append(f'<path class="target" d="M{at:.1f} {top - 6}V{top + high}"/>')
    return "".join(out) + "</svg>"


def curve(
    days: Sequence[str], done: Sequence[Share], plan: Sequence[float], picture: Picture
) -> str:
    """What was done by each day, drawn through; what was planned, in dashes."""
    left, top, wide, high = 38, 14, WIDTH - 38 - 56, 150
    out = [_open("curve", top + high + 28, picture)]

    def x(place: int) -> float:
        return left + wide * place / max(1, len(days) - 1)

    def y(share: float) -> float:
        return top + high * (1 - share)

    for line in range(0, 101, 25):
        level = y(line / 100)
        out.append(f'<path class="grid" d="M{left} {level:.1f}H{left + wide}"/>')
        out.append(_text(left - 4, level + 4, f"{line}%", "value", "end"))
    every = max(1, ceil(len(days) / 4))
    shown = [place for place in range(len(days)) if (len(days) - 1 - place) % every == 0]
    out += [_text(x(n), top + high + 18, days[n], "value", "middle") for n in shown]
    known = [(place, share) for place, share in enumerate(done) if share is not None]
    for kind, points in (("plan", list(enumerate(plan))), ("done", known)):
        path = " ".join(f"{x(place):.1f},{y(share):.1f}" for place, share in points)
        out.append(f'<polyline class="{kind}" points="{path}"/>')
    out += [f'<circle class="done" cx="{x(n):.1f}" cy="{y(s):.1f}" r="3"/>' for n, s in known]
    ends = [("plan", plan[-1]), *(("done", share) for _place, share in known[-1:])]
    apart = 0.0 if len(ends) < 2 or abs(ends[0][1] - ends[1][1]) > 0.1 else 7.0
    for kind, share in ends:
        down = apart if share == min(one for _kind, one in ends) else -apart
        out.append(_text(left + wide + 6, y(share) + 4 + down, percent(share), f"end {kind}"))
    return "".join(out) + "</svg>"


def heat(
    names: Sequence[str], heads: Sequence[str], shares: Sequence[Sequence[Share]], picture: Picture
) -> str:
    """A cell for each line and head: the more is done, the darker; its rate stands in it."""
    left = _gutter(names)
    wide, head = (WIDTH - left) / max(1, len(heads)), 2 * HEAD
    out = [_open("heat", head + ROW * len(names), picture)]
    for place, words in enumerate(heads):
        for row, part in enumerate(_two_lines(words, max(2, int(wide // CHARACTER)))):
            out.append(_text(left + wide * (place + 0.5), 15 + 17 * row, part, "value", "middle"))
    for line, name in enumerate(names):
        y = head + ROW * line
        out.append(_text(left - 6, y + 17, _short(name), anchor="end"))
        for place, share in enumerate(shares[line]):
            x, step = left + wide * place, shade(share)
            out.append(
                f'<rect class="{step}" x="{x:.1f}" y="{y}" width="{wide - 2:.1f}" height="24"/>'
            )
            words = "—" if share is None else f"{share * 100:.0f}"
            out.append(_text(x + wide / 2 - 1, y + 17, words, f"in {step}", "middle"))
    return "".join(out) + "</svg>"


def _two_lines(words: str, room: int) -> list[str]:
    """A head above a narrow column; what does not fit into two lines is left out."""
    rest = words[room:]
    return [words[:room], rest if len(rest) <= room else rest[: room - 1] + "…"]


def shade(share: Share) -> str:
    """none, or h0 (little is done) to h4."""
    return "none" if share is None else f"h{min(STEPS - 1, int(share * STEPS))}"
