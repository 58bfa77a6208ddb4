"""What a row of a roster would do, and what it did, in a form that can wait in a table. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from lms.people.facts import PersonFacts
from lms.people.rules import Post
from lms.rosters.rows import RosterRow
from lms.rosters.rules import Fault, Status

# one for all: made anew it is slow
ENCODED = json.JSONEncoder(ensure_ascii=False, default=dict, separators=(",", ":")).encode


@dataclass(frozen=True)
class Begin:
    """A posting to begin. ends: the posting that it takes the place of, if any."""

    post: Post
    from_on: date
    to_on: date | None = None
    rank: str = ""
    title: str = ""
    term: int | None = None
    home_id: int | None = None
    ends: int | None = None


@dataclass(slots=True)
class Draft:
    """One line of an import. number: from 1; row: as the sheet counts, 0 for whom no row names.

    facts: what is to be kept of a person, on the first line about one; changes: which of them
    differ from what is known; fills: posting → what it did not say; loose: postings that the
    roster does not name and that would end on a day, if the officer says so.
    """

    number: int
    source: int = -1
    row: int = 0
    status: Status = Status.ERROR
    who: int = 0
    person_id: int | None = None
    unit_id: int | None = None
    name: str = ""
    post_text: str = ""
    unit_text: str = ""
    facts: PersonFacts | None = None
    changes: list[str] = field(default_factory=list)
    begins: list[Begin] = field(default_factory=list)
    fills: dict[int, dict[str, Any]] = field(default_factory=dict)
    loose: list[int] = field(default_factory=list)
    ends_on: date | None = None
    faults: list[Fault] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)  # as sent, where there are faults
    places: dict[str, str] = field(default_factory=dict)  # column → words of the unit, there too
    said: RosterRow | None = None  # what was read; not kept
    differs: frozenset[str] | None = None  # facts known otherwise, where they were compared

    @property
    def is_good(self) -> bool:
        return not self.faults

    def packed(self) -> str:
        """All that stands in no column of its own, as JSON.

        Put together from its parts: what thousands of lines say alike is encoded once.
        """
        kept = {
            "name": ENCODED(self.name),
            "post": ENCODED(self.post_text),
            "unit": ENCODED(self.unit_text),
        }
        if self.facts:
            kept["facts"] = _packed_facts(self.facts)
        if self.begins:
            kept["begins"] = f"[{','.join(map(_packed_begin, self.begins))}]"
        if self.fills:
            kept["fills"] = ENCODED({key: _plain(values) for key, values in self.fills.items()})
        for what, found in (("faults", self.faults), ("notes", self.notes)):
            if found:
                kept[what] = ENCODED([[one.column, one.why, _words(one.values)] for one in found])
        for what, said in (
            ("changes", self.changes),
            ("cells", self.cells),
            ("places", self.places),
        ):
            if said:
                kept[what] = ENCODED(said)
        return _whole(kept)


def unpacked(packed: str, **columns: Any) -> Draft:
    """A draft as it was packed. columns: what stood beside."""
    kept = json.loads(packed)
    facts = kept.get("facts")
    return Draft(
        **columns,
        name=kept.get("name", ""),
        post_text=kept.get("post", ""),
        unit_text=kept.get("unit", ""),
        facts=PersonFacts(**facts) if facts else None,
        changes=kept.get("changes", []),
        begins=[_begin(values) for values in kept.get("begins", [])],
        fills={int(key): _filled(values) for key, values in kept.get("fills", {}).items()},
        faults=[Fault(*one) for one in kept.get("faults", [])],
        notes=[Fault(*one) for one in kept.get("notes", [])],
        cells=kept.get("cells", []),
        places=kept.get("places", {}),
    )


@dataclass
class Made:
    """What became of a line, so that it can be taken back. Days as texts.

    new: the person was added; before: fact → what was known; filled: posting → what stood there;
    ended: posting → the end that had been planned.
    """

    new: bool = False
    postings: list[int] = field(default_factory=list)
    ended: dict[str, str | None] = field(default_factory=dict)
    filled: dict[str, dict[str, Any]] = field(default_factory=dict)
    before: dict[str, Any] = field(default_factory=dict)
    transfer: int | None = None

    def packed(self) -> str:
        return json.dumps({key: value for key, value in vars(self).items() if value})

    @classmethod
    def of(cls, packed: str) -> "Made":
        return cls(**json.loads(packed))

    @property
    def ends(self) -> dict[int, date | None]:
        return {int(key): _day(value) for key, value in self.ended.items()}


def _whole(parts: Mapping[str, str]) -> str:
    """An object of JSON, of parts that are JSON. Their names are words of ours."""
    return "{" + ",".join([f'"{name}":{part}' for name, part in parts.items()]) + "}"


def _packed_facts(facts: PersonFacts) -> str:
    """Without what is empty: that is what it is again when nothing is said."""
    said = {name: value for name, value in vars(facts).items() if value}
    own = said.pop("own_columns", None)
    parts = {name: ENCODED(value) for name, value in said.items()}
    if own:
        parts["own_columns"] = _packed_own(*own.items())
    return _whole(parts)


@lru_cache(1000)  # 汉族, 中共党员: what stands beside one person stands beside thousands
def _packed_own(*own: tuple[str, str]) -> str:
    return ENCODED(dict(own))


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: value.isoformat() if isinstance(value, date) else value
        for key, value in values.items()
        if value not in (None, "")
    }


@lru_cache(1000)  # thousands begin the same post on the same day
def _packed_begin(begin: Begin) -> str:
    return ENCODED(_plain(vars(begin)))


def _begin(values: dict[str, Any]) -> Begin:
    days = {key: _day(values.pop(key, None)) for key in ("from_on", "to_on")}
    return Begin(**{**values, **days, "post": Post(values["post"])})


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    return {key: _day(value) if key == "to_on" else value for key, value in values.items()}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _words(values: Mapping[str, object]) -> dict[str, str]:
    return {key: str(value) for key, value in values.items()}
