"""The unit that a row means is found; where it is not sure, one chooses."""

import pytest

from lms.rosters.places import NamedUnit, UnitIndex, bare, resolve_unit

CITY = "运城市"


def unit(number, name, level, *superiors):
    return NamedUnit(number, name, level, (*superiors, CITY))


UNITS = [
    unit(1, "垣曲县", "county"),
    unit(2, "盐湖区", "county"),
    unit(3, "历山镇", "township", "垣曲县"),
    unit(4, "冯村乡", "township", "盐湖区"),
    unit(5, "北城街道", "township", "盐湖区"),
    unit(6, "同善村", "village", "历山镇", "垣曲县"),
    unit(7, "赵村", "village", "历山镇", "垣曲县"),
    unit(8, "赵村", "village", "冯村乡", "盐湖区"),
    unit(9, "冯村", "village", "冯村乡", "盐湖区"),
    unit(10, "冯村", "village", "历山镇", "垣曲县"),
    unit(11, "长乐村", "village", "历山镇", "垣曲县"),
    unit(12, "长乐社区", "village", "历山镇", "垣曲县"),
    unit(13, "刘村村", "village", "冯村乡", "盐湖区"),
    unit(14, "刘村", "village", "历山镇", "垣曲县"),
    unit(15, "垣曲县农业农村局", "", "垣曲县"),
    unit(16, "盐湖区农业农村局", "", "盐湖区"),
    unit(17, "运城市农业农村局", ""),
    unit(18, "垣曲县人民医院", "", "垣曲县"),
]
INDEX = UnitIndex(UNITS)


def found(county="", township="", village="", unit=""):
    resolved = resolve_unit(county, township, village, INDEX, unit)
    assert resolved.fault is None, str(resolved.fault)
    return resolved.unit.id


def unsure(county="", township="", village="", unit=""):
    resolved = resolve_unit(county, township, village, INDEX, unit)
    assert resolved.unit is None
    return str(resolved.fault), {candidate.id for candidate in resolved.candidates}


@pytest.mark.parametrize(
    "village",
    ["同善村", "同善", "同善村委会", "同善村村委会", "同善村村民委员会", "同善村民委员会"]
    + ["同善行政村", "同善村党支部", "同善村（社区）", " 同 善 村 "],
)
def test_a_village_is_found_with_and_without_its_office(village):
    assert found("垣曲县", "历山镇", village) == 6
    assert found("垣曲", "历山", village) == 6
    assert found(village=village) == 6


def test_of_a_village_and_a_community_of_one_name_the_word_decides():
    assert found("", "历山镇", "长乐村") == 11
    assert found("", "历山镇", "长乐社区居委会") == 12
    said, candidates = unsure("", "历山镇", "长乐")
    assert "有 2 个单位叫“长乐”" in said
    assert candidates == {11, 12}


def test_a_name_that_repeats_is_decided_by_what_stands_above_or_offered():
    assert found("盐湖区", "", "赵村") == 8
    assert found("", "历山镇", "赵村") == 7
    said, candidates = unsure(village="赵村")
    assert "补上乡镇和县" in said
    assert candidates == {7, 8}


def test_a_village_that_bears_its_townships_name_is_told_from_others():
    assert found(unit="冯村乡冯村") == 9
    assert found(unit="历山镇冯村") == 10


def test_a_name_that_ends_in_its_own_word_is_found():
    assert found("", "冯村乡", "刘村村委会") == 13
    assert found("", "冯村乡", "刘村") == 13
    assert found("", "历山镇", "刘村") == 14


def test_a_village_elsewhere_is_refused_and_the_right_one_offered():
    said, candidates = unsure("垣曲县", "北城街道", "同善村")
    assert "“北城街道”下没有“同善村”" in said
    assert 6 in candidates


def test_a_slip_of_the_pen_is_answered_with_what_is_near():
    said, candidates = unsure("垣曲县", "历山镇", "同缮村")
    assert "没有找到单位“同缮村”" in said
    assert candidates == {6}


def test_a_township_or_county_alone_is_a_unit():
    assert found("垣曲县", "历山镇") == 3
    assert found("", "北城街道办事处") == 5
    assert found("垣曲县") == 1
    assert found("垣曲县", "历山镇", "", "历山镇人民政府") == 3


@pytest.mark.parametrize(
    ("path", "number"),
    [
        ("山西省运城市垣曲县历山镇同善村", 6),
        ("垣曲县历山镇同善村党支部", 6),
        ("历山镇赵村", 7),
        ("盐湖区冯村乡赵村", 8),
        ("中共垣曲县历山镇委员会", 3),
        ("垣曲县农业农村局", 15),
        ("运城市农业农村局", 17),
        ("市农业农村局", 17),
        ("县人民医院", 18),
    ],
)
def test_a_unit_written_in_one_is_taken_apart(path, number):
    assert found(unit=path) == number


def test_a_department_is_decided_by_its_county():
    assert found("垣曲县", unit="农业农村局") == 15
    assert found("市直", unit="农业农村局") == 17
    assert unsure(unit="农业农村局")[1] == {15, 16, 17}


def test_nothing_written_is_asked_for():
    assert unsure()[0] == "没有写单位，请填写。"
    assert unsure(county="市直")[0] == "没有写单位，请填写。"


def test_an_unknown_unit_is_never_guessed():
    assert unsure(unit="某某办公室") == (
        "没有找到单位“某某办公室”。请核对名称，或从列出的单位中选择。",
        set(),
    )


def test_every_unit_is_found_by_its_full_path():
    assert all(found(unit=unit.full_name) == unit.id for unit in UNITS if unit.level)


@pytest.mark.parametrize(
    ("written", "name"),
    [("上王村委会", "上王村"), ("解州社区居委会", "解州社区"), ("北城街道办事处", "北城街道")],
)
def test_an_office_is_called_by_its_place(written, name):
    assert bare(written) == name
