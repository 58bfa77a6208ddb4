"""How a name sounds: its letters, as people type them to find it. Pure."""

import os
from dataclasses import dataclass
from functools import cache

# Read otherwise as a surname than as a word. Two signs: a compound surname.
SURNAMES = {
    "万俟": "mo qi",
    "尉迟": "yu chi",
    "澹台": "tan tai",
    "单于": "chan yu",
    "单": "shan",
    "解": "xie",
    "仇": "qiu",
    "曾": "zeng",
    "朴": "piao",
    "区": "ou",
    "查": "zha",
    "盖": "ge",
    "乐": "yue",
    "翟": "zhai",
    "员": "yun",
    "折": "she",
    "繁": "po",
    "种": "chong",
    "秘": "bi",
    "洗": "xian",
    "召": "shao",
    "覃": "qin",
    "句": "gou",
    "祭": "zhai",
    "隗": "wei",
    "阚": "kan",
    "郇": "xun",
    "能": "nai",
    "角": "jue",
    "薄": "bo",
    "卜": "bu",
    "乜": "nie",
    "缪": "miao",
}
DOTS = " ·"
# What the dictionary can do without, for single signs: its phrases are four fifths of its weight.
SPARED = ("PYPINYIN_NO_PHRASES", "PYPINYIN_NO_DICT_COPY")


@dataclass(frozen=True)
class Spelling:
    """The sound of a name. full: wangjianguo; initials: wjg.

    other: the same with the surname read as a plain word, where that differs: danguoqiang.
    """

    full: str
    initials: str
    other: str = ""


def spelled(name: str) -> Spelling:
    """How a name is spelled. 单国强: shanguoqiang; ü is v; dots and spaces are left out."""
    signs = "".join(sign for sign in name if sign not in DOTS)
    family = _family(signs)
    plain = [_sound(sign) for sign in signs]
    right = [*family, *plain[len(family) :]]
    full, other = "".join(right), "".join(plain)
    initials = "".join(sound[:1] for sound in right)
    return Spelling(full[:120], initials[:120], "" if other == full else other[:120])


def _family(signs: str) -> tuple[str, ...]:
    found = SURNAMES.get(signs[:2]) or SURNAMES.get(signs[:1], "")
    return tuple(found.split())


@cache
def _sound(sign: str) -> str:
    """The commonest sound of one sign; letters and digits sound as themselves."""
    for part in SPARED:
        os.environ.setdefault(part, "true")
    from pypinyin import lazy_pinyin  # 13 MB of dictionary: loaded by who needs it

    sound = "".join(lazy_pinyin(sign, errors="default")).lower()
    return sound if sound.isascii() else ""
