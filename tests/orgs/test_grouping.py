"""系统（条线）: as given by hand, from a day; a list of offices brings it too."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.access.permissions import Role
from lms.audit.models import AuditEntry
from lms.errors import Invalid
from lms.orgs.models import OrgUnit, UnitSpan
from lms.orgs.offices import Office, read_offices
from lms.orgs.rules import TERRITORY, UnitKind, kind_then
from lms.orgs.systems import GIVEN, SYSTEM_NAMES, System, named, system_of

K = UnitKind
HEAD = "code,name,parent_code,kind,system\n"
KNOWN = {"1408": K.CITY, "140827": K.COUNTY}


@pytest.mark.parametrize("system", GIVEN)
@pytest.mark.parametrize("written", ["{}", " {} "])
def test_every_system_is_known_by_its_name(system, written):
    assert named(written.format(SYSTEM_NAMES[system])) is system


def test_the_end_of_the_name_may_be_left_out_and_nothing_is_guessed():
    assert named("财经") is System.ECONOMY
    assert named("财") is named("") is named("村（社区）") is None


@given(st.sampled_from(UnitKind), st.sampled_from(GIVEN), st.sampled_from(System))
def test_what_is_given_by_hand_holds_for_all_but_the_territory(kind, system, above):
    found = system_of(kind, "某县教育局", above, system)
    assert found is (system_of(kind, "某县教育局", above) if kind in TERRITORY else system)


@pytest.mark.parametrize(
    ("kind", "listed", "then"),
    [
        (K.STREET, "东城镇", K.TOWNSHIP),
        (K.COMMUNITY, "上王村委会", K.VILLAGE),
        (K.COUNTY, "某县", K.COUNTY),
        (K.DEPARTMENT, "某镇", K.DEPARTMENT),
    ],
)
def test_the_kind_of_a_unit_is_that_of_its_name_then(kind, listed, then):
    assert kind_then(kind, listed) is then


def test_a_list_of_offices_is_read():
    text = HEAD + "K-1,垣曲县财政局,140827,机关部门,\nK-2,垣曲县粮库,K-1,企业,财经\n"
    assert read_offices(text.encode("gb18030"), KNOWN) == [
        Office(2, "K-1", "垣曲县财政局", "140827", K.DEPARTMENT, None),
        Office(3, "K-2", "垣曲县粮库", "K-1", K.ENTERPRISE, System.ECONOMY),
    ]


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ("", "没有单位"),
        ("K-1,财政局,140827,机关,\n", "第 2 行：类别应为"),
        ("K-1,财政局,140827,机关部门,财政线\n", "没有“财政线”这个系统"),
        ("K-1,财政局,999,机关部门,\n", "上级编码"),
        ("K-1,财政局,K-1,机关部门,\n", "上级编码"),
        ("140827,财政局,1408,机关部门,\n", "编码是县、乡镇或村的"),
        ("K-1,财政局,1408,机关部门,\nK-1,教育局,1408,机关部门,\n", "第 3 行：编码与前面的行重复"),
        ("K-1,=1+1,1408,机关部门,\n", "像是公式"),
        ("甲,财政局,1408,机关部门,\n", "编码为空"),
    ],
)
def test_a_wrong_row_is_told_with_its_number(rows, why):
    with pytest.raises(Invalid) as refused:
        read_offices((HEAD + rows).encode(), KNOWN)
    assert why in str(refused.value)


# ── by an officer, on the page of the unit ──────────────────────────────────────────────────────


@pytest.fixture
def county(make):
    """A county with an office and what belongs to it; a township beside."""
    units = {"city": make.unit("某市", kind=K.CITY)}
    units["county"] = make.unit("甲县", under=units["city"])
    units["other"] = make.unit("乙县", under=units["city"])
    units["office"] = make.unit("甲县综合服务局", under=units["county"], kind=K.DEPARTMENT)
    units["below"] = make.unit("实验基地", under=units["office"], kind=K.INSTITUTION)
    units["town"] = make.unit("东镇", under=units["county"], kind=K.TOWNSHIP)
    return units


def test_a_unit_is_put_into_a_system_from_a_day_and_what_was_before_stays(make, sign_in, county):
    browser = sign_in(make.officer(county["county"]))
    address = f"/units/{county['office'].id}"
    assert "市县领导和其他" in browser.get(address).text
    data = {"system": "rural", "from_on": "2026-03-01"}
    assert browser.post(f"{address}/system", data).status_code == 302
    spans = [
        (s.from_on, s.to_on, s.system)
        for s in make.all(UnitSpan)
        if s.org_id == county["office"].id
    ]
    turn = date(2026, 3, 1)
    assert sorted(spans, key=str) == [(spans[0][0], turn, None), (turn, None, System.RURAL)]
    page = browser.get(address).text
    assert "农业农村系统" in page and "按类别和名称" in page
    assert "农业农村系统" in browser.get(f"/units/{county['below'].id}").text
    assert browser.post(f"{address}/system", data).status_code == 409
    [noted] = [one for one in make.all(AuditEntry) if one.act == "put unit into system"]
    assert noted.org_id == county["office"].id and noted.facts["system"] == "农业农村系统"
    assert (
        browser.post(f"{address}/system", {"system": "", "from_on": "2026-03-01"}).status_code
        == 302
    )
    assert {s.system for s in make.all(UnitSpan)} == {None}


@pytest.mark.parametrize(
    ("unit", "data", "status"),
    [
        ("town", {"system": "rural", "from_on": "2026-03-01"}, 422),
        ("office", {"system": "rural", "from_on": "2999-01-01"}, 422),
        ("office", {"system": "rural", "from_on": "1900-01-01"}, 422),
        ("office", {"system": "villages", "from_on": "2026-03-01"}, 422),
        ("office", {"system": "rural", "from_on": ""}, 422),
        ("stranger", {"system": "rural", "from_on": "2026-03-01"}, 404),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    make, sign_in, county, unit, data, status
):
    county["stranger"] = make.unit("乙县局", under=county["other"], kind=K.DEPARTMENT)
    browser = sign_in(make.officer(county["county"]))
    assert browser.post(f"/units/{county[unit].id}/system", data).status_code == status
    assert {span.system for span in make.all(UnitSpan)} == {None}


def test_a_township_sees_the_system_and_sets_none(make, sign_in, county):
    browser = sign_in(make.officer(county["town"], Role.TOWNSHIP_OFFICER))
    data = {"system": "rural", "from_on": "2026-03-01"}
    assert browser.post(f"/units/{county['office'].id}/system", data).status_code in (403, 404)
    assert {span.system for span in make.all(UnitSpan)} == {None}


def test_a_list_of_offices_opens_renames_and_groups(app, make, tmp_path):
    top = make.unit("某市", kind=K.CITY, code="1408")
    old = make.unit("老局", under=top, kind=K.DEPARTMENT, code="K-1")
    file = tmp_path / "offices.csv"
    file.write_text(
        HEAD + "K-1,新局,1408,机关部门,党群\nK-2,基地,K-1,事业单位,\n", encoding="utf-8"
    )
    run = app.test_cli_runner().invoke
    done = run(args=["orgs", "offices", str(file), "--as-of", "2026-06-01"])
    assert done.exit_code == 0, done.output
    assert "新设 1" in done.output and "变动 1" in done.output and "改定系统 1" in done.output
    names = {unit.code: (unit.name, unit.parent_id, unit.kind) for unit in make.all(OrgUnit)}
    assert names["K-1"][0] == "新局" and names["K-2"] == ("基地", old.id, K.INSTITUTION)
    held = {(s.name, s.from_on): s.system for s in make.all(UnitSpan)}
    assert held["新局", date(2026, 6, 1)] is System.PARTY
    again = run(args=["orgs", "offices", str(file), "--as-of", "2026-06-01"])
    assert "新设 0，变动 0，改定系统 0" in again.output
