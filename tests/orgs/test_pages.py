"""What an officer sees of the tree, and decides."""

from datetime import date

import pytest

from lms.access.permissions import Role
from lms.orgs.models import OrgUnit, Succession, UnitSpan
from lms.orgs.rules import SAME_NAME, SuccessionState, UnitKind

CLOSED = date(2023, 12, 31)
K = UnitKind


@pytest.fixture
def city(make):
    """A city of two counties; in the first a township, a village with two cadres, an office."""
    units = {"city": make.unit("某市", kind=K.CITY)}
    units["county"] = make.unit("甲县", under=units["city"])
    units["other"] = make.unit("乙县", under=units["city"])
    units["township"] = make.unit("历山镇", under=units["county"], kind=K.TOWNSHIP)
    units["village"] = make.unit("上王村", under=units["township"], kind=K.VILLAGE)
    units["heir"] = make.unit("王家村", under=units["township"], kind=K.VILLAGE)
    units["office"] = make.unit("甲县财政局", under=units["county"], kind=K.DEPARTMENT)
    units["stranger"] = make.unit("异乡村", under=units["other"], kind=K.VILLAGE)
    make.person(units["village"], name="张一")
    make.person(units["village"], name="张二")
    make.person(units["office"], name="张三")
    return units


@pytest.fixture
def officer(make, sign_in, city):
    return sign_in(make.officer(city["county"]))


def close(make, unit):
    unit = make.session.merge(unit)
    unit.closed_on = CLOSED
    for span in make.session.query(UnitSpan).filter_by(org_id=unit.id):
        span.to_on = CLOSED
    return make.keep(unit)


@pytest.fixture
def proposal(make, city, clock):
    close(make, city["village"])
    return make.keep(
        Succession(
            org_id=city["village"].id,
            successor_id=city["heir"].id,
            on=CLOSED,
            confidence=95,
            why=SAME_NAME,
            proposed_at=clock(),
        )
    )


def text(answer):
    assert answer.status_code == 200, answer.status
    return answer.get_data(as_text=True)


def state(make):
    [row] = make.all(Succession)
    return row.state


def test_the_tree_shows_headcounts_of_all_below(officer):
    page = text(officer.get("/units/"))
    assert "甲县" in page and "历山镇" in page and "上王村" in page
    assert "3 人" in page and "2 人" in page
    assert "乙县" not in page


def test_a_unit_shows_its_offices_its_line_and_its_past(officer, city):
    page = text(officer.get(f"/units/{city['county'].id}"))
    assert "甲县财政局" in page and "沿革" in page
    assert f"/units/{city['city'].id}" not in page


def test_a_unit_of_another_county_is_not_found(officer, city):
    for name in ("city", "other", "stranger"):
        assert officer.get(f"/units/{city[name].id}").status_code == 404
        assert officer.get(f"/units/{city[name].id}/successor").status_code == 404


def test_a_search_finds_by_a_part_of_the_name_within_ones_units(officer):
    assert "历山镇" in text(officer.get("/units/search?q=历山"))
    assert "异乡村" not in text(officer.get("/units/search?q=异乡"))
    assert "没有符合的单位" in text(officer.get("/units/search?q=%25"))
    assert "没有符合的单位" in text(officer.get("/units/search"))


def test_an_officer_confirms_a_successor(officer, make, proposal):
    page = text(officer.get("/units/successors"))
    assert "上王村" in page and "王家村" in page and "95%" in page
    answer = officer.post(f"/units/successors/{proposal.id}/confirm", {}, follow_redirects=True)
    assert "上王村 由 王家村 承接" in text(answer)
    assert state(make) is SuccessionState.CONFIRMED
    again = officer.post(f"/units/successors/{proposal.id}/confirm", {})
    assert again.status_code == 409


def test_an_officer_says_that_nobody_took_over(officer, make, proposal):
    officer.post(f"/units/successors/{proposal.id}/refuse", {})
    assert state(make) is SuccessionState.REFUSED
    assert "没有待办" in text(officer.get("/units/successors"))


def test_what_is_sure_is_confirmed_at_once(officer, make, city, proposal):
    assert "确认把握较大的 1 个" in text(officer.get("/units/successors"))
    officer.post("/units/successors/sure", {"unit": city["county"].id})
    assert state(make) is SuccessionState.CONFIRMED


def test_an_officer_chooses_another(officer, make, city):
    close(make, city["village"])
    page = text(officer.get(f"/units/{city['village'].id}/successor?q=王"))
    assert "王家村" in page and "选定" in page
    officer.post(f"/units/{city['village'].id}/successor", {"successor": city["heir"].id})
    assert state(make) is SuccessionState.CONFIRMED
    assert "王家村 承接" in text(officer.get(f"/units/{city['village'].id}"))


def test_the_neighbours_are_offered_first(officer, make, city):
    close(make, city["village"])
    town = make.unit("王茅镇", under=city["county"], kind=K.TOWNSHIP)
    make.unit("王村", under=town, kind=K.VILLAGE)
    url = f"/units/{city['village'].id}/successor"
    assert "王家村" in text(officer.get(url)) and "王茅镇" not in text(officer.get(url))
    page = text(officer.get(url + "?q=王"))
    assert page.index(">王家村<") < page.index(">王村<")


@pytest.mark.parametrize("unit", ["township", "office"])
def test_only_a_unit_of_the_same_level_can_take_over(officer, make, city, unit):
    close(make, city["village"])
    sent = {"successor": city[unit].id}
    assert officer.post(f"/units/{city['village'].id}/successor", sent).status_code == 422
    assert make.all(Succession) == []


def test_a_stranger_decides_nothing(make, sign_in, city, proposal):
    stranger = sign_in(make.officer(city["other"]))
    closed = city["village"].id
    for url, sent in (
        (f"/units/successors/{proposal.id}/confirm", {}),
        (f"/units/successors/{proposal.id}/refuse", {}),
        (f"/units/{closed}/successor", {"successor": city["stranger"].id}),
        ("/units/successors/sure", {"unit": city["county"].id}),
    ):
        assert stranger.post(url, sent).status_code == 404, url
    assert state(make) is SuccessionState.PROPOSED
    assert "上王村" not in text(stranger.get(f"/units/successors?unit={city['county'].id}"))


def test_a_successor_in_another_county_is_the_citys_to_choose(make, sign_in, officer, city):
    closed = close(make, city["village"])
    sent = {"successor": city["stranger"].id}
    assert officer.post(f"/units/{closed.id}/successor", sent).status_code == 404
    above = sign_in(make.officer(city["city"], role=Role.CITY_OFFICER))
    assert above.post(f"/units/{closed.id}/successor", sent).status_code == 302
    [unit] = [one for one in make.all(OrgUnit) if one.id == closed.id]
    assert unit.path.startswith(city["other"].path)


def test_a_township_officer_sees_and_does_not_decide(make, sign_in, city, proposal):
    township = sign_in(make.officer(city["township"], role=Role.TOWNSHIP_OFFICER))
    assert "王家村" in text(township.get("/units/"))
    assert township.get("/units/successors").status_code == 403
    assert township.post(f"/units/successors/{proposal.id}/confirm", {}).status_code == 403


def test_filters_and_pages_stand_in_the_address(officer, city, proposal):
    own = city["county"].id
    assert "上王村" in text(officer.get(f"/units/successors?unit={own}&band=sure"))
    assert "上王村" not in text(officer.get(f"/units/successors?unit={own}&band=none"))
    assert "没有待办" in text(officer.get(f"/units/successors?unit={own}&band=all&page=2"))
    assert "上王村" in text(officer.get("/units/successors?unit=x&band=y&page=-1"))


def test_the_number_of_statements_does_not_grow_with_the_tree(officer, make, city, statements):
    def asked():
        with statements() as seen:
            text(officer.get("/units/"))
        return len(seen)

    asked()
    few = asked()
    for number in range(12):
        township = make.unit(f"镇{number}", under=city["county"], kind=K.TOWNSHIP)
        make.person(make.unit(f"村{number}", under=township, kind=K.VILLAGE))
    assert asked() == few
