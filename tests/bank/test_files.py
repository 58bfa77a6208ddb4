"""A question file reads as it is written, and an author who slips is told what to mend."""

import string
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from lms.bank.files import content_hash, read_draft, read_question, write_question
from lms.bank.front import _quick
from lms.bank.rules import (
    TRUE_FALSE,
    Difficulty,
    Layer,
    Line,
    Origin,
    Part,
    Question,
    QuestionType,
    Source,
    Thinking,
    faults,
)
from lms.errors import Invalid
from lms.scoring.choice import Credit, Key
from lms.scoring.marks import share

FACTS = """---
id: law-0042
type: {type}
abilities: [LAW, IMP]
projects: [P3]
layer: knowledge
level: apply
difficulty: medium
points: {points}
topic: 公务员义务
valid: {{from: 2019-06-01}}
audience: [VPS]
origin: machine
sources:
  - {{law: 公务员法, edition: 2018-12-29, article: 60, key: 由上级负责}}
---
"""
SINGLE = (
    FACTS.format(type="single", points=2)
    + """上级不改变错误的决定，并要求立即执行，后果由谁负责？

- [ ] 执行的公务员
- [x] 上级
- [ ] 双方共同

> 后果由上级负责；
>
> 决定明显违法的除外。
"""
)
BLANKS = (
    FACTS.format(type="blank", points=2)
    + """应当经{{三分之二 或 2/3}}以上同意，圆周率约为 {{3.14 ± 0.01}}。
"""
)
TRUE = FACTS.format(type="true_false", points=1) + "说法对吗？\n\n- [ ] 正确\n- [x] 错误\n"
CASE = (
    FACTS.format(type="case", points=10)
    + """某县住建局科长李某负责资格审查，投标人的法定代表人是他的表弟。

## 问题一 · 2 分

二人是什么关系？

- [ ] 直系血亲
- [x] 三代以内旁系血亲

> 见第七十四条。

## 问题二 · 2 分 · 不定项

谁可以要求李某回避？

- [x] 利害关系人
- [ ] 任何路人

## 问题三 · 6 分

怎样处理？

- [2.5] 应当回避
- [3.5] 机关审查后
  作出决定
"""
)


def test_a_file_reads_as_it_looks():
    question = read_question(SINGLE)
    part = question.parts[0]
    assert (question.id, question.type, question.points) == ("law-0042", "single", 2)
    assert question.abilities == ("LAW", "IMP") and question.level is Thinking.APPLY
    assert question.sources == (Source("公务员法", date(2018, 12, 29), "60", "由上级负责"),)
    assert part.options == {"A": "执行的公务员", "B": "上级", "C": "双方共同"}
    assert question.key() == Key(frozenset("B"))
    assert part.explanation == "后果由上级负责；\n\n决定明显违法的除外。"


def test_blanks_keep_their_variants():
    question = read_question(BLANKS)
    assert question.parts[0].stem == "应当经____以上同意，圆周率约为 ____。"
    key = question.key()
    assert share(key, ["２/３", "3.15"]) == 1
    assert share(key, ["2/3", "3.2"]) == Fraction(1, 2)


def test_true_and_false_are_two_letters():
    assert share(read_question(TRUE).key(), ["B"]) == 1


def test_a_case_has_parts_of_several_types():
    question = read_question(CASE)
    assert question.case.startswith("某县住建局科长李某")
    assert [part.type for part in question.parts] == ["single", "indefinite", "short"]
    assert question.parts[2].rubric[1] == Line(Decimal("3.5"), "机关审查后\n作出决定")
    assert question.key(2) is None


def test_the_credit_of_a_file_reaches_its_key():
    text = SINGLE.replace("single", "multiple").replace("- [ ] 执行", "- [x] 执行")
    half = read_question(text.replace("topic:", "credit: half if incomplete\ntopic:"))
    assert half.key() == Key(frozenset("AB"), Credit.HALF_IF_INCOMPLETE)
    assert read_question(text).key() == Key(frozenset("AB"), Credit.ALL_OR_NOTHING)


@pytest.mark.parametrize("text", [SINGLE, BLANKS, TRUE, CASE])
def test_what_is_read_is_written_back_as_it_was(text):
    assert write_question(read_question(text)) == text


def test_other_line_ends_and_a_byte_order_mark_do_not_matter():
    assert read_question("\ufeff" + SINGLE.replace("\n", "\r\n")) == read_question(SINGLE)


def test_lines_that_look_like_marks_stay_in_the_stem():
    stem = "> 引文\n## 问题一 · 2 分\n- [x] 不是选项\n\\- [ ] 也不是"
    question = read_question(SINGLE)
    odd = replace(question, parts=(replace(question.parts[0], stem=stem),))
    assert read_question(write_question(odd)) == odd


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (SINGLE.replace("- [ ] 双方", "- [x] 双方"), "law-0042：正确答案个数与题型 single 不符"),
        (SINGLE.replace("[x]", "[ ]"), "law-0042：没有正确答案"),
        (SINGLE.replace("双方共同", "上级"), "选项 B 与 C 相同"),
        (SINGLE.replace("双方共同", ""), "选项 C 是空的"),
        (SINGLE.replace("- [ ] 双方", "- [y] 双方"), "方括号里只能是"),
        (SINGLE.replace("type: single", "type: multiple"), "个数与题型 multiple 不符"),
        (SINGLE.replace("type: single", "type: choice"), "“type”只能是 single、multiple"),
        (SINGLE.replace("type: single", "type: short"), "题型 short 不应有选项"),
        (SINGLE.replace("type: single\n", ""), "“type”这一项缺少"),
        (SINGLE.replace("points: 2", "points: 0"), "分值要大于 0"),
        (SINGLE.replace("points: 2", "points: 两分"), "“points”这一项缺少，或写法有误"),
        (SINGLE.replace("points: 2", "points: .nan"), "“points”这一项缺少，或写法有误"),
        (SINGLE.replace("id: law-0042", "id: 42"), "“id”这一项缺少"),
        (SINGLE.replace("id: law-0042", "id: 法 42"), "编号要以字母开头"),
        (SINGLE.replace("topic:", "chapter:"), "law-0042：不认识“chapter”这一项"),
        (SINGLE.replace("topic: 公务员义务", "points: 3"), "有重复的项"),
        (SINGLE.replace("[LAW, IMP]", "LAW"), "“abilities”这一项缺少，或写法有误"),
        (SINGLE.replace("{from: 2019-06-01}", "{from: 2019-13-01}"), "不存在的日期"),
        (SINGLE.replace("from: 2019-06-01", "since: 2019-06-01"), "“valid”"),
        (SINGLE.replace("01}", "01, to: 2018-01-01}"), "止日早于起日"),
        (SINGLE.replace("edition: 2018-12-29", "edition: 新"), "“sources”"),
        (SINGLE.replace("article: 60", "article: 第六十条"), "应写成数字，如 60"),
        (SINGLE.replace("[LAW, IMP]", "[LAW, IMP"), "第 5 行：题目信息的写法有误"),
        (SINGLE.replace("上级不改变", "上级\x00不改变"), "第 17 行有看不见的控制字符"),
        (SINGLE.replace("上级不改变错误的决定，并要求立即执行，后果由谁负责？", ""), "缺少题干"),
        ("没有开头的一段文字", "不是题目文件"),
        ("---\n- 一\n---\n题干", "不是题目文件"),
        (SINGLE + "x" * 100_000, "文件过大"),
        (TRUE.replace("正确", "对"), "判断题的选项依次是"),
        (BLANKS.replace("{{3.14 ± 0.01}}", "{{ }}"), "第 2 空没有答案"),
        (BLANKS.replace("{{3.14 ± 0.01}}", "____"), "除空以外不能有大括号和连着的下划线"),
        (FACTS.format(type="blank", points=2) + "题干\n", "没有空，请把答案写成 {{答案}}"),
        (FACTS.format(type="short", points=2) + "题干\n", "没有评分要点"),
        (CASE.replace("[2.5]", "[3]"), "law-0042 问题三：评分要点之和不等于 6"),
        (CASE.replace("points: 10", "points: 9"), "各小题分值之和不等于 9"),
        (CASE.replace("## 问题二 · 2 分", "## 第二题（2分）"), "应写成“## 问题一 · 2 分”"),
        (
            CASE.replace("某县住建局科长李某负责资格审查，投标人的法定代表人是他的表弟。", ""),
            "缺少材料",
        ),
        (FACTS.format(type="case", points=2) + "只有材料\n", "材料题没有小题"),
    ],
)
def test_a_slip_is_named(text, why):
    with pytest.raises(Invalid) as refusal:
        read_question(text)
    assert why in str(refusal.value)


@pytest.mark.parametrize(
    "facts",
    [
        "[" * 9_000,
        "a: " * 3_000,
        "<<: [*a, *a]",
        "? " * 4_000,
        "!!python/object:os.system x",
        "x: *y",
    ],
)
def test_a_hostile_head_is_refused_in_a_sentence(facts):
    with pytest.raises(Invalid, match="题目信息"):
        read_question(f"---\n{facts}\n---\n题干\n")


def test_a_draft_reads_and_says_what_it_lacks():
    draft = read_draft(SINGLE.replace("[x]", "[ ]"))
    assert [str(fault) for fault in faults(draft)] == [
        "law-0042：没有正确答案，请在正确的选项前写 [x]。"
    ]


def test_the_hash_follows_the_content_and_nothing_else():
    question = read_question(SINGLE)
    assert content_hash(question) == content_hash(read_question(SINGLE + "\n\n"))
    assert content_hash(question) != content_hash(read_question(SINGLE.replace("双方", "大家")))


LINE = st.text(
    st.sampled_from("村民会议三分之二 - [x]>#\\2:'\"{},&*!%@`|\t😀é" + string.ascii_letters),
    min_size=1,
    max_size=12,
).map(str.strip)
WORDS = LINE.filter(bool)
TEXT = st.lists(LINE, min_size=1, max_size=4).map("\n".join).map(str.strip).filter(bool)
POINTS = st.integers(1, 400).map(lambda n: Decimal(n) / 4)


@st.composite
def choices(draw, kind):
    texts = draw(st.lists(WORDS, min_size=2, max_size=5, unique_by=lambda t: " ".join(t.split())))
    letters = "ABCDE"[: len(texts)]
    if kind is QuestionType.TRUE_FALSE:
        options, letters = TRUE_FALSE, "AB"
    else:
        options = dict(zip(letters, texts, strict=True))
    few = {QuestionType.MULTIPLE: 2}.get(kind, 1)
    many = None if kind in (QuestionType.MULTIPLE, QuestionType.INDEFINITE) else 1
    right = draw(st.frozensets(st.sampled_from(letters), min_size=few, max_size=many))
    return {"options": options, "right": right, "stem": draw(TEXT), "points": draw(POINTS)}


@st.composite
def gaps(draw):
    variant = st.sampled_from(["三分之二", "2/3", "3.14 ± 0.01", "> 甲", "- [x]", "或"])
    blanks = draw(st.lists(st.lists(variant, min_size=1).map(tuple), min_size=1, max_size=3))
    between = st.sampled_from(["占", "以上，\n> 至", "- [x] 和 ", "和 "])
    stem = "题" + "".join(f"{draw(between)}____" for _ in blanks)
    return {"stem": stem, "blanks": tuple(blanks), "points": draw(POINTS)}


@st.composite
def rubrics(draw):
    lines = draw(st.lists(st.builds(Line, POINTS, WORDS), min_size=1, max_size=4))
    pays = sum(line.points for line in lines)
    return {"stem": draw(TEXT), "rubric": tuple(lines), "points": pays}


@st.composite
def parts(draw, kinds):
    kind = draw(st.sampled_from(kinds))
    if kind.by_letters:
        shape = draw(choices(kind))
    else:
        shape = draw(gaps() if kind is QuestionType.BLANK else rubrics())
    return Part(type=kind, explanation=draw(st.just("") | TEXT), **shape)


PLAIN = [kind for kind in QuestionType if kind is not QuestionType.CASE]
DAY = st.dates(date(1990, 1, 1), date(2020, 1, 1))
SOURCE = st.builds(
    Source, WORDS, st.none() | DAY, st.sampled_from(["", "60", "120之一"]), st.just("") | WORDS
)


@st.composite
def questions(draw):
    if draw(st.booleans()):
        part = draw(parts(PLAIN))
        shape = {"type": part.type, "parts": (part,), "points": part.points}
    else:
        several = draw(st.lists(parts(PLAIN), min_size=1, max_size=3))
        shape = {"type": QuestionType.CASE, "parts": tuple(several), "case": draw(TEXT)}
        shape["points"] = sum(part.points for part in several)
    lists = st.lists(st.sampled_from(["LAW", "P3", "是", "12", "on"]), max_size=2).map(tuple)
    return Question(
        id=draw(st.sampled_from(["law-1", "yes", "E2E4", "a.b_c"])),
        abilities=draw(lists),
        projects=draw(lists),
        audience=draw(lists),
        layer=draw(st.none() | st.sampled_from(Layer)),
        level=draw(st.none() | st.sampled_from(Thinking)),
        difficulty=draw(st.none() | st.sampled_from(Difficulty)),
        credit=draw(st.none() | st.sampled_from(Credit)),
        topic=draw(st.just("") | WORDS),
        valid_from=draw(st.none() | DAY),
        valid_to=draw(st.none() | DAY.map(lambda day: day.replace(year=2030, day=1))),
        origin=draw(st.sampled_from(Origin)),
        sources=tuple(draw(st.lists(SOURCE, max_size=2))),
        **shape,
    )


@given(questions())
def test_what_is_written_reads_back_the_same(question):
    again = read_draft(write_question(question))
    assert again == question
    assert write_question(again) == write_question(question)


VALUE = st.one_of(
    DAY,
    st.integers(0, 9999),
    st.sampled_from(["yes", "On", "null", "e-1", "a--b", "公务员法", "y"]),
    st.text(st.sampled_from("村法aZ1-_.:#,{ []yesno"), max_size=6),
)


@given(VALUE | st.lists(VALUE).map(tuple) | st.dictionaries(st.just("law"), VALUE))
def test_the_quick_way_writes_what_yaml_writes(value):
    quick = _quick(value)
    if quick is not None:
        plain = [*value] if isinstance(value, tuple) else value
        assert quick == yaml.safe_dump(
            plain, default_flow_style=True, allow_unicode=True, width=float("inf")
        ).removesuffix("\n").removesuffix("\n...")


@given(st.text(st.sampled_from("-[x] 2>#问题一·分{{}}或\\\n甲乙"), max_size=60))
def test_any_body_reads_or_is_refused(body):
    for kind in ("single", "blank", "case", "essay"):
        try:
            question = read_draft(FACTS.format(type=kind, points=2) + body)
        except Invalid:
            continue
        if not faults(question):
            assert read_question(write_question(question)) == question
