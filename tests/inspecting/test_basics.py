"""基础工作: nobody fills it in; every number is made of what the house holds, and leads there."""

from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest

from lms.access.permissions import Role
from lms.audit.models import AuditEntry
from lms.notices.models import Correction
from lms.orgs.rules import UnitKind
from lms.reports.models import FrozenTable
from lms.reports.rules import Level
from lms.training.models import ListConfirmation
from tests.training.builders import cohort, enrolment


@pytest.fixture
def city(make):
    return make.unit("某市", kind=UnitKind.CITY)


@pytest.fixture
def county(make, city):
    """Two townships with somebody on a list that goes on; the head of one stands for it."""
    made = make.unit("甲县", city)
    make.unit("乙县", city)
    going = cohort(make, city)
    going.fixed_at = make.clock() - timedelta(days=20)
    for name in ("东镇", "西镇"):
        town = make.unit(name, made, UnitKind.TOWNSHIP)
        person = make.person(make.unit(f"{name}村", town, UnitKind.VILLAGE), name=f"{name}人")
        enrolment(make, going, person)
        if name == "东镇":
            plan = {"closes_on": going.closes_on, "required_hours": going.required_hours}
            whose = {"cohort_id": going.id, "org_id": town.id, "person_id": person.id}
            counts = {"persons": 1, "posts": 1, "confirmed_at": make.clock()}
            make.keep(ListConfirmation(**whose, **plan, **counts))
            said = {"said": "出生年月错", "said_at": make.clock() - timedelta(days=9)}
            make.keep(Correction(person_id=person.id, org_id=person.org_id, **said))
    facts = {"as_of": make.clock().date(), "level": Level.TOWNSHIP, "opening": True}
    kept = {"every": False, "version": 1, "heading": "甲县统计表", "persons": 2, "content": ""}
    frozen = {"digest": "0" * 64, "frozen_at": make.clock() - timedelta(days=3), "maker": "县"}
    make.keep(FrozenTable(org_id=made.id, cohort_id=going.id, **facts, **kept, **frozen))
    return made


def test_by_unit_in_administrative_order_with_a_sum_of_counts(make, sign_in, city, county):
    text = sign_in(make.officer(city, Role.CITY_OFFICER)).get("/inspecting/").text
    assert text.index("甲县") < text.index("乙县") < text.index("合计")
    assert "50.00%" in text and text.count(">1/2<") == 2  # the county, and the sum
    assert text.count(">17.0<") == 2  # days from the fixed list to the frozen table
    assert ">9<" in text and "没有人填报" in text
    below = sign_in(make.officer(county, name="县管理员")).get("/inspecting/").text
    assert below.index("东镇") < below.index("西镇") and "乙县" not in below
    assert ">1/1<" in below and ">0/1<" in below


def test_a_number_leads_to_what_made_it_and_no_further_than_one_answers(
    make, sign_in, city, county
):
    mine = sign_in(make.officer(county, name="县管理员"))
    faults = mine.get("/inspecting/behind?topic=faults").text
    assert "东镇人" in faults and "出生年月错" not in faults
    lists = mine.get("/inspecting/behind?topic=lists").text
    assert "/confirmations?unit=" in lists
    assert (
        "没有事项" not in lists
        and "没有事项" in mine.get("/inspecting/behind?topic=lists&first=100").text
    )
    assert "甲县统计表" in mine.get("/inspecting/behind?topic=approvals").text
    other = sign_in(make.officer(make.unit("丙县", city), name="邻县"))
    assert "东镇人" not in other.get("/inspecting/behind?topic=faults").text
    assert other.get(f"/inspecting/?under={county.id}").status_code == 404
    assert mine.get("/inspecting/behind?topic=nothing").status_code == 422


def test_the_workbook_has_the_same_numbers_and_its_leaving_is_noted(make, sign_in, city, county):
    mine = sign_in(make.officer(city, Role.CITY_OFFICER, name="市管理员"))
    book = openpyxl.load_workbook(BytesIO(mine.get("/inspecting/basic.xlsx").data))
    rows = {row[0]: row[1:] for row in book.active.iter_rows(values_only=True) if row[0]}
    assert rows["甲县"][:5] == (1, 2, 0.5, 1, 9) and rows["合计"][:3] == (1, 2, 0.5)
    assert rows["乙县"][2] == "—"
    lines = mine.get("/inspecting/basic.csv").data.decode("utf-8-sig")
    assert "甲县,1,2,50.00%,1,9," in lines
    assert [one.facts["rows"] for one in make.all(AuditEntry) if one.act == "export"] == [3, 3]
