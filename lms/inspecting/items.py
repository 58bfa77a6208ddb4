"""How each question of an assessment did, and its papers with their keys once it is over."""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from lms.analyses.figures import read
from lms.analyses.models import PaperTally
from lms.exams.afterwards import last_close
from lms.exams.models import Assessment, Attempt, SetPaper
from lms.exams.queries import planned, with_paper
from lms.inspecting import vocabulary as words
from lms.inspecting.gathering import Part, asked, part
from lms.inspecting.rules import keys_inside
from lms.papers.models import PaperSlot
from lms.papers.printing import sections
from lms.psychometrics.items import discrimination, share

if TYPE_CHECKING:
    from lms.inspecting.of_assessments import Gathered


def items(one: "Gathered") -> Part:
    """By paper and place, as the analysis has added them up; of fewer than ten no share is told."""
    places = {paper_id: n for n, paper_id in enumerate(papers(one.found), start=1)}
    tallies = {row.paper_id: read(row.figures) for (row,) in one.its(PaperTally)}
    rows = [
        (places[paper_id], slot, found.sums.persons)
        + (_told(share(found.sums)), _told(discrimination(found.sums)))
        for paper_id in sorted(places.keys() & tallies.keys(), key=places.__getitem__)
        for slot, found in sorted(tallies[paper_id].slots.items())
    ]
    return part(words.ITEMS, rows)


def _told(value: float | None) -> str:
    return "—" if value is None else f"{value:.4f}"


def papers(found: Assessment) -> dict[int, Assessment | SetPaper]:
    """Paper → the row it hangs on: the first paper, then those beside it."""
    query = select(SetPaper).where(SetPaper.assessment_id == found.id)
    beside = asked(Assessment, query.order_by(SetPaper.resit, SetPaper.place))
    return {found.paper_id: found} | {row[0].paper_id: row[0] for row in beside}


def keys_may_leave(found: Assessment, now: datetime) -> bool:
    """Whether nobody is asked any of its questions any more, in this assessment or in another."""
    sits = select(func.count(Attempt.id)).where(
        Attempt.assessment_id == found.id, Attempt.submitted_at.is_(None)
    )
    running = asked(Assessment, sits)[0][0]
    return keys_inside(last_close(found), running, bool(planned(_sharing(papers(found)), now)), now)


def _sharing(paper_ids: Collection[int]) -> set[int]:
    """The papers that ask anything of what these ask: a set has questions in common."""
    versions = select(PaperSlot.version_id).where(PaperSlot.paper_id.in_(list(paper_ids)))
    query = select(PaperSlot.paper_id).where(PaperSlot.version_id.in_(versions)).distinct()
    return {row[0] for row in asked(Assessment, query)}


def documents(
    found: Assessment, demonstration: str, say: Callable[[str], str]
) -> Iterator[tuple[str, str, bytes]]:
    """Each paper and its key as Word documents: name, what it is, the file."""
    from lms.papers.printing_word import paper_document  # loaded by who makes a bundle

    for n, row in enumerate(papers(found).values(), start=1):
        slots = [(slot, slot.question) for slot in with_paper(row)]
        for part_of, name in (("paper", words.PAPER), ("key", words.KEY)):
            page = (f"{found.title} {n}", found.minutes, found.points, sections(slots), part_of)
            data = paper_document(*page, lambda _name: None, demonstration)
            yield f"{say(name)}{n}.docx", words.DOCUMENTS[part_of], data
