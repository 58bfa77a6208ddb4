"""测评成绩分析表: each cell against a naive recount, who sees it, what is hidden, and the files."""

import csv
import io
import random
import statistics
from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

import openpyxl
import pytest
from sqlalchemy import delete

from lms.access.permissions import Role
from lms.access.scope import seeing_everything
from lms.analyses.hiding import FEWEST
from lms.analyses.rules import CATEGORY_OF, By
from lms.analyses.scores import scores
from lms.audit.models import AuditEntry
from lms.db import find
from lms.exams.models import Assessment
from lms.people.models import Posting
from lms.people.rules import POST_NAMES, Post

HALF_UP = Decimal("0.01")


@pytest.fixture
def some(sat):
    """Everybody of two counties, some of whom sat once, some again; the dice are fixed."""
    dice = random.Random(7)  # noqa: S311
    sat.sittings = defaultdict(list)
    for n in range(44):
        unit = sat.villages[n % 4] if n < 40 else sat.office
        posts = ((Post.VPS,), (Post.VPS, Post.VCD), (Post.VCM,), (Post.STAFF,))[n % 4]
        person = sat.person(unit, *posts)
        for number in range(1, dice.choice((1, 1, 2, 3))):
            shares = [dice.choice((0, "1/2", 1, 1)) for _ in range(4)]
            days = 2 * number
            attempt = sat.sit(person, shares, number=number, days=days)
            earned = sum(2 if one == 1 else 1 if one else 0 for one in shares)
            sat.sittings[person.id].append((attempt.number, days, earned))
    return sat


def naive(some, people, day):
    """The cells of a line, person by person."""
    counts = defaultdict(int)
    best = []
    for person, _unit, _posts in people:
        mine = [one for one in some.sittings[person.id] if one[1] <= day]
        counts["scheduled"] += 1
        if not mine:
            continue
        counts["sat"] += 1
        best.append(max(earned for _number, _day, earned in mine))
        passing = [number for number, _day, earned in mine if earned >= 4.8]
        if passing:
            counts["passed"] += 1
            counts["first_passed" if min(passing) == 1 else "resit_passed"] += 1
    return counts, best


def check(line, counts, best):
    for name in ("scheduled", "sat", "passed", "first_passed", "resit_passed"):
        assert line.counts[name] == counts[name], (line.name, name)
    if line.marks is None:
        return
    assert line.marks.persons == len(best) >= FEWEST
    assert abs(line.marks.mean - Decimal(statistics.fmean(best))) <= HALF_UP
    assert abs(line.marks.deviation - Decimal(statistics.pstdev(best))) <= HALF_UP
    assert (line.marks.highest, line.marks.lowest) == (max(best), min(best))
    percent = [one / 8 * 100 for one in best]
    assert line.bands == {
        "优秀": sum(one >= 90 for one in percent),
        "良好": sum(80 <= one < 90 for one in percent),
        "合格": sum(60 <= one < 80 for one in percent),
        "未合格": sum(one < 60 for one in percent),
    }


def table(app, some, clock, by, under=None, days=19):
    with app.app_context(), seeing_everything():
        assessment = find(Assessment, some.assessment.id)
        day = (some.began + timedelta(days=days)).date()
        return scores(assessment, [some.city.path], under and under.id, by, day)


@pytest.fixture
def began(some, clock):
    some.began = clock.time
    clock.time += timedelta(days=19)
    return some


@pytest.mark.parametrize("days", [2, 19])
def test_each_cell_by_unit_is_that_of_a_recount(app, began, clock, days):
    found = table(app, began, clock, By.UNIT, days=days)
    assert [line.name for line in found.lines] == ["甲县", "乙县", "市直及其他"]
    groups = [began.villages[:2], began.villages[2:], [began.office]]
    for line, units in zip(found.lines, groups, strict=True):
        ids = {unit.id for unit in units}
        people = [one for one in began.people if one[1].id in ids]
        check(line, *naive(began, people, days))
    check(found.total, *naive(began, began.people, days))
    assert found.total.marks is not None


def test_each_cell_by_post_and_by_category_is_that_of_a_recount(app, began, clock):
    found = table(app, began, clock, By.POST)
    for line in found.lines:
        people = [one for one in began.people if Post(line.key) in one[2]]
        assert line.name == POST_NAMES[Post(line.key)]
        check(line, *naive(began, people, 19))
    check(found.total, *naive(began, began.people, 19))
    assert (found.both, found.several) == (11, 0)
    by_kind = table(app, began, clock, By.CATEGORY)
    assert [line.key for line in by_kind.lines] == ["P2", "P3"]
    for line in by_kind.lines:
        people = [one for one in began.people if line.key in {CATEGORY_OF[p] for p in one[2]}]
        check(line, *naive(began, people, 19))


def test_where_the_last_attempt_counts_it_alone_makes_the_marks(app, sat, clock, make):
    sat.assessment.which_counts = "last"
    for _ in range(6):
        person = sat.person(sat.villages[0])
        first = sat.sit(person, (1, 1, 1, 1))
        sat.sit(person, (1, 1, 1, 0), number=2, days=1)
        verdict = next(one for one in make.all(_verdict()) if one.attempt_id == first.id)
        verdict.counts = False  # as the hall leaves it
    make.session.flush()
    sat.began = clock.time
    then = table(app, sat, clock, By.UNIT, days=0).total  # of that day, whatever was sat since
    assert (then.marks.mean, then.counts["first_passed"], then.counts["resit_passed"]) == (8, 6, 0)
    clock.time += timedelta(days=19)
    line = table(app, sat, clock, By.UNIT).total
    assert (line.marks.mean, line.counts["first_passed"], line.counts["resit_passed"]) == (6, 0, 6)


def _verdict():
    from lms.exams.models import Verdict

    return Verdict


# ── what is hidden ──────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def uneven(sat, clock):
    """Two sat in one town, six in another, twenty in a third, nobody in the fourth."""
    for village, many in zip(sat.villages, (2, 6, 20, 0), strict=True):
        for n in range(many):
            sat.sit(sat.person(village), (1, 1, 1, n % 2))
    clock.time += timedelta(days=1)
    return sat


def test_few_show_no_marks_and_the_next_smallest_is_hidden_with_them(uneven, sign_in):
    text = sign_in(uneven.officer).get(uneven.address + f"?under={uneven.counties[0].id}").text
    rows = [row for row in text.split("<tr>") if "东镇" in row or "西镇" in row]
    assert all(row.count(">—<") == 9 for row in rows) and len(rows) == 2
    assert "7.00" in text  # of the eight together
    assert "参考不足 5 人，或可以由此推算" in text
    assert "考生" not in text


def test_the_files_hide_the_same_and_say_what_the_page_says(uneven, sign_in, make):
    officer = sign_in(uneven.county_officer)
    sheet = officer.get(uneven.address + "/scores.csv")
    rows = list(csv.reader(io.StringIO(sheet.data.decode("utf-8-sig"))))
    assert rows[1][1:4] == ["东镇", "2", "2"] and rows[1][10:] == ["—"] * 9
    assert rows[3][1] == "合计" and rows[3][11:15] == ["7.00", "1.00", "8.00", "6.00"]
    assert rows[3][15:] == ["4", "0", "4", "0"]
    assert rows[3][10] == "50.00%"  # 优秀率: four of eight
    name = sheet.headers["Content-Disposition"]
    assert "csv" in name
    book = officer.get(uneven.address + "/scores.xlsx?by=post")
    page = openpyxl.load_workbook(io.BytesIO(book.data)).active
    cells = [cell for row in page.iter_rows(values_only=True) for cell in row if cell is not None]
    assert "甲县上岗测评成绩分析表（按职务）" in cells
    assert 7 in cells and "村党组织书记" in cells
    assert any("参考不足 5 人的不显示" in str(cell) for cell in cells)
    assert any("填报单位（盖章）" in str(cell) for cell in cells)
    acts = [one.facts["rows"] for one in make.all(AuditEntry) if one.act == "export"]
    assert acts == [3, 2]


# ── who sees it ─────────────────────────────────────────────────────────────────────────────────


def test_each_officer_sees_the_own_people_and_no_further(uneven, sign_in, make):
    city, county = sign_in(uneven.officer), sign_in(uneven.county_officer)
    assert "乙县" in city.get(uneven.address).text
    own = county.get(uneven.address).text
    assert "东镇" in own and "乙县" not in own
    assert county.get(uneven.address + f"?under={uneven.counties[1].id}").status_code == 404
    town = sign_in(uneven.town_officer).get(uneven.address).text
    assert "东村" in town and "西镇" not in town
    assert sign_in(uneven.trainer).get(uneven.address).status_code == 403
    other = make.officer(make.unit("他市"), Role.CITY_OFFICER)
    assert sign_in(other).get(uneven.address).status_code == 404


def test_the_pages_are_reached_from_where_one_would_look_for_them(uneven, sign_in, make):
    officer, home = sign_in(uneven.officer), f"/exams/assessments/{uneven.assessment.id}"
    page = officer.get(home).text
    assert uneven.address in page and f"{uneven.address}/paper" in page
    assert "/analyses/missed" in officer.get("/reports/overview").text
    text = officer.get(uneven.address).text
    assert f"{home}/candidates?unit={uneven.counties[0].id}&amp;come=passed" in text
    making = sign_in(uneven.trainer).get(f"/papers/{uneven.paper.id}").text
    assert f"/analyses/papers/{uneven.paper.id}" in making
    uneven.assessment.posts = []  # a 小测: for practice only
    make.keep(uneven.assessment)
    assert officer.get(uneven.address).status_code == 404


def test_where_nobody_is_listed_or_posted_the_page_says_so(sat, sign_in, make):
    officer = sign_in(sat.officer)
    for by in ("unit", "post", "category"):
        assert "没有应考人员" in officer.get(f"{sat.address}?by={by}").text
    person = sat.person(sat.villages[0])
    make.session.execute(delete(Posting).where(Posting.person_id == person.id))
    assert "统计日没有任职" in officer.get(f"{sat.address}?by=post").text
    assert "统计日没有任职" in officer.get(f"{sat.address}?by=category").text


def test_a_day_to_come_is_no_day_to_count(uneven, sign_in):
    answer = sign_in(uneven.officer).get(uneven.address + "?as_of=2099-01-01")
    assert answer.status_code == 422 and "统计日不能晚于今天" in answer.text
