"""The names of posts as people write them, and what a cell of them says. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from lms.people.rules import POST_NAMES, Post
from lms.words import N_


class Place(StrEnum):
    """Where a post is held; the same word means different posts in different places."""

    VILLAGE = "village"
    TOWNSHIP = "township"
    ENTERPRISE = "enterprise"
    FLOATING = "floating"
    OTHER = "other"


_VILLAGE_END = re.compile(
    r"(村|社区|村委会|居委会|村民委员会|居民委员会|村党支部|村党总支|村党委)$"
)
_TOWNSHIP_END = re.compile(
    r"(镇|乡|街道|街道办事处|镇人民政府|乡人民政府|镇政府|乡政府|镇党委|乡党委|街道党工委|街办)$"
)
_ENTERPRISE_END = re.compile(r"(公司|集团|厂|合作社|商会|协会|事务所)$")


def place_of(unit: str) -> Place | None:
    """The kind of place that a unit's name tells, None where it tells nothing."""
    if "流动党" in unit:
        return Place.FLOATING
    for place, end in (
        (Place.VILLAGE, _VILLAGE_END),
        (Place.TOWNSHIP, _TOWNSHIP_END),
        (Place.ENTERPRISE, _ENTERPRISE_END),
    ):
        if end.search(unit):
            return place
    return Place.OTHER if len(unit) > 5 or unit.endswith(("局", "部", "办", "委", "院")) else None


Codes = tuple[Post, ...]


def _product(*parts: str) -> Iterable[str]:
    """Every joining of one word from each part. Words stand apart by spaces; _ is no word."""
    found = [""]
    for part in parts:
        words = [word.replace("_", "") for word in part.split()]
        found = [start + word for start in found for word in words]
    return found


def _words(*pairs: tuple[Post | Codes, Iterable[str]]) -> dict[str, Codes]:
    return {
        word: (post,) if isinstance(post, Post) else post for post, words in pairs for word in words
    }


_PARTY = "党组织 党支部 支部 党总支 总支 党总支部 党委 党支部委员会 支部委员会 总支委员会"
_COMMITTEE = "村委会 村民委员会 村委 居委会 居民委员会 居委 社区居委会 社区居民委员会"
_BOTH = "村(居)委会 村居委会 村(居)民委员会 村(社区)委员会"
_SUPERVISION = (
    "村务监督委员会 村监委会 监委会 村务监督委 村监督委员会 居务监督委员会 监督委员会 村监委 监委"
)

# Words that mean the same wherever they stand.
_EVERYWHERE = _words(
    (Post.VPS, _product("村 社区 村(社区) 村(居)", _PARTY + " _", "书记")),
    (Post.VPS, _product("村 社区", "支书")),
    (Post.VDS, _product("村 社区 村(社区)", _PARTY + " _", "副书记")),
    (Post.VDS, _product("村 _", "副支书")),
    (Post.VPM, _product("村 社区 村(社区)", _PARTY, "委员")),
    (Post.VPM, _product("村 _", "支委")),
    (Post.VCD, [*_product(f"{_COMMITTEE} {_BOTH}", "主任"), "村主任", "社区主任", "村长"]),
    (Post.VCV, [*_product(f"{_COMMITTEE} {_BOTH}", "副主任"), "村副主任", "社区副主任"]),
    (Post.VCM, _product(f"{_COMMITTEE} {_BOTH}", "委员 成员")),
    (Post.VSD, _product(_SUPERVISION, "主任")),
    (Post.VSD, ["村务监督主任", "村监督主任"]),
    (Post.FIRST_SEC, _product("驻村 派驻 村 社区 驻村党支部 村党组织 党组织 _", "第一书记")),
    (
        Post.AID_TEAM,
        _product("驻村 帮扶 驻村帮扶 _", "工作队", "员 队员 队长 副队长 长 成员 _"),
    ),
    (Post.AID_TEAM, ["帮扶队员", "驻村队员", "帮扶工作人员", "工作队干部", "驻村干部"]),
    (Post.SECONDED, ["挂职干部", "挂职", "挂职锻炼"]),
    (Post.TPS, _product("乡镇 镇 乡 街道", "党委 党工委", "书记")),
    (Post.THD, ["乡镇长", "镇长", "乡长", "办事处主任", "街道办事处主任", "街道办主任"]),
    (
        Post.TLD,
        _product("镇 乡 街道 乡镇", "党委 党工委", "副书记 委员 宣传委员 统战委员 政法委员"),
    ),
    (Post.TLD, ["副镇长", "副乡长", "乡镇副职", "乡镇班子成员", "班子成员", "领导班子成员"]),
    (Post.TLD, ["人大主席", "人大副主席", "人大工委主任", "办事处副主任", "街道办事处副主任"]),
    (
        Post.TLD,
        ["乡镇领导班子成员", "武装部长", "武装部部长", "人武部长", "派出所所长", "纪工委书记"],
    ),
    (Post.TOC, _product("乡镇 镇 乡 街道", "党委 党工委 _", "组织委员")),
    (Post.TOG, ["组织干事", "组织员", "组工干事", "乡镇组织干事", "党委组织干事"]),
    (Post.LEADER, ["党政领导干部", "县委书记", "县长", "副县长", "区长", "副区长", "县委常委"]),
    (
        Post.LEADER,
        _product("县处级 乡科级 正处级 副处级 正科级 副科级", "正职 副职 领导 领导干部 干部"),
    ),
    (Post.STAFF, _product("一级 二级 三级 四级", "主任科员 调研员")),
    (Post.STAFF, ["一级科员", "二级科员", "科员", "办事员", "机关工作人员", "机关干部", "公务员"]),
    (Post.MANAGER, ["企业事业管理人员", "企业管理人员", "事业单位管理人员", "管理人员", "管理岗"]),
    (
        Post.MANAGER,
        ["董事长", "总经理", "副总经理", "经理", "厂长", "校长", "副校长", "院长", "副院长"],
    ),
    (
        Post.TECH,
        ["专业技术人员", "专业技术岗", "专技人员", "技术员", "教师", "医师", "医生", "护士"],
    ),
    (Post.TECH, _product("正高级 高级 助理 _", "工程师 农艺师 畜牧师 会计师 经济师")),
    (
        Post.PARTY_WORKER,
        _product("非公 非公企业 非公有制企业 两新组织 非公经济组织", _PARTY, "书记"),
    ),
    (Post.FLOAT_SEC, _product("流动党员 流动", _PARTY, "书记")),
)
_EVERYWHERE |= {name: (post,) for post, name in POST_NAMES.items()}
_EVERYWHERE |= {"村(居)委会主任": (Post.VCD,), "村(居)委会副主任": (Post.VCV,)}

# 两委委员 alone is taken for the village committee, the larger of the two, and a note says so.
_TWO = _words(
    (Post.VCM, ["村委", "居委"]),
    (Post.VCM, _product("村 支村 村级 社区 _", '两委 “两委” "两委"', "委员 成员 班子成员 干部 _")),
    ((Post.VPM, Post.VCM), ["交叉任职委员", "两委交叉任职委员"]),
    (
        (Post.VPS, Post.VCD),
        ["一肩挑", "书记主任一肩挑", "“一肩挑”", "两职一肩挑", "支书主任一肩挑"],
    ),
)

_BY_PLACE: dict[Place, dict[str, Codes]] = {
    Place.VILLAGE: _words(
        (Post.VPS, [*_product(_PARTY + " _", "书记"), "支书"]),
        (Post.VDS, _product(_PARTY + " _", "副书记")),
        (Post.VPM, [*_product(_PARTY, "委员 成员"), "支委会委员", "支委会成员", "支委委员"]),
        (Post.VPM, _product("支部 党支部 _", "组织委员 宣传委员 纪检委员 统战委员 青年委员")),
        (Post.VCD, ["主任"]),
        (Post.VCV, ["副主任"]),
    ),
    Place.TOWNSHIP: _words(
        (Post.TPS, ["书记", "党委书记", "党工委书记"]),
        (Post.TLD, _product("党委 党工委 _", "副书记")),
        (Post.TLD, _product("党委 党工委", "委员 成员")),
        (Post.TLD, _product("党委 党工委 _", "宣传委员 统战委员 政法委员 武装委员")),
        (Post.TLD, ["纪委书记", "宣传统战委员", "副职"]),
        (Post.TOC, _product("党委 党工委 _", "组织委员")),
    ),
    Place.ENTERPRISE: _words((Post.PARTY_WORKER, _product(_PARTY, "书记"))),
    Place.FLOATING: _words((Post.FLOAT_SEC, _product(_PARTY + " _", "书记"))),
    Place.OTHER: _words(
        (Post.LEADER, ["局长", "副局长", "部长", "副部长", "党组书记", "党组副书记", "党组成员"]),
        (Post.LEADER, ["党委书记", "党委副书记", "党委委员"]),
    ),
}


def lexicon(place: Place | None) -> Mapping[str, Codes]:
    """The names of posts and what they mean in a place. A place unknown is taken for a village."""
    return _LEXICONS[place or Place.VILLAGE]


_LEXICONS = {place: {**_EVERYWHERE, **_TWO, **words} for place, words in _BY_PLACE.items()}


@dataclass(frozen=True)
class Posts:
    """What a cell of posts says. unknown: names not explained yet; notes: for the officer."""

    codes: Codes = ()
    unknown: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


TWO_COMMITTEES_NOTE = N_("“两委委员”按村委会委员记；同时是党组织委员的，请写“支部委员、村委委员”。")
_APART = re.compile(r"[、，,;；/／+＋&＆\n|｜]|兼任|兼|并任|以及|及|和|暨")
_BRACKET = re.compile(r"[（(]([^（）()]*)[)）]")
_PART_OF_NAME = ("居", "社区", "村", "居民", "街道")  # 村(居)委会主任
_IGNORED = re.compile(
    r"(代|兼|兼任|主持工作|主持|连任|新任|新当选|专职|主职|副职|试用期|在职|现任)?$"
)
_FORMER = re.compile(r"(原|前|前任|原任|离任|卸任|退休|拟|拟任|曾任|副|代|代理|助理|候补|名誉)$")
_UNIT = re.compile(r"(中共)?.{0,20}(村|社区|镇|乡|街道|街道办|市|县|区|党委|中共)$")
_PLACED = ("村", "社区", "乡镇", "镇", "乡", "街道", "居")
_TO_TOWNSHIP = re.compile(r"(镇|乡|街道|街道办)$")


def post_key(written: str) -> str:
    """The form in which a name of a post is compared and remembered."""
    return "".join(written.split()).replace("（", "(").replace("）", ")").strip("、，,;；。.")


def read_posts(
    written: str,
    place: Place | None = None,
    learned: Mapping[str, Sequence[str]] | None = None,
    units: Iterable[str] = (),
) -> Posts:
    """The posts in a cell: 支部书记、村委会主任 are two.

    place: where the person serves; learned: `post_key` → codes, none for what is no post here;
    units: names of the row's units, which people write before the post.
    """
    taught = learned or {}
    whole = post_key(written)
    if whole in taught:
        return Posts(tuple(Post(code) for code in taught[whole]))
    outside, beside = _without_brackets(re.sub(r"[ \t]+", "", written.strip()))
    codes: list[Post] = []
    unknown: list[str] = []
    for part in [*filter(None, map(post_key, _APART.split(outside))), *beside]:
        found = _codes(part, place, taught, units)
        if found is None:
            unknown.append(part)
        codes.extend(found or ())
    if Post.SECONDED in codes:
        codes = [code for code in codes if code in (Post.SECONDED, Post.FIRST_SEC, Post.AID_TEAM)]
    noted = "两委" in whole and not {Post.VPM, Post.VPS, Post.VDS} & set(codes)
    notes = (TWO_COMMITTEES_NOTE,) if noted and Post.VCM in codes else ()
    return Posts(tuple(dict.fromkeys(codes)), tuple(dict.fromkeys(unknown)), notes)


_UNIT_ENDS = (
    re.compile(r"村|社区|镇|乡|街道"),
    re.compile(r"局|委|办|部|院|校|公司|中心|站|所|会|厂|集团|县|市|区"),
)


def split_unit_and_post(written: str) -> tuple[str, str]:
    """历山镇上王村党支部书记 → 历山镇上王村, 党支部书记; the post is "" where none is known."""
    text = "".join(written.split())
    ends = [match.end() for end in _UNIT_ENDS for match in reversed(list(end.finditer(text)))]
    for end in ends:
        unit, post = text[:end], text[end:]
        found = read_posts(post, place_of(unit))
        if found.codes and not found.unknown:
            return unit, post
    return text, ""


def _without_brackets(written: str) -> tuple[str, list[str]]:
    """The text without bracketed asides, and of those the ones that say something."""
    beside: list[str] = []

    def aside(match: re.Match[str]) -> str:
        inside = match[1].strip()
        if inside in _PART_OF_NAME:
            return match[0]
        if not _IGNORED.match(inside):
            beside.extend(filter(None, _APART.split(inside)))
        return ""

    return _BRACKET.sub(aside, written), beside


def _codes(
    part: str, place: Place | None, taught: Mapping[str, Sequence[str]], units: Iterable[str]
) -> Codes | None:
    """What one piece means, read rightwards by the longest names; None if anything is left."""
    if part in taught:
        return tuple(Post(code) for code in taught[part])
    words = lexicon(place)
    if part in words:
        return words[part]
    start = _first_name(part, place, units)
    if start is None:
        return None
    if start and _TO_TOWNSHIP.search(part[:start]):
        words = lexicon(Place.TOWNSHIP)
    found: list[Post] = []
    while start < len(part):
        end = next((e for e in range(len(part), start, -1) if part[start:e] in words), None)
        if end is None:
            return None
        found.extend(words[part[start:end]])
        start = end
    return tuple(found)


def _first_name(part: str, place: Place | None, units: Iterable[str]) -> int | None:
    """Where the first name of a post begins, behind the unit that people write before it."""
    words = lexicon(place)
    for start in range(len(part)):
        before = part[:start]
        if not any(part[start:end] in words for end in range(start + 1, len(part) + 1)):
            continue
        if _FORMER.match(before):
            return None
        named = any(before and before in unit for unit in units)
        if not before or named or _UNIT.fullmatch(before) or part.startswith(_PLACED, start):
            return start
        if place is Place.OTHER:
            return start
    return None
