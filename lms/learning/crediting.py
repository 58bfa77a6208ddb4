"""What a finished lesson gives, by the rules of hours that hold on the day."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lms.courses.models import Lesson, LessonVersion
from lms.ledger.queries import online_given
from lms.ledger.reckoning import has_caps, of_lesson, within_caps
from lms.ledger.ruling import rules_on


@dataclass(frozen=True)
class Given:
    """Hours, and the dated rule that made them other than stated; none: they are as stated."""

    hours: Decimal
    rule: str | None


def gives(person_id: int, lesson: Lesson, version: LessonVersion, day: date) -> Given:
    """The hours that a person has of a lesson finished on a day."""
    rules = rules_on(day)
    hours, rule = of_lesson(version.hours, version.minutes, not lesson.required, rules)
    if not has_caps(rules):
        return Given(hours, rule)
    counts, capped = within_caps(hours, *online_given(person_id, day), rules)
    return Given(counts, capped or rule)
