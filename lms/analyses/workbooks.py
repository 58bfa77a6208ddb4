"""The pages of the workbooks: exactly what is on the screen, with the same definitions."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from lms.analyses.figures import BINS, BLANK, Item
from lms.analyses.quality import Place, Sheet
from lms.analyses.rules import By
from lms.analyses.scores import Line, Scores
from lms.analyses.topics import AbilityLine, Known
from lms.bank.rules import TYPE_NAMES
from lms.reports.dictionary import SHIPPED
from lms.reports.measures import Count, share
from lms.reports.rules import LEVEL_NAMES
from lms.reports.services import fitting
from lms.reports.workbooks import LOOKS, NONE, Said, definition, signatures
from lms.sheets.pages import Column, Kind, Page
from lms.words import N_

RATES = ("sitting_rate", "pass_rate_of_sat", "pass_rate")
EXCELLENT = N_("优秀")
SCORE_COLUMNS = (
    *("scheduled", "sat", "sitting_rate", "passed", "first_passed", "resit_passed"),
    *("pass_rate_of_sat", "pass_rate"),
)
MEANINGS = (
    N_("应考：统计日以前列入这次测评名单的人员。"),
    N_("参考：应考人员中已交卷并公布结果的人员。"),
    N_("合格：参考人员中达到合格线的人员；合格＝首考合格＋补考合格。"),
    N_("首考合格：第一次答卷达到合格线；补考合格：第二次及以后的答卷达到合格线。"),
    N_("优秀率＝优秀等次÷参考。等次按这次测评设定的分数线，未合格即不合格。"),
    N_("成绩：每人取计入的一次；标准差按全体参考人员计算。"),
    N_("参考不足 5 人的不显示等次和成绩；可以由合计推算出来的，另有一行也不显示，合计仍包括他们。"),
    N_("各行按列入名单时的单位；不列个人成绩，不分先后。"),
)
FEW_WORDS = N_("人数不足 5 人，或可以由此推算出不足 5 人的，不显示、不计入。")


# ── marks ───────────────────────────────────────────────────────────────────────────────────────


def first_head(found: Scores, said: Said) -> str:
    """What the lines are, as their head says it."""
    if found.by is By.UNIT:
        return said(LEVEL_NAMES[fitting(found.root.kind)])
    return said(N_("职务")) if found.by is By.POST else said(N_("类别"))


def scores_page(found: Scores, title: str, made: Sequence[str], demo: str, said: Said) -> Page:
    """测评成绩分析表."""
    exam, level, marks = said(N_("测评")), said(N_("等次（人）")), said(N_("成绩（分）"))
    columns = [
        Column(said(N_("序号")), Kind.NUMBER, 6),
        Column(first_head(found, said), Kind.TEXT, 24),
        *(
            Column(said(SHIPPED[one].name), *LOOKS[SHIPPED[one].kind], exam)
            for one in SCORE_COLUMNS
        ),
        Column(said(N_("优秀率")), Kind.PERCENT, 10, exam),
        *(Column(said(name), Kind.DECIMAL, 9, marks) for name in MARK_NAMES),
        *(Column(said(name), Kind.NUMBER, 8, level) for name in found.bands),
    ]
    rows = [_score_row(n, line, found.bands, said) for n, line in enumerate(found.lines, start=1)]
    rows.append(_score_row("", found.total, found.bands, said))
    return Page(
        name=said(N_("成绩分析")),
        columns=columns,
        rows=rows,
        title=title,
        unit_line=said(N_("单位：人、%、分")),
        below=[*made, *scores_notes(found, said), *meanings(said), signatures(said)],
        demonstration=demo,
        totals=frozenset({len(rows) - 1}),
    )


MARK_NAMES = (N_("平均分"), N_("标准差"), N_("最高分"), N_("最低分"))


def _score_row(number: int | str, line: Line, bands: Sequence[str], said: Said) -> list[Any]:
    values = [SHIPPED[one].value(line.counts) for one in SCORE_COLUMNS]
    return [
        number,
        said(line.name),
        *(NONE if value is None else value for value in values),
        NONE if (rate := excellence(line)) is None else rate,
        *(NONE if value is None else value for value in mark_values(line)),
        *(NONE if line.bands is None else line.bands[name] for name in bands),
    ]


def excellence(line: Line) -> Decimal | None:
    """优秀率; none where the bands are not shown."""
    if line.bands is None or EXCELLENT not in line.bands:
        return None
    return share(line.bands[EXCELLENT], line.counts[Count.SAT])


def mark_values(line: Line) -> list[Decimal | None]:
    """Mean, deviation, highest and lowest; none where few sat."""
    one = line.marks
    return [one.mean, one.deviation, one.highest, one.lowest] if one else [None] * 4


def meanings(said: Said) -> list[str]:
    """How each number of the table of marks is made."""
    rates = [definition(SHIPPED[one], said) for one in RATES]
    return [*(said(one) for one in MEANINGS[:4]), *rates, *(said(one) for one in MEANINGS[4:])]


def scores_notes(found: Scores, said: Said) -> list[str]:
    if found.by is By.UNIT:
        return []
    words = N_("合计按人计，各行按职务计：其中一肩挑 {n} 人、其他兼职 {m} 人。")
    return [said(words).format(n=found.both, m=found.several)]


# ── a paper ─────────────────────────────────────────────────────────────────────────────────────

Row = tuple[str, str, str]  # what, the value as it is read, how it is made


def quality_rows(sheet: Sheet, said: Said) -> list[Row]:
    """The numbers of a paper as a whole."""
    one = sheet.quality
    marks = one.marks
    shown = (lambda value: NONE if value is None else str(value)) if marks else (lambda _: NONE)
    reliable = N_("信度（KR-20）") if one.dichotomous else N_("信度（α 系数）")
    found = [
        (N_("人数"), str(one.persons), N_("每人只计用这份试卷的第一次作答、已公布成绩的。")),
        (N_("平均分"), shown(marks and marks.mean), ""),
        (N_("标准差"), shown(marks and marks.deviation), N_("按全体作答人员计算。")),
        (N_("最高分"), shown(marks and marks.highest), ""),
        (N_("最低分"), shown(marks and marks.lowest), ""),
        (N_("难度"), two(one.difficulty), N_("平均分÷满分，越大越容易；一般以 0.50—0.80 为宜。")),
        (
            N_("区分度"),
            two(one.discrimination),
            N_("得分最高的 27% 与最低的 27% 平均分之差÷满分；满 100 人后计算。"),
        ),
        (reliable, two(one.reliability), N_("各题得分是否一致；满 100 人后计算，0.70 以上为宜。")),
    ]
    return [(said(what), value, said(how) if how else "") for what, value, how in found]


def two(value: float | None) -> str:
    """Two places; — where there is none."""
    return NONE if value is None else f"{value:.2f}"


ITEM_NOTES = (
    N_("得分率：这道题所得分占满分的平均，越大越容易；不足 10 人作答的不统计。"),
    N_(
        "区分度：这道题的得分与同卷其余各题得分的相关，满 100 人后计算；0.30 以上为良好，"
        "0.20 以下为偏低。"
    ),
    N_("仍在考试题库的试题不显示题目、选项和答案。"),
)


def advice_said(place: Place, item: Item | None, said: Said) -> list[str]:
    """What the numbers of a question suggest; nothing that would tell a secret key."""
    if item is None:
        return []
    letters = list(place.options) if place.told else []
    found = item.advice(place.key, letters)
    return [said(words).format(**values) for words, values in found]


def options_said(place: Place, item: Item | None, said: Said) -> list[tuple[str, int, bool]]:
    """Letter, how many of a hundred chose it, whether it is right; none while it is secret."""
    if item is None or item.chosen is None or not place.told or not place.options:
        return []
    named = [(one, one, one in place.key) for one in place.options]
    return [
        (name, round(100 * item.chosen.get(one, 0) / item.persons), right)
        for one, name, right in [*named, (BLANK, said(N_("未答")), False)]
        if one != BLANK or item.chosen.get(BLANK)
    ]


def quality_pages(sheet: Sheet, title: str, made: Sequence[str], demo: str, said: Said):
    """试卷质量分析表: the paper, its questions, how the totals lie."""
    whole = Page(
        name=said(N_("试卷质量")),
        columns=[
            Column(said(N_("项目")), Kind.TEXT, 16),
            Column(said(N_("数值")), Kind.CENTRED, 12),
            Column(said(N_("说明")), Kind.TEXT, 60),
        ],
        rows=quality_rows(sheet, said),
        title=title,
        below=[*made, signatures(said)],
        demonstration=demo,
    )
    return {"whole": whole, "items": _items_page(sheet, title, made, demo, said)} | (
        {"totals": _bins_page(sheet, title, made, demo, said)} if sheet.quality.bins else {}
    )


def _items_page(sheet: Sheet, title: str, made: Sequence[str], demo: str, said: Said) -> Page:
    columns = [
        Column(said(N_("题号")), Kind.NUMBER, 6),
        Column(said(N_("题型")), Kind.TEXT, 8),
        Column(said(N_("知识点")), Kind.TEXT, 18),
        Column(said(N_("分值")), Kind.DECIMAL, 8),
        Column(said(N_("作答人数")), Kind.NUMBER, 9),
        Column(said(N_("全对人数")), Kind.NUMBER, 9),
        Column(said(N_("得分率")), Kind.PERCENT, 10),
        Column(said(N_("区分度")), Kind.DECIMAL, 9),
        Column(said(N_("选项（百分比）")), Kind.TEXT, 24),
        Column(said(N_("看法")), Kind.TEXT, 30),
        Column(said(N_("题目")), Kind.TEXT, 40),
    ]
    return Page(
        name=said(N_("试题")),
        columns=columns,
        rows=[_item_row(place, item, said) for place, item in sheet.rows],
        title=title,
        below=[*made, *(said(one) for one in ITEM_NOTES), signatures(said)],
        demonstration=demo,
    )


def _item_row(place: Place, item: Item | None, said: Said) -> list[Any]:
    options = options_said(place, item, said)
    right = None if item is None else item.right
    rate = rate_of(item)
    return [
        place.number,
        said(TYPE_NAMES[place.type]),
        place.topic,
        place.points,
        item.persons if item else 0,
        NONE if right is None else right,
        NONE if rate is None else rate,
        NONE if item is None or item.discrimination is None else item.discrimination,
        "  ".join(f"{name}{'*' if right else ''} {many}" for name, many, right in options),
        said(N_("；")).join(advice_said(place, item, said)),
        place.stem if place.told else said(N_("仍在考试题库，不显示")),
    ]


def rate_of(item: Item | None) -> Decimal | None:
    """A share of points as a rate, to a hundredth of a percent."""
    if item is None or item.share is None:
        return None
    return share(round(item.share * 1_000_000), 1_000_000)


def bin_names(said: Said) -> list[str]:
    """The tenths of the full marks."""
    step = 100 // BINS
    names = [f"{at}–{at + step - 1}%" for at in range(0, 100 - step, step)]
    return [*names, f"{100 - step}–100%"]


def _bins_page(sheet: Sheet, title: str, made: Sequence[str], demo: str, said: Said) -> Page:
    bins, persons = sheet.quality.bins, sheet.quality.persons
    return Page(
        name=said(N_("分数分布")),
        columns=[
            Column(said(N_("占满分")), Kind.TEXT, 14),
            Column(said(N_("人数")), Kind.NUMBER, 10),
            Column(said(N_("占比")), Kind.PERCENT, 10),
        ],
        rows=[
            [name, many, share(many, persons)]
            for name, many in zip(bin_names(said), bins, strict=True)
        ],
        title=title,
        below=[*made, signatures(said)],
        demonstration=demo,
    )


# ── abilities, topics ───────────────────────────────────────────────────────────────────────────

KNOWN_HEADS = (
    (N_("题数"), Kind.NUMBER, 8),
    (N_("人次"), Kind.NUMBER, 9),
    (N_("答题次数"), Kind.NUMBER, 10),
    (N_("答对"), Kind.NUMBER, 9),
    (N_("答对率"), Kind.PERCENT, 10),
)
KNOWN_NOTES = (
    N_("每人在一次测评中只计第一次作答、已公布成绩的；答对即得这道题的全部分数。"),
    N_("人次：作答的人，在几次测评中作答就计几次。一道题考几种本领，就在几种本领中都计。"),
    FEW_WORDS,
)


def known_values(one: Known, few: bool = False) -> list[Any]:
    """The values under KNOWN_HEADS; few: shown to nobody, for too few were asked."""
    rate = NONE if few or one.share is None else one.share
    return [one.questions, one.persons, one.asked, NONE if few else one.right, rate]


def ability_pages(
    lines: Sequence[AbilityLine],
    units: Sequence[tuple[str, str, dict[str, Known]]],
    head: str,
    title: str,
    made: Sequence[str],
    demo: str,
    said: Said,
) -> dict[str, Page]:
    """八种本领: of the whole with the weakest topic; below it unit by unit."""
    whole = Page(
        name=said(N_("本领")),
        columns=[
            Column(said(N_("序号")), Kind.NUMBER, 6),
            Column(said(N_("本领")), Kind.TEXT, 18),
            *(Column(said(name), kind, width) for name, kind, width in KNOWN_HEADS),
            Column(said(N_("最薄弱的知识点")), Kind.TEXT, 24),
            Column(said(N_("该知识点答对率")), Kind.PERCENT, 12),
        ],
        rows=[_ability_row(n, line, said) for n, line in enumerate(lines, start=1)],
        title=title,
        below=[*made, *(said(one) for one in KNOWN_NOTES), signatures(said)],
        demonstration=demo,
    )
    names = [
        Column(said(part), kind, 9, said(line.name))
        for line in lines
        for part, kind in ((N_("人次"), Kind.NUMBER), (N_("答对率"), Kind.PERCENT))
    ]
    below = Page(
        name=said(N_("各单位")),
        columns=[Column(said(N_("序号")), Kind.NUMBER, 6), Column(head, Kind.TEXT, 20), *names],
        rows=[
            [n, said(name), *_of_abilities(lines, held)]
            for n, (_key, name, held) in enumerate(units, start=1)
        ],
        title=title,
        below=[*made, *(said(one) for one in KNOWN_NOTES), signatures(said)],
        demonstration=demo,
    )
    return {"abilities": whole, "units": below}


def _ability_row(number: int, line: AbilityLine, said: Said) -> list[Any]:
    topic, one = line.weakest or ("", None)
    weakest = [topic, one.share] if one else [NONE, NONE]
    return [number, said(line.name), *known_values(line.known), *weakest]


def _of_abilities(lines: Iterable[AbilityLine], held: dict[str, Known]) -> list[Any]:
    found: list[Any] = []
    for line in lines:
        one = held.get(line.code)
        found += [one.persons, one.share] if one else [NONE, NONE]
    return found


def missed_page(
    name: str,
    head: str,
    rows: Sequence[tuple[str, Known]],
    title: str,
    made: Sequence[str],
    demo: str,
    said: Said,
) -> Page:
    """What was missed most: topics, articles or questions."""
    return Page(
        name=name,
        columns=[
            Column(said(N_("序号")), Kind.NUMBER, 6),
            Column(head, Kind.TEXT, 40),
            Column(said(N_("题数")), Kind.NUMBER, 8),
            Column(said(N_("答题次数")), Kind.NUMBER, 10),
            Column(said(N_("未答对")), Kind.NUMBER, 9),
            Column(said(N_("未答对率")), Kind.PERCENT, 10),
        ],
        rows=[
            [n, what, one.questions, one.asked, one.missed, share(one.missed, one.asked)]
            for n, (what, one) in enumerate(rows, start=1)
        ],
        title=title,
        below=[*made, *(said(one) for one in KNOWN_NOTES), signatures(said)],
        demonstration=demo,
    )
