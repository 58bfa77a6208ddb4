"""Answers that are codes: 1 or 2 for right or wrong, the number of an option."""

import re
from collections.abc import Mapping
from dataclasses import replace

from lms.bank.rules import QuestionType
from lms.exchange.answers import Meant, read_answer
from lms.exchange.evidence import Codes
from lms.exchange.rules import Doubt
from lms.exchange.truths import truth_options
from lms.words import N_

CODED = N_("判断题的答案写成“{written}”，文件里看不出它表示对还是错，暂按“{meaning}”。请核对。")
NUMBERED = N_("答案写成数字“{written}”，看不出从 0 还是从 1 数起。请写成选项的字母。")
PERHAPS = N_("答案写成数字“{written}”，暂按第 {written} 个选项。请核对，或写成选项的字母。")


def coded(text: str, options: Mapping[str, str], kind: QuestionType | None, codes: Codes) -> Meant:
    """1 or 2 for right or wrong."""
    guessed = frozenset({"answer"} if kind else {"answer", "type"})
    told = truth_options(options)
    by_place = list(told.values()) if told else []
    if by_place and text in ("1", "2"):
        value = by_place[int(text) - 1]
        if text in codes.truth and codes.truth[text] is not value:
            return _guess(text, guessed)
        return Meant(value, QuestionType.TRUE_FALSE, guessed)
    if text in codes.truth and not by_place:
        return Meant(codes.truth[text], QuestionType.TRUE_FALSE, guessed)
    return _guess(text, guessed)


def _guess(text: str, guessed: frozenset[str]) -> Meant:
    value = text == "1"
    values = {"written": text, "meaning": "√" if value else "×"}
    doubt = Doubt(CODED, values, "answer")
    return Meant(value, QuestionType.TRUE_FALSE, guessed, (doubt,))


def by_number(
    text: str,
    options: Mapping[str, str],
    kind: QuestionType | None,
    first: int | None,
    usual: int | None,
) -> Meant:
    """The place of the option, counted from 0 or from 1 as the file shows.

    first: what the file shows; usual: what is customary, None where nothing is.
    """
    if first is None and usual is None:
        return Meant(None, kind, doubts=(Doubt(NUMBERED, {"written": text[:20]}, "answer"),))
    told = text if first != 0 else re.sub(r"\d+", lambda m: str(int(m[0]) + 1), text)
    meant = read_answer(told.strip("[]()"), kind, options)
    if first is None and meant.answer is not None:
        doubt = Doubt(PERHAPS, {"written": text[:20]}, "answer")
        return replace(meant, doubts=(*meant.doubts, doubt))
    return meant
