"""Who is who in a bundle: a code for each person, a masked name, texts without numbers. Pure."""

import re
from collections.abc import Iterable, Mapping

from lms.people.rules import masked_id, masked_name, masked_phone

# The shapes of what identifies a person, whatever stands around it.
ID_NUMBER = re.compile(r"(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])")
PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
SHORTEST = 2  # characters of a name that is looked for in texts


class Masks:
    """people: id → name; others: names of those who are no persons of the city, as guests.

    The codes follow the order of the ids, so that a bundle made anew agrees with the first.
    """

    def __init__(self, people: Mapping[int, str], others: Iterable[str] = ()) -> None:
        self.people = dict(people)
        self.codes = {key: f"R{n:05d}" for n, key in enumerate(sorted(people), start=1)}
        names = {name for name in (*people.values(), *others) if len(name) >= SHORTEST}
        longest_first = sorted(names, key=len, reverse=True)
        self.names = re.compile("|".join(map(re.escape, longest_first))) if names else None

    def code(self, person_id: int | None) -> str:
        """The code of a person in this bundle; "" for nobody."""
        return self.codes.get(person_id or 0, "")

    def name(self, person_id: int | None) -> str:
        """张*国; "" for nobody."""
        return masked_name(self.people.get(person_id or 0, ""))

    def who(self, person_id: int | None) -> tuple[str, str]:
        """Code and masked name, as they stand side by side."""
        return self.code(person_id), self.name(person_id)

    def text(self, text: str | None) -> str:
        """A text with those of the bundle masked, and whatever looks like the number of one."""
        shown = ID_NUMBER.sub(lambda found: masked_id(found[0]), text or "")
        shown = PHONE.sub(lambda found: masked_phone(found[0]), shown)
        return self.names.sub(lambda found: masked_name(found[0]), shown) if self.names else shown
