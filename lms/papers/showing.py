"""How hard questions are, in words: as people found them, or as their writers think."""

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _

from lms.bank.rules import DIFFICULTY_NAMES, Question
from lms.papers.making import Stock
from lms.papers.models import PaperSlot
from lms.papers.rules import EASY_FROM, KNOWN_FROM, MEDIUM_FROM, Use, difficulty_of, known


def known_of(found: Stock) -> str:
    """Of how many the difficulty is known from use, and of how many it is thought."""
    return _(
        "可用的 %(n)s 题里，难度按实际得分率的 %(known)s 题，按命题人估计的 %(rest)s 题。",
        n=found.whole,
        known=found.whole_known,
        rest=found.whole - found.whole_known,
    )


def how_hard() -> str:
    """From when on a difficulty is known, and what it then is."""
    return _(
        "有 %(n)s 人首次作答并已公布成绩的题，难度按实际得分率：%(easy)s%% 起为易，"
        "%(medium)s%% 起为中，以下为难；其余按命题人估计。每小时汇总一次。",
        n=KNOWN_FROM,
        easy=round(EASY_FROM * 100),
        medium=round(MEDIUM_FROM * 100),
    )


def hard(slots: Sequence[tuple[PaperSlot, Question]], did: Mapping[int, Use]) -> dict[int, str]:
    """Number in the paper → how hard its question is, and whether that is known or thought."""
    shares, told = known(did), {}
    for slot, asked in slots:
        share = shares.get(slot.version_id)
        if share is not None:
            told[slot.number] = _(
                "难度：%(level)s（实测得分率 %(share)s，%(n)s 人）",
                level=_(DIFFICULTY_NAMES[difficulty_of(share)]),
                share=f"{share:.0%}",
                n=did[slot.version_id].answered,
            )
        elif asked.difficulty:
            told[slot.number] = _(
                "难度：%(level)s（命题人估计）", level=_(DIFFICULTY_NAMES[asked.difficulty])
            )
    return told
