"""The cells of a line, drawn by hand, are those that the parts of pages draw."""

import re

import pytest

from lms.reports.dictionary import SHIPPED
from lms.reports.drawing import cells
from lms.reports.measures import Count, Kind
from lms.reports.tables import Line

COUNTS = {one: 2 * place + 1 for place, one in enumerate(Count)}  # odd: rates that are rounded
NAMES = "/reports/cohorts/1/names?by=township&under=2"


def _read(cell):
    return re.sub(r">\s+|\s+<", lambda found: found[0].strip(), str(cell).strip())


def _drawn_by_parts(app, one, line):
    part = app.jinja_env.get_template("_parts/tables.html").module
    if one.kind is Kind.RATE:
        return part.rate(line.counts[one.numerator], line.counts[one.denominator])
    url = f"{NAMES}&measure={one.numerator}" + (f"&line={line.key}" if line.key else "")
    value = line.counts[one.numerator]
    return part.number(value, url if value and one.numerator is not Count.QUOTA else None)


@pytest.mark.parametrize("counts", [COUNTS, dict.fromkeys(Count, 0)], ids=["some", "none"])
@pytest.mark.parametrize("key", ["17", "", "<b>"])
def test_numbers_and_rates_read_as_on_every_other_page(app, counts, key):
    line = Line(key, "甲乡", {one.value: number for one, number in counts.items()})
    plain = [
        one
        for one in SHIPPED.values()
        if one.kind is not Kind.MEAN and one.numerator is not Count.PRESENT
    ]
    draw = cells(plain, set(Count) - {Count.QUOTA}, NAMES)
    expected = "".join(_read(_drawn_by_parts(app, one, line)) for one in plain)
    assert str(draw(line)) == expected


def test_attendance_stands_with_its_hours_and_a_mean_as_it_is():
    present = next(one for one in SHIPPED.values() if one.numerator is Count.PRESENT)
    mean = next(one for one in SHIPPED.values() if one.kind is Kind.MEAN)
    counts = {one.value: 0 for one in Count}
    draw = cells([present, mean], (), NAMES)
    assert str(draw(Line("", "合计", counts))) == '<td class="n rate">—</td><td class="n">—</td>'
    counts |= {Count.PRESENT: 150, Count.PLANNED: 400, mean.numerator: 1005, mean.denominator: 2}
    assert str(draw(Line("", "合计", counts))) == (
        '<td class="n rate">37.50%<small>1.5/4</small></td><td class="n">5.03</td>'
    )
