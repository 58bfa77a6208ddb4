"""What an edition of a law is, whether questions may rest on it, and how its articles count."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from lms.words import N_

NUMERALS = "零一二三四五六七八九"  # data: how articles are counted
UNITS = {"十": 10, "百": 100, "千": 1000}  # data: the same
ARTICLE = re.compile(r"[1-9][0-9]{0,3}(?:之[一二三四五六七八九十]+)?|")
NEXT = re.compile(r"\n(?=第[零一二三四五六七八九十百千]+条|#)")
FIT_NAME = re.compile(r"[^./\\:*?\"<>|\s][^/\\:*?\"<>|\n]*")  # of a law: it names a folder
HEAD = re.compile(
    r"^第([零一二三四五六七八九十百千]+)条((?:之[一二三四五六七八九十]+)?)", re.MULTILINE
)


class Standing(StrEnum):
    """Whether questions may rest on an edition."""

    IN_FORCE = "in_force"
    COMING = "coming"  # published, not yet in force
    ENDED = "ended"  # amended or replaced


STANDING_NAMES = dict(
    zip(Standing, (N_("现行有效"), N_("尚未施行"), N_("已修改或废止")), strict=True)
)


@dataclass(frozen=True)
class Edition:
    """One edition of a law: its name as sources cite it, its full title, and when it holds."""

    law: str
    title: str
    edition: date
    in_force_from: date
    in_force_to: date | None = None
    status: Standing = Standing.IN_FORCE


class Verdict(StrEnum):
    """What comparing a source with the text of an edition showed."""

    AGREES = "agrees"
    NO_WORDS = "no words"  # the article is there, its words are not
    NO_ARTICLE = "no article"
    NO_TEXT = "no text"
    NO_KEY = "no key"  # the source names no words that could be looked for


VERDICT_NAMES = dict(
    zip(
        Verdict,
        (
            N_("一致"),
            N_("条文里没有这些关键词"),
            N_("没有这一条"),
            N_("还没有条文"),
            N_("没有写关键词"),
        ),
        strict=True,
    )
)


class Checked(NamedTuple):
    """A source beside the article as an edition has it. found: another article with the words."""

    verdict: Verdict
    text: str = ""
    elsewhere: tuple[str, ...] = ()


def standing(status: Standing, from_on: date, to_on: date | None, day: date) -> Standing:
    """How an edition stands on a day: as it is marked, or as its dates say by then."""
    if status is Standing.ENDED or (to_on is not None and to_on < day):
        return Standing.ENDED
    return Standing.COMING if day < from_on else Standing.IN_FORCE


def numeral(number: int) -> str:
    """1 … 9999 as articles are counted: 一, 十二, 一百零一, 一百一十, 一千零四十二."""
    digits = str(number).zfill(4)
    words = [
        NUMERALS[int(digit)] + unit if digit != "0" else "零"
        for digit, unit in zip(digits, ("千", "百", "十", ""), strict=True)
    ]
    text = re.sub("零+", "零", "".join(words)).strip("零")
    return text[1:] if text.startswith("一十") else text


def number_of(words: str) -> int:
    """一百零一 as 101, 十二 as 12; 0 where the words are no such number."""
    whole, digit = 0, 0
    for sign in words:
        if sign in UNITS:
            whole, digit = whole + (digit or 1) * UNITS[sign], 0
        else:
            digit = NUMERALS.find(sign)
    return whole + max(digit, 0)


def article_name(article: str) -> str:
    """60 as 第六十条, 120之一 as 第一百二十条之一."""
    number, _, more = article.partition("之")
    return f"第{numeral(int(number))}条" + (f"之{more}" if more else "")


def article_text(law_text: str, article: str) -> str:
    """The whole article, from its number to the next; empty where the text has none such."""
    name = re.escape(article_name(article))
    found = re.search(rf"^{name}(?!之)\s*", law_text, re.MULTILINE)
    if not found:
        return ""
    return NEXT.split(law_text[found.start() :], maxsplit=1)[0].strip()


def articles(law_text: str) -> dict[str, str]:
    """Every article of a text by its number, as sources write it: 60, 120之一."""
    heads = list(HEAD.finditer(law_text))
    return {
        f"{number_of(head[1])}{head[2]}": NEXT.split(law_text[head.start() :], maxsplit=1)[
            0
        ].strip()
        for head in heads
    }


@lru_cache(maxsize=4096)  # an article is looked through for each question that finds it changed
def plain(text: str) -> str:
    """A text without what differs between two printings of one law: spaces and Markdown marks."""
    return re.sub(r"[\s*_]+", "", text)


def checked(known: dict[str, str] | None, article: str, key: str) -> Checked:
    """A source against the articles of an edition; known None: there is no text of it."""
    if known is None:
        return Checked(Verdict.NO_TEXT)
    if article not in known:
        return Checked(Verdict.NO_ARTICLE, "", _elsewhere(known, key))
    if not key.strip():
        return Checked(Verdict.NO_KEY, known[article])
    if plain(key) in plain(known[article]):
        return Checked(Verdict.AGREES, known[article])
    return Checked(Verdict.NO_WORDS, known[article], _elsewhere(known, key))


def _elsewhere(known: dict[str, str], key: str) -> tuple[str, ...]:
    """The articles that have the words: where a law was numbered anew, the question moves there."""
    words = plain(key)
    return tuple(name for name, text in known.items() if words and words in plain(text))[:3]
