"""What a first visit to a page weighs on the wire: the page and all that it asks for."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

from sqlalchemy import select

from benchmarks.figures import Figure
from benchmarks.filling import hall_in, main_cohort
from benchmarks.house import House, Visitor
from lms.access.scope import seeing_everything
from lms.db import db
from lms.people.models import Person

LIGHT, TABLE = 60, 150  # KB
ASKED = re.compile(r'<(?:link|script|img|source)\b[^>]*?\s(?:href|src)="([^"#]+)')
IN_STYLE = re.compile(r'(?:url\(|@import\s+)["\']?([^"\')]+)')
IN_SCRIPT = re.compile(r'(?:from|import)\s*\(?["\']([./][^"\']+)["\']')


def measure(house: House) -> Iterator[Figure]:
    """Packed with brotli, as every browser of the last years asks for."""
    cadre, officer = house.cadre(), house.officer()
    cohort, _assessment = main_cohort(house)
    hall = hall_in(house, 1, -3600)  # the bell rang an hour ago
    sitter = house.visitor(_number(house, hall.people[0]))
    pages = [
        ("sign-in", Visitor(house), "/sign-in", LIGHT),
        ("the cadre's first page", cadre, "/", LIGHT),
        ("a lesson", cadre, _lesson(cadre), LIGHT),
        ("the paper of 50 questions", sitter, _paper(sitter, hall.assessment), LIGHT),
        ("the completion table of the city", officer, f"/reports/cohorts/{cohort}", TABLE),
    ]
    for what, visitor, url, bound in pages:
        yield Figure(what, weight(visitor, url) / 1000, "KB", bound)


def weight(visitor: Visitor, url: str) -> int:
    """Bytes of a page and of everything it asks for, each with its heads."""
    waiting, seen, total = [url], set(), 0
    while waiting:
        here = waiting.pop()
        if here in seen:
            continue
        seen.add(here)
        packed = visitor.get(here, headers={"Accept-Encoding": "br"})
        total += len(packed.get_data()) + len(str(packed.headers))
        waiting += [urljoin(here, found) for found in _asked(visitor, here, packed.mimetype)]
    return total


def _asked(visitor: Visitor, url: str, kind: str) -> list[str]:
    text = visitor.get(url).get_data(as_text=True) if "text/" in kind else ""
    if kind == "text/html":
        found = ASKED.findall(text)
    elif kind == "text/css":
        found = IN_STYLE.findall(text)
    else:
        found = IN_SCRIPT.findall(text)
    return [one for one in found if not one.startswith("data:")]


def _number(house: House, person_id: int) -> str:
    """By which somebody signs in."""
    with house.app.app_context(), seeing_everything():
        query = select(Person.short_number).where(Person.id == person_id)
        return db.session.scalars(query).one()


def _lesson(cadre: Visitor) -> str:
    """The first lesson that the first page leads to."""
    found = re.search(r'href="(/lessons/\d+)"', cadre.get("/").text)
    assert found
    return found[1]


def _paper(cadre: Visitor, assessment: int) -> str:
    """An attempt that is begun, or was by an earlier run."""
    answer: Any = cadre.post(f"/exams/assessments/{assessment}/attempts", {"pledged": "y"})
    return answer.headers["Location"]
