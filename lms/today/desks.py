"""The desk of those who keep things going: what waits, whose it is, since when, until when."""

from collections.abc import Callable
from datetime import datetime

from lms.access.permissions import Permission
from lms.clock import day_of
from lms.holidays.days import Calendar
from lms.jobs.rules import ASKING
from lms.people.rules import Me
from lms.today import offices, questions, trainings
from lms.today.carrying import Found, Waiting, most_urgent_first
from lms.today.carrying import waiting as with_days

P = Permission
# Everyone but those who only learn and sit has a desk.
DESK = tuple(sorted(set(Permission) - {P.LEARN, P.SIT_EXAM}))
Look = Callable[[Me, datetime], Found]
KINDS: dict[str, tuple[tuple[Permission, ...], Look]] = {
    "lists": ((P.CONFIRM_LIST,), offices.lists),
    "corrections": ((P.KEEP_ROSTER,), offices.corrections),
    "complaints": ((P.ANSWER_COMPLAINTS,), offices.complaints),
    "imports": ((P.KEEP_ROSTER,), offices.imports),
    "overdue": ((P.KEEP_ROSTER,), trainings.overdue),
    "transfers": ((P.CONFIRM_TRANSFER,), offices.transfers),
    "successors": ((P.KEEP_UNITS,), offices.successors),
    "exemptions": ((P.RUN_TRAINING,), trainings.exemptions),
    "holidays": ((P.KEEP_SYSTEM,), offices.holidays),
    "list changes": ((P.RUN_TRAINING,), trainings.list_changes),
    "own reliefs": ((P.ASK_RELIEF,), trainings.own_reliefs),
    "numbers": ((P.EXPORT_REPORTS,), offices.numbers),
    "hour lists": ((P.RUN_TRAINING,), trainings.hour_lists),
    "namings": ((P.RUN_TRAINING,), trainings.namings),
    "nominations": ((P.RUN_TRAINING,), trainings.nominations),
    "attendance": ((P.RUN_CLASS, P.RUN_TRAINING), trainings.attendance),
    "leaves": ((P.RUN_CLASS, P.RUN_TRAINING), trainings.leaves),
    "appeals": ((P.RUN_EXAMS,), trainings.appeals),
    "deferrals": ((P.RUN_EXAMS,), trainings.deferrals),
    "late": ((P.RUN_EXAMS,), trainings.late),
    "unread": ((P.RUN_EXAMS,), trainings.unread),
    "readings": ((P.MARK,), trainings.readings),
    "keyed": ((P.INVIGILATE,), trainings.keyed),
    "reviews": ((P.REVIEW,), questions.reviews),
    "faults": ((P.KEEP_BANK, P.REVIEW), questions.faults),
    "laws": ((P.REVIEW,), questions.laws),
    "returned": ((P.KEEP_BANK,), questions.returned),
    "bank imports": ((P.KEEP_BANK,), offices.bank_imports),
    "incidents": ((P.KEEP_ROSTER,), trainings.incidents),
    "failed jobs": (ASKING, offices.failed_jobs),
}


def waiting(me: Me, now: datetime, calendar: Calendar) -> list[Waiting]:
    """What waits for this person, only kinds of which there is something, the most urgent first.

    Nobody closes a day: what is not done is there again, with the days it has been carried.
    """
    found = [
        with_days(kind, look(me, now), calendar)
        for kind, (permissions, look) in KINDS.items()
        if me.may(*permissions)
    ]
    return most_urgent_first([one for one in found if one.count], day_of(now))
