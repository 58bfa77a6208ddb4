"""A year of a territory, played through from one seed: what happens in it from January to December.

Structure and lists go through the services, each at the moment of its day; hours, marks and
verdicts, of which there are thousands, are laid down as the rows that the services would add.
Run it in the scope of the whole house.
"""

from sqlalchemy import select

from lms.classes.models import (
    ClassMember,
    ClassSession,
)
from lms.classes.rules import Came, Left
from lms.clock import CITY_TIME
from lms.db import db, look_anew
from lms.orgs import services as orgs
from lms.orgs.models import OrgUnit
from lms.orgs.rules import VILLAGE_LEVEL, UnitKind
from lms.people.facts import PersonFacts
from lms.people.models import Person, Posting
from lms.people.rules import Post
from lms.people.services import add_person, end_posting, move_person, post_person
from lms.training import following, services
from lms.training.models import Enrolment
from lms.training.rules import Coming, Leaving
from lms.web import transaction
from tests.reports.year_learning import Learning
from tests.reports.year_sitting import Sitting


class Year(Learning, Sitting):
    """The year of a territory, from January to December."""

    def play(self, watch=lambda year: None) -> list[int]:
        """Everything; the ids of the lists, the one with everything first.

        watch: looks on just before and just after the change of term.
        """
        self.open()
        self.january()
        self.february()
        watch(self)
        self.march()
        watch(self)
        self.april()
        self.may()
        self.june()
        self.july()
        self.autumn()
        return [one.id for one in self.cohorts]

    # ── a change of term ────────────────────────────────────────────────────────────────────────

    def march(self):
        """Postings end and begin, persons go elsewhere, villages are merged and re-hung."""
        villages = self._units(*VILLAGE_LEVEL)
        now, on = self.at(3, 15), self.day(3, 15)
        for village in villages[:: max(len(villages) // 12, 2)]:
            self._new_term(village, on, now)
        movers = self.some(1, 10)
        for _key, person, _unit in movers:
            there = self.dice.pick(villages)
            move_person(
                db.session.get_one(Person, person), there, Post.VCM, on, now, why="交流任职"
            )
        self.merge(villages[1], villages[2], self.at(3, 18))
        self.merge(villages[-2], villages[3], self.at(3, 18))  # into another township
        orgs.rehang(villages[4], self._far(villages[4]), self.day(3, 20))
        self.finish()
        self.follow(self.at(3, 25))

    def _new_term(self, village, on, now):
        held = select(Posting).where(Posting.org_id == village.id, Posting.to_on.is_(None))
        for place, posting in enumerate(db.session.scalars(held.order_by(Posting.id)).all()):
            if place % 2:
                continue
            end_posting(posting, on, "换届", now)
            facts = PersonFacts(f"新任{village.id}{place}", sex="男")
            person = add_person(facts, village, now, self.secrets)
            post_person(person, village, posting.post, on, now)

    def merge(self, village, successor, now):
        """A village is closed, its people go on in its successor."""
        on = now.astimezone(CITY_TIME).date()
        held = select(Posting).where(Posting.org_id == village.id, Posting.to_on.is_(None))
        for posting in db.session.scalars(held.order_by(Posting.id)).all():
            person = db.session.get_one(Person, posting.person_id)
            move_person(person, successor, posting.post, on, now, why="撤并", ending=[posting])
        orgs.close([village], on)
        db.session.flush()
        orgs.choose(village, successor, self.by, now)
        self.finish()

    def _far(self, village) -> OrgUnit:
        """A township of another part of the territory."""
        towns = self._units(UnitKind.TOWNSHIP, UnitKind.STREET)
        return next(one for one in reversed(towns) if one.id != village.parent_id)

    def follow(self, now):
        """What the roster offers is done, list by list."""
        for cohort in self.cohorts:
            for _step in following.follow({"cohort_id": cohort.id, "by": self.by}, {}, now):
                transaction.finish()
        look_anew()

    # ── what comes late ─────────────────────────────────────────────────────────────────────────

    def july(self):
        """补录: hours of February, a verdict of April, a list of attendance, somebody forgotten."""
        now = self.at(7, 8)
        for _key, person, unit in self.some(1, 8):
            hours = self.hours(person, unit, 150, self.day(2, 20), now, cohort_id=self.main.id)
            self.keep(hours)
        for _key, person, unit in self.some(1, 12):
            self.sit(self.best, person, unit, self.at(4, 11, 11), self.share(), now)
        session = db.session.scalars(
            select(ClassSession)
            .where(ClassSession.class_id == self.winter.id)
            .order_by(ClassSession.id.desc())
        ).first()
        self._confirm(session, now)
        for key, person, unit in self.some(1, 15)[:5]:
            one = db.session.get_one(Enrolment, key)
            gone = services.Ending(one, self.day(6, 30), Leaving.OTHER, "漏报")
            services.end(one.cohort_id, [gone], now, self.by)
            self.keep(
                Enrolment(
                    cohort_id=self.main.id,
                    person_id=person,
                    org_id=unit,
                    from_on=self.day(7, 5),
                    came_by=Coming.ADDED,
                    recorded_at=now,
                )
            )
        self.finish()

    def autumn(self):
        """A class that makes up, members off its list; more resits; a second change of term."""
        self.online(8, 1, 3)
        chosen = self.some(1, 3)
        made = self.hold(9, chosen, (Came.MAKING_UP, Came.LISTED, Came.MOVED), lessons=2)
        members = select(ClassMember).where(ClassMember.class_id == made.id)
        for one in db.session.scalars(members.order_by(ClassMember.id)).all()[::4]:
            one.to_at, one.left_as = self.at(10, 8), Left.OFF_THE_LIST
        sessions = select(ClassSession).where(ClassSession.class_id == made.id)
        for one in db.session.scalars(sessions.order_by(ClassSession.id.desc()).limit(1)).all():
            self._confirm(one, self.at(9, 14))
            one.cancelled_at = self.at(9, 20)
        self.finish()
        self.finish_class(made, self.at(9, 15), 350)
        for exam in (self.best, self.last, self.first):
            cohort = self.main if exam is self.best else self.cohorts[1]
            for _key, person, unit in self.some(1, 4, cohort):
                self.sit(exam, person, unit, self.at(10, 12), self.share())
        villages = self._units(*VILLAGE_LEVEL)
        for village in villages[1::7]:
            self._new_term(village, self.day(11, 3), self.at(11, 3))
        self.follow(self.at(11, 10))
        self.online(12, 1, 3)
