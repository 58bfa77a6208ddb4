"""The exam hall: what each act of one who sits costs, server and database together."""

import json
import re
from collections.abc import Iterator
from html import unescape
from io import BytesIO
from statistics import median
from time import process_time
from typing import Any

from sqlalchemy import select
from werkzeug.test import EnvironBuilder

from benchmarks.bare import bare
from benchmarks.figures import Figure
from benchmarks.filling import hall_in
from benchmarks.house import House, Visitor
from benchmarks.servers import Servers
from lms.access.scope import seeing_everything
from lms.clock import system_clock
from lms.db import db
from lms.exams.models import Candidate
from lms.people.models import Person

PEOPLE, SAVES = 40, 20  # who sit, and the answers of each that are timed
SAVE, START, SUBMIT, RESULT, WHOLE = 1.5, 8, 10, 6, 200  # ms of CPU
ENTERED = re.compile(r'data-entered="([^"]*)"')
HOUR = 60  # saves in an hour, and as many heartbeats with nothing to send


def measure(house: House) -> Iterator[Figure]:
    """The last line is a whole exam: first page, start, an hour of saves, submit, result."""
    stick = yardstick(house)
    yield Figure("yardstick: a bare view with one upsert", stick, "ms CPU")
    costs = Costs(house)
    assessment = hall_in(house, PEOPLE, -3600).assessment  # the bell rang an hour ago
    for visitor in _people(house, assessment):
        _sits(visitor, costs, assessment)
    told = {what: costs.of(what) for what in costs.taken}
    bounds = {"save": SAVE, "start": START, "submit": SUBMIT, "result": RESULT}
    for what, cost in told.items():
        yield Figure(what, cost, "ms CPU", bounds.get(what), (stick, "yardstick"))
    once = sum(cost for what, cost in told.items() if what not in ("save", "heartbeat"))
    whole = once + HOUR * (told["save"] + told["heartbeat"])
    yield Figure("a whole exam of one person", whole, "ms CPU", WHOLE, (stick, "yardstick"))


class Costs:
    """CPU in ms of each act, this process and the database server together."""

    def __init__(self, house: House) -> None:
        self.house, self.servers = house, Servers(house)
        self.taken: dict[str, list[float]] = {}

    def act(self, what: str, visitor: Visitor, url: str, **more: Any) -> Any:
        """Ask for a page past the test client, whose own work is not counted."""
        environ = asked(visitor, url, **more)
        server, cpu = self.servers.cpu(), process_time()
        status, body = answered(self.house.app, environ)
        took = (process_time() - cpu) * 1000 + self.servers.cpu() - server
        assert status[:3] in ("200", "303"), f"{url}: {status} {body[:400]!r}"
        self.taken.setdefault(what, []).append(took)
        return body

    def of(self, what: str) -> float:
        """The second half: a server that is up has prepared its statements, and read the paper."""
        taken = self.taken[what]
        return median(taken[len(taken) // 2 :])


def asked(visitor: Visitor, url: str, headers: Any = (), **more: Any) -> Any:
    cookie = visitor.client.get_cookie("lms")
    known = {"Cookie": f"lms={cookie.value}"} if cookie else {}
    return EnvironBuilder(url, headers={**known, **dict(headers)}, **more).get_environ()


def answered(app: Any, environ: Any) -> tuple[str, bytes]:
    said: list[str] = []
    found = app.wsgi_app(environ, lambda status, headers, wrong=None: said.append(status))
    body = b"".join(found)
    if hasattr(found, "close"):
        found.close()
    return said[0], body


def _sits(visitor: Visitor, costs: Costs, assessment: int) -> None:
    """One person, from the first page to the result; every question of the paper is there."""
    press = {"method": "POST", "headers": {"X-CSRF-Token": visitor.token()}}
    costs.act("first page", visitor, "/")
    begin = {**press, "data": {"pledged": "y"}}
    begin = {"method": "POST", "data": {"pledged": "y", "device": "benchmark"}, **press}
    page = costs.act("start", visitor, f"/exams/assessments/{assessment}/attempts", **begin)
    opened = json.loads(unescape(ENTERED.search(page.decode())[1]))
    attempt = f"/exams/attempts/{opened['ticket'].partition('.')[0]}"
    ticket = {"method": "POST", "headers": {"X-Ticket": opened["ticket"]}}
    for number in range(1, SAVES + 1):
        said = {"turn": opened["turn"], "sequence": number, "slot": number, "answer": ["A"]}
        said["said_at"] = int(system_clock().timestamp() * 1000)
        send = {**ticket, "json": {"operations": [said]}}
        costs.act("save", visitor, f"{attempt}/answers", **send)
        costs.act("heartbeat", visitor, f"{attempt}/answers", **ticket, json={"operations": []})
    costs.act("submit", visitor, f"{attempt}/submit", **press)
    costs.act("result", visitor, f"{attempt}/result")


def _people(house: House, assessment: int) -> Iterator[Visitor]:
    """Some who are listed for the largest assessment and have not begun."""
    with house.app.app_context(), seeing_everything():
        query = (
            select(Person.short_number)
            .join(Candidate, Candidate.person_id == Person.id)
            .where(Candidate.assessment_id == assessment, Candidate.attempts_begun == 0)
            .order_by(Candidate.id)
            .limit(PEOPLE)
        )
        numbers = list(db.session.scalars(query))
    for number in numbers:
        yield house.visitor(number)


def yardstick(house: House) -> float:
    """A bare Flask view with one raw upsert, on the same database: ms of CPU, both sides."""
    servers = Servers(house)
    app = bare(house.url or f"sqlite:///{house.var / 'yardstick.sqlite'}")
    taken = []
    for number in range(200):
        environ = EnvironBuilder("/", method="POST", json={"answer": number % 50}).get_environ()
        environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read())
        server, cpu = servers.cpu(), process_time()
        answered(app, environ)
        taken.append((process_time() - cpu) * 1000 + servers.cpu() - server)
    return median(taken[20:])
