"""测评成绩分析表: who sat, who passed, where the marks lie; by unit, by post, by category."""

from collections.abc import Hashable, Mapping, Sequence
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
from lms.training.verdicts import counting_on
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
    tree = queries.tree(as_of)
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
    """One row a person: person_id, passed, the first attempt that passed, the marks that count.

    Where not the best attempt counts, the verdicts on the others do not.
    """
    lasts = [assessment.id] if assessment.which_counts is Counting.LAST else []
    query = (
        select(
            Verdict.person_id,
            func.max(case((Verdict.passed, 1), else_=0)).label("passed"),
            func.min(case((Verdict.passed, Attempt.number))).label("first"),
            func.max(cast(func.round(Result.earned * 100), Integer)).label("marks"),
        )
        .join(Attempt, Attempt.id == Verdict.attempt_id)
        .join(Result, and_(Result.attempt_id == Attempt.id, Result.replaced_at.is_(None)))
        .where(
            Verdict.assessment_id == assessment.id,
            counting_on(lasts, as_of),
        )
    )
    return query.group_by(Verdict.person_id).subquery()


@dataclass(frozen=True)
class Within:
    """A band: its name, from how many hundredths of a point on, and below how many."""

    name: str
    low: int
    above: int


def _bands(assessment: Assessment) -> list[Within]:
    """The bands of the assessment, the highest first."""
    own = bands(assessment.pass_mark, assessment.merit, assessment.distinction)
    full, above = int(assessment.points * 100), 10**9
    found = []
    for band in reversed(own):
        low = -(-full * band.at // 100)
        found.append(Within(band.name, low, above))
        above = low
    return found


def _counts(sat: Subquery, own: Sequence[Within]) -> dict[str, Any]:
    """Each number of a person as an expression."""
    passed = sat.c.passed == 1
    return {
        Count.SCHEDULED: cast(1, Integer),
        Count.SAT: case((sat.c.person_id.is_not(None), 1), else_=0),
        Count.PASSED: func.coalesce(sat.c.passed, 0),
        Count.FIRST_PASSED: case((and_(passed, sat.c.first == 1), 1), else_=0),
        Count.RESIT_PASSED: case((and_(passed, sat.c.first > 1), 1), else_=0),
        **{
            f"band{n}": case((and_(sat.c.marks >= one.low, sat.c.marks < one.above), 1), else_=0)
            for n, one in enumerate(own)
        },
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


# ── by unit ─────────────────────────────────────────────────────────────────────────────────────


def _by_unit(assessment: Assessment, root: OrgUnit, pages: Pages, as_of: date) -> Scores:
    own, tree = _bands(assessment), pages.tree
    names = [one.name for one in own]
    everybody = _units(assessment, own, as_of)
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


def _units(assessment: Assessment, own: Sequence[Within], as_of: date) -> "pd.DataFrame":
    """org_id, each number added up, low and high: one row a unit where anybody is listed."""
    sat = _sat(assessment, as_of)
    query = _of_candidates(assessment, sat, as_of, Candidate.org_id, *_sums(sat, own))
    return frame(query.group_by(Candidate.org_id), counted=EVERYBODY)


def _sums(sat: Subquery, own: Sequence[Within]) -> list[Any]:
    counts = _counts(sat, own).items()
    return [
        *(cast(func.sum(value), BigInteger).label(str(key)) for key, value in counts),
        func.min(sat.c.marks).label("low"),
        func.max(sat.c.marks).label("high"),
    ]


# ── by post, by category ────────────────────────────────────────────────────────────────────────


def _by_kind(assessment: Assessment, root: OrgUnit, pages: Pages, by: By, as_of: date) -> Scores:
    own, tree = _bands(assessment), pages.tree
    names = [one.name for one in own]
    people, held = _people(assessment, own, as_of), _held(assessment, as_of)
    kinds = people.merge(_kinds(held, by), on="person_id", how="left")
    kinds["kind"] = kinds["kind"].fillna(NO_POST)
    sat = Count.SAT.value
    whole = Hiding(pages, people.groupby("org_id")[sat].sum().to_dict())
    sizes: dict[str, dict[int, int]] = {}
    for (kind, org_id), many in kinds.groupby(["kind", "org_id"])[sat].sum().items():
        sizes.setdefault(kind, {})[org_id] = many
    small = by_kind(pages, sizes, whole, root.id)
    inside = set(tree.inside(root.id))
    sums = _grouped(kinds[kinds["org_id"].isin(inside)], "kind", names)
    called = _kind_names(by)
    shown = [
        _line(one, called[one], sums[one], names, one not in small) for one in called if one in sums
    ]
    mine = people[people["org_id"].isin(inside)]
    total = _total(mine, names, whole.at(root.id)[0])
    both, several = _held_twice(held[held["person_id"].isin(mine["person_id"])])
    return Scores(assessment, by, as_of, root, tree, shown, total, names, both, several)


def _kind_names(by: By) -> dict[str, str]:
    """The lines there can be, in their order."""
    known = {post.value: POST_NAMES[post] for post in Post} if by is By.POST else CATEGORIES
    return {**known, NO_POST: NO_POST_NAME}


def _people(assessment: Assessment, own: Sequence[Within], as_of: date) -> "pd.DataFrame":
    """As `_units`, one row a candidate: only to be added up by what they hold."""
    sat = _sat(assessment, as_of)
    facts = (sat.c.passed, sat.c.first, sat.c.marks)
    who = (Candidate.person_id, Candidate.org_id)
    rows = frame(_of_candidates(assessment, sat, as_of, *who, *facts), counted=EVERYBODY)
    there = rows["marks"].notna()
    marks = rows["marks"].astype("float64").fillna(0).astype("int64")
    passed, first = rows["passed"] == 1, rows["first"].astype("float64")
    flags = {
        Count.SAT: there,
        Count.PASSED: passed,
        Count.FIRST_PASSED: passed & (first == 1),
        Count.RESIT_PASSED: passed & (first > 1),
        **{
            f"band{n}": there & (marks >= one.low) & (marks < one.above)
            for n, one in enumerate(own)
        },
    }
    found = rows[["person_id", "org_id"]].assign(
        **{str(one): flag.astype("int64") for one, flag in flags.items()},
        **{Count.SCHEDULED.value: 1, "marks": marks, "squares": marks * marks},
    )
    return found.assign(low=marks.where(there), high=marks.where(there))


def _held(assessment: Assessment, as_of: date) -> "pd.DataFrame":
    """person_id, post: what the candidates hold on a day, each post once."""
    listed = select(Candidate.person_id).where(Candidate.assessment_id == assessment.id)
    query = (
        select(Posting.person_id, cast(Posting.post, String).label("post"))
        .where(holds(Posting, as_of), Posting.person_id.in_(listed))
        .distinct()
    )
    return frame(query, counted=EVERYBODY)


def _kinds(held: "pd.DataFrame", by: By) -> "pd.DataFrame":
    """person_id, kind: the posts, or the categories that they make, each once."""
    if by is By.POST:
        return held.rename(columns={"post": "kind"})
    told = {post.value: code for post, code in CATEGORY_OF.items()}
    kinds = held["post"].map(told)
    return held.assign(kind=kinds)[["person_id", "kind"]].drop_duplicates()


def _held_twice(held: "pd.DataFrame") -> tuple[int, int]:
    """How many are 一肩挑, and how many others hold more posts than one."""
    heads = held["post"].isin([Post.VPS.value, Post.VCD.value])
    rows = held.assign(heads=heads).groupby("person_id")["heads"].agg(["sum", "size"])
    both = int((rows["sum"] == 2).sum())
    return both, int((rows["size"] > 1).sum()) - both


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
