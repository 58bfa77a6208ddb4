"""The words of a draft and of a few lines: the numbers of the table, nobody ranked or named."""

from dataclasses import replace
from datetime import date

from lms.reports import feedback
from lms.reports.dictionary import SHIPPED
from lms.reports.feedback import Standing
from lms.reports.progress import Lack
from lms.reports.rules import Level
from lms.reports.tables import Line, Table, total

COLUMNS = [SHIPPED[one] for one in ("required", "completed", "completion_rate", "sat", "pass_rate")]
DAY = date(2026, 11, 5)


def line(name, required, completed, sat=0, passed=0, key="1"):
    counts = {"required": required, "completed": completed, "sat": sat, "passed": passed}
    return Line(key, name, counts | {"scheduled": required})


LINES = [line("乙县", 3, 3, 3, 3), line("甲县", 6, 1, 2, 1), line("丙县", 0, 0)]


def told(**changes) -> Standing:
    counts = list(LINES[0].counts)
    reasons = {Lack.ABSENT: 3, Lack.FAILED: 2}
    return replace(
        Standing(
            unit="某市",
            cohort="集中轮训第一期",
            listed="现任名单",
            opens_on=date(2026, 9, 1),
            closes_on=date(2026, 12, 31),
            as_of=DAY,
            columns=COLUMNS,
            table=Table(Level.COUNTY, LINES, total(LINES, counts)),
            reasons=reasons,
            under=[("甲县", reasons)],
            plan="54.1%",
            notes=["另有免训 1 人，其中参训 0 人，不计入应训和各项比率。"],
        ),
        **changes,
    )


def whole(said) -> str:
    return "\n".join(
        [said.title, said.opening, *(text for _head, some in said.parts for text in some)]
    )


def test_a_draft_says_the_numbers_the_reasons_and_the_next_steps():
    said = feedback.draft(told(), date(2026, 11, 6))
    text = whole(said)
    assert [head for head, _some in said.parts] == [
        "一、总体情况",
        "二、各单位情况",
        "三、未完成的原因",
        "四、下一步工作",
    ]
    assert "截至2026年11月5日" in said.opening and "现任名单" in said.opening
    assert "应训9人，完成4人，完成率44.44%。" in text
    assert "计划进度54.1%" in text and "另有免训1人" in text
    assert "未完成5人，其中未参训3人、未合格2人。" in text
    assert "对未参训的3人" in text and "2026年12月31日前" in text
    assert said.signed == ("某市", "2026年11月6日")


def test_units_stand_in_their_order_and_none_is_called_last():
    text = whole(feedback.draft(told(), DAY))
    assert text.index("乙县应训3人") < text.index("甲县应训6人") < text.index("丙县应训0人")
    assert "丙县应训0人，完成0人，完成率—" in text
    assert not any(word in text for word in ("末位", "倒数", "最后", "排名", "第一名"))
    assert (
        "低于计划进度的有1个单位。" in text and "甲县未完成" not in text
    )  # alone it would be the last
    both = [("甲县", {Lack.ABSENT: 3}), ("丙县", {Lack.FAILED: 2})]
    assert "甲县未完成3人（未参训3人）；丙县未完成2人" in whole(
        feedback.draft(told(under=both), DAY)
    )


def test_many_units_are_left_to_the_table():
    many = [line(f"{n}镇", 2, 1, key=str(n)) for n in range(30)]
    table = Table(Level.TOWNSHIP, many, total(many, many[0].counts))
    held = told(table=table, under=[(one.name, {Lack.ABSENT: 1}) for one in many])
    text = whole(feedback.draft(held, DAY))
    assert "见附表" in text and "低于计划进度的有30个单位。" in text and "7镇" not in text
    assert "7镇" not in feedback.few_lines(held)


def test_a_list_that_is_done_needs_no_reasons_and_one_past_its_end_no_date():
    done = told(reasons={}, under=[])
    assert "应训人员已全部完成。" in whole(feedback.draft(done, DAY))
    over = told(as_of=date(2027, 1, 2))
    assert "12月31日前" not in whole(feedback.draft(over, DAY))


def test_a_few_lines_say_the_same_numbers():
    lines = feedback.few_lines(told()).splitlines()
    assert 3 <= len(lines) <= 6
    assert lines[0] == "【某市集中轮训第一期】截至2026年11月5日（现任名单）"
    assert lines[1] == "应训9人，完成4人，完成率44.44%。"
    assert lines[2].startswith("参考5人，")
    assert "未完成5人：未参训3人、未合格2人。" in lines[3]
    assert "（按行政区划顺序）：乙县100.00%、甲县16.67%、丙县—。" in lines[4]
