"""What a written answer means: letters in any dress, right or wrong, an option's text, blanks."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from lms.bank.rules import QuestionType
from lms.exchange.blanks import fill
from lms.exchange.rules import Answer, Doubt
from lms.exchange.truths import DIGITS, is_weak, plain_word, truth_and_rest, truth_options
from lms.words import N_

BEYOND = N_("答案“{written}”超出了选项（只有 {letters}）。请核对答案，或补上缺少的选项。")
NO_OPTIONS = N_("答案是字母“{written}”，却没有选项。请补上选项。")
MANY = N_("单选题的答案有 {count} 个：“{written}”。请核对题型和答案。")
ONLY_ONE = N_("多选题的答案只有一个：“{written}”。请核对题型和答案。")
TWICE = N_("答案“{written}”里有重复的字母，请核对。")
UNREAD = N_("看不懂答案“{written}”。请写成选项的字母，如 A 或 ACD。")
EITHER = N_("答案“{written}”给了不止一种说法，请只留一种。")
TWO_WAYS = N_("答案“{written}”可以指选项 {a}，也可以指选项 {b}。请写成选项的字母。")
OTHER_TEXT = N_("答案“{written}”的字母与文字对不上选项，请核对。")
NOT_RIGHT_OR_WRONG = N_("判断题的答案“{written}”看不懂，请写“正确”或“错误”。")
NO_CHOICE = N_("答案是“{written}”，题目却是选择题。请写成选项的字母，或核对题型。")
BLANKS_DIFFER = N_("题干有 {blanks} 个空，答案却有 {answers} 个。请用“；”把各空的答案分开。")

# data: words before, between and around the letters of an answer
NOTHING = {"", "略", "无", "暂无", "未知", "-", "—", "/", "见解析", "待补充", "空", "NONE", "NULL"}
BEFORE = re.compile(r"\s*(?:正确|参考|标准)?(?:答案|选项)?\s*(?:应?选择?|应为|为|是)?\s*[:：]?\s*")
OR = re.compile(r"[A-Z]\s*(?:或者?|OR)\s*[A-Z]")
BETWEEN = r"[\s,，、;；.．|/\\&+和与及:·。()\[\]【】{}“”\"'<>*-]*"
LETTERS = re.compile(rf"{BETWEEN}(?:[A-Z]{BETWEEN})+(?:选?项)?[\s。.]*")
LETTER_AND_WORDS = re.compile(r"[,、;|。.(\[【]*([A-Z])[)\]】]?[,.、:]?(?=.)")
LETTER_BEFORE = re.compile(r"[A-J](?:\s*[,、.:]\s*|\s+)[\u4e00-\u9fff]")  # C，一定职业
ENDS = ",、;|。."
LETTERS_AND_NOTE = re.compile(
    r"([A-Z](?:[\s,、;|/]*[A-Z])*)\s*[。;,]?\s*([(\[【].{2,}|[《解详根依因理].+)", re.DOTALL
)
SPACE = re.compile(r"\s+")
NUMBERS = re.compile(r"\d{1,2}(?:[\s,、;|]+\d{1,2})*")
LIKE_LATIN = str.maketrans("АВСЕНКМОРТХΑΒΕΗΙΚΜΝΟΡΤΧΖ", "ABCEHKMOPTXABEHIKMNOPTXZ")  # noqa: RUF001
USUAL = "ABCDEFGHIJ"  # letters that options have; DNS is a word
LONGEST = 400  # of an answer that may be letters


@dataclass(frozen=True)
class Meant:
    """What an answer means. answer None: nothing, or nothing that can be relied upon (see doubts).

    type: what the answer shows, where nobody said it; rest: what is said behind the answer itself.
    """

    answer: Answer | None = None
    type: QuestionType | None = None
    guessed: frozenset[str] = frozenset()
    doubts: tuple[Doubt, ...] = ()
    rest: str = ""


def read_answer(
    written: str,
    type: QuestionType | None = None,
    options: Mapping[str, str] | None = None,
    blanks: int = 0,
) -> Meant:
    """What `written` means for a question of this type (None: unknown) with these options.

    blanks: how many the stem shows (0: unknown). A doubt comes with what it is about; where the
    evidence conflicts beyond repair the answer is None.
    """
    options = options or {}
    text = written.strip()
    if plain_word(text) in NOTHING and bare(text) not in map(bare, options.values()):
        return Meant(None, type)
    if type in (QuestionType.SHORT, QuestionType.ESSAY, QuestionType.CASE):
        return Meant(text, type)
    if type is QuestionType.BLANK:
        return _for_blanks(text, blanks)
    told = truth_options(options)
    if type is QuestionType.TRUE_FALSE or told:
        return _right_or_wrong(text, type, options, told)
    if options:
        return _choice(text, type, options)
    return _without_options(text, type)


def letters_in(written: str) -> list[str] | None:
    """The letters of an answer in their order, or None where it is no mere list of letters."""
    text = normal(written)
    if len(text) > LONGEST:
        return None
    text = BEFORE.sub("", text, count=1) if not LETTERS.fullmatch(text) else text
    return re.findall("[A-Z]", text) if LETTERS.fullmatch(text) else None


def normal(written: str) -> str:
    """In one width and case, with letters that only look Latin made Latin."""
    return unicodedata.normalize("NFKC", written).strip().upper().translate(LIKE_LATIN)


def bare(text: str) -> str:
    """A text to compare with another: without spaces, widths, case and a closing mark."""
    return SPACE.sub("", unicodedata.normalize("NFKC", text)).upper().rstrip("。.;,、")


def _doubtful(text: str, written: str, **values: object) -> Meant:
    return Meant(doubts=(Doubt(text, {"written": written[:80], **values}, "answer"),))


def _for_blanks(text: str, count: int) -> Meant:
    found = fill(text, count)
    doubts = []
    if not found.agrees:
        values = {"blanks": count, "answers": len(found.blanks)}
        doubts.append(Doubt(BLANKS_DIFFER, values, "answer"))
    guessed = frozenset({"answer"}) if found.guessed else frozenset()
    return Meant(found.blanks or None, QuestionType.BLANK, guessed, tuple(doubts))


def _right_or_wrong(
    text: str,
    type: QuestionType | None,
    options: Mapping[str, str],
    told: Mapping[str, bool] | None,
) -> Meant:
    guessed = frozenset() if type else frozenset({"type"})
    kind = QuestionType.TRUE_FALSE
    letters = letters_in(text) or []
    if told and letters and len(set(letters)) == 1 and letters[0] in told:
        return Meant(told[letters[0]], kind, guessed)
    if told is None and options:  # a heading says true or false, the options are others
        return _choice(text, type, options)
    value, rest = truth_and_rest(text)
    if value is not None:
        weak = frozenset({"answer"}) if is_weak(text) else frozenset()
        return Meant(value, kind, guessed | weak, rest=rest)
    word = plain_word(text)
    if word in ("A", "B") and not options:
        return Meant(word == "A", kind, guessed | {"answer"})
    if word in DIGITS and (told is None or _in_order(told)):
        return Meant(DIGITS[word], kind, guessed | {"answer"})
    return _doubtful(NOT_RIGHT_OR_WRONG, text)


def _in_order(told: Mapping[str, bool]) -> bool:
    """Whether the first option is the right one, so that 1 means the same either way."""
    return next(iter(told.values()))


def _choice(text: str, type: QuestionType | None, options: Mapping[str, str]) -> Meant:
    shown = normal(text)
    if OR.search(shown) and letters_in(OR.sub("A", shown)):
        return _doubtful(EITHER, text)
    letters = letters_in(text)
    same = [letter for letter, option in options.items() if bare(option) == bare(text)]
    if letters:
        return _by_letters(text, letters, same, type, options)
    if len(same) == 1 and not NUMBERS.fullmatch(shown):
        return _found(text, same, type)
    if len(same) > 1:
        return _doubtful(TWO_WAYS, text, a=same[0], b=same[1])
    if NUMBERS.fullmatch(shown):
        return _by_numbers(text, shown, same, type, options)
    return _by_words(text, type, options)


def _by_letters(
    text: str,
    letters: list[str],
    same: list[str],
    type: QuestionType | None,
    options: Mapping[str, str],
) -> Meant:
    """Letters, unless the very same is an option's text and they cannot be letters."""
    fits = set(letters) <= set(options) and len(set(letters)) == len(letters)
    one = type is QuestionType.SINGLE
    if same and (not fits or (one and len(letters) > 1)):
        return _found(text, same[:1], type, guessed=True)
    if same and same != letters and len(letters) > 1:
        return _doubtful(TWO_WAYS, text, a="、".join(letters), b=same[0])
    if not set(letters) <= set(options):
        return _doubtful(BEYOND, text, letters="、".join(options))
    if not fits:
        return _doubtful(TWICE, text)
    return _found(text, letters, type, guessed=bool(same) and same != letters)


def _found(
    text: str, letters: list[str], type: QuestionType | None, guessed: bool = False, rest: str = ""
) -> Meant:
    """These letters, with a doubt where their number does not suit the type."""
    count = len(letters)
    kind = type or (QuestionType.MULTIPLE if count > 1 else QuestionType.SINGLE)
    doubts = []
    if kind in (QuestionType.SINGLE, QuestionType.TRUE_FALSE) and count > 1:
        doubts.append(Doubt(MANY, {"count": count, "written": text[:80]}, "answer"))
    if kind is QuestionType.MULTIPLE and count == 1:
        doubts.append(Doubt(ONLY_ONE, {"written": text[:80]}, "answer"))
    marks = {"answer"} if guessed else set()
    marks |= set() if type else {"type"}
    return Meant(frozenset(letters), kind, frozenset(marks), tuple(doubts), rest)


def _by_numbers(
    text: str,
    shown: str,
    same: list[str],
    type: QuestionType | None,
    options: Mapping[str, str],
) -> Meant:
    """2 is the second option, or the one whose text is 2; both must not differ."""
    names = list(options)
    told = [int(number) for number in re.findall(r"\d+", shown)]
    by_place = [names[n - 1] for n in told if 1 <= n <= len(names)]
    by_place = by_place if len(by_place) == len(told) == len(set(told)) else []
    if len(told) == 1 and same:
        if by_place and by_place != same:
            return _doubtful(TWO_WAYS, text, a=by_place[0], b=same[0])
        return _found(text, same, type)
    if any(bare(option) in map(str, told) for option in options.values()):
        return _doubtful(UNREAD, text)
    return _found(text, by_place, type, guessed=True) if by_place else _doubtful(UNREAD, text)


def _by_words(text: str, type: QuestionType | None, options: Mapping[str, str]) -> Meant:
    """The options' texts, with or without their letters, or letters with a note behind."""
    by_text = {bare(option): letter for letter, option in options.items()}
    lettered = _lettered(text, by_text, options)
    if lettered is not None:
        return _found(text, lettered, type) if lettered else _doubtful(OTHER_TEXT, text)
    for mark in (r"[;；|\n]", r"[,，]", r"[、]", r"\s+"):
        pieces = [piece for piece in re.split(mark, text) if piece.strip()]
        found = [by_text.get(bare(piece)) for piece in pieces]
        if len(pieces) > 1 and None not in found:
            return _found(text, [one for one in found if one], type)
    note = LETTERS_AND_NOTE.fullmatch(normal(text)[:LONGEST])
    if note and (letters := letters_in(note[1])):
        meant = _by_letters(text, letters, [], type, options)
        rest = text[-len(note[2]) :] if len(note[2]) <= len(text) else note[2]
        return Meant(meant.answer, meant.type, meant.guessed, meant.doubts, rest)
    value, _ = truth_and_rest(text)
    return _doubtful(UNREAD if value is None else NO_CHOICE, text)


def _lettered(
    text: str, by_text: Mapping[str, str], options: Mapping[str, str]
) -> list[str] | None:
    """A 警告、C 罚款 → A, C; [] where letter and words disagree; None where it is no such list."""
    left = bare(text)
    found: list[str] = []
    while match := LETTER_AND_WORDS.match(left):
        told = bare(options.get(match[1], ""))
        rest = left[match.end() :]
        if not told or not rest.startswith(told):
            return [] if found or rest.strip(ENDS) in by_text else None
        found.append(match[1])
        left = rest[len(told) :]
        if not left.strip(ENDS):
            return found
    return [] if found else None


def _without_options(text: str, type: QuestionType | None) -> Meant:
    value, rest = truth_and_rest(text)
    if value is not None and type is None:
        weak = frozenset({"answer"}) if is_weak(text) else frozenset()
        return Meant(value, QuestionType.TRUE_FALSE, frozenset({"type"}) | weak, rest=rest)
    letters = letters_in(text)
    if letters and set(letters) <= set(USUAL) and len(set(letters)) == len(letters):
        return _doubtful(NO_OPTIONS, text)
    if LETTER_BEFORE.match(normal(text)):
        return _doubtful(NO_OPTIONS, text)
    if type is None:
        return Meant(text, None)  # a text: the stem decides whether it fills blanks
    return _doubtful(UNREAD, text)
