"""What the percentages of an exchange format come to as a key, and what of them has no equal."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from lms.bank.rules import CREDIT_NAMES, LETTERS, QuestionType
from lms.exchange.blanks import gaps_in
from lms.exchange.rules import Doubt, Found
from lms.scoring.choice import Credit
from lms.words import N_

NONE_IS_RIGHT = N_("没有得满分的选项，看不出正确答案，请补上。")
SEVERAL_ARE_RIGHT = N_("选项 {letters} 各得满分，选哪个都算对；系统没有这种题，请只留一个答案。")
SUM_IS_NOT_WHOLE = N_("正确选项的分数合计 {sum}%，不是 100%，看不出正确答案，请核对。")
NO_SUCH_SHARE = N_("选项 {letter} 的分数 {percent}% 不合规定，看不出正确答案，请核对。")
PART_OF_POINTS = N_("选项 {letters} 在原文件里得一部分分；系统不能按选项给不同的分，请核对。")
UNEQUAL = N_("各个正确选项在原文件里的分数不相等；系统每项相等，请核对。")
TOO_MANY = N_("选项超过 26 个，请删减。")
PART_FOR_WORDS = N_("答案“{written}”在原文件里只得一部分分，没有带入；需要的请加为答案。")
PATTERN = N_("答案“{written}”里的 * 代表任意文字；系统没有这种答案，没有带入，请改写。")
BLANKS_DIFFER = N_("题干有 {blanks} 个空，答案却有 {answers} 个，请核对。")
ANSWERS_GONE = N_("没有能用的答案，请补上。")

FEEDBACK = N_("{count} 道题的逐项反馈并入了解析。")
HINTS = N_("{count} 道题的提示和统一反馈系统没有，没有带入。")
WRONG_COSTS_LESS = N_("{count} 道多选题在原文件里错选不扣或只扣一部分分；系统里错选不得分。")

WHOLE = Decimal(100)
SHARES = "100 90 83.33333 80 75 70 66.66667 60 50 40 33.33333 30 25 20 16.66667 14.28571 12.5"
KNOWN_SHARES = [Decimal(share) for share in f"{SHARES} 11.11111 10 5 0".split()]
NEAR = Decimal("0.01")


@dataclass(frozen=True)
class Weighed:
    """One answer in Markdown, its percentage, what is told to who gave it."""

    text: str
    percent: Decimal | None  # None: it is no number
    feedback: str = ""


@dataclass
class Told:
    """What is said of a whole file: each sentence once, with the number of questions."""

    counts: Counter[str] = field(default_factory=Counter)

    def note(self, text: str) -> None:
        self.counts[text] += 1

    def notes(self) -> list[Doubt]:
        return [Doubt(text, {"count": count}) for text, count in self.counts.items()]


def choose(found: Found, choices: Sequence[Weighed], single: bool, told: Told) -> None:
    """Give `found` its options and its key. single: whether one option is chosen."""
    if len(choices) > len(LETTERS):
        found.doubts.append(Doubt(TOO_MANY, what="options"))
        choices = choices[: len(LETTERS)]
        choices = [Weighed(one.text, None, one.feedback) for one in choices]
    found.type = QuestionType.SINGLE if single else QuestionType.MULTIPLE
    lettered = dict(zip(LETTERS, choices, strict=False))
    found.options = {letter: one.text for letter, one in lettered.items()}
    explain(found, [(letter, one.feedback) for letter, one in lettered.items()], told)
    wrong = _no_share(lettered)
    if wrong:
        found.doubts.append(wrong)
        return
    shares = {letter: one.percent or Decimal(0) for letter, one in lettered.items()}
    if single:
        _one(found, shares)
    else:
        _several(found, shares, told)


def _no_share(lettered: dict[str, Weighed]) -> Doubt | None:
    for letter, one in lettered.items():
        known = one.percent is not None and any(
            abs(abs(one.percent) - share) < NEAR for share in KNOWN_SHARES
        )
        if not known:
            shown = "?" if one.percent is None else f"{one.percent:f}"
            return Doubt(NO_SUCH_SHARE, {"letter": letter, "percent": shown[:20]}, "answer")
    return None


def _one(found: Found, shares: dict[str, Decimal]) -> None:
    whole = [letter for letter, share in shares.items() if share == WHOLE]
    part = [letter for letter, share in shares.items() if share not in (0, WHOLE)]
    if len(whole) == 1:
        found.answer = frozenset(whole)
    else:
        text = SEVERAL_ARE_RIGHT if whole else NONE_IS_RIGHT
        found.doubts.append(Doubt(text, {"letters": "、".join(whole)} if whole else {}, "answer"))
    if part:
        found.doubts.append(Doubt(PART_OF_POINTS, {"letters": "、".join(part)}, "answer"))


def _several(found: Found, shares: dict[str, Decimal], told: Told) -> None:
    right = {letter: share for letter, share in shares.items() if share > 0}
    total = sum(right.values(), Decimal(0))
    if not right:
        found.doubts.append(Doubt(NONE_IS_RIGHT, what="answer"))
        return
    if abs(total - WHOLE) > Decimal("0.1"):
        found.doubts.append(Doubt(SUM_IS_NOT_WHOLE, {"sum": f"{total:f}"}, "answer"))
        return
    found.answer = frozenset(right)
    found.facts["credit"] = CREDIT_NAMES[Credit.PER_OPTION]
    if len(right) == 1:
        found.type = QuestionType.INDEFINITE
        found.guessed.add("type")
    if max(right.values()) - min(right.values()) > NEAR:
        found.doubts.append(Doubt(UNEQUAL, what="answer"))
    if any(share > -WHOLE for letter, share in shares.items() if letter not in right):
        told.note(WRONG_COSTS_LESS)


def fill_in(found: Found, variants: Sequence[Weighed], told: Told) -> None:
    """Make `found` a blank with these variants."""
    found.type = QuestionType.BLANK
    accepted = accepted_variants(found, variants, told)
    if accepted:
        found.answer = (accepted,)
    gaps = gaps_in(found.stem)
    if gaps == 0:
        found.stem = f"{found.stem} ____".strip()
    elif gaps > 1:
        found.doubts.append(Doubt(BLANKS_DIFFER, {"blanks": gaps, "answers": 1}, "answer"))


def accepted_variants(found: Found, variants: Sequence[Weighed], told: Told) -> tuple[str, ...]:
    """Those that are wholly right and can be written; what is left out is named."""
    explain(found, [(one.text, one.feedback) for one in variants], told)
    accepted: list[str] = []
    for one in variants:
        plain = _plain(one.text)
        if plain == "*" and one.percent == 0:
            continue  # only says what is told to any other answer
        if "*" in plain.replace("\\*", ""):
            found.doubts.append(Doubt(PATTERN, {"written": plain[:40]}, "answer"))
        elif one.percent == WHOLE:
            accepted.append(plain.replace("\\*", "*"))
        elif one.percent != 0:
            found.doubts.append(Doubt(PART_FOR_WORDS, {"written": plain[:40]}, "answer"))
    if not accepted:
        found.doubts.append(Doubt(ANSWERS_GONE, what="answer"))
    return tuple(dict.fromkeys(accepted))


def _plain(variant: str) -> str:
    """A variant is compared with what is typed; it is no Markdown."""
    return variant.replace("\\*", "*").replace("\\<", "<").replace("&amp;", "&")


def explain(found: Found, told_to: Iterable[tuple[str, str]], told: Told) -> None:
    """What is told to each answer goes below the explanation."""
    lines = [f"{name}: {feedback}" for name, feedback in told_to if feedback]
    if lines:
        found.explanation = "\n\n".join(filter(None, [found.explanation, *lines]))
        told.note(FEEDBACK)


def tolerant(middle: Decimal, within: Decimal) -> str:
    """A number as a blank accepts it: 3.14 ± 0.01."""
    return f"{middle:f} ± {within:f}" if within else f"{middle:f}"
