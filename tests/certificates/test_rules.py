"""What a certificate says, and what may become of it."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.certificates.drawing import MORE_ROWS, ROWS, paged
from lms.certificates.rules import (
    CODE_LENGTH,
    CODE_SIGNS,
    Completion,
    HourLine,
    HoursOfYear,
    Kind,
    State,
    in_parts,
    issuer,
    number,
    read_code,
    read_facts,
    refuse_not_valid,
    state,
    whole_unit,
)
from lms.errors import Conflict
from lms.orgs.rules import UnitKind

LINE = HourLine("万人计划课程", "网络自学", Decimal("0.50"), date(2026, 11, 1))


def of_year(lines, issued_on=date(2026, 11, 23)):
    return HoursOfYear("张三", "甲县历山镇上王村", "甲县委组织部", issued_on, 2026, lines)


def test_facts_come_back_as_they_were_frozen():
    through = Completion(
        "欧阳𫖯·阿布",
        "甲县历山镇上王村",
        "某市委组织部",
        date(2026, 12, 6),
        "万人计划 第一期",
        date(2026, 11, 1),
        date(2026, 12, 5),
        Decimal("56.50"),
        True,
    )
    assert read_facts(Kind.COMPLETION, through.kept()) == through
    hours = of_year([LINE, LINE])
    assert read_facts(Kind.HOURS, hours.kept()) == hours
    assert hours.total == Decimal("1.00")
    assert hours.by_kind == {"网络自学": Decimal("1.00")}


def test_only_what_is_certified_makes_two_proofs_of_hours_differ():
    assert of_year([LINE]).says_the_same(of_year([LINE], date(2026, 12, 1)))
    assert not of_year([LINE]).says_the_same(of_year([LINE, LINE]))


@given(st.text(CODE_SIGNS, min_size=CODE_LENGTH, max_size=CODE_LENGTH))
def test_a_code_is_read_as_it_is_printed_however_it_is_typed(code):
    assert read_code(in_parts(code)) == code
    assert read_code(f" {in_parts(code).lower()}\n") == code
    assert read_code(in_parts(code).replace(" ", "-")) == code


def test_a_number_tells_kind_and_year():
    assert number(Kind.COMPLETION, 2026, 123) == "JY-2026-000123"
    assert number(Kind.HOURS, 2027, 1_234_567) == "XS-2027-1234567"


def test_what_was_revoked_stays_revoked_although_it_was_made_anew():
    assert state(revoked=False, replaced=False) is State.VALID
    assert state(revoked=False, replaced=True) is State.REPLACED
    assert state(revoked=True, replaced=True) is State.REVOKED
    for over in (State.REVOKED, State.REPLACED):
        with pytest.raises(Conflict):
            refuse_not_valid(over)


def test_a_unit_is_named_from_the_county_down():
    assert whole_unit(["某市", "甲县", "历山镇", "上王村"]) == "甲县历山镇上王村"
    assert whole_unit(["某市"]) == "某市"
    assert issuer("甲县", UnitKind.COUNTY) == "甲县委组织部"
    assert issuer("某市委党校", UnitKind.INSTITUTION) == "某市委党校"


@given(st.integers(1, 200))
def test_no_row_is_lost_between_pages_and_the_sum_never_stands_alone(many):
    rows = [HourLine(f"{at}", "其他", Decimal(1), date(2026, 1, 1)) for at in range(many)]
    pages = paged(rows)
    assert [row for page in pages for row in page] == rows
    assert 1 <= len(pages[-1]) <= ROWS
    assert all(1 <= len(page) <= MORE_ROWS for page in pages)
