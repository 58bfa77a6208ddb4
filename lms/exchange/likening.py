"""Which of the new questions look like one that the bank has, or like another of the same file."""

import re
from collections.abc import Iterator, Sequence

from lms.bank import alike
from lms.bank.found_by import words_of
from lms.bank.rules import Question
from lms.bank.twins import twins_of
from lms.db import db
from lms.exchange import queries
from lms.exchange.models import BankImport
from lms.exchange.standings import Like, Status

BATCH = 1000  # questions compared with the bank at once
BLOCK = 250  # questions of one file compared with all of it at once
WRITTEN = 200  # lines changed in a slice
FIGURES = re.compile(r"[0-9]+|[一二三四五六七八九十百千]+")
MOST = 3  # that are shown beside a question
Likes = dict[int, list[Like]]  # number of a line → what it looks like


def likes_in_bank(bank_id: int, new: Sequence[tuple[int, Question]]) -> Iterator[Likes]:
    """New questions by the numbers of their lines, compared with the bank, batch by batch."""
    for start in range(0, len(new), BATCH):
        some = new[start : start + BATCH]
        found = twins_of([question for _, question in some], [bank_id])
        yield {
            number: [Like(round(twin.how.share * 100), entry_id=twin.line.id) for twin in twins]
            for (number, _), twins in zip(some, found, strict=True)
            if twins
        }


def likes_in_file(new: Sequence[tuple[int, Question]]) -> Likes:
    """New questions compared with those before them in the same import.

    Whoever writes two questions that differ in a figure alone means two questions, so only those
    with the same figures are compared.
    """
    texts = [alike.loose(words_of(question)) for _, question in new]
    groups: dict[tuple[str, ...], list[int]] = {}
    for place, text in enumerate(texts):
        groups.setdefault(tuple(sorted(FIGURES.findall(text))), []).append(place)
    found: Likes = {}
    for places in groups.values():
        for one, other, share in _alike([texts[place] for place in places]):
            like = Like(min(99, round(share * 100)), number=new[places[other]][0])
            found.setdefault(new[places[one]][0], []).append(like)
    return found


def _alike(texts: Sequence[str]) -> Iterator[tuple[int, int, float]]:
    """Pairs of these texts that are alike, the earlier one second. In blocks, to bound memory."""
    if len(texts) < 2:
        return
    import numpy as np  # loaded by who compares thousands

    blocks = range(0, len(texts), BLOCK)
    sketches = np.vstack([alike.sketches(texts[start : start + BLOCK]) for start in blocks])
    for start in blocks:
        for row, other in alike.may_be_alike(sketches[start : start + BLOCK], sketches):
            one = start + row
            if other < one and (share := alike.share(texts[one], texts[other])):
                yield one, other, share


def note(one: BankImport, reading: int, likes: Likes) -> Iterator[int]:
    """Write down what looks like what, a slice at a time; it waits to be decided."""
    numbers = sorted(likes)
    for start in range(0, len(numbers), WRITTEN):
        some = numbers[start : start + WRITTEN]
        for line in queries.of_reading(one.id, reading, some):
            mine = sorted(likes[line.number], key=lambda like: -like.share)[:MOST]
            line.likes = [*line.likes, *([x.share, x.entry_id, x.number] for x in mine)]
            if line.status in (Status.NEW, Status.UNANSWERED):
                line.status = Status.ALIKE
        db.session.flush()
        yield len(some)
