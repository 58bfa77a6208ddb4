"""Builders of villages, classes and calls-up. They take the `make` of the test."""

from datetime import date
from decimal import Decimal

from lms.classes.models import ClassMember, TrainingClass
from lms.classes.rules import Came, ClassKind
from lms.orgs.rules import UnitKind
from lms.people.rules import Post
from tests.training import builders as build

MONDAY = date(2026, 12, 7)


def villages(make, township, many, posts=((Post.VPS, Post.VCD), (Post.VDS,))):
    """So many villages of a township; a person for each list of posts. All of them."""
    people = []
    for number in range(1, many + 1):
        village = make.unit(f"{number}村", under=township, kind=UnitKind.VILLAGE)
        for held in posts:
            person = make.person(village, held[0], name=f"{township.name}{number}{held[0].value}")
            for post in held[1:]:
                make.posting(person, village, post)
            people.append(person)
    return people


def listed(make, org, people, **facts):
    """A cohort of a unit with these on its list."""
    cohort = build.cohort(make, org, **facts)
    for person in people:
        build.enrolment(make, cohort, person)
    return cohort


def training_class(
    make, org, cohort=None, programme_id=None, days=(MONDAY, date(2026, 12, 9)), **facts
):
    whole = {
        "title": "第一期",
        "kind": ClassKind.FULL_TIME,
        "place": "县委党校",
        "capacity": 50,
        "required_hours": Decimal(24),
        "by_hours": True,
        "by_attendance": True,
        "by_assessment": False,
        "lateness_counts": False,
        "made_at": make.clock(),
        "opened_at": make.clock(),
        "from_on": days[0],
        "to_on": days[1],
        "cohort_id": cohort and cohort.id,
        "programme_id": cohort.programme_id if cohort else programme_id,
    }
    return make.keep(TrainingClass(org_id=org.id, **whole | facts))


def member(make, training_class, person, **facts):
    whole = {"from_at": make.clock(), "came_as": Came.LISTED, "org_id": person.org_id}
    return make.keep(ClassMember(class_id=training_class.id, person_id=person.id, **whole | facts))
