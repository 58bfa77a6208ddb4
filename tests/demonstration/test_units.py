"""The demonstration's units are those of the city, counted."""

from collections import Counter

import pytest

from lms.demonstration.units import units
from lms.orgs.rules import TOWNSHIP_LEVEL, VILLAGE_LEVEL, UnitKind

UNITS = {unit.code: unit for unit in units()}


def of(*kinds):
    return [unit for unit in UNITS.values() if unit.kind in kinds]


def test_the_territory_has_the_size_of_the_city():
    assert len(of(UnitKind.CITY)) == 1
    assert len(of(UnitKind.COUNTY)) == 13
    assert len(of(*TOWNSHIP_LEVEL)) == 161
    assert len(of(UnitKind.STATISTICAL)) == 14
    assert len(of(*VILLAGE_LEVEL)) == 2386


def test_no_virtual_community_is_a_unit():
    assert not [unit for unit in UNITS.values() if "虚拟" in unit.name + unit.listed]


def test_every_unit_has_one_code_and_stands_after_its_superior():
    seen = {""}
    for unit in units():
        assert unit.parent_code in seen and unit.code not in seen
        seen.add(unit.code)


def test_neighbours_have_an_order_each_of_their_own():
    places = Counter((unit.parent_code, unit.order) for unit in units())
    assert max(places.values()) == 1


def test_villages_show_as_people_call_them():
    shown = {unit.listed: unit.name for unit in of(*VILLAGE_LEVEL)}
    assert shown["上王村委会"] == "上王村"
    assert shown["庙村村委会"] == "庙村"
    assert shown["崇相西社区居民委员会"] == "崇相西社区"
    assert not [name for name in shown.values() if name.endswith("委会")]


def test_a_prison_and_a_zone_stay_what_they_are():
    kinds = {unit.name: unit.kind for unit in of(*TOWNSHIP_LEVEL)}
    assert kinds["永济监狱"] is UnitKind.STATISTICAL
    assert kinds["运城经济技术开发区"] is UnitKind.STATISTICAL
    assert kinds["中城街道"] is UnitKind.STREET
    assert kinds["历山镇"] is UnitKind.TOWNSHIP


@pytest.mark.parametrize("seat", ["1408", *(c.code for c in of(UnitKind.COUNTY))])
def test_every_seat_has_its_organization_department(seat):
    assert UNITS[f"{seat}-ZZB"].name == UNITS[seat].name + "委组织部"
    assert UNITS[f"{seat}-ZZB"].parent_code == seat


def test_twenty_six_branches_stand_in_other_cities_each_with_a_name_of_its_own():
    away = of(UnitKind.FLOATING_PARTY)
    assert len({unit.name for unit in away}) == 26
    assert any("驻北京" in unit.name for unit in away)
