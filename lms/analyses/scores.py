"""测评成绩分析表: who sat, who passed, where the marks lie; by unit, by post, by category."""

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    Integer,
    Select,
    String,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    select,
)

from lms.analyses.hiding import Hiding, Pages, by_kind
from lms.analyses.rules import CATEGORIES, CATEGORY_OF, NO_POST, NO_POST_NAME, By, Marks
from lms.errors import NotFound
from lms.exams.models import Assessment, Attempt, Candidate, Result, Verdict
from lms.exams.rules import Counting, bands
from lms.orgs.models import OrgUnit
from lms.people.models import Posting
from lms.people.queries import holds
from lms.people.rules import POST_NAMES, Post
from lms.reports import queries
from lms.reports.days import over
from lms.reports.frames import frame
from lms.reports.measures import Count
from lms.reports.services import fitting
from lms.reports.tables import REST, REST_NAMES, Tree
from lms.words import N_

if TYPE_CHECKING:
    import pandas as pd

# Sums alone come out, and each reader is shown those of the own units.
EVERYBODY = Assessment
PERSONS = (Count.SCHEDULED, Count.SAT, Count.PASSED, Count.FIRST_PASSED, Count.RESIT_PASSED)
SUMS = ("marks", "squares")


@dataclass(frozen=True)
class Line:
    """A unit, a post or a category. bands: name → persons; none of it, nor marks, where few sat."""

    key: str
    name: str
    counts: Mapping[str, int]
    marks: Marks | None
    bands: Mapping[str, int] | None


@dataclass(frozen=True)
class Scores:
    """The table with what it is about. both: 一肩挑, several: who holds other posts besides."""

    assessment: Assessment
    by: By
    as_of: date
    root: OrgUnit
    tree: Tree
    lines: Sequence[Line]
    total: Line
    bands: Sequence[str]
    both: int = 0
    several: int = 0

    @property
    def hides(self) -> bool:
        """Whether something is not shown because few sat."""
        return any(line.marks is None and line.counts[Count.SAT] for line in self.lines)


def scores(
    assessment: Assessment, paths: Sequence[str], under: int | None, by: By, as_of: date
) -> Scores:
    """The table of an assessment under a unit that the reader answers for, as of a day."""
    if assessment.quiz:
        raise NotFound("小测只供练习，不作成绩分析。")
    root = root_of(paths, under)
    tree = Tree(queries.units(as_of))
    pages = Pages(tree)
    if by is By.UNIT:
        return _by_unit(assessment, root, pages, as_of)
    return _by_kind(assessment, root, pages, by, as_of)


def root_of(paths: Sequence[str], under: int | None) -> OrgUnit:
    """The unit that was asked for, or the first one the reader answers for. Raises NotFound."""
    if under:
        return queries.unit_within(under, paths)
    tops = queries.roots(paths)
    if not tops:
        raise NotFound("没有找到，或不在您的权限范围内。")
    return tops[0]


# ── who sat, and what it came to ────────────────────────────────────────────────────────────────


def _sat(assessment: Assessment, as_of: date) -> Subquery:
    """One row a person: person_id, number of the attempt that passed first, and what counts."""
    hundredths = cast(func.round(Result.earned * 100), Integer)
    passed = case((Verdict.passed, Attempt.number))
    best = assessment.which_counts is Counting.BEST
    first = func.min(passed).over(partition_by=Verdict.person_id) if best else passed
    order = (Result.earned.desc(), Attempt.number)
    rows = (
        select(
            Verdict.person_id,
            case((Verdict.passed, 1), else_=0).label("passed"),
            first.label("first"),
            hundredths.label("marks"),
            Result.level,
            func.row_number().over(partition_by=Verdict.person_id, order_by=order).label("place"),
        )
        .join(Attempt, Attempt.id == Verdict.attempt_id)
        .join(Result, and_(Result.attempt_id == Attempt.id, Result.replaced_at.is_(None)))
        .where(
            Verdict.assessment_id == assessment.id,
            Verdict.counts,
            Verdict.sat_at < over(as_of),
        )
        .subquery()
    )
    return select(rows).where(rows.c.place == 1).subquery()


def _counts(sat: Subquery, names: Sequence[str]) -> dict[str, Any]:
    """Each number of a person as an expression."""
    passed = sat.c.passed == 1
    return {
        Count.SCHEDULED: cast(1, Integer),
        Count.SAT: case((sat.c.person_id.is_not(None), 1), else_=0),
        Count.PASSED: func.coalesce(sat.c.passed, 0),
        Count.FIRST_PASSED: case((and_(passed, sat.c.first == 1), 1), else_=0),
        Count.RESIT_PASSED: case((and_(passed, sat.c.first > 1), 1), else_=0),
        **{f"band{n}": case((sat.c.level == name, 1), else_=0) for n, name in enumerate(names)},
        "marks": func.coalesce(sat.c.marks, 0),
        "squares": func.coalesce(sat.c.marks * sat.c.marks, 0),
    }


def _of_candidates(assessment: Assessment, sat: Subquery, as_of: date, *what: Any) -> Select:
    return (
        select(*what)
        .select_from(Candidate)
        .join(Assessment, Assessment.id == Candidate.assessment_id)
        .outerjoin(sat, sat.c.person_id == Candidate.person_id)
        .where(Candidate.assessment_id == assessment.id, Candidate.listed_at < over(as_of))
    )


def _names(assessment: Assessment) -> list[str]:
    """The bands of the assessment, the highest first."""
    own = bands(assessment.pass_mark, assessment.merit, assessment.distinction)
    return [band.name for band in reversed(own)]


# ── by unit ─────────────────────────────────────────────────────────────────────────────────────


def _by_unit(assessment: Assessment, root: OrgUnit, pages: Pages, as_of: date) -> Scores:
    names, tree = _names(assessment), pages.tree
    everybody = _units(assessment, names, as_of)
    sizes = dict(zip(everybody["org_id"], everybody[Count.SAT.value], strict=True))
    shut, small = Hiding(pages, sizes).at(root.id)
    lines = pages.lines(root.id)
    mine = everybody[everybody["org_id"].isin(lines)]
    level = fitting(root.kind)
    sums = _grouped(mine.assign(line=mine["org_id"].map(lines)), "line", names)
    order = [one for one in lines if lines[one] == one] + [REST]
    shown = [
        _line(
            str(one),
            tree.name(one) if one else REST_NAMES[level],
            sums[one],
            names,
            one not in small,
        )
        for one in order
        if one in sums
    ]
    total = _total(mine, names, shut)
    return Scores(assessment, By.UNIT, as_of, root, tree, shown, total, names)


def _units(assessment: Assessment, names: Sequence[str], as_of: date) -> "pd.DataFrame":
    """org_id, each number added up, low and high: one row a unit where anybody is listed."""
    sat = _sat(assessment, as_of)
    query = _of_candidates(assessment, sat, as_of, Candidate.org_id, *_sums(sat, names))
    return frame(query.group_by(Candidate.org_id), counted=EVERYBODY)


def _sums(sat: Subquery, names: Sequence[str]) -> list[Any]:
    counts = _counts(sat, names).items()
    return [
        *(cast(func.sum(value), BigInteger).label(str(key)) for key, value in counts),
        func.min(sat.c.marks).label("low"),
        func.max(sat.c.marks).label("high"),
    ]


# ── by post, by category ────────────────────────────────────────────────────────────────────────


def _by_kind(assessment: Assessment, root: OrgUnit, pages: Pages, by: By, as_of: date) -> Scores:
    names, tree = _names(assessment), pages.tree
    everybody, kinds = _units(assessment, names, as_of), _kinds(assessment, names, by, as_of)
    whole = Hiding(pages, dict(zip(everybody["org_id"], everybody[Count.SAT.value], strict=True)))
    sizes: dict[str, dict[int, int]] = {}
    for org_id, kind, sat in zip(
        kinds["org_id"], kinds["kind"], kinds[Count.SAT.value], strict=True
    ):
        sizes.setdefault(kind, {})[org_id] = sat
    small = by_kind(pages, sizes, whole, root.id)
    inside = set(tree.inside(root.id))
    mine = kinds[kinds["org_id"].isin(inside)]
    sums = _grouped(mine, "kind", names)
    called = _kind_names(by)
    shown = [
        _line(one, called[one], sums[one], names, one not in small) for one in called if one in sums
    ]
    shut, _lines = whole.at(root.id)
    total = _total(everybody[everybody["org_id"].isin(inside)], names, shut)
    both, several = _held_twice(assessment, as_of, inside)
    return Scores(assessment, by, as_of, root, tree, shown, total, names, both, several)


def _kind_names(by: By) -> dict[str, str]:
    """The lines there can be, in their order."""
    known = {post.value: POST_NAMES[post] for post in Post} if by is By.POST else CATEGORIES
    return {**known, NO_POST: NO_POST_NAME}


def _held(by: By, as_of: date) -> Subquery:
    """person_id, kind: the posts of everybody on a day, or what they make of them; each once."""
    if by is By.POST:
        kind: Any = cast(Posting.post, String)
    else:
        told = [(Posting.post == post, literal(code)) for post, code in CATEGORY_OF.items()]
        kind = case(*told, else_=literal(NO_POST))
    rows = select(Posting.person_id, kind.label("kind")).where(holds(Posting, as_of))
    return rows.distinct().subquery()


def _kinds(assessment: Assessment, names: Sequence[str], by: By, as_of: date) -> "pd.DataFrame":
    """As `_units`, one row a unit and kind; who has two posts is in both."""
    sat, held = _sat(assessment, as_of), _held(by, as_of)
    kind = func.coalesce(held.c.kind, NO_POST)
    query = (
        _of_candidates(
            assessment, sat, as_of, Candidate.org_id, kind.label("kind"), *_sums(sat, names)
        )
        .outerjoin(held, held.c.person_id == Candidate.person_id)
        .group_by(Candidate.org_id, kind)
    )
    return frame(query, counted=EVERYBODY)


def _held_twice(assessment: Assessment, as_of: date, inside: Collection[int]) -> tuple[int, int]:
    """How many of those listed are 一肩挑, and how many others hold more posts than one."""
    held = _held(By.POST, as_of)
    head = case((held.c.kind.in_([Post.VPS.value, Post.VCD.value]), 1), else_=0)
    query = (
        select(Candidate.org_id, func.sum(head).label("heads"))
        .join(Assessment, Assessment.id == Candidate.assessment_id)
        .join(held, held.c.person_id == Candidate.person_id)
        .where(Candidate.assessment_id == assessment.id, Candidate.listed_at < over(as_of))
        .group_by(Candidate.id, Candidate.org_id)
        .having(func.count() > 1)
    )
    rows = frame(query, counted=EVERYBODY)
    mine = rows[rows["org_id"].isin(inside)]
    both = int((mine["heads"] == 2).sum())
    return both, len(mine) - both


# ── lines ───────────────────────────────────────────────────────────────────────────────────────


def _grouped(
    rows: "pd.DataFrame", by: str, names: Sequence[str]
) -> dict[Any, Mapping[Hashable, Any]]:
    """The numbers of each group: sums, and for the ends the least and the greatest."""
    keys = [*PERSONS, *SUMS, *(f"band{n}" for n in range(len(names)))]
    how = {**dict.fromkeys(map(str, keys), "sum"), "low": "min", "high": "max"}
    return rows.groupby(by).agg(how).to_dict("index") if len(rows) else {}


def _total(rows: "pd.DataFrame", names: Sequence[str], shut: bool) -> Line:
    """The sum: of counts, never of rates or means."""
    sums = _grouped(rows.assign(all=1), "all", names).get(1)
    return _line("", N_("合计"), sums, names, not shut) if sums else _nobody()


def _nobody() -> Line:
    return Line("", N_("合计"), dict.fromkeys(map(str, PERSONS), 0), None, None)


def _line(
    key: str, name: str, sums: Mapping[Hashable, Any], names: Sequence[str], told: bool
) -> Line:
    counts = {str(one): int(sums[str(one)]) for one in PERSONS}
    persons = counts[Count.SAT]
    if not told or not persons:
        return Line(key, name, counts, None, None)
    marks = Marks(
        persons, int(sums["marks"]), int(sums["squares"]), int(sums["low"]), int(sums["high"])
    )
    found = {name: int(sums[f"band{n}"]) for n, name in enumerate(names)}
    return Line(key, name, counts, marks, found)
