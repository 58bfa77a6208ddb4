"""What must agree with a key: the explanation, the stem, the letters printed before options."""

from lms.bank.rules import QuestionType
from lms.exchange.explained import letters_told, truth_told
from lms.exchange.records import Record
from lms.exchange.rules import Answer, Doubt, Found
from lms.exchange.stems import Asked
from lms.words import N_

TOLD_OTHERWISE = N_("解析说的是“{told}”，答案却是“{written}”，请核对。")
OTHER_COUNT = N_("题干说选 {count} 项，答案却有 {given} 项，请核对。")
LETTERS_DIFFER = N_("选项 {letter} 前面印的字母是 {shown}，答案用到的字母可能指两个选项，请核对。")
LETTERS_SHOWN = N_("选项 {letter} 前面印的字母是 {shown}，请核对。")
NO_TRUTH = N_("题型是判断题，选项和答案却是选择题的，请核对题型和答案。")


def compare(found: Found, record: Record, asked: Asked) -> None:
    """Add the doubts that arise where an explanation, a stem or printed letters disagree."""
    if record.shown_letters:
        _note_shown(found, record.shown_letters)
    answer = found.answer
    if isinstance(answer, frozenset):
        if found.type is QuestionType.TRUE_FALSE:
            found.doubts.append(Doubt(NO_TRUTH, what="answer"))
        told = letters_told(record.explanation, found.options)
        if told and told != answer and told <= set(found.options):
            _differs(found, "".join(sorted(told)), "".join(sorted(answer)))
        if asked.count and asked.count != len(answer):
            values = {"count": asked.count, "given": len(answer)}
            found.doubts.append(Doubt(OTHER_COUNT, values, "answer"))
    elif isinstance(answer, bool):
        value = truth_told(record.explanation)
        if value is not None and value is not answer:
            _differs(found, _sign(value), _sign(answer))


def _note_shown(found: Found, shown: dict[str, str]) -> None:
    """27: the letter C stands before two options."""
    letter, printed = next(iter(shown.items()))
    values = {"letter": letter, "shown": printed}
    answer: Answer | None = found.answer
    touched = isinstance(answer, frozenset) and answer & {*shown, *shown.values()}
    text = LETTERS_DIFFER if touched else LETTERS_SHOWN
    found.doubts.append(Doubt(text, values, "answer" if touched else "options"))
    if touched:
        found.guessed.add("answer")


def _differs(found: Found, told: str, written: str) -> None:
    values = {"told": told, "written": written}
    found.doubts.append(Doubt(TOLD_OTHERWISE, values, "answer"))


def _sign(value: bool) -> str:
    return "√" if value else "×"
