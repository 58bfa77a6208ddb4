"""The headings of a file as its teacher sees them: chapters, else sections, else sheets. Pure."""

from collections.abc import Sequence

from lms.exchange.rules import Found

MOST = 60  # groups that a page can show; a file with more has no chapters but noise
LONGEST = 120


def groups(found: Sequence[Found]) -> tuple[list[str], list[int]]:
    """The groups in the order of the file, and for each question the place of its group."""
    for words in (*_levels(found), _sheets(found), _files(found)):
        names = list(dict.fromkeys(words))
        if 1 < len(names) <= MOST:
            places = {name: place for place, name in enumerate(names)}
            return names, [places[word] for word in words]
    return [""], [0] * len(found)


def _levels(found: Sequence[Found]) -> list[list[str]]:
    """For each depth the heading that stands above a question there, outermost first."""
    deepest = max((len(one.headings) for one in found), default=0)
    return [
        [" / ".join(one.headings[: depth + 1])[:LONGEST] for one in found]
        for depth in range(deepest)
    ]


def _sheets(found: Sequence[Found]) -> list[str]:
    return [one.place.sheet for one in found]


def _files(found: Sequence[Found]) -> list[str]:
    return [one.place.file for one in found]
