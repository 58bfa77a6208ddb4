"""What is known of the people whom a roster means, and what it should name. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from lms.people.rules import Post
from lms.rosters.rows import RosterRow

SENT = frozenset({Post.FIRST_SEC, Post.AID_TEAM, Post.SECONDED})  # what one is keeps on at home
KINDS: tuple[frozenset[Post], ...] = (
    frozenset({Post.VPS, Post.VDS, Post.VCD, Post.VCV, Post.VPM, Post.VCM, Post.VSD}),
    SENT,
    frozenset({Post.TPS, Post.THD, Post.TLD, Post.TOC, Post.TOG}),
    frozenset({Post.LEADER, Post.STAFF}),
    frozenset({Post.MANAGER, Post.TECH}),
    frozenset({Post.PARTY_WORKER}),
    frozenset({Post.FLOAT_SEC}),
)


class Held(NamedTuple):
    """A posting of somebody known. The last day is not included; none: it goes on."""

    id: int
    unit_id: int
    post: Post
    from_on: date
    to_on: date | None
    rank: str | None
    term: int | None
    home_id: int | None

    def goes_on(self, day: date) -> bool:
        return self.to_on is None or self.to_on > day

    def holds(self, day: date) -> bool:
        return self.from_on <= day and self.goes_on(day)


@dataclass(slots=True)
class Known:
    """What is known of a person whom the import may change. Number and phone as digests."""

    id: int
    name: str
    number: str | None
    sex: str | None
    born: str | None
    id_digest: str | None
    phone_digest: str | None
    own: Mapping[str, Any]
    home_id: int
    held: list[Held] = field(default_factory=list)

    def belongs(self, units: Collection[int], day: date) -> bool:
        """Whether this person is at home or posted in one of these units."""
        return self.home_id in units or any(
            one.unit_id in units and one.goes_on(day) for one in self.held
        )


@dataclass(frozen=True)
class Terms:
    """Under which conditions rows are compared.

    day: today; as_of: the day of which the roster speaks; mine: units it may change; complete:
    those of them for which it names everybody; kinds: posts of the kinds that it names.
    """

    day: date
    as_of: date
    secret: str
    mine: Collection[int]
    complete: Collection[int]
    kinds: frozenset[Post]
    homes: Mapping[str, int | None]
    begun: dict[tuple[Any, ...], Any] = field(default_factory=dict)  # thousands begin alike


def kinds_named(rows: Iterable[RosterRow]) -> frozenset[Post]:
    """The posts of every kind of which the roster names one: the others it does not speak of."""
    named = {Post(post) for row in rows for post in row.posts}
    return frozenset().union(*(kind for kind in KINDS if kind & named))


def should_be_named(one: Held, terms: Terms) -> bool:
    """Whether a complete roster that names posts of this kind would name this one."""
    return one.unit_id in terms.complete and one.post in terms.kinds and one.holds(terms.as_of)


def missing(
    held: Mapping[int, list[Held]], named: Collection[int], terms: Terms
) -> Iterator[tuple[int, list[Held]]]:
    """Persons whom a complete roster should name and does not, with the postings in question.

    held: by person; named: persons whom some row means, or may mean.
    """
    for person_id, postings in held.items():
        loose = [one for one in postings if should_be_named(one, terms)]
        if loose and person_id not in named:
            yield person_id, loose
