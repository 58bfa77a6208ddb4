"""Making one invented person: nobody's number, nobody's telephone."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from lms.demonstration.names import full_name
from lms.dice import Stream

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True)
class PlannedPosting:
    """One person in one post of one unit, from a day to a day (not included)."""

    unit_code: str
    post: str
    from_on: date
    to_on: date | None = None
    term_no: int | None = None
    home_unit_code: str | None = None
    rank: str = ""


@dataclass(frozen=True)
class PlannedPerson:
    """A person to be. sex: 男 or 女; number: the short number on the slip."""

    name: str
    sex: str
    birth: date
    id_number: str
    phone: str
    number: str
    postings: tuple[PlannedPosting, ...] = ()

    def posted(self, *postings: PlannedPosting) -> "PlannedPerson":
        """The same person with these postings too."""
        return replace(self, postings=self.postings + postings)


@dataclass
class Maker:
    """Makes persons one after another; what it has given away it never gives again."""

    stream: Stream
    made: int = 0
    named: dict[tuple[str, date, bool], int] = field(default_factory=dict)

    def person(
        self, unit: str, born: tuple[int, int], women: int = 35, clan: str = ""
    ) -> PlannedPerson:
        """unit: the code of any unit; born: first and last year; women: of a hundred."""
        stream = self.stream
        woman = stream.happens(women, 100)
        birth = date(stream.number(*born), 1, 1) + timedelta(days=stream.number(0, 364))
        self.made += 1
        return PlannedPerson(
            name=full_name(stream, woman, birth.year, clan),
            sex="女" if woman else "男",
            birth=birth,
            id_number=self._id_number(unit, birth, woman),
            phone=f"120{(self.made * 7_654_321 + 13_579) % 10**8:08d}",
            number=str(100_000 + self.made),
        )

    def _id_number(self, unit: str, birth: date, woman: bool) -> str:
        """The area code begins with 99, which was never assigned to a place."""
        area = "99" + unit.split("-")[0][2:6].ljust(4, "0")
        nth = self.named.get((area, birth, woman), 0)
        self.named[area, birth, woman] = nth + 1
        body = f"{area}{birth:%Y%m%d}{2 * nth + (2 if woman else 1):03d}"
        return body + check_sign(body)


def check_sign(body: str) -> str:
    """The eighteenth sign of an ID number, from the seventeen before it (GB 11643)."""
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, body, strict=True))
    return "10X98765432"[total % 11]
