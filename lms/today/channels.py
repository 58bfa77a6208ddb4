"""Ways in which a reminder reaches people. Each takes a round and those it is for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sqlalchemy import select

from lms.access import add_rows
from lms.db import db
from lms.sheets.pages import Column, Page
from lms.sheets.writing import page_csv
from lms.today.models import Reminder, ReminderRound
from lms.today.steps import Open
from lms.web.uploads import keep
from lms.words import N_

FOLDER = "reminders"
HEADS = (N_("单位"), N_("姓名"), N_("要办的事"), N_("截止日期"))


SLICE = 250  # persons; others save in between


class Channel(Protocol):
    """One way. What was broken off is done again from the start, and tells nobody twice."""

    def give(self, one: ReminderRound, people: Sequence[Open]) -> Iterator[None]:
        """Tell these people, or somebody who tells them; it yields where others may save."""


class OnPage:
    """On the first page of each; who was reminded on that day is not reminded again."""

    def give(self, one: ReminderRound, people: Sequence[Open]) -> Iterator[None]:
        for start in range(0, len(people), SLICE):
            self._give(one, people[start : start + SLICE])
            yield

    def _give(self, one: ReminderRound, people: Sequence[Open]) -> None:
        ids = [person.person_id for person in people]
        today = select(Reminder.person_id).where(Reminder.on == one.on, Reminder.person_id.in_(ids))
        there = set(db.session.scalars(today))
        said = {
            "on": one.on,
            "title": one.title,
            "closes_on": one.closes_on,
            "given_at": one.given_at,
        }
        rows = [who for who in people if who.person_id not in there]
        add_rows(
            Reminder, [{"person_id": who.person_id, "org_id": who.org_id, **said} for who in rows]
        )


@dataclass
class InFile:
    """A table for who reads it out, or hands it to a service that sends messages. Kept sealed."""

    var: Path
    secret: str

    def give(self, one: ReminderRound, people: Sequence[Open]) -> Iterator[None]:
        rows = [(who.unit, who.name, one.title, one.closes_on.isoformat()) for who in people]
        page = Page("", [Column(head) for head in HEADS], rows)
        one.file = keep(self.var, FOLDER, page_csv(page), self.secret)
        yield
