"""Opens what is sealed on a line, and what is known of a person, for work that needs it plain."""

from collections.abc import Collection
from typing import Any, Protocol

from lms.ciphers import opened, sealed
from lms.people.keeping import Keys
from lms.people.models import Person
from lms.people.numbers import read_seals
from lms.rosters.drafts import Draft, Made, unpacked
from lms.rosters.models import RosterLine


class Line(Protocol):
    """A line of an import, or what stands for it."""

    number: Any
    source: Any
    row: Any
    status: Any
    who: Any
    about_id: Any
    unit_id: Any
    loose: Any
    ends_on: Any
    draft: Any


def opened_draft(line: Line, secret: str) -> Draft:
    """What a line says. secret: the key "cipher"."""
    return unpacked(
        opened(line.draft, secret),
        number=line.number,
        source=line.source,
        row=line.row,
        status=line.status,
        who=line.who,
        person_id=line.about_id,
        unit_id=line.unit_id,
        loose=line.loose,
        ends_on=line.ends_on,
    )


def facts_before(person: Person, keys: Keys, names: Collection[str]) -> dict[str, Any]:
    """What is known of a person now, of these facts."""
    numbers = read_seals(person.id_seal, person.phone_seal, keys["cipher"], masked=False)
    known = {
        "name": person.name,
        "number": person.number or "",
        "sex": person.sex or "",
        "born": person.born or "",
        "id_number": numbers.id_number or "",
        "phone": numbers.phone or "",
        "own_columns": dict(person.own_columns),
    }
    return {name: value for name, value in known.items() if name in names}


def kept(made: Made, secret: str) -> str:
    """What became of a line, as it is kept: sealed where it says what was known of a person."""
    return sealed(made.packed(), secret) if made.before else made.packed()


def made_of(line: RosterLine, secret: str) -> Made:
    """What became of a line. secret: the key "cipher"."""
    if not line.made:
        return Made()
    return Made.of(line.made if line.made.startswith("{") else opened(line.made, secret))
