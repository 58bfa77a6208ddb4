"""A shipped course as files: facts between two lines of ---, then a text in Markdown. Pure."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import yaml

from lms.errors import Invalid

HEAD = re.compile(r"---\n(.*?\n)---\n(.*)", re.DOTALL)


@dataclass(frozen=True)
class Source:
    """What a lesson rests on: articles of one edition of a law, each with words that it holds."""

    law: str
    edition: str
    articles: dict[int, str]


@dataclass(frozen=True)
class PlannedLesson:
    """One lesson as its file tells it. minutes: to read it; hours: what it gives (学时)."""

    number: int
    title: str
    minutes: int
    hours: Decimal
    text: str
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class PlannedCourse:
    """A course as its file tells it, and its lessons in order."""

    code: str
    title: str
    summary: str
    lessons: tuple[PlannedLesson, ...]


def read_courses(texts: dict[str, str]) -> list[PlannedCourse]:
    """The courses that a folder of files makes up. texts: name of a file → its text.

    A file with a `code` is a course; a file with a `course` is a lesson of that course. Raises
    Invalid with the name of the file that cannot be read.
    """
    files = [(name, *_split(name, text)) for name, text in sorted(texts.items())]
    lessons: dict[str, list[PlannedLesson]] = {}
    for name, facts, text in files:
        if "course" in facts:
            lessons.setdefault(facts["course"], []).append(_lesson(name, facts, text))
    return [
        PlannedCourse(
            code=facts["code"],
            title=facts["title"],
            summary=text.strip(),
            lessons=tuple(sorted(lessons.get(facts["code"], ()), key=lambda one: one.number)),
        )
        for name, facts, text in files
        if "code" in facts
    ]


def _split(name: str, text: str) -> tuple[dict[str, Any], str]:
    found = HEAD.fullmatch(text)
    facts = yaml.safe_load(found[1]) if found else None
    if not found or not isinstance(facts, dict):
        raise Invalid("{name}：开头应是两行 --- 之间的课程信息。", name=name)
    return facts, found[2]


def _lesson(name: str, facts: dict[str, Any], text: str) -> PlannedLesson:
    try:
        return PlannedLesson(
            number=int(facts["number"]),
            title=str(facts["title"]),
            minutes=int(facts["minutes"]),
            hours=Decimal(str(facts["hours"])),
            text=text.strip() + "\n",
            sources=tuple(
                Source(one["law"], str(one["edition"]), dict(one["articles"]))
                for one in facts.get("sources", ())
            ),
        )
    except (KeyError, TypeError, ValueError, ArithmeticError) as wrong:
        raise Invalid("{name}：课程信息缺“{what}”，或写法不对。", name=name, what=wrong) from wrong
