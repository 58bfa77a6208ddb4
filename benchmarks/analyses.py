"""What an assessment showed, of some ten thousand sittings: added up, and each page."""

from collections.abc import Iterator
from time import process_time

from sqlalchemy import func, select

from benchmarks.figures import Figure, took, yardstick
from benchmarks.house import House
from lms.access.scope import seeing_everything
from lms.analyses.tallying import tally
from lms.clock import system_clock
from lms.db import db
from lms.exams.models import Attempt
from lms.web import transaction

PAGE = 200  # ms
PAGES = {
    "marks by county": "/assessments/{}",
    "marks by post": "/assessments/{}?by=post",
    "marks by category": "/assessments/{}?by=category",
    "the quality of the paper": "/assessments/{}/paper",
    "abilities, with every county": "/abilities",
    "topics and articles most often missed": "/missed",
}


def measure(house: House) -> Iterator[Figure]:
    """The largest assessment of the city; its sums are made anew, as the worker makes them."""
    stick = yardstick()
    with house.app.app_context(), seeing_everything():
        many = func.count()
        query = select(Attempt.assessment_id, many).group_by(Attempt.assessment_id)
        assessment, sittings = db.session.execute(query.order_by(many.desc()).limit(1)).one()
        began = process_time()
        tally(assessment, system_clock())
        transaction.finish()
        spent = process_time() - began
    yield Figure("sittings of one assessment", sittings, "sittings")
    yield Figure("added up in the background", spent, "s CPU", None, stick)
    visitor = house.officer()
    for what, address in PAGES.items():
        url = "/analyses" + address.format(assessment)
        page = took(lambda url=url: visitor.get(url))
        yield Figure(what, page.wall * 1000, "ms", PAGE, stick)
        yield Figure("… CPU of this process alone", page.cpu * 1000, "ms CPU", None, stick)
