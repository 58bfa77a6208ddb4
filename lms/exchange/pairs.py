"""Rows of a key: 1-5 ABCDA, 1.A 2.B 3.CD, 1.√ 2.×, in one line or many."""

import re
from collections.abc import Sequence

from lms.exchange.lines import Line, flat

# data: what stands between number and answer, and between pairs
ANSWER = r"[A-Za-z](?:\s*[,、]?\s*[A-Za-z](?![A-Za-z]{4})){0,9}?|[√×✓✔✗✘╳]|正确|错误|对|错"
RANGE = re.compile(
    r"[(\[【]?\s*(\d{1,4})\s*(?:[-－—–~～至到]|\.{2,})\s*(\d{1,4})\s*[)\]】]?\s*(?:题)?\s*[.、:)]?\s*"
)
GROUP = re.compile(r"[A-Z]+|[√×✓✔✗✘╳]|正确|错误|对|错")
RUN = re.compile(r"(?:[A-Za-z]|[√×✓✔✗✘╳]|正确|错误|对|错|[\s,、;|/.])+?(?=\s*[(\[【]?\d|\s*$)")
PAIR = re.compile(
    rf"第?\s*[(\[【]?\s*(\d{{1,4}})\s*(?:题\s*[:.、]?|[.、:)\]】]|\s|(?=[A-Za-z√×✓✗(\[【]))\s*[)\]】]?\s*"
    rf"[(\[【]?\s*({ANSWER})\s*[)\]】]?\s*[,、;。.|]?\s*(?=第?\s*[(\[【]?\s*\d|$)"
)
LONGEST = 4000
NUMBER_ROW = re.compile(r"\s*(?:题号|序号|题次)\s*[:|]?((?:\s*\d{1,4}[\s|]+)*\d{1,4})[\s|]*")
ANSWER_ROW = re.compile(
    r"\s*(?:参考|正确)?答案\s*[:|]?((?:\s*(?:[A-Za-z]{1,8}|[√×✓✗]|对|错|正确|错误)[\s|]*)+)"
)


class Pairs(dict[int, str]):
    """Number → answer. bad: numbers whose row has more or fewer answers than numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.bad: set[int] = set()
        self.twice: set[int] = set()

    def put(self, number: int, answer: str) -> None:
        if number in self and self[number] != answer:
            self.twice.add(number)
        self[number] = answer


def read_pairs(text: str) -> Pairs | None:
    """The pairs of a line that holds nothing else; None where it holds other things."""
    plain = flat(text).strip()
    if not plain[:1].isdigit() and plain[:1] not in ("(", "[", "【", "第") or len(plain) > LONGEST:
        return None
    pairs = Pairs()
    at = 0
    while at < len(plain):
        match = RANGE.match(plain, at)
        run = RUN.match(plain, match.end()) if match else None
        if match and run:
            _spread(pairs, int(match[1]), int(match[2]), run[0])
            at = run.end()
        elif match := PAIR.match(plain, at):
            pairs.put(int(match[1]), match[2].strip())
            at = match.end()
        else:
            return None
        while at < len(plain) and plain[at] in " \t,、;。|":
            at += 1
    return pairs or None


def _spread(pairs: Pairs, first: int, last: int, run: str) -> None:
    """A row of answers on its numbers, one each; a row that does not fit serves none of them."""
    numbers = list(range(first, last + 1)) if 0 <= last - first < 500 else [first]
    answers = _answers(run.upper(), len(numbers))
    if len(answers) == len(numbers):
        for number, answer in zip(numbers, answers, strict=True):
            pairs.put(number, answer)
    else:
        pairs.bad |= set(numbers)
        for number in numbers:
            pairs.setdefault(number, "")


def _answers(run: str, count: int) -> list[str]:
    """ABCDA is five answers; AB CD ABC are three; what fits is taken, spaces first."""
    parted = [piece for piece in re.split(r"[\s,、;|/.]+", run) if piece]
    if len(parted) == count and all(re.fullmatch("[A-Z]+", piece) for piece in parted):
        return parted
    return GROUP.findall(run) if not re.search("[A-Z]", run) else re.findall("[A-Z]", run)


def with_rows_joined(lines: Sequence[Line]) -> list[Line]:
    """Lines 题号 1 2 3 and 答案 A B C below each other as the one line 1.A  2.B  3.C."""
    found: list[Line] = []
    for line in lines:
        before = next((one for one in reversed(found) if one.text.strip()), None)
        numbers = NUMBER_ROW.fullmatch(flat(before.text)) if before else None
        answers = ANSWER_ROW.fullmatch(flat(line.text)) if numbers else None
        if before and numbers and answers:
            pairs = list(zip(numbers[1].split(), answers[1].split(), strict=False))
            if len(pairs) == len(numbers[1].split()) == len(answers[1].split()):
                before.text = "  ".join(f"{number}.{answer}" for number, answer in pairs)
                continue
        found.append(line)
    return found
