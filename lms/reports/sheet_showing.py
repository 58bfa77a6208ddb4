"""What the page of a table from above shows, in the reader's language."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import PurePath
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from lms.orgs.rules import TERRITORY
from lms.people.rules import POST_NAMES, Post
from lms.reports.cells import EXTRA, WHY, Cell
from lms.reports.dictionary import ALL, SHIPPED
from lms.reports.filling import Plan
from lms.reports.grids import Block
from lms.reports.meanings import REST, Facets, Reading
from lms.reports.measures import Kind
from lms.reports.models import BlankSheet
from lms.reports.queries import NAMED
from lms.reports.vocabulary import Meaning, Sense
from lms.sheets.cells import letters
from lms.sheets.filled import Rate
from lms.sheets.pages import file_name

OPEN_SHOWN = 30


@dataclass(frozen=True)
class Shown:
    """A cell on the page: what stands in it, and what kind of cell it is."""

    text: str
    kind: str = ""  # new, open, formula, kept
    url: str = ""


@dataclass(frozen=True)
class Head:
    """A column, and which number it was taken for."""

    letters: str
    words: str
    name: str
    words_of: str


@dataclass(frozen=True)
class TableShown:
    """One table of the file as the page shows it."""

    sheet: str
    labels: int
    heads: list[Head]
    rows: list[tuple[str, list[Shown]]]


def page(plan: Plan) -> dict[str, Any]:
    """What the page shows beside the plan itself."""
    return {
        "tables_shown": [
            _table(plan, place, reading)
            for place, held in plan.readings.items()
            for reading in held
        ],
        "questions": _questions(plan),
        "choices": _choices(plan),
        "open": [_open(plan, place, cell) for place, cell in plan.open[:OPEN_SHOWN]],
        "open_count": len(plan.open),
        "done": sum(cell.value is not None for held in plan.cells.values() for cell in held),
        "learned": [(words, _said(plan, meaning)) for words, meaning in plan.learned.items()],
    }


def _table(plan: Plan, place: int, reading: Reading) -> TableShown:
    block, cells = reading.block, {cell.at: cell for cell in plan.cells[place]}
    heads = [
        _head(plan, one.letters, one.full, reading.columns[one.number]) for one in block.columns
    ]
    rows = [
        (
            one.full,
            [
                _shown(plan, place, block, (one.number, head.number), cells)
                for head in block.columns
            ],
        )
        for one in block.rows
    ]
    return TableShown(plan.names[place], len(block.labels), heads, rows)


def _head(plan: Plan, place: str, words: str, facets: Facets) -> Head:
    if facets.skip:
        return Head(place, words, _("不填"), "")
    if facets.unknown:
        return Head(place, words, _("待确认"), "")
    if facets.why:
        return Head(place, words, _("看不出"), _(WHY[facets.why]))
    name, said = _measure(plan, facets.measure)
    posts = _("、").join(_(POST_NAMES[Post(post)]) for post in sorted(facets.posts))
    return Head(place, words, f"{name}（{posts}）" if posts else name, said)  # data: brackets


def _measure(plan: Plan, code: str) -> tuple[str, str]:
    """The name of a number and its words."""
    if code in EXTRA:
        return _(EXTRA[code][0]), _(EXTRA[code][1])
    one = plan.definitions.get(code)
    return (_(one.name), _(one.words)) if one else ("", "")


def _shown(
    plan: Plan, place: int, block: Block, at: tuple[int, int], cells: dict[tuple[int, int], Cell]
) -> Shown:
    if at in block.formulas:
        return Shown(_("公式"), "formula")
    cell = cells.get(at)
    if cell is None:
        return Shown("", "kept")
    if cell.why:
        return Shown("", "open")
    return Shown(_number(cell.value), "new", _names(plan, cell))


def _number(value: Any) -> str:
    if isinstance(value, Rate):
        return f"{Decimal(value) * 100:.2f}%"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _names(plan: Plan, cell: Cell) -> str:
    """The names behind a number of persons, where they are those of one unit."""
    one = plan.definitions.get(cell.measure)
    counted = one and one.kind is Kind.PERSONS and one.numerator in NAMED
    if not counted or cell.unit is None or not cell.value:
        return ""
    asked: dict[str, Any] = {"measure": one.numerator.value, "under": cell.unit}  # type: ignore[union-attr]
    asked["as_of"] = plan.roster.as_of
    asked |= {"opening": 1} if plan.roster.fixed_on else {}
    asked |= {"by": "post", "line": cell.post} if cell.post else {}
    return url_for("reports.names", cohort_id=plan.roster.cohort_id, **asked)


def _questions(plan: Plan) -> list[dict[str, Any]]:
    """Each word nobody has explained: where it stands, and what it is likeliest to mean."""
    return [
        {
            "words": words,
            "where": _("、").join(places[:6]),
            "proposals": [(one.kept, _said(plan, one)) for one in plan.words.proposals(words)],
        }
        for words, places in plan.questions.items()
    ]


def _choices(plan: Plan) -> list[tuple[str, list[tuple[str, str]]]]:
    """All that a word may mean, in groups."""

    def kept(sense: Sense, values: Iterable[str]) -> list[tuple[str, str]]:
        return [((one := Meaning(sense, value)).kept, _said(plan, one)) for value in values]

    tree, root = plan.tree, plan.sheet.org_id
    below = [n for n in tree.below.get(root, []) if tree.kind(n) in TERRITORY]
    units = [*(str(unit) for unit in tree.inside(root) if unit in set(below)), REST]
    others = [Meaning(sense) for sense in (Sense.TOTAL, Sense.PLAIN, Sense.SKIP)]
    return [
        (_("指标"), kept(Sense.MEASURE, (*ALL, *EXTRA))),
        (_("单位"), kept(Sense.UNIT, units)),
        (_("职务"), kept(Sense.POST, (post.value for post in Post))),
        (_("其他"), [(one.kept, _said(plan, one)) for one in others]),
    ]


def _said(plan: Plan, one: Meaning) -> str:
    """A meaning in words."""
    if one.sense is Sense.MEASURE:
        return _measure(plan, one.value)[0] or _(SHIPPED[one.value].name)
    if one.sense is Sense.POST:
        return _(POST_NAMES[Post(one.value)])
    if one.sense is Sense.UNIT:
        known = one.value.isdigit() and int(one.value) in plan.tree.units
        return plan.tree.name(int(one.value)) if known else _("表内未列的其他单位")
    words = {
        Sense.TOTAL: _("合计、小计"),
        Sense.PLAIN: _("只是标题，不影响口径"),
        Sense.SKIP: _("这一列（行）不填"),
    }
    return words.get(one.sense, one.value)


def _open(plan: Plan, place: int, cell: Cell) -> tuple[str, str]:
    """A cell without a number, and why."""
    at = f"{letters(cell.at[1])}{cell.at[0]}"
    where = f"{plan.names[place]}!{at}" if len(plan.readings) > 1 else at
    return where, _(WHY[cell.why])


def file_of(one: BlankSheet) -> str:
    """The name of the filled file: the one that came, with unit and day."""
    stem = PurePath(one.name).stem
    unit, day = one.org.name, f"{one.as_of:%Y%m%d}"
    return file_name(_("%(stem)s（%(unit)s，截至%(day)s）", stem=stem, unit=unit, day=day))
