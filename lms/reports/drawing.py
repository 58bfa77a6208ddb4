"""The numbers of a table's lines as cells of a page: thousands, so no template draws them."""

from collections.abc import Callable, Collection, Mapping, Sequence

from markupsafe import Markup, escape

from lms.reports.measures import Count, Definition, Kind, percent
from lms.reports.tables import Line

Drawn = Callable[[Mapping[str, int], str], str]  # the counts of a line, how its names are asked for


def cells(
    columns: Sequence[Definition], named: Collection[Count], names: str
) -> Callable[[Line], Markup]:
    """A function that draws the cells of a line, one a column.

    named: the counts whose names may be seen, which then stand at the address `names`, with the
    count and the line behind it.
    """
    start = str(escape(f"{names}&measure="))
    drawn = [
        _drawn(one, f"{start}{one.numerator}" if one.numerator in named else "") for one in columns
    ]

    def line_of(line: Line) -> Markup:
        whose = str(escape(f"&line={line.key}")) if line.key else ""
        cells = [draw(line.counts, whose) for draw in drawn]
        return Markup("".join(cells))  # noqa: S704 - numbers, and what is escaped above

    return line_of


def _drawn(one: Definition, names: str) -> Drawn:
    if one.numerator is Count.PRESENT:
        return lambda counts, _whose: _hours(counts[Count.PRESENT], counts[Count.PLANNED])
    if one.kind is Kind.RATE and one.denominator:
        part, whole = one.numerator, one.denominator
        return lambda counts, _whose: _rate(counts[part], counts[whole])
    if one.kind is Kind.MEAN:
        return lambda counts, _whose: _mean(one, counts)
    return lambda counts, whose: _number(counts[one.numerator], names and names + whose)


def _hours(came: int, planned: int) -> str:
    beside = f"<small>{came / 100:g}/{planned / 100:g}</small>" if planned else ""
    return f'<td class="n rate">{percent(came, planned)}{beside}</td>'


def _rate(part: int, whole: int) -> str:
    beside = f"<small>{part}/{whole}</small>" if whole else ""
    return f'<td class="n rate">{percent(part, whole)}{beside}</td>'


def _mean(one: Definition, counts: Mapping[str, int]) -> str:
    value = one.value(counts)
    return f'<td class="n">{"—" if value is None else value}</td>'


def _number(value: int, names: str) -> str:
    if value and names:
        return f'<td class="n"><a href="{names}">{value:,}</a></td>'
    return f'<td class="n">{value:,}</td>'
