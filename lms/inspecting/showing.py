"""What the page of the basic work and its workbook show, in the reader's language."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from lms.inspecting.basics import Basics
from lms.inspecting.figures import (
    APPEAL_DAYS,
    COLUMNS,
    GROUPS,
    TOPIC_NAMES,
    WORDS,
    Fact,
    Figure,
    How,
    Line,
    Topic,
)
from lms.ledger.reckoning import in_force
from lms.ledger.ruling import every
from lms.orgs.queries import line as superiors
from lms.reports.defining import holding
from lms.reports.queries import PAGE
from lms.reports.services import below
from lms.reports.tables import REST
from lms.sheets.pages import DEMONSTRATION, Column, Kind, Page
from lms.web.here import me, settings
from lms.web.language import day as said_day

Norm = tuple[str, str, str | None]  # what, how many and since when, where they stand


def title(found: Basics) -> str:
    """某市基础工作情况."""
    return _("%(unit)s基础工作情况", unit=found.root.name)


def page(found: Basics, paths: Sequence[str], today: date) -> dict[str, Any]:
    """What the page shows beside the table."""
    here: dict[str, Any] = {"under": found.root.id}
    way = [one for one in superiors(found.root) if any(one.path.startswith(p) for p in paths)]
    return {
        "found": found,
        "heading": title(found),
        "groups": GROUPS,
        "columns": COLUMNS,
        "words": definitions(),
        "way": [(one.name, url_for(".basic", under=one.id)) for one in way[:-1]],
        "down": lambda line: _down(found, line),
        "behind": lambda line, topic: url_for(
            ".behind", **here, topic=topic.value, line=line.key or None
        ),
        "norms": norms(found, today),
        "exports": [url_for(".basic_xlsx", **here), url_for(".basic_csv", **here)],
    }


def definitions() -> list[str]:
    """How each number is made."""
    return [_words(topic) for topic in Topic]


def _words(topic: Topic) -> str:
    return _(WORDS[topic], days=APPEAL_DAYS)


def _down(found: Basics, line: Line) -> str | None:
    """Where the name of a unit leads: to the lines below it."""
    if not line.key or int(line.key) == REST:
        return None
    more = below(found.tree.kind(int(line.key)))
    return url_for(".basic", under=line.key) if more else None


def norms(found: Basics, today: date) -> list[Norm]:
    """The rules and the definitions in force."""
    rules = in_force(every(), today).values()
    own = [one for one in rules if one.own]
    held = holding(today, found.tree.way(found.root.id)).values()
    anew = [one for one in held if one.version > 1]
    looks = me().may("run training")  # type: ignore[arg-type]
    return [
        _norm(_("学时规则"), len(rules), own, url_for("ledger.rules") if looks else None),
        _norm(_("指标口径"), len(held), anew, url_for("reports.measures")),
    ]


def _norm(name: str, whole: int, own: Sequence[Any], url: str | None) -> Norm:
    if not own:
        return name, _("现行 %(n)s 条，都是统一规定。", n=whole), url
    last = said_day(max(one.from_on for one in own))
    said = _("现行 %(n)s 条，其中另定 %(m)s 条，", n=whole, m=len(own))
    return name, said + _("最近一条 %(day)s 起用。", day=last), url


# ── behind a number ─────────────────────────────────────────────────────────────────────────────


def behind(found: Basics, topic: Topic, key: str, first: int) -> dict[str, Any]:
    """What made a number, one by one, a page at a time. first: so many stand before."""
    facts = found.behind(topic, key)
    here: dict[str, Any] = {"under": found.root.id, "topic": topic.value, "line": key or None}
    return {
        "found": found,
        "heading": _("%(unit)s：%(topic)s", unit=found.name(key), topic=_(TOPIC_NAMES[topic])),
        "topic": topic,
        "rows": [
            (one, found.tree.name(one.org_id), _leads(one)) for one in facts[first : first + PAGE]
        ],
        "first": first,
        "size": PAGE,
        "whole": len(facts),
        "at": lambda place: url_for(".behind", **here, first=max(place, 0) or None),
        "words": _words(topic),
        "back": url_for(".basic", under=found.root.id),
    }


def _leads(one: Fact) -> str | None:
    """The page where it can be seen and dealt with."""
    if one.kind == "cohort":
        return url_for("training.confirmed", cohort_id=one.key, unit=one.org_id)
    if one.kind == "frozen":
        return url_for("reports.frozen", frozen_table_id=one.key)
    if one.kind == "assessment" and me().may("run exams"):  # type: ignore[arg-type]
        return url_for("exams.assessment", assessment_id=one.key)
    if one.kind == "relief" and me().may("ask relief"):  # type: ignore[arg-type]
        return url_for("training.relief", relief_id=one.key)
    return None


# ── out ─────────────────────────────────────────────────────────────────────────────────────────


def sheet(found: Basics, today: date, by: str) -> Page:
    """The same table as a page of a workbook; a rate stands with both its numbers."""
    heads = [Column(_("单位"), Kind.TEXT, 20)]
    for group, columns in GROUPS:
        for _topic, how, name in columns:
            heads += _heads(_(name), how, _(group))
    rows = [[_(line.name), *_values(line)] for line in found.table]
    made = _("统计日：%(day)s。由 %(by)s 从系统导出。", day=said_day(today), by=by)
    return Page(
        name=_("基础工作"),
        columns=heads,
        rows=rows,
        title=title(found),
        below=[made, *definitions()],
        demonstration=_(DEMONSTRATION) if settings().demonstration else "",
        totals=frozenset({len(rows) - 1}),
    )


def _heads(name: str, how: How, group: str) -> list[Column]:
    if how is How.RATE:
        parts = [Column(_("%(what)s（数）", what=name), Kind.NUMBER, 10, group)]
        parts += [Column(_("%(what)s（应）", what=name), Kind.NUMBER, 10, group)]
        return [*parts, Column(_("%(what)s（率）", what=name), Kind.PERCENT, 10, group)]
    return [Column(name, Kind.DECIMAL if how is How.MEAN else Kind.NUMBER, 10, group)]


def _values(line: Line) -> list[object]:
    return [value for topic, how, _name in COLUMNS for value in _value(line.figures[topic], how)]


def _value(figure: Figure, how: How) -> list[object]:
    if how is How.RATE:
        rate = figure.done / figure.of if figure.of else "—"
        return [figure.done, figure.of, rate]
    if how is How.COUNT:
        return [figure.facts]
    value = figure.longest if how is How.LONGEST else figure.mean
    return ["—" if value is None else value]
