"""Which rules of hours ask of somebody, as one number that a database adds up from postings."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import BigInteger, ColumnElement, String, case, literal, or_, type_coerce

from lms.ledger import owing
from lms.ledger.reckoning import Rule
from lms.ledger.rules import RuleKey, hundredths
from lms.people.models import Posting

BITS = 62  # of a whole number, on either database


@dataclass(frozen=True)
class Asking:
    """The rules under which hours are owed. Each has a few bits of one number to itself.

    They count for how many postings it asks of somebody; of ten rules each counts up to 63, and
    nobody holds as many posts at once.
    """

    rules: Sequence[Rule]

    @cached_property
    def requirements(self) -> list[owing.Requirement]:
        """What each rule asks for."""
        return [owing.requirement(one) for one in self.rules]

    @property
    def _bits(self) -> int:
        return BITS // max(len(self.rules), 1)

    def of_posting(self) -> ColumnElement[int]:
        """The number of a posting; that of a person is the sum over the postings."""
        by_post: dict[str, int] = {}
        found: ColumnElement[int] = literal(0, BigInteger)
        for place, rule in enumerate(self.rules):
            one = 1 << place * self._bits
            posts, words = owing.whom(rule)
            for post in posts:
                by_post[str(post)] = by_post.get(str(post), 0) + one
            if words:
                named = or_(*(Posting.rank.like(f"%{word}%") for word in words))
                found += _where(Posting.rank.is_not(None) & named, one)
        if by_post:
            numbers = {post: literal(one, BigInteger) for post, one in by_post.items()}
            found += case(numbers, value=type_coerce(Posting.post, String), else_=0)
        return found

    def owes(self, number: int) -> owing.Owes:
        """What somebody owes of whom these ask."""
        each = (1 << self._bits) - 1
        asked = (number >> place * self._bits & each for place in range(len(self.rules)))
        return owing.owed_under(rule for rule, some in zip(self.rules, asked, strict=True) if some)

    @cached_property
    def long(self) -> int:
        """The bits of what is asked for within several years."""
        each = (1 << self._bits) - 1
        asked = enumerate(self.requirements)
        return sum(each << place * self._bits for place, one in asked if one.years > 1)

    def steps(self, key: RuleKey) -> list[int]:
        """The hundredths that rules of this kind ask for in a year, the most first."""
        asked = [one for one in self.requirements if one.rule.key is key and one.years == 1]
        return sorted({hundredths(one.hours) for one in asked}, reverse=True)


def _where(held: ColumnElement[bool], one: int) -> ColumnElement[int]:
    return case((held, literal(one, BigInteger)), else_=0)
