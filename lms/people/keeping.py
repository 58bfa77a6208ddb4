"""What recording one person and recording thousands have in common."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import func, insert, select, update

from lms.db import db
from lms.people import queries
from lms.people.facts import PersonFacts
from lms.people.models import NumberSeries, Person, Posting
from lms.people.numbers import FIRST_SERIAL, sealed_columns, serial_of, short_number
from lms.people.pinyin import spelled
from lms.people.rules import home_of
from lms.words import N_

T = TypeVar("T", int, str)
Keys = Mapping[str, str]  # the keys "cipher" and "digest" of the house
SERIES = "person"
BATCH = 500  # ids in one question
TAKEN = {
    "number": N_("这个人员编号已属于另一人，请核对。"),
    "id_digest": N_("这个身份证号已属于另一条人员记录，请核对；如确为同一人，请办理合并。"),
}


def columns_of(facts: PersonFacts, keys: Keys) -> dict[str, Any]:
    """The columns that keep these facts."""
    sound = spelled(facts.name)
    return {
        "name": facts.name,
        "pinyin": sound.full,
        "initials": sound.initials,
        "other_pinyin": sound.other or None,
        "number": facts.number or None,
        "sex": facts.sex or None,
        "born": facts.born or None,
        "own_columns": dict(facts.own_columns),
        **sealed_columns(facts, keys),
    }


def begun(unit_id: int, serial: int, now: datetime) -> dict[str, Any]:
    """The columns that a new record begins with."""
    return {"org_id": unit_id, "short_number": short_number(serial), "recorded_at": now}


def next_serials(count: int) -> int:
    """Take so many serials; the first of them. Whoever comes at the same time waits."""
    taken = _take(count)
    if taken is None:
        with queries.whole_city():
            size = func.length(Person.short_number)
            last = select(Person.short_number).order_by(size.desc(), Person.short_number.desc())
            highest = db.session.scalar(last.limit(1))
        start = max(FIRST_SERIAL - 1, serial_of(highest) if highest else 0)
        db.session.execute(insert(NumberSeries).values(name=SERIES, last=start))
        taken = _take(count)
    return (taken or 0) - count + 1


def _take(count: int) -> int | None:
    return db.session.scalar(
        update(NumberSeries)
        .where(NumberSeries.name == SERIES)
        .values(last=NumberSeries.last + count)
        .returning(NumberSeries.last)
    )


# The columns of each fact; the first tells whether it changed, for a seal differs each time.
COLUMNS = {
    "name": ("name", "pinyin", "initials", "other_pinyin"),
    "number": ("number",),
    "sex": ("sex",),
    "born": ("born",),
    "id_number": ("id_digest", "id_seal"),
    "phone": ("phone_digest", "phone_seal"),
    "own_columns": ("own_columns",),
}


def correct(person: Person, facts: PersonFacts, keys: Keys, *, clear: bool = False) -> list[str]:
    """Set the columns of what differs, without a check and without a note in the log."""
    wanted = columns_of(facts, keys)
    if not clear:
        wanted["own_columns"] = {**person.own_columns, **facts.own_columns}
    changed = []
    for fact, columns in COLUMNS.items():
        value = wanted[columns[0]]
        if value == getattr(person, columns[0]) or not (value or clear):
            continue
        changed.append(fact)
        for column in columns:
            setattr(person, column, wanted[column])
    return changed


def keep_homes(person_ids: Collection[int], day: date) -> None:
    """The home unit follows the postings that are in force on a day, or begin later.

    It is not for the officer to choose, so units of others count too.
    """
    with queries.whole_city():
        going: dict[int, list[tuple[int, int | None]]] = defaultdict(list)
        places = (Posting.person_id, Posting.org_id, Posting.home_org_id)
        for some in batches(person_ids):
            held = select(*places).where(Posting.person_id.in_(some), queries.goes_on(Posting, day))
            for row in db.session.execute(held.order_by(Posting.from_on, Posting.id)):
                going[row[0]].append((row[1], row[2]))
        for some in batches(going):
            homes = select(Person.id, Person.org_id).where(Person.id.in_(some))
            moved = [
                person_id
                for person_id, home in db.session.execute(homes)
                if home_of(home, going[person_id]) != home
            ]
            changed = select(Person).where(Person.id.in_(moved))
            for person in db.session.scalars(changed) if moved else ():
                person.org_id = home_of(person.org_id, going[person.id])


def batches(ids: Iterable[T]) -> Iterator[list[T]]:
    """The ids, in lists short enough for one question."""
    waiting = sorted(ids)
    return (waiting[at : at + BATCH] for at in range(0, len(waiting), BATCH))
