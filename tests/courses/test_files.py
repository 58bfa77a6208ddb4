"""Shipped courses read from their files, and rest on the articles that they name."""

import re
from decimal import Decimal

import pytest

from lms.courses.files import read_courses
from lms.errors import Invalid
from lms.laws.rules import article_text, plain
from lms.settings import HOME

FOLDER = HOME / "lms/demonstration/courses"
COURSE = "---\ncode: a\ntitle: 课\n---\n简介。\n"
LESSON = "---\ncourse: a\nnumber: {n}\ntitle: 第{n}课\nminutes: 4\nhours: 0.1\n---\n正文{n}。\n"
DIGITS = "零一二三四五六七八九"


def shipped():
    return read_courses({file.name: file.read_text() for file in FOLDER.glob("*.md")})


def number(words: str) -> int:
    """一百零六 → 106."""
    total, last = 0, 0
    for sign in words:
        if sign in "十百":
            total += (last or 1) * (10 if sign == "十" else 100)
            last = 0
        else:
            last = DIGITS.index(sign)
    return total + last


def test_a_course_reads_with_its_lessons_in_order():
    texts = {"a.md": COURSE, "a-2.md": LESSON.format(n=2), "a-1.md": LESSON.format(n=1)}
    course = read_courses(texts)[0]
    assert (course.code, course.title, course.summary) == ("a", "课", "简介。")
    assert [lesson.title for lesson in course.lessons] == ["第1课", "第2课"]
    assert course.lessons[0].hours == Decimal("0.1")
    assert course.lessons[0].text == "正文1。\n"


@pytest.mark.parametrize(
    "text", ["正文", "---\n只有一行\n---\n", LESSON.format(n=1).replace("minutes: 4\n", "")]
)
def test_a_file_that_cannot_be_read_is_named(text):
    with pytest.raises(Invalid) as refusal:
        read_courses({"a-1.md": text})
    assert "a-1.md" in str(refusal.value)


def test_the_shipped_course_has_what_the_first_page_promises():
    course = next(one for one in shipped() if one.code == "wanren-jiceng")
    assert len(course.lessons) == 4
    assert sum(lesson.minutes for lesson in course.lessons) == 18
    assert sum(lesson.hours for lesson in course.lessons) == Decimal("0.4")


def test_a_lesson_names_exactly_the_articles_that_it_cites():
    for course in shipped():
        for lesson in course.lessons:
            listed = {article for source in lesson.sources for article in source.articles}
            found = re.findall("第([零一二三四五六七八九十百、]+)条", lesson.text)
            cited = {number(one) for words in found for one in words.split("、")}
            assert cited == listed, lesson.title


def test_what_a_lesson_cites_stands_in_the_article():
    """Nobody remembers an article: its text is kept beside the banks, and has the words."""
    for course in shipped():
        for lesson in course.lessons:
            assert lesson.sources, lesson.title
            for source in lesson.sources:
                file = HOME / f"question_banks/laws/{source.law}/{source.edition}.md"
                law = file.read_text(encoding="utf-8")
                for article, words in source.articles.items():
                    assert words in article_text(law, str(article)), (lesson.title, article)


def test_what_a_lesson_quotes_is_what_the_article_says():
    quoted = 0
    for course in shipped():
        for lesson in course.lessons:
            told = plain("".join(one for each in lesson.sources for one in each.articles.values()))
            for quote in re.findall(r"^> ([^\n—*]+)$", lesson.text, re.M):
                if "提示" not in quote:
                    quoted += 1
                    assert plain(quote) in told, lesson.title
    assert quoted


def test_a_lesson_stays_light():
    for course in shipped():
        for lesson in course.lessons:
            assert len(lesson.text.encode()) < 12_000
