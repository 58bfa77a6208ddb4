"""The naive second computation: plain rows, plain loops, written from the words of the definitions.

It calls nothing of what it is compared with. Slow, and meant to be read beside the dictionary.
"""

from collections import defaultdict
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from lms.callups.models import CallUp, Quota
from lms.classes.models import (
    AttendanceList,
    AttendanceMark,
    ClassMember,
    ClassOutcome,
    ClassSession,
    TrainingClass,
)
from lms.classes.rules import Came, Left, Mark
from lms.clock import CITY_TIME
from lms.courses.models import Lesson
from lms.db import db
from lms.exams.deferred import Deferral
from lms.exams.models import Allowance, Assessment, Attempt, Result, Verdict
from lms.exams.rules import Counting
from lms.ledger.models import HourEntry
from lms.ledger.rules import HourKind
from lms.orgs.models import OrgUnit, UnitSpan
from lms.training.models import (
    Cohort,
    CohortAssessment,
    CohortCourse,
    Enrolment,
    EnrolmentPost,
    Relief,
    ReliefStep,
)
from lms.training.rules import Coming, ReliefKind, ReliefState

TABLES = (
    *(CallUp, Quota, AttendanceList, AttendanceMark, ClassMember, ClassOutcome, ClassSession),
    *(TrainingClass, Lesson, Deferral, Allowance, Assessment, Attempt, Result, Verdict, HourEntry),
    *(OrgUnit, UnitSpan, Cohort, CohortAssessment, CohortCourse, Enrolment, EnrolmentPost),
    *(Relief, ReliefStep),
)
THERE = {Mark.PRESENT, Mark.LATE, Mark.EARLY}  # 请假不计实到


def end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), CITY_TIME)


class Rows:
    """Everything that is counted, as plain rows; grouped by one column where many are asked."""

    def __init__(self):
        self.all = {one: db.session.execute(select(one.__table__)).all() for one in TABLES}
        self.groups = {}

    def of(self, table, **which):
        """The rows of a table with this value in this column."""
        ((column, value),) = which.items()
        if (table, column) not in self.groups:
            found = self.groups[table, column] = defaultdict(list)
            for row in self.all[table]:
                found[getattr(row, column)].append(row)
        return self.groups[table, column].get(value, [])

    def one(self, table, key):
        return self.of(table, id=key)[0]


class Recount:
    """One list as of a day, person by person. fixed_on: the opening list of that day."""

    def __init__(self, rows: Rows, cohort_id: int, day: date, fixed_on: date | None = None):
        self.rows, self.day, self.end, self.fixed_on = rows, day, end_of(day), fixed_on
        self.cohort = rows.one(Cohort, cohort_id)
        self.courses = {one.course_id for one in rows.of(CohortCourse, cohort_id=cohort_id)}
        self.exams = [one.assessment_id for one in rows.of(CohortAssessment, cohort_id=cohort_id)]
        self.classes = {one.id for one in rows.of(TrainingClass, cohort_id=cohort_id)}

    # ── who is on the list ──────────────────────────────────────────────────────────────────────

    def there(self, one) -> bool:
        if self.fixed_on:
            return one.came_by is Coming.INITIAL
        return one.from_on <= self.day and (one.to_on is None or one.to_on > self.day)

    def relieved(self, one, kind, day) -> bool:
        for relief in self.rows.of(Relief, enrolment_id=one.id):
            steps = self.rows.of(ReliefStep, relief_id=relief.id)
            approved = any(step.state is ReliefState.APPROVED for step in steps)
            back = any(step.state is ReliefState.TAKEN_BACK and step.on <= day for step in steps)
            held = relief.kind is kind and relief.from_on <= day < relief.to_on
            if held and approved and not back:
                return True
        return False

    def withdrawn(self, one, mine) -> bool:
        """Who has left by that day and has not come back."""
        left = one.to_on is not None and one.to_on <= self.day
        back = any(other.id > one.id and other.from_on <= self.day for other in mine)
        return left and not back and (not self.fixed_on or one.came_by is Coming.INITIAL)

    # ── hours ───────────────────────────────────────────────────────────────────────────────────

    def entries(self, person):
        """What was given in the list, or for a lesson that it takes, by that day."""
        for entry in self.rows.of(HourEntry, person_id=person):
            here = entry.cohort_id == self.cohort.id
            if entry.cohort_id is None and entry.lesson_id is not None:
                here = self.rows.one(Lesson, entry.lesson_id).course_id in self.courses
            if here and entry.earned_on <= self.day:
                yield entry

    def hours(self, person, *kinds) -> int:
        return sum(one.hundredths for one in self.entries(person) if one.kind in kinds)

    # ── classes ─────────────────────────────────────────────────────────────────────────────────

    def memberships(self, person):
        return [
            one
            for one in self.rows.of(ClassMember, person_id=person)
            if one.class_id in self.classes
        ]

    def on_register(self, member) -> bool:
        """Put into the class by that day, and not taken off its register (移出名册) again."""
        off = member.left_as is Left.OFF_THE_LIST and member.to_at < self.end
        return member.from_at < self.end and not off

    def lessons(self, member):
        """Each held lesson with a confirmed list: its hours, and whether the person was there."""
        for session in self.rows.of(ClassSession, class_id=member.class_id):
            held = session.cancelled_at is None and session.starts_at < self.end
            if not held or not self.rows.of(AttendanceList, session_id=session.id):
                continue
            marks = [
                mark
                for mark in self.rows.of(AttendanceMark, member_id=member.id)
                if mark.session_id == session.id
            ]
            if marks:
                last = max(marks, key=lambda mark: mark.id)
                yield int(session.hours * 100), last.mark in THERE

    def came(self, member) -> bool:
        return any(there for _hours, there in self.lessons(member))

    def attended(self, person) -> bool:
        """Confirmed at a lesson at least once; who is in no class, by a finished lesson."""
        classes = self.memberships(person)
        if any(self.came(one) for one in classes):
            return True
        organised = [
            one.hundredths
            for one in self.entries(person)
            if one.kind is HourKind.ORGANISED and one.cohort_id == self.cohort.id
        ]
        if self.classes and sum(organised) > 0:
            return True
        in_class = any(self.on_register(one) for one in classes)
        return not in_class and self.hours(person, *HourKind) > 0

    def through(self, member) -> bool:
        decided = [
            one
            for one in self.rows.of(ClassOutcome, member_id=member.id)
            if one.decided_at < self.end
        ]
        return bool(decided) and max(decided, key=lambda one: one.id).completed

    def called(self, member) -> bool:
        opened = self.rows.one(TrainingClass, member.class_id).opened_at
        return self.on_register(member) and opened is not None and opened < self.end

    # ── assessments ─────────────────────────────────────────────────────────────────────────────

    def standing(self, person, exam):
        """By number of the attempt: the verdict that stands on it, of what was sat by that day."""
        found = {}
        for attempt in self.rows.of(Attempt, person_id=person):
            if attempt.assessment_id != exam or attempt.voided_at is not None:
                continue
            verdicts = self.rows.of(Verdict, attempt_id=attempt.id)
            if verdicts:
                last = max(verdicts, key=lambda one: one.id)
                if last.sat_at < self.end:
                    found[attempt.number] = last
        return found

    def counting(self, person, exam):
        """The verdicts that count by the rule of the assessment: best, last or first."""
        found = self.standing(person, exam)
        which = self.rows.one(Assessment, exam).which_counts
        if not found or which is Counting.BEST:
            return found
        number = max(found) if which is Counting.LAST else min(found)
        return {number: found[number]}

    def first_number(self, person, exam) -> int:
        """The number of the first attempt of the person's own: what is void was somebody else's."""
        return min(
            one.number
            for one in self.rows.of(Attempt, person_id=person)
            if one.assessment_id == exam and one.voided_at is None
        )

    def high(self, verdict) -> bool:
        """At nine tenths of all points, by the result that stands."""
        return any(
            one.replaced_at is None and one.earned * 10 >= one.points * 9
            for one in self.rows.of(Result, attempt_id=verdict.attempt_id)
        )

    def exam_deferred(self, person, exam) -> bool:
        for one in self.rows.of(Deferral, person_id=person):
            if one.assessment_id != exam or not one.approved or one.from_on > self.day:
                continue
            back = one.ended_on is not None and one.ended_on <= self.day
            closes_at = self.rows.one(Allowance, one.allowance_id).closes_at
            over = closes_at < end_of(self.day - timedelta(days=1))
            if not back and not over and not self.counting(person, exam):
                return True
        return False

    # ── one person ──────────────────────────────────────────────────────────────────────────────

    def completed(self, person) -> bool:
        owed = self.cohort.required_hours * 100
        enough = self.hours(person, *HourKind) >= owed
        return enough and all(self.passed(person, exam) for exam in self.exams)

    def passed(self, person, exam) -> bool:
        return any(one.passed for one in self.counting(person, exam).values())

    def covered(self, person) -> bool:
        """Has completed at least one list of the same programme on which the person ever stood."""
        for cohort in self.rows.of(Cohort, programme_id=self.cohort.programme_id):
            other = Recount(self.rows, cohort.id, self.day)
            stood = any(
                one.person_id == person and one.from_on <= self.day
                for one in self.rows.of(Enrolment, person_id=person)
                if one.cohort_id == cohort.id
            )
            if stood and other.completed(person):
                return True
        return False

    def of_person(self, one) -> dict[str, int]:
        """Everything that is counted of one who is on the list."""
        person = one.person_id
        if self.relieved(one, ReliefKind.EXEMPT, self.fixed_on or self.day):
            came, covered = self.attended(person), self.covered(person)
            return {"listed": 1, "exempted": 1, "exempt_came": came, "covered": covered}
        found = {"listed": 1, "required": 1} | self._of_classes(person) | self._of_exams(person)
        came, done = found["attended"], self.completed(person)
        later = self.relieved(one, ReliefKind.DEFERRED, self.day)
        found |= {"deferred": later and not came, "completed": done, "open": not done}
        found |= {"covered": self.covered(person)}
        hours = self.hours(person, *HourKind)
        found |= {"reached": hours >= self.cohort.required_hours * 100, "hundredths": hours}
        found["organised"] = self.hours(person, HourKind.ORGANISED)
        found["online"] = self.hours(person, HourKind.ONLINE)
        return {name: int(value) for name, value in found.items()}

    def _of_classes(self, person) -> dict[str, int]:
        classes = self.memberships(person)
        came = [one for one in classes if self.came(one)]
        lessons = [lesson for one in classes for lesson in self.lessons(one)]
        return {
            "attended": self.attended(person),
            "called": any(self.called(one) for one in classes),
            "graduated": any(self.through(one) for one in came),
            "made_up": any(one.came_as is Came.MAKING_UP for one in came),
            "quota_came": any(one.came_as is Came.CALLED_UP for one in came),
            "visits": len(came),
            "planned": sum(hours for hours, _there in lessons),
            "present": sum(hours for hours, there in lessons if there),
        }

    def _of_exams(self, person) -> dict[str, int]:
        if not self.exams:
            return {}
        sat = all(self.counting(person, exam) for exam in self.exams)
        passed = sat and all(self.passed(person, exam) for exam in self.exams)
        later = not sat and any(self.exam_deferred(person, exam) for exam in self.exams)
        found = {"scheduled": 1, "sat": sat, "passed": passed, "exam_deferred": later}
        if passed:
            first = all(self._passed_first(person, exam) for exam in self.exams)
            found |= {"first_passed": first, "resit_passed": not first}
            found["excellent"] = all(
                any(one.passed and self.high(one) for one in self.counting(person, exam).values())
                for exam in self.exams
            )
        return found

    def _passed_first(self, person, exam) -> bool:
        first = self.first_number(person, exam)
        verdict = self.counting(person, exam).get(first)
        return verdict is not None and verdict.passed

    # ── everybody ───────────────────────────────────────────────────────────────────────────────

    def people(self):
        """(enrolment, what is counted of the person), of everybody who stands in the table."""
        enrolments = self.rows.of(Enrolment, cohort_id=self.cohort.id)
        by_person = defaultdict(list)
        for one in enrolments:
            by_person[one.person_id].append(one)
        for one in enrolments:
            if self.there(one):
                yield one, self.of_person(one)
            if self.withdrawn(one, by_person[one.person_id]):
                yield one, {"withdrawn": 1}

    def quotas(self) -> dict[int, int]:
        """Unit → places of sent call-ups for the classes of the list."""
        found = defaultdict(int)
        for call in self.rows.all[CallUp]:
            if call.class_id in self.classes and call.sent_at and call.sent_at < self.end:
                for one in self.rows.of(Quota, call_up_id=call.id):
                    found[one.org_id] += one.places
        return dict(found)

    def posts(self, one):
        """The posts for which somebody stands on the list by that day."""
        day = self.fixed_on or self.day
        rows = self.rows.of(EnrolmentPost, enrolment_id=one.id)
        return {row.post.value for row in rows if row.from_on <= day}

    def late(self) -> int:
        """补录: facts of the time up to that day which were entered when it was over."""
        end, mine = self.end, self.rows.of(Enrolment, cohort_id=self.cohort.id)
        people = {one.person_id for one in mine}
        found = sum(one.from_on <= self.day and one.recorded_at >= end for one in mine)
        found += sum(
            one.to_on is not None
            and one.to_on <= self.day
            and one.ended_at is not None
            and one.ended_at >= end
            for one in mine
        )
        for one in mine:
            for relief in self.rows.of(Relief, enrolment_id=one.id):
                for step in self.rows.of(ReliefStep, relief_id=relief.id):
                    told = step.state is not ReliefState.REFUSED
                    found += told and step.on <= self.day and step.recorded_at >= end
        for person in people:
            found += sum(entry.recorded_at >= end for entry in self.entries(person))
            for exam in self.exams:
                found += sum(one.recorded_at >= end for one in self.counting(person, exam).values())
                found += sum(
                    one.assessment_id == exam
                    and bool(one.approved)
                    and one.from_on <= self.day
                    and one.decided_at >= end
                    for one in self.rows.of(Deferral, person_id=person)
                )
        for key in self.classes:
            for session in self.rows.of(ClassSession, class_id=key):
                if session.starts_at < end and session.cancelled_at is None:
                    lists = self.rows.of(AttendanceList, session_id=session.id)
                    found += sum(one.confirmed_at >= end for one in lists)
        return found


class Tree:
    """The units as they stood on a day, by their dated spans."""

    def __init__(self, rows: Rows, day: date):
        self.above, self.kind = {}, {}
        for unit in rows.all[OrgUnit]:
            spans = rows.of(UnitSpan, org_id=unit.id)
            held = [s for s in spans if s.from_on <= day and (s.to_on is None or s.to_on > day)]
            self.above[unit.id] = held[0].parent_id if held else unit.parent_id
            self.kind[unit.id] = unit.kind

    def line(self, unit, kinds, root):
        """Under which unit of these kinds it lies inside the root; 0: beside; none: outside."""
        found, at = 0, unit
        while at is not None and at != root:
            if not found and self.kind[at] in kinds:
                found = at  # the nearest, where one lies in another
            at = self.above[at]
        return found if at == root else None
