"""How far everybody in the demonstration has come, and what they answer. Pure, from one seed."""

from collections import defaultdict
from collections.abc import Iterable
from enum import StrEnum

from lms.bank.rules import Part
from lms.dice import Stream, shuffled

SEED = 20180724
# Of a hundred in each county, how many have completed: some ahead of the plan, three behind it.
SHARES = {
    "140802": 72,
    "140821": 66,
    "140822": 61,
    "140823": 42,
    "140824": 68,
    "140825": 62,
    "140826": 79,
    "140827": 70,
    "140828": 56,
    "140829": 36,
    "140830": 65,
    "140881": 76,
    "140882": 49,
}
SHARE = 58  # beside the counties
SPREAD = 16  # so far a township may lie from its county
LEFT_BLANK = "不清楚"  # what is written where nothing is known


class Fate(StrEnum):
    """How far somebody has come."""

    PASSED = "passed"
    FAILED = "failed"
    READ = "read"  # everything, and sat nothing
    BEGUN = "begun"
    NOTHING = "nothing"


# Of a hundred who have not completed.
REST = ((Fate.FAILED, 14), (Fate.READ, 20), (Fate.BEGUN, 30))


def fates(people: Iterable[tuple[int, str]]) -> dict[int, Fate]:
    """Person → how far. people: ids, each with the code of the unit."""
    townships: dict[str, list[int]] = defaultdict(list)
    for person_id, code in people:
        townships[township_of(code)].append(person_id)
    found: dict[int, Fate] = {}
    for code, ids in sorted(townships.items()):
        found |= _shared_out(shuffled(sorted(ids), SEED, code), share_of(code))
    return found


def township_of(code: str) -> str:
    """The township that a unit lies in; for an office, the county or the city."""
    return code.split("-")[0][:9]


def share_of(township: str) -> int:
    """How many of a hundred have completed in a township."""
    near = Stream(int(township)).number(-SPREAD, SPREAD)
    return SHARES.get(township[:6], SHARE) + near


def _shared_out(ids: list[int], share: int) -> dict[int, Fate]:
    done = round(len(ids) * share / 100)
    found = dict.fromkeys(ids, Fate.NOTHING) | dict.fromkeys(ids[:done], Fate.PASSED)
    rest, at = len(ids) - done, done
    for fate, percent in REST:
        many = round(rest * percent / 100)
        found |= dict.fromkeys(ids[at : at + many], fate)
        at += many
    return found


def answer(part: Part, skill: int, stream: Stream) -> list[str]:
    """What somebody answers who knows so many of a hundred. Letters, or one text a blank."""
    if part.type.by_letters:
        right = sorted(part.right)
        return right if stream.happens(skill, 100) else _wrong_letters(part, right, stream)
    return [
        plain(stream.pick(variants)) if stream.happens(skill, 100) else LEFT_BLANK
        for variants in part.blanks
    ]


def _wrong_letters(part: Part, right: list[str], stream: Stream) -> list[str]:
    """One letter too few where several are right, else another one."""
    if len(right) > 1 and stream.happens(2, 3):
        left_out = stream.pick(right)
        return [letter for letter in right if letter != left_out]
    return [stream.pick([letter for letter in part.options if letter not in right] or right)]


def plain(variant: str) -> str:
    """A variant as somebody would write it: a number without its tolerance."""
    return variant.split("±")[0].strip()
