"""The overview as pictures with their tables, in the reader's language.

Its door is `lms/analyses/overviewing.py`: beside these pictures stands what is missed most.
"""

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from markupsafe import Markup
from wtforms import IntegerField, SelectField
from wtforms.validators import Optional

from lms.reports import charts
from lms.reports.charts import Picture
from lms.reports.measures import Count
from lms.reports.overview import Overview, lacks, share
from lms.reports.progress import LACK_NAMES
from lms.reports.rules import LEVEL_NAMES
from lms.reports.tables import REST, Line
from lms.web.forms import BaseForm
from lms.web.language import month


class OverviewForm(BaseForm):
    """Of which cohort, under which unit."""

    cohort = SelectField(lazy_gettext("班次"), coerce=int, validators=[Optional()])
    under = IntegerField(validators=[Optional()])


def shown(found: Overview) -> dict[str, Any]:
    """The pictures, and the rows of the tables beside them."""
    form: dict[str, Any] = {"cohort_id": found.cohort.id, "under": found.root.id}
    form |= {"by": found.level.value}

    def names(line: Line, count: str) -> str:
        return url_for(".names", **form, measure=count, line=line.key or None)

    return {
        "level": _(LEVEL_NAMES[found.level]),
        "bars": _bars(found),
        "curve": _curve(found),
        "heat": _heat(found),
        "names": names,
        "down": lambda line: _down(found, line),
        "table_url": url_for(".completion", **form),
        "behind": [
            (line, [(_(LACK_NAMES[lack]), many) for lack, many in lacks(line)])
            for line in found.behind
        ],
        "points": [
            (month(day), found.planned(day), *numbers)
            for day, numbers in zip(found.days, found.curve, strict=True)
        ],
    }


def _down(found: Overview, line: Line) -> str | None:
    """The same page for a unit of the table, where something lies below it."""
    if not line.key.isdigit() or int(line.key) == REST or found.level.value == "village":
        return None
    return url_for(".overview_page", cohort=found.cohort.id, under=line.key)


def _bars(found: Overview) -> Markup:
    lines = found.table.lines
    names = [_(line.name) for line in lines]
    shares = [share(line.counts[Count.COMPLETED], line.counts[Count.REQUIRED]) for line in lines]
    title = _("各单位完成率和计划进度")
    plan = _("计划进度 %(share)s", share=charts.percent(found.plan))
    picture = Picture(
        "bars", title, _said([(plan, ""), *zip(names, map(charts.percent, shares), strict=True)])
    )
    return Markup(charts.bars(names, shares, found.plan, picture, _("计划")))


def _curve(found: Overview) -> Markup:
    days = [month(day) for day in found.days]
    done = [share(*numbers) for numbers in found.curve]
    plan = [found.planned(day) for day in found.days]
    said = [
        (day, _("完成 %(done)s，计划 %(plan)s", done=charts.percent(a), plan=charts.percent(b)))
        for day, a, b in zip(days, done, plan, strict=True)
    ]
    picture = Picture("curve", _("完成率随时间的变化"), _said(said))
    short = [f"{day.month}.{day.day}" for day in found.days]
    return Markup(charts.curve(short, done, plan, picture))


def _heat(found: Overview) -> Markup:
    names = [_(line.name) for line, _cells in found.heat.lines]
    shares = [[share(*cell) for cell in cells] for _line, cells in found.heat.lines]
    said = [
        (f"{name} {project}", charts.percent(one))
        for name, row in zip(names, shares, strict=True)
        for project, one in zip(found.heat.projects, row, strict=True)
    ]
    picture = Picture("heat", _("各单位各类培训的完成率"), _said(said))
    return Markup(charts.heat(names, found.heat.projects, shares, picture))


def _said(pairs: Any) -> str:
    return _("；").join(" ".join(pair).strip() for pair in pairs)
