"""The shipped questions read well, rest on articles that are in force, and are fairly spread."""

import re
from collections import Counter
from functools import cache
from pathlib import Path

import yaml

from lms.bank.files import read_question, write_question
from lms.bank.rules import LETTERS, Origin, Question, QuestionType, Thinking
from lms.courses.files import Source, read_courses
from lms.laws.files import read_register
from lms.laws.rules import Standing, article_name, article_text
from lms.settings import HOME

BANKS = Path(__file__).parents[2] / "question_banks"
ABILITIES = ("LRN", "POL", "INN", "DEV", "LAW", "MAS", "IMP", "RSK")
PROJECTS = ("P1", "P2", "P3", "P4", "P5")
# Superseded or amended since the text at hand, or about to be: no question may rest on them.
WAITING = {
    *("村民委员会组织法", "治安管理处罚法", "网络安全法", "森林防火条例"),
    *("环境保护法", "招标投标法", "政府采购法", "企业国有资产法"),
}
FILES = sorted(file for bank in BANKS.glob("*/bank.yaml") for file in bank.parent.rglob("*.md"))
TEXTS = {file: file.read_text(encoding="utf-8") for file in FILES}
REGISTER = {
    (one.law, one.edition): one
    for one in read_register((BANKS / "laws.yaml").read_text(encoding="utf-8"))
}


@cache
def questions() -> dict[Path, Question]:
    """All of them, read when the first test asks and not when tests are gathered."""
    return {file: read_question(text) for file, text in TEXTS.items()}


def cited_by_lessons() -> list[Source]:
    files = (HOME / "lms/demonstration/courses").glob("*.md")
    courses = read_courses({file.name: file.read_text(encoding="utf-8") for file in files})
    return [one for each in courses for lesson in each.lessons for one in lesson.sources]


def kept_edition(law: str, edition: object) -> Path:
    return BANKS / "laws" / law / f"{edition}.md"


def of_type(kind: QuestionType) -> list[Question]:
    return [one for one in questions().values() if one.type is kind]


def asks_a_number(question: Question) -> bool:
    """Whether what is asked is a figure: all blanks, or all four options, are figures."""
    figure = r"[0-9一二三四五六七八九十百千万两]+(?:个?(?:日|年|月|小时|名|元|公顷)|分之)|^[0-9]+$"
    part = question.parts[0]
    asked = [variants[0] for variants in part.blanks] or list(part.options.values())
    single = question.type in (QuestionType.SINGLE, QuestionType.BLANK)
    return single and all(re.search(figure, one) for one in asked)


def touches_a_figure(question: Question) -> bool:
    """The same, counted widely: a figure in any option, any blank, or the words of its source."""
    figure = r"[0-9]|[一二三四五六七八九十百千万两]+(?:个?(?:日|年|月|小时|名|元|公顷)|分之)"
    texts = [text for part in question.parts for text in part.options.values()]
    texts += [one for part in question.parts for variants in part.blanks for one in variants]
    return any(re.search(figure, one) for one in [*texts, *(s.key for s in question.sources)])


def is_applied(question: Question) -> bool:
    used = (Thinking.APPLY, Thinking.ANALYSE)
    return question.type is QuestionType.CASE or question.level in used


def test_there_are_enough_questions():
    assert len(questions()) >= 640


def test_every_file_is_as_it_would_be_written():
    assert [str(f) for f, text in TEXTS.items() if write_question(questions()[f]) != text] == []


def test_ids_are_unique_and_begin_with_their_bank():
    ids = Counter(question.id for question in questions().values())
    assert [one for one, times in ids.items() if times > 1] == []
    for file, question in questions().items():
        assert question.id.startswith(file.relative_to(BANKS).parts[0] + "-"), file


def test_every_bank_says_its_name():
    for file in BANKS.glob("*/bank.yaml"):
        facts = yaml.safe_load(file.read_text(encoding="utf-8"))
        assert facts["code"] == file.parent.name and facts["title"]


def test_every_key_stands_in_the_article_it_cites():
    for file, question in questions().items():
        assert question.sources, file
        for source in question.sources:
            law = kept_edition(source.law, source.edition).read_text(encoding="utf-8")
            assert source.key and source.key in article_text(law, source.article), (file, source)


def test_every_cited_edition_is_in_force_and_the_question_begins_with_it():
    for file, question in questions().items():
        for source in question.sources:
            assert source.law not in WAITING, file
            edition = REGISTER[source.law, source.edition]
            assert edition.status is Standing.IN_FORCE, file
            assert question.valid_from and question.valid_from >= edition.in_force_from, file


def test_only_cited_articles_are_kept():
    cited: dict[Path, set[str]] = {}
    for source in cited_by_lessons():
        kept = cited.setdefault(kept_edition(source.law, source.edition), set())
        kept |= {article_name(str(article)) for article in source.articles}
    for question in questions().values():
        for one in question.sources:
            kept = cited.setdefault(kept_edition(one.law, one.edition), set())
            kept.add(article_name(one.article))
    for file in (BANKS / "laws").rglob("*.md"):
        begun = re.findall(r"^第[零一二三四五六七八九十百千]+条(?:之\S+)?", file.read_text(), re.M)
        assert set(begun) == cited[file], file


def test_each_ability_and_each_project_is_asked():
    abilities = Counter(one for question in questions().values() for one in question.abilities)
    projects = Counter(one for question in questions().values() for one in question.projects)
    assert set(abilities) == set(ABILITIES) and min(abilities.values()) >= 60
    assert set(projects) == set(PROJECTS) and min(projects.values()) >= 60


def test_the_right_letter_is_spread_evenly():
    singles = of_type(QuestionType.SINGLE)
    letters = Counter(letter for one in singles for letter in one.parts[0].right)
    assert all(0.2 < letters[letter] / len(singles) < 0.3 for letter in LETTERS[:4])
    judged = of_type(QuestionType.TRUE_FALSE)
    assert 0.4 < sum("A" in one.parts[0].right for one in judged) / len(judged) < 0.6
    chosen = Counter(len(one.parts[0].right) for one in of_type(QuestionType.MULTIPLE))
    assert max(chosen.values()) < 0.7 * sum(chosen.values())


def test_length_does_not_give_the_answer_away():
    parts = [one.parts[0] for one in of_type(QuestionType.SINGLE)]
    longest = [
        part
        for part in parts
        if all(
            len(t) < len(part.options[min(part.right)])
            for a, t in part.options.items()
            if a not in part.right
        )
    ]
    assert len(longest) < 0.35 * len(parts)


def test_the_bank_asks_for_use_more_than_for_figures():
    every = questions().values()
    assert sum(map(is_applied, every)) * 3 >= len(every)
    assert sum(map(asks_a_number, every)) * 2 <= len(every)
    assert sum(map(touches_a_figure, every)) * 2 <= len(every)


def test_every_question_explains_itself_without_naming_letters():
    for file, question in questions().items():
        told = question.parts[0].explanation
        assert told and not re.search(r"选项\s*[A-F]|[A-F]\s*(项|错|对|正确)", told), file
        assert question.origin is Origin.MACHINE, file


def tally() -> list[str]:
    """The rows of the tables in the README."""
    every = list(questions().values())
    banks = Counter(file.relative_to(BANKS).parts[0] for file in questions())
    columns: list[tuple[str, Counter[str]]] = [
        ("题库", banks),
        ("本领", Counter(one for question in every for one in question.abilities)),
        ("工程", Counter(one for question in every for one in question.projects)),
        ("题型", Counter(str(question.type) for question in every)),
    ]
    return [f"| {name} | {n} |" for _, count in columns for name, n in sorted(count.items())]


def test_the_tally_in_the_readme_is_true():
    readme = (BANKS / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (?:[\w]+) \| [0-9]+ \|", readme.replace("`", ""), re.M)
    assert sorted(rows) == sorted(tally())
    assert f"共 {len(questions())} 题" in readme
    for what, rule in (("应用和分析题", is_applied), ("问数字的题", asks_a_number)):
        many = sum(map(rule, questions().values()))
        assert f"{what} {many} 道，占 {many / len(questions()):.0%}" in readme
    laws = {(one.law, one.edition) for each in questions().values() for one in each.sources}
    in_force = sum(one.status is Standing.IN_FORCE for one in REGISTER.values())
    assert f"登记 {in_force} 个现行版本" in readme and len(laws) == in_force


def test_the_blind_reading_covers_every_question_once():
    readme = (BANKS / "README.md").read_text(encoding="utf-8")
    assert f"{len(questions())} 题全部读过" in readme
    found = re.findall(r"([0-9]+) 题，一致 ([0-9]+)(?:，不一致 ([0-9]+))?", readme)
    first = [row for row in found if int(row[0]) > 10]  # a few were read again, once rewritten
    assert sum(int(read) for read, _, _ in first) == len(questions())
    assert all(int(read) == int(same) + int(other or 0) for read, same, other in found)
    ids = {one.id for one in questions().values()}
    assert set(re.findall(r"`([a-z]+-[0-9]{4})`", readme)) <= ids


def test_the_readmes_of_the_program_say_how_many():
    laws = len({one.law for each in questions().values() for one in each.sources})
    home = BANKS.parent
    assert f"{len(questions())} questions on {laws} laws" in (home / "README.md").read_text("utf-8")
    chinese = (home / "README.zh-CN.md").read_text("utf-8")
    assert f"自带 {len(questions())} 道题，依据 {laws} 部" in chinese
