"""Lets ten thousand come through, certifies and prints them; times and memory as JSON.

python -m benchmarks.certificates_work FOLDER [DATABASE]
"""

import json
import sys
from decimal import Decimal
from pathlib import Path

from sqlalchemy import func, select

from benchmarks.figures import took
from benchmarks.house import House
from benchmarks.roster_work import memory, timed, work
from lms.access import add_rows
from lms.access.scope import seeing_everything
from lms.certificates import keeping
from lms.certificates.models import Certificate, CertificateBundle
from lms.clock import day_of, system_clock
from lms.db import db
from lms.ledger.rules import Credit, HourKind
from lms.ledger.services import credit
from lms.people.models import Person
from lms.training.models import Cohort, Enrolment
from lms.web.here import settings
from lms.web.transaction import finish

PEOPLE, SLICE = 10_000, 1000


def main(var: Path, url: str) -> None:
    house = House(var, url)
    officer, told = house.officer(), {}
    work(house)  # what was due anyway
    cohort_id = come_through(house)

    def press() -> None:
        officer.post(f"/certificates/cohorts/{cohort_id}", {})
        work(house)

    told["all"], told["all cpu"] = timed(press)
    told["memory"] = memory()
    with house.app.app_context(), seeing_everything():
        query = select(func.count(), func.min(Certificate.id))
        issued, first = db.session.execute(query.where(Certificate.cohort_id == cohort_id)).one()
        bundles = db.session.scalars(select(CertificateBundle.files)).all()
        whose = db.session.get(Certificate, first).person_id
        number = db.session.get(Person, whose).short_number
    told["issued"] = issued
    told["size"] = sum(size for files in bundles for _, _, size in files) / 1e6
    owner, address = house.visitor(number), f"/certificates/mine/{first}.pdf"
    one = took(lambda: drawn(house, first) or owner.get(address))
    told["one"], told["one cpu"] = one.wall * 1000, one.cpu * 1000
    told["again"] = took(lambda: owner.get(address)).wall * 1000
    told["first"] = first_of_a_process(house)
    print(json.dumps(told))


def drawn(house: House, certificate_id: int) -> None:
    """As if nobody had asked for it yet: it has to be drawn."""
    with house.app.app_context(), seeing_everything():
        keeping.let_go(db.session.get_one(Certificate, certificate_id), settings())


def come_through(house: House) -> int:
    """A cohort of the city whose ten thousand have the hours that it asks for."""
    now = system_clock()
    with house.app.app_context(), seeing_everything():
        like = db.session.scalars(select(Cohort).order_by(Cohort.id).limit(1)).one()
        made = Cohort(
            org_id=like.org_id,
            programme_id=like.programme_id,
            title="万人",
            opens_on=like.opens_on,
            closes_on=like.closes_on,
            required_hours=Decimal(8),
            made_at=now,
        )
        db.session.add(made)
        db.session.flush()
        query = select(Person.id, Person.org_id).where(Person.merged_into_id.is_(None))
        people = db.session.execute(query.order_by(Person.id).limit(PEOPLE)).all()
        for start in range(0, len(people), SLICE):
            _list(made.id, people[start : start + SLICE])
            finish()
        return made.id


def _list(cohort_id: int, people) -> None:
    now, day = system_clock(), day_of(system_clock())
    listed = {"cohort_id": cohort_id, "from_on": day, "to_on": None, "recorded_at": now}
    add_rows(Enrolment, [{"person_id": one.id, "org_id": one.org_id, **listed} for one in people])
    same = {"hours": Decimal(8), "kind": HourKind.ORGANISED, "earned_on": day, "rule": "benchmark"}
    credit([Credit(one.id, one.org_id, cohort_id=cohort_id, **same) for one in people], now)


def first_of_a_process(house: House) -> float:
    """To read the typeface, which a process does once: it has been unpacked before."""
    from reportlab.pdfbase import pdfmetrics

    from lms.certificates import fonts

    for name in (fonts.PLAIN, fonts.BOLD):
        pdfmetrics._fonts.pop(name)
    return timed(lambda: fonts.ready(house.var))[0]


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "")
