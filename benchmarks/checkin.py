"""A class of 500 checks in at the wall within a minute, over the real server."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.client import HTTPConnection
from threading import Barrier
from time import perf_counter
from urllib.parse import urlencode

from sqlalchemy import func, insert, select

from benchmarks.figures import Figure
from benchmarks.filling import form_token, main_cohort, signed_in
from benchmarks.house import House
from benchmarks.served import serving
from lms.access.scope import seeing_everything
from lms.classes import walls
from lms.classes.models import AttendanceMark, ClassMember, ClassSession, TrainingClass, WallCode
from lms.classes.rules import Came, ClassKind
from lms.clock import day_of, system_clock
from lms.db import db
from lms.training.lists import people_on_list
from lms.training.models import Cohort
from lms.web import transaction

CLASS, PHONES, WITHIN = 500, 24, 60  # persons; so many phones ask at once; seconds


def measure(house: House) -> Iterator[Figure]:
    """Each reads the code from the wall, opens the page that says which lesson, and presses."""
    with house.copied("checked in") as var:
        inside = House(var, house.url)
        room = Room(inside)
        with serving(var, house.url) as served:
            began, cpu = perf_counter(), served.tree.cpu()
            wrong = room.all_check_in(served.port)
            took, cpu = perf_counter() - began, served.tree.cpu() - cpu
        marks = room.marks()
        inside.close()
    yield Figure("a class of 500 checks in", took, "s", WITHIN)
    yield Figure("refused, or broken", wrong, "", 0)
    yield Figure("marks kept", marks, "")
    yield Figure("the server for one of them", cpu / max(marks, 1) * 1000, "ms CPU")


class Room:
    """A class of 500 with a lesson that runs and a wall that is on."""

    def __init__(self, house: House) -> None:
        self.house = house
        now = system_clock()
        with house.app.app_context(), seeing_everything():
            found, people = self._class(now)
            lesson = ClassSession(
                class_id=found.id,
                starts_at=now - timedelta(minutes=5),
                ends_at=now + timedelta(hours=3),
                hours=4,
                subject="开班式",
            )
            db.session.add(lesson)
            db.session.flush()
            wall = WallCode(session_id=lesson.id, salt="bench", on_at=now, on_by=1)
            db.session.add(wall)
            db.session.flush()
            self.cookies = signed_in(house, [person for person, _ in people], now)
            self.session_id, self.wall = lesson.id, wall
            transaction.finish()
            db.session.refresh(wall)
            db.session.expunge(wall)
        self.token = form_token(house)

    def _class(self, now) -> tuple[TrainingClass, list[tuple[int, int]]]:
        cohort_id, _officer = main_cohort(self.house)
        cohort = db.session.get_one(Cohort, cohort_id)
        people = list(people_on_list(cohort_id))[:CLASS]
        found = TrainingClass(
            org_id=cohort.org_id,
            programme_id=cohort.programme_id,
            title="五百人班",
            kind=ClassKind.FULL_TIME,
            from_on=day_of(now),
            to_on=day_of(now),
            capacity=CLASS,
            required_hours=4,
            by_hours=True,
            by_attendance=True,
            by_assessment=False,
            lateness_counts=False,
            made_at=now,
            opened_at=now,
        )
        db.session.add(found)
        db.session.flush()
        row = {"class_id": found.id, "from_at": now, "came_as": Came.LISTED}
        rows = [row | {"person_id": person, "org_id": org} for person, org in people]
        db.session.execute(insert(ClassMember), rows)
        return found, people

    def all_check_in(self, port: int) -> int:
        """All at once, over so many connections; how many did not get through."""
        gate = Barrier(PHONES)

        def phone(number: int) -> int:
            gate.wait()
            mine = self.cookies[number::PHONES]
            return sum(not self._checks_in(port, cookie) for cookie in mine)

        with ThreadPoolExecutor(PHONES) as phones:
            return sum(phones.map(phone, range(PHONES)))

    def _checks_in(self, port: int, cookie: str) -> bool:
        line = HTTPConnection("127.0.0.1", port, timeout=60)
        secret = self.house.app.extensions["settings"].secrets["ticket"]
        shown = walls.shown(self.wall, system_clock(), secret)
        head = {"Cookie": f"lms={cookie}"}
        try:
            line.request("GET", f"/classes/here/{self.session_id}/{shown.token}", headers=head)
            answer = line.getresponse()
            answer.read()
            if answer.status != 302:
                return False
            kept = (answer.getheader("Set-Cookie") or "").partition(";")[0]
            head = {"Cookie": kept or head["Cookie"]}
            line.request("GET", "/classes/check-in", headers=head)
            answer = line.getresponse()
            answer.read()
            body = urlencode({"csrf_token": self.token})
            form = {**head, "Content-Type": "application/x-www-form-urlencoded"}
            line.request("POST", "/classes/check-in", body, form)
            pressed = line.getresponse()
            pressed.read()
            return answer.status == 200 and pressed.status == 303
        except OSError:
            return False
        finally:
            line.close()

    def marks(self) -> int:
        with self.house.app.app_context(), seeing_everything():
            many = select(func.count(AttendanceMark.id))
            return db.session.scalar(many.where(AttendanceMark.session_id == self.session_id)) or 0
