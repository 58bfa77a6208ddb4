"""Reading a list of divisions: what is taken, and what is refused with its rows."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.errors import Conflict, Invalid
from lms.orgs.files import (
    Division,
    Standing,
    compare,
    read_divisions,
    refuse_bad,
    refuse_half_a_list,
)
from lms.orgs.rules import is_virtual

DATA = Path("lms/demonstration/data")
HEAD = "code,name,parent_code,level\n"
GOOD = HEAD + (
    "14,山西省,,province\n1408,运城市,14,city\n140827,垣曲县,1408,county\n"
    "140827101,历山镇,140827,township\n140827101222,历山村委会,140827101,village\n"
)


def read(text, encoding="utf-8"):
    return read_divisions(text.encode(encoding))


def checked(text, known=None):
    refuse_bad(read(text), known or {})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_list_is_read_in_the_encodings_that_offices_send(encoding):
    assert read(GOOD, encoding)[-1] == Division(
        6, "140827101222", "历山村委会", "140827101", "village"
    )


def test_columns_may_stand_in_another_order_and_blank_lines_are_skipped():
    [division] = read("level,note,code,name,parent_code\n\ncounty,x,140827,垣曲县,1408\n")
    assert division == Division(3, "140827", "垣曲县", "1408", "county")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "空"),
        (b"PK\x03\x04" + b"x" * 20, "另存为 csv"),
        (b"code,name\n1,a\n", "parent_code、level"),
        ((HEAD + "1408,运城市\n").encode(), "第 2 行"),
        (b"\x81\x20\xff\xff\xff", "编码"),
        (b'code,name,parent_code,level\n"140', "csv"),
    ],
)
def test_what_is_no_list_is_refused_with_a_sentence(content, said):
    with pytest.raises(Invalid, match=said):
        read_divisions(content)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (",空村委会,140827101,village", "第 7 行.*编码为空"),
        ("14 08,空村委会,140827101,village", "第 7 行.*编码为空"),
        ("140827101223,,140827101,village", "第 7 行.*名称为空"),
        ("140827101223,=1+1,140827101,village", "第 7 行.*公式"),
        ("140827101223," + "长" * 121 + ",140827101,village", "第 7 行.*过长"),
        ("140827101223,空村委会,140827101,hamlet", "第 7 行.*级别"),
        ("140827101222,空村委会,140827101,village", "第 7 行.*重复"),
        ("140827102222,空村委会,140827102,village", "第 7 行.*上级编码"),
        ("140827101223,空村委会,140827,village", "第 7 行.*上一级"),
        ("1409,忻州市,14,city", "第 7 行|第 3、7 行"),
    ],
)
def test_a_bad_row_is_refused_by_its_number(row, said):
    checked(GOOD)
    with pytest.raises(Invalid) as refusal:
        checked(GOOD + row + "\n")
    assert re.search(said, str(refusal.value)), refusal.value


def test_all_rows_with_one_fault_are_named_together():
    with pytest.raises(Invalid, match="第 7、8 行（共 2 处）"):
        checked(GOOD + "140827101230,,140827101,village\n140827101231,,140827101,village\n")


def test_a_superior_may_stand_in_the_system_alone():
    checked(HEAD + "140827101222,历山村委会,140827101,village\n", {"140827101": "township"})


def test_a_code_keeps_its_level():
    with pytest.raises(Invalid, match="级别不同"):
        checked(GOOD, {"140827101222": "township"})


def test_an_empty_list_is_refused():
    with pytest.raises(Invalid, match="没有单位"):
        checked(HEAD)


def standing(divisions):
    return {
        d.code: Standing(d.code, d.name, "" if d.level == "city" else d.parent_code, d.level)
        for d in divisions
        if d.level != "province" and not is_virtual(d.name)
    }


def test_a_list_over_itself_changes_nothing():
    change = compare(read(GOOD), standing(read(GOOD)))
    assert (change.opened, change.renamed, change.moved, change.closed) == ([], [], [], [])
    assert change.same == 4


def test_a_list_of_one_county_is_silent_about_the_others():
    text = GOOD + "140828,夏县,1408,county\n140828100,瑶峰镇,140828,township\n"
    county = HEAD + "140827,垣曲县,1408,county\n140827101,历山镇,140827,township\n"
    assert compare(read(county), standing(read(text))).closed == ["140827101222"]


def test_half_a_list_is_not_taken_for_a_new_one():
    change = compare(read(HEAD + "1408,运城市,14,city\n"), standing(read(GOOD)))
    with pytest.raises(Conflict, match="3 个现有单位（共 4 个）"):
        refuse_half_a_list(change)


def test_the_city_of_2018_and_of_2023_differ_as_was_counted():
    before, after = (
        read_divisions((DATA / f"yuncheng_{year}.csv").read_bytes()) for year in (2018, 2023)
    )
    villages = [{d.code: d for d in ds if d.level == "village"} for ds in (before, after)]
    kept = villages[0].keys() & villages[1].keys()
    assert len(villages[0]) == 3359
    assert len(villages[0].keys() - kept) == 1281
    assert sum(villages[0][code].name != villages[1][code].name for code in kept) == 258
    change = compare(after, standing(before))
    assert change.virtual == 9
    assert len(standing(before)) + len(change.opened) - len(change.closed) == 1 + 13 + 161 + 2386


names = st.sampled_from(["王村委会", "李村委会", "虚拟社区", "西关社区居委会"])
villages = st.dictionaries(st.integers(200, 230).map(str), names, max_size=12)


def listed(found):
    rows = "".join(f"140827101{code},{name},140827101,village\n" for code, name in found.items())
    return read(HEAD + "140827101,历山镇,140827,township\n" + rows)


@given(before=villages, after=villages)
def test_what_stood_and_what_is_opened_less_what_is_closed_is_the_new_list(before, after):
    old = standing(listed(before))
    change = compare(listed(after), old)
    codes = (old.keys() - set(change.closed)) | {d.code for d in change.opened}
    assert codes == standing(listed(after)).keys()
    assert {d.code for d in change.renamed} == {
        code
        for code in codes & old.keys()
        if standing(listed(after))[code].listed != old[code].listed
    }
