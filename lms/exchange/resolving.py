"""Settles the answer of a question from all that is written about it; what disagrees is a doubt."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lms.bank.rules import QuestionType
from lms.exchange.answers import normal, read_answer
from lms.exchange.lines import flat
from lms.exchange.raw import Written
from lms.exchange.rules import Answer, Doubt
from lms.words import N_

CONFLICT = N_("这道题的答案前后不一致：{answers}。请核对后只留一个。")
COUNT = N_("题目说正确答案有 {told} 个，答案却有 {count} 个。请核对。")
EXPLAINED = N_("解析里说“{told}”，与答案“{answer}”不一致。请核对。")

# data: how an explanation repeats the answer
SAID = re.compile(
    r"(?:故|因此|所以|综上所?述?|应|本题|因而)[^。;\n]{0,6}?(?:选择?|答案(?:为|是|选)|正确答案(?:为|是|选))\s*[:“\"]?\s*"
    r"([A-Z](?:\s*[、,和]?\s*[A-Z])*)(?![A-Za-z0-9])"
    r"|(?:正确答案|答案)(?:为|是|选|应为)\s*[:“\"]?\s*([A-Z](?:\s*[、,]?\s*[A-Z])*)(?![A-Za-z0-9])"
)
SAID_SO = re.compile(
    r"(?:故|因此|所以|综上)[^。;,\n]{0,4}?(?:本题|题干|该)?(?:说法|表述|题)?(?:是|为)?(正确|错误)的?\s*[。.]?\s*$"
)


@dataclass
class Settled:
    """The answer with what was guessed and doubted of it; rest: what stood behind the answer."""

    answer: Answer | None = None
    type: QuestionType | None = None
    guessed: set[str] = field(default_factory=set)
    doubts: list[Doubt] = field(default_factory=list)
    rest: str = ""


def settle(
    written: Sequence[Written],
    kind: QuestionType | None,
    options: Mapping[str, str],
    blanks: int,
) -> Settled:
    """One answer out of all that is written. Where two say different things there is none."""
    known = [w for w in written if w.text.strip()]
    meant = [(w, read_answer(w.text, kind, options, blanks)) for w in known]
    told = [(w, m) for w, m in meant if m.answer is not None]
    settled = Settled()
    different = {_comparable(m.answer) for _, m in told}
    if len(different) > 1:
        shown = "、".join(dict.fromkeys(w.text.strip()[:20] for w, _ in told))
        settled.doubts.append(Doubt(CONFLICT, {"answers": shown}, "answer"))
        return settled
    for _, m in meant:
        settled.doubts += [d for d in m.doubts if d not in settled.doubts]
        settled.rest = settled.rest or m.rest
    if any(m.answer is None and m.doubts for _, m in meant):
        return settled  # one of them cannot be read: nobody knows whether it agrees
    if told:
        best = min(told, key=lambda pair: len(pair[1].guessed))[1]
        settled.answer, settled.type = best.answer, best.type
        settled.guessed |= best.guessed
    return settled


def _comparable(answer: Answer | None) -> object:
    if isinstance(answer, str):
        return "".join(normal(answer).split())
    return answer


def check(settled: Settled, explanation: str, right_count: int | None) -> None:
    """Compare the answer with what else the question says of it."""
    answer = settled.answer
    if isinstance(answer, frozenset):
        if right_count and len(answer) != right_count:
            counts = {"told": right_count, "count": len(answer)}
            settled.doubts.append(Doubt(COUNT, counts, "answer"))
        told = _letters_said(explanation)
        if told and told != answer:
            values = {"told": "".join(sorted(told)), "answer": "".join(sorted(answer))}
            settled.doubts.append(Doubt(EXPLAINED, values, "answer"))
    elif isinstance(answer, bool):
        so = SAID_SO.search(explanation[-40:])
        if so and (so[1] == "正确") is not answer:
            right = N_("正确") if answer else N_("错误")
            settled.doubts.append(Doubt(EXPLAINED, {"told": so[1], "answer": right}, "answer"))


def _letters_said(explanation: str) -> frozenset[str]:
    found = {
        frozenset(re.findall("[A-Z]", one or other))
        for one, other in SAID.findall(flat(explanation))
    }
    return found.pop() if len(found) == 1 else frozenset()
