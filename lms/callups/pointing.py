"""多头调训, 重复培训, 长期不训: pointed out with the facts, and never in the way."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from lms.callups import gathering
from lms.callups.models import CallUp
from lms.callups.rules import overlap


@dataclass
class Pointed:
    """What is to be known before a person is called. elsewhere: classes of the same days."""

    elsewhere: list[str] = field(default_factory=list)
    again: str = ""  # where the same programme was completed in the same year


def pointed(found: CallUp, persons: Collection[int], day: date) -> dict[int, Pointed]:
    """For each person of whom there is something to say."""
    held = found.training_class
    days = (held.from_on, held.to_on)
    facts: dict[int, Pointed] = {}
    for person, classes in gathering.busy_of(persons, held.from_on).items():
        titles = [
            one.title
            for one in classes
            if one.class_id != found.class_id and overlap(one.days, days)
        ]
        if titles:
            facts[person] = Pointed(titles)
    if persons:
        for person, title in gathering.repeated(
            held.programme_id, held.cohort_id, held.from_on, persons
        ).items():
            facts.setdefault(person, Pointed()).again = title
    return facts
