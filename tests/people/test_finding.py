"""Finding persons by what somebody types."""

from datetime import date

import pytest

from lms.db import find
from lms.orgs.models import OrgUnit
from lms.people import finding, services
from lms.people.facts import PersonFacts
from lms.people.rules import Post
from tests.people.conftest import WANG

TODAY = date(2026, 11, 23)


@pytest.fixture
def villagers(city, within, keys, clock):
    """Three in the upper village, one in the lower, one in another county."""
    names = {
        city.officer: [
            (WANG, city.upper),
            (PersonFacts("单国强", phone="12011111111"), city.upper),
            (PersonFacts("阿依努尔·吐尔逊"), city.upper),
            (PersonFacts("王小明", number="Z9"), city.lower),
        ],
        city.stranger: [(PersonFacts("王建国"), city.afar)],
    }
    for officer, some in names.items():
        with within(officer):
            for facts, unit in some:
                place = find(OrgUnit, unit.id)
                person = services.add_person(facts, place, clock(), keys)
                services.post_person(person, place, Post.VCM, date(2021, 3, 1), clock())


@pytest.fixture
def found(city, within, keys, villagers):
    """found(words) → the names, as the officer of the first county finds them."""

    def of(words, officer=None):
        with within(officer or city.officer):
            return [row.person.name for row in finding.searched(words, keys, TODAY)]

    return of


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("王建国", ["王建国"]),
        ("建国", ["王建国"]),
        ("王", ["王小明", "王建国"]),
        ("wang", ["王小明", "王建国"]),
        ("wang jian", ["王建国"]),
        ("WJG", ["王建国"]),
        ("shanguo", ["单国强"]),
        ("danguo", ["单国强"]),
        ("吐尔逊", ["阿依努尔·吐尔逊"]),
        ("ayinuer", ["阿依努尔·吐尔逊"]),
        ("上王村 王", ["王建国"]),
        ("历山镇 wxm", ["王小明"]),
        ("下王村", ["王小明"]),
        ("A-1", ["王建国"]),
        ("z9", ["王小明"]),
        (WANG.phone, ["王建国"]),
        (WANG.id_number, ["王建国"]),
        ("1201234567", []),
        ("张", []),
        ("%", []),
        ("", []),
        ("  ", []),
    ],
)
def test_persons_are_found_within_ones_own_units(found, words, names):
    assert sorted(found(words)) == sorted(names)


def test_the_other_county_finds_its_own(found, city):
    assert found("wjg", city.stranger) == ["王建国"]
    assert found(WANG.phone, city.stranger) == []


def test_the_city_finds_both(found, city):
    assert found("王建国", city.of_city) == ["王建国", "王建国"]


def test_who_was_merged_is_found_no_more(found, city, make):
    kept = make.person(city.upper, name="赵合")
    make.person(city.upper, name="赵合", post=None, merged_into_id=kept.id)
    assert found("赵合") == ["赵合"]


def test_a_row_says_what_somebody_is_and_hides_the_phone(city, within, keys, villagers):
    with within(city.officer):
        (row,) = finding.searched("王建国", keys, TODAY)
        assert [(held.post, line) for held, line in row.places] == [
            (Post.VCM, "甲县 历山镇 上王村")
        ]
        assert row.phone == "120****5678"


def test_a_unit_lists_its_people_once_a_page_at_a_time(city, within, keys, make, monkeypatch):
    for n in range(5):
        person = make.person(city.upper, name=f"王{n}")
        make.posting(person, city.upper, Post.VCD)
    make.person(city.lower, Post.VCM, name="下面")
    monkeypatch.setattr(finding, "PAGE", 4)
    with within(city.officer):
        township = find(OrgUnit, city.township.id)
        first, total = finding.listed(township, keys, TODAY)
        second, _ = finding.listed(township, keys, TODAY, page=2)
        assert total == 6
        assert [row.person.name for row in first] == ["王0", "王1", "王2", "王3"]
        assert [row.person.name for row in second] == ["王4", "下面"]
        only, total = finding.listed(township, keys, TODAY, Post.VCM)
        assert [row.person.name for row in only] == ["下面"] and total == 1


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ("上王村", ["甲县 历山镇 上王村"]),
        ("甲县 历山镇 上王村", ["甲县 历山镇 上王村"]),
        ("王村", ["甲县 历山镇 上王村", "甲县 历山镇 下王村"]),
        ("乙县 上王村", []),
        ("远村", []),
        ("", []),
    ],
)
def test_a_unit_is_meant_by_its_name_and_those_above(city, within, words, lines):
    with within(city.officer):
        assert [line for _, line in finding.units_meant(words)] == lines


def test_another_countys_unit_is_meant_only_where_one_may_send_somebody(city, within):
    with within(city.officer):
        found = finding.units_meant("远村", everywhere=True)
        assert [line for _, line in found] == ["乙县 远村"]


def test_a_closed_unit_is_not_offered(city, within, make):
    city.upper.closed_on = date(2026, 1, 1)
    make.keep(city.upper)
    with within(city.officer):
        assert finding.units_meant("上王村") == []
