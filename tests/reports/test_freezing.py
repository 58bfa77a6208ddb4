"""A frozen table keeps the rows under it: later facts change no cell, and each is told."""

import hashlib
import json
import re
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from lms.access.permissions import Role
from lms.access.scope import seeing_everything
from lms.audit.models import AuditEntry
from lms.db import db
from lms.errors import NotAllowed
from lms.orgs.rules import UnitKind
from lms.orgs.systems import System
from lms.reports import freezing
from lms.reports.changes import Why, changes
from lms.reports.dictionary import SHIPPED
from lms.reports.models import FrozenTable
from lms.reports.rules import Level, Placed
from lms.reports.snapshots import (
    Snapshot,
    Unlike,
    canonical,
    compared,
    digest_of,
    packed,
    read,
    unpacked,
)
from lms.reports.tables import Line, Table
from tests.reports.test_completion import counts, rows
from tests.training import builders

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


# ── pure ────────────────────────────────────────────────────────────────────────────────────────


def test_the_digest_is_the_sm3_of_the_standard():
    """GB/T 32905, appendix A."""
    assert digest_of(b"abc").startswith("66c7f0f462eeedd9d1f2d46bdc10e4e2")
    assert digest_of(b"abcd" * 16).startswith("debe9ff92275b8a138604889c18e5a4d")


COLUMNS = (
    *("person_id", "org_id", "posts", "from_on", "came_by", "left_by"),
    *("listed", "exempted", "required", "deferred", "withdrawn", "attended", "completed", "sat"),
    *("passed", "hundredths"),
)


def person(number, unit=3, **more):
    row = {
        **dict.fromkeys(COLUMNS, 0),
        "person_id": number,
        "org_id": unit,
        "posts": "VPS",
        "from_on": "2026-09-01",
        "came_by": "initial",
        "left_by": None,
        "listed": 1,
        "required": 1,
        **more,
    }
    return tuple(row[name] for name in COLUMNS)


def snapshot(*people, day=date(2026, 11, 1), closed=False):
    units = (
        Placed(1, "某市", UnitKind.CITY, None, 0, "", False),
        Placed(2, "甲县", UnitKind.COUNTY, 1, 0, "", False),
        Placed(3, "上村", UnitKind.VILLAGE, 2, 0, "", closed),
        Placed(4, "下村", UnitKind.VILLAGE, 2, 1, "", False),
    )
    counts = {
        name: sum(row[COLUMNS.index(name)] for row in people) for name in ("required", "completed")
    }
    table = Table(Level.COUNTY, [Line("2", "甲县", counts)], Line("", "合计", counts))
    shown = (SHIPPED["required"], SHIPPED["completion_rate"])
    return Snapshot("表", ("注",), 1, "班", False, day, shown, table, units, COLUMNS, people)


def test_what_is_frozen_is_read_again_as_it_was():
    one = snapshot(person(1), person(2, completed=1))
    data = canonical(one.plain())
    again = read(json.loads(unpacked(packed(data))))
    assert again == one
    assert canonical(again.plain()) == data


@pytest.mark.parametrize(
    ("was", "now", "why"),
    [
        ({}, {"exempted": 1, "required": 0}, Why.EXEMPTED),
        ({"exempted": 1, "required": 0}, {}, Why.EXEMPTED_NO_MORE),
        ({}, {"unit": 4}, Why.MOVED),
        ({"passed": 1, "sat": 1}, {"sat": 1}, Why.LESS),
        ({}, {"sat": 1}, Why.LATE_RESULT),
        ({}, {"hundredths": 800, "attended": 1}, Why.LATE_HOURS),
        ({}, {"deferred": 1}, Why.DEFERRED),
        ({}, {"posts": "VCD VPS"}, Why.POSTS),
        ({}, {"listed": 0, "required": 0, "left_by": "left post"}, Why.LEFT_POST),
        ({"listed": 0, "required": 0}, {}, Why.LATE),
        (
            {"listed": 0, "required": 0},
            {"from_on": "2026-11-03", "came_by": "new post"},
            Why.NEW_POST,
        ),
    ],
)
def test_each_change_of_a_person_has_its_reason(was, now, why):
    found = changes(snapshot(person(1, **was)), snapshot(person(1, **now)))
    assert list(found.persons) == [why]


def test_on_a_later_day_new_facts_are_no_late_entries():
    later = snapshot(person(1, hundredths=800), day=date(2026, 12, 1))
    assert list(changes(snapshot(person(1)), later).persons) == [Why.HOURS]


def test_a_merger_is_told_of_all_who_were_there():
    found = changes(
        snapshot(person(1), person(2, unit=4)), snapshot(person(1), person(2, unit=4), closed=True)
    )
    assert found.persons == {Why.MERGED: [(1, "上村")]}


def test_a_unit_that_was_put_into_another_system_is_the_reason_in_a_table_by_system():
    def by_system(given):
        one = snapshot(person(1, unit=3))
        office = Placed(3, "某局", UnitKind.DEPARTMENT, 2, 0, "", False, given)
        units = (*one.units[:2], office)
        return replace(one, units=units, table=replace(one.table, level=Level.SYSTEM))

    found = changes(by_system(None), by_system(System.RURAL))
    assert found.persons == {Why.MOVED: [(1, "某局")]}
    again = read(json.loads(canonical(by_system(System.RURAL).plain())))
    assert again.units[2].system is System.RURAL


def test_what_was_frozen_before_systems_could_be_given_is_read():
    plain = snapshot(person(1)).plain()
    plain["units"] = [one[:7] for one in plain["units"]]
    assert read(plain) == snapshot(person(1))


def test_the_cells_that_moved_are_listed_with_what_they_were():
    found = changes(snapshot(person(1)), snapshot(person(1), person(2, completed=1)))
    moved = [(one.line, one.measure.code, str(one.was), str(one.now)) for one in found.cells]
    assert moved == [
        ("甲县", "required", "1", "2"),
        ("甲县", "completion_rate", "0.0000", "0.5000"),
        ("合计", "required", "1", "2"),
        ("合计", "completion_rate", "0.0000", "0.5000"),
    ]
    same = snapshot(person(1))
    assert changes(same, same).none


def test_cells_are_compared_one_by_one():
    ours = [["表"], ["甲县", "4", ""]]
    assert compared(ours, [["表"], ["甲县", "4"]]) == []
    assert compared(ours, [["表"], ["甲县", "5"], ["x"]]) == [
        Unlike((2, 2), "4", "5"),
        Unlike((3, 1), "", "x"),
    ]


# ── in the house ────────────────────────────────────────────────────────────────────────────────


def freeze(browser, city, **more):
    page = browser.get(f"{city.address}/freeze", query_string=more)
    assert page.status_code == 200, page.text
    kept = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    done = browser.post(f"{city.address}/freeze", data=kept | more)
    return done.headers.get("Location"), done


def test_a_frozen_table_stays_while_the_list_goes_on(some, make, sign_in):
    browser = sign_in(some.officer)
    address, _done = freeze(browser, some)
    before = rows(browser.get(address))
    assert counts(before["合计"]) == (6, 4, 2, 6, 3, 2)
    some.cadre(some.far, name="新来", read=True, passed=True)
    assert counts(rows(browser.get(some.address))["合计"])[0] == 7
    assert rows(browser.get(address)) == before
    names = browser.get(f"{address}/names?measure=completed&line={some.county.id}")
    assert set(rows(names)) - {"姓名"} == {"一挑"}
    told = browser.get(f"{address}/now").text
    assert "远村 新来" in told
    assert "33.33%" in told
    assert "42.86%" in told


def test_what_was_frozen_long_ago_is_still_found_on_the_shelf(some, sign_in, monkeypatch):
    monkeypatch.setattr(freezing, "SHOWN", 1)
    browser = sign_in(some.officer)
    first, _done = freeze(browser, some)
    some.cadre(some.far, name="新来")
    second, _done = freeze(browser, some, why="补录")
    page = browser.get("/reports/frozen").text
    assert second in page and f'"{first}"' not in page
    older = re.search(r'href="([^"]*first=1[^"]*)" rel="next"', page)[1]
    assert f'"{first}"' in browser.get(older).text


def test_the_digest_stands_on_the_page_in_the_file_and_in_the_log(some, make, sign_in):
    browser = sign_in(some.officer)
    address, _done = freeze(browser, some)
    [row] = make.all(FrozenTable)
    assert len(row.digest) == 64
    assert row.digest == hashlib.new("sm3", unpacked(row.content)).hexdigest()
    assert row.digest in browser.get(address).text
    file = browser.get(f"{address}/table.xlsx")
    said = [str(c.value) for line in load_workbook(BytesIO(file.data)).active for c in line]
    assert any(row.digest in text for text in said)
    assert "未审核" in said
    assert any("签发人：" in text for text in said)
    noted = {act.act: act.facts["digest"] for act in make.all(AuditEntry) if "digest" in act.facts}
    assert noted == {"freeze table": row.digest, "export": row.digest}


def test_what_is_frozen_is_changed_and_deleted_by_nobody(some, make, sign_in, app):
    freeze(sign_in(some.officer), some)
    with app.app_context(), seeing_everything():
        row = db.session.query(FrozenTable).one()
        row.digest = "0" * 64
        with pytest.raises(NotAllowed):
            db.session.flush()
        db.session.rollback()
        for change in (
            lambda: db.session.execute(db.update(FrozenTable).values(version=9)),
            lambda: db.session.execute(db.delete(FrozenTable)),
        ):
            with pytest.raises(NotAllowed):
                change()


def test_a_correction_is_a_version_that_says_what_and_why(some, make, sign_in):
    browser = sign_in(some.officer)
    first, _done = freeze(browser, some)
    assert "没有任何变化" in browser.get(f"{some.address}/freeze").text
    late = some.cadre(some.far, name="补录人")
    builders.hours(make, late, "1", lesson=some.course.lessons[0])
    _address, refused = freeze(browser, some)
    assert "请写明为什么" in refused.text
    second, _done = freeze(browser, some, why="远村漏报一人")
    page = browser.get(second).text
    assert "远村漏报一人" in page
    assert "补录：统计日前就应在名单上" in page
    assert "远村 补录人" in page
    assert counts(rows(browser.get(first))["合计"])[0] == 6


def test_the_next_in_line_approves_and_paper_is_entered(some, make, sign_in):
    county = sign_in(some.county_officer)
    address, _done = freeze(county, some)
    assert "未审核" in county.get(address).text
    assert county.post(f"{address}/approve").status_code == 403
    city = sign_in(some.officer)
    assert city.post(f"{address}/approve").status_code == 303
    assert "已审核：市管理员" in city.get(address).text
    paper = {"filler": "甲", "checked": "乙", "issued": "丙", "signed_on": "2026-11-23"}
    assert (
        county.post(f"{address}/sign", data=paper | {"signed_on": "2020-01-01"}).status_code == 422
    )
    assert county.post(f"{address}/sign", data=paper).status_code == 303
    printed = county.get(f"{address}/print").text
    assert "审核人 乙，签发人 丙" in printed
    assert "填报单位（盖章）" in printed
    assert sign_in(some.town_officer).get(address).status_code == 404


def test_the_city_s_own_table_is_approved_by_another_of_its_officers(some, make, sign_in):
    maker = sign_in(some.officer)
    address, _done = freeze(maker, some)
    assert maker.post(f"{address}/approve").status_code == 403
    other = sign_in(make.officer(some.city, Role.CITY_OFFICER, name="另一位"))
    assert other.post(f"{address}/approve").status_code == 303


def test_a_file_is_read_again_and_compared_cell_by_cell(some, sign_in):
    browser = sign_in(some.officer)
    address, _done = freeze(browser, some)
    file = browser.get(f"{address}/table.xlsx").data

    def sent(data):
        form = {"file": (BytesIO(data), "表.xlsx", XLSX)}
        return browser.post(f"{address}/compare", data=form)

    assert "全部一致" in sent(file).text
    plain = browser.get(f"{some.address}/completion.xlsx").data
    assert "全部一致" in sent(plain).text
    assert "没有这一版的摘要" in sent(plain).text
    book = load_workbook(BytesIO(file))
    cell = next(c for line in book.active for c in line if c.value == 4)
    cell.value = 5
    changed = BytesIO()
    book.save(changed)
    told = sent(changed.getvalue())
    assert rows(told)[cell.coordinate] == ["4", "5"]
    assert sent(b"no table").status_code == 422
