"""Chinese first, English second: every text for people goes through the catalogue."""

import ast
import re
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.pofile import read_po

from lms.settings import HOME
from lms.words import FORMS

HAN = re.compile("[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
# Marks that no English text has, and those that a Chinese typeface sets as wide as a character.
WIDE = re.compile("[\u3000-\u303f\uff00-\uffef‘’“”…]")
SENTENCE = re.compile("[，。；？！]")
SHORT = 6  # Han signs: a word has fewer, what has more is a text
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{\w*\}|%%|%")
# What is typed, or stands on paper, stays Chinese: in quotes, in brackets, as the title of a law.
AS_WRITTEN = re.compile(r'"[^"]*"|\([^()]*\)|《[^》]*》')

CHINESE = "中文"  # a language is called as its readers call it

RECIPE = (HOME / "Makefile").read_text()
KEYWORDS = DEFAULT_KEYWORDS | parse_keywords(re.findall(r"-k (\S+)", RECIPE))
PATTERNS = {"compile", "sub", "fullmatch", "search", "match", "findall", "split"}

# Lists of words: what rosters say, how names sound, a city that is invented.
WORD_LISTS = (
    "lms/rosters/vocabulary.py",
    "lms/rosters/posts.py",
    "lms/people/pinyin.py",
    "lms/exchange/vocabulary.py",
    "lms/ledger/vocabulary.py",
    "lms/exchange/blocks.py",
    "lms/exchange/inline.py",
    "lms/exchange/labels.py",
    "lms/exchange/sections.py",
    "lms/reports/vocabulary.py",
    "lms/inspecting/vocabulary.py",
    "lms/demonstration/",
)
# It runs before there are catalogues, and says each thing in both languages.
TWO_TONGUES = "lms/commands/environment.py"
# Readers and writers of Chinese files: short words are their data; what is longer is for people.
READERS = (
    "lms/sheets/",
    "lms/scoring/",
    "lms/bank/files.py",
    "lms/callups/reading.py",
    "lms/classes/reading.py",
    "lms/exchange/columns.py",
    "lms/exchange/evidence.py",
    "lms/exchange/explained.py",
    "lms/exchange/jsons.py",
    "lms/exchange/judging.py",
    "lms/exchange/option_cells.py",
    "lms/exchange/pasted.py",
    "lms/exchange/stems.py",
    "lms/exchange/tables.py",
    "lms/exchange/weighing.py",
    "lms/exchange/agreeing.py",
    "lms/exchange/json_text.py",
    "lms/exchange/answers.py",
    "lms/exchange/blanks.py",
    "lms/exchange/facts.py",
    "lms/exchange/template.py",
    "lms/exchange/word.py",
    "lms/exchange/sources.py",
    "lms/exchange/filled.py",
    "lms/exchange/truths.py",
    "lms/exchange/cases.py",
    "lms/exchange/deciding.py",
    "lms/exchange/keys.py",
    "lms/exchange/looking.py",
    "lms/exchange/numbers.py",
    "lms/exchange/options.py",
    "lms/exchange/pageheads.py",
    "lms/exchange/pairs.py",
    "lms/exchange/plaintext.py",
    "lms/exchange/resolving.py",
    "lms/exchange/shapes.py",
    "lms/exchange/sharing.py",
    "lms/exchange/splitting.py",
    "lms/exchange/wholes.py",
    "lms/papers/printing_word.py",
    "lms/exchange/word_numbering.py",
    "lms/exchange/word_text.py",
    "lms/bank/front.py",
    "lms/bank/rules.py",
    "lms/laws/files.py",
    "lms/laws/reading.py",
    "lms/laws/rules.py",
    "lms/orgs/rules.py",
    "lms/orgs/systems.py",
    "lms/people/facts.py",
    "lms/reports/grids.py",
    "lms/reports/meanings.py",
    "lms/rosters/columns.py",
    "lms/rosters/layout.py",
    "lms/rosters/places.py",
    "lms/rosters/rows.py",
    "lms/rosters/rules.py",
    "lms/rosters/workbooks.py",
    "lms/web/language.py",
)
FILES = sorted(file.relative_to(HOME).as_posix() for file in (HOME / "lms").rglob("*.py"))


# ── what stands outside ────────────────────────────────────────────────────────────────────────


def marked(tree: ast.AST) -> set[int]:
    """Ids of the constants that are message ids, or stand in a pattern, or are docstrings."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", "") or getattr(node.func, "attr", "")
            if name in KEYWORDS:
                found |= {id(argument) for argument in node.args}
            elif name in PATTERNS:
                found |= {id(part) for part in ast.walk(node)}
        elif isinstance(node, ast.Expr):
            found.add(id(node.value))
    return found


def a_text(file: str, words: str) -> bool:
    """Whether these words of a file are for people, and not its data."""
    signs = len(HAN.findall(words))
    if file.startswith(WORD_LISTS):
        return signs >= SHORT and bool(SENTENCE.search(words))
    if file.startswith(READERS):
        return signs >= SHORT and "\\" not in words  # with a backslash it is a pattern
    return signs > 0 and file != TWO_TONGUES


def unmarked(file: str, source: str) -> list[tuple[int, str]]:
    """Line and words of every text that no translator would meet.

    A comment on the line, or on the one above, may say why words are data: `# data: …`.
    """
    tree = ast.parse(source)
    inside, lines = marked(tree), ["", *source.splitlines()]
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and a_text(file, node.value)
        and id(node) not in inside
        and not any("# data:" in line for line in lines[node.lineno - 1 : node.lineno + 1])
    ]


def test_no_chinese_stands_outside_the_catalogue():
    found = {file: unmarked(file, (HOME / file).read_text()) for file in FILES}
    assert {file: texts for file, texts in found.items() if texts} == {}


def test_the_wall_itself_would_see_a_slip():
    room = "lms/today/views.py"
    assert unmarked(room, 'say("没有找到。")') == [(1, "没有找到。")]
    assert unmarked(room, 'raise Invalid(f"第 {row} 行")') != []
    assert unmarked(room, '_("共 %(what)s", what="三门课")') == [(1, "三门课")]
    assert unmarked(room, '"""中文"""\nN_("没有找到。")\n", ".join("、；")') == []
    assert unmarked("lms/sheets/xls.py", 'A, B = "合计", "没有读取这一行"') == [
        (1, "没有读取这一行")
    ]
    assert unmarked("lms/rosters/posts.py", '"村务监督委员会主任", "不是岗位，没有导入"') != []
    assert unmarked(room, '# data: a name\nname = "市"') == []


# ── what stands in the catalogue ────────────────────────────────────────────────────────────────


@cache
def collected() -> frozenset[tuple[str | None, str]]:
    """Every message id in code and pages, with its context, collected as `make messages` does."""
    with (HOME / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found = extract_from_dir(HOME, methods, options, KEYWORDS, directory_filter=_looked_into)
    return frozenset((context, _one(text)) for _, _, text, _, context in found)


def _looked_into(folder: str) -> bool:
    """As --ignore-dirs has it; by itself the collector would pass by _parts as well."""
    return not Path(folder).name.startswith(".")


def _one(text: str | tuple[str, ...]) -> str:
    return text if isinstance(text, str) else text[0]


@cache
def catalogue() -> Catalog:
    """The English catalogue."""
    with (HOME / "translations/en/LC_MESSAGES/messages.po").open("rb") as file:
        return read_po(file, locale="en")


def messages() -> list[Message]:
    return [message for message in catalogue() if message.id]


def both(message: Message) -> tuple[str, str]:
    """The Chinese and the English; the plural, where there is one, beside it."""
    one = message.id if isinstance(message.id, str) else " ".join(message.id)
    other = message.string if isinstance(message.string, str) else " ".join(message.string)
    return one, other


def test_every_text_has_its_english():
    told = {(one.context, _one(one.id)) for one in messages() if all(both(one))}
    assert sorted(text for _, text in collected() - told) == [], "run make messages, and translate"


def test_the_catalogue_holds_nothing_that_is_gone():
    kept = {(one.context, _one(one.id)) for one in messages()}
    assert sorted(text for _, text in kept - collected()) == [], "run make messages"
    assert not catalogue().obsolete


def test_no_translation_is_a_guess():
    assert not catalogue().fuzzy
    assert [one.id for one in messages() if one.fuzzy] == []


def test_what_is_filled_in_is_the_same_in_both_languages():
    pairs = [both(message) for message in messages()]
    assert [
        (one, other)
        for one, other in pairs
        if set(PLACEHOLDER.findall(one)) != set(PLACEHOLDER.findall(other))
    ] == []


# What Chinese counts with: a number before one of these is a count, but for an ordinal.
MEASURES = (
    "人|题|道|条|个|项|张|份|次|行|处|节|天|分|秒|小时|学时|学分|年|月|字|段|步|部|格|门|名|组|位|件"
    "|块|版|本|课|班|村|种|列|层|遍|篇|台|页|户|场|套|点|倍|笔|幅"
)
FILLED = r"(?:%\((\w+)\)[a-z]|\{(\w+)\})"
COUNTED = re.compile(rf"(?<!第)(?<!第 ){FILLED} ?(?:{MEASURES})")
COUNTING = re.compile(FILLED + r"((?: [a-z]+){1,2})")
FOR_MANY = {"are", "were", "have", "do", "people", "persons"}
# They end as a plural does, and are right beside 1: verbs, and what is no noun.
FOR_ONE_TOO = {"is", "was", "has", "does", "less", "unless", "this", "its", "as", "yours", "s"}
# The number is the name of a year; in the last, of a version.
NAMED = {"year", "years", "version"}


def uncounted(chinese: str, english: str) -> list[str]:
    """Where the English has a word for many after a count that may be 1."""
    counts = {one or other for one, other in COUNTED.findall(chinese)} - NAMED
    plain = FORMS.sub("[]", english)
    return re.findall(r"\w\(e?s\)", plain) + [
        found[0]
        for found in COUNTING.finditer(plain)
        if (found[1] or found[2]) in counts and any(map(_for_many, found[3].split()))
    ]


def _for_many(word: str) -> bool:
    return word in FOR_MANY or word.endswith("s") and word not in FOR_ONE_TOO


def test_english_counts_one_and_many():
    told = [both(message) for message in messages()]
    slips = [(english, found) for one, english in told if (found := uncounted(one, english))]
    assert slips == [], "write {n} [n:person|persons]: see lms/words.py"


def test_the_wall_would_see_a_word_for_many():
    assert uncounted("共 %(n)s 人", "%(n)s persons in all") == ["%(n)s persons in"]
    assert uncounted("还有 {n} 题", "{n} new questions") != []
    assert uncounted("{n} 人已评价", "{n} have answered") != []
    assert uncounted("共 {n} 张图片", "picture(s): {n}") != []
    assert uncounted("共 {n} 人", "{n} [n:person is|persons are] here") == []
    assert uncounted("第 {n} 题太长", "{n} needs to be shorter") == []


def test_each_form_follows_a_number_of_its_own_text():
    for message in messages():
        chinese, english = both(message)
        pages = all(name.startswith("templates/") for name, _ in message.locations)
        for name, one, many in FORMS.findall(english):
            # a page gives values to %(…)s alone; what scripts fill in has no forms
            there = [f"%({name})"] if pages else [f"%({name})", f"{{{name}}}"]
            assert one != many and any(place in chinese for place in there), english
        assert not FORMS.search(chinese)


def test_english_is_english():
    told = [both(message)[1] for message in messages() if message.id != CHINESE]
    assert [text for text in told if HAN.search(AS_WRITTEN.sub("", text))] == []
    assert [text for text in told if WIDE.search(AS_WRITTEN.sub("", text))] == []
    assert [text for text in told if "!" in text] == []


def test_the_catalogue_names_no_machine():
    header = dict(catalogue().mime_headers)
    assert "@" not in " ".join(header.values())
    for message in catalogue():
        assert not any(name.startswith(("/", "..")) for name, _ in message.locations)
