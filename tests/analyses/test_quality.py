"""试卷质量分析表: against the answers one by one; whose question is told, and to whom."""

import csv
import io
import random
from datetime import timedelta
from fractions import Fraction

import numpy as np
import openpyxl
import pytest

from lms.access.permissions import Role
from lms.access.scope import seeing_everything
from lms.analyses import quality
from lms.analyses.models import PaperTally, UnitTally
from lms.audit.models import AuditEntry
from lms.bank.rules import Pool, Right
from lms.db import find
from lms.exams.models import Answer, Assessment, Attempt, Mark, NamedOfficer, Result

STEM = "第1个问题怎样办"


@pytest.fixture
def sixty(sat):
    """Sixty first attempts of all four villages; and a second one that counts for no question."""
    dice = random.Random(11)  # noqa: S311
    sat.first = []
    for n in range(60):
        person = sat.person(sat.villages[n % 4])
        able = dice.random()
        shares = [1 if dice.random() < able else dice.choice((0, "1/2")) for _ in range(4)]
        letters = {4: "C"} if n < 3 else {4: ""} if n < 5 else {}
        sat.first.append((shares, letters))
        sat.sit(person, shares, letters=letters)
        if n % 5 == 0:
            sat.sit(person, (1, 1, 1, 1), number=2, days=1)
    sat.clock.time += timedelta(days=2)
    return sat


def of_assessment(app, sat):
    with app.app_context(), seeing_everything():
        return quality.of_assessment(find(Assessment, sat.assessment.id), None)


def test_each_number_is_that_of_the_answers_one_by_one(app, sixty, add_up):
    add_up()
    sheet = of_assessment(app, sixty)
    matrix = np.array([[float(Fraction(one)) for one in row] for row, _said in sixty.first])
    totals = matrix.sum(axis=1) * 2
    assert sheet.quality.persons == 60
    assert abs(float(sheet.quality.marks.mean) - totals.mean()) <= 0.005 + 1e-9
    assert abs(sheet.quality.difficulty - totals.mean() / 8) < 1e-9
    assert sum(sheet.quality.bins) == 60 and sheet.quality.bins[9] == int((totals >= 7.2).sum())
    for place, (asked, item) in enumerate(sheet.rows):
        assert abs(item.share - matrix[:, place].mean()) < 1e-9
        assert item.right == int((matrix[:, place] == 1).sum())
        assert item.discrimination is None  # below a hundred
        assert asked.number == place + 1 and not asked.told
    said = [said.get(4, "A" if Fraction(row[3]) else "B") for row, said in sixty.first]
    chosen = {one or "-": said.count(one) for one in {*said}}
    assert sheet.rows[3][1].chosen == chosen


def test_the_last_mark_and_the_last_answer_count(app, sat, add_up, make):
    for _ in range(10):
        sat.sit(sat.person(sat.villages[0]), (0, 1, 1, 1))
    for attempt in make.all(Attempt):
        now = attempt.submitted_at
        mark = {"share": 1, "share_of": 1, "points": 2, "marked_at": now}
        make.session.add(Mark(attempt_id=attempt.id, slot=1, **mark))
        said = {"said_at": now, "saved_at": now, "counts": True, "content": ["C"]}
        make.session.add(Answer(attempt_id=attempt.id, turn=2, sequence=1, slot=1, **said))
    add_up()
    item = of_assessment(app, sat).rows[0][1]
    assert (item.share, item.right, item.chosen) == (1.0, 10, {"C": 10})


def test_what_changes_is_added_up_anew_and_what_is_void_is_gone(app, sat, add_up, make):
    for _ in range(6):
        sat.sit(sat.person(sat.villages[0]), (1, 1, 0, 0))
    assert (add_up(), add_up()) == (1, 0)
    [row] = make.all(UnitTally)
    assert (row.org_id, row.persons, row.right) == (sat.towns[0].id, 6, [6, 6, 0, 0])
    result = make.all(Result)[0]
    result.replaced_at = sat.clock.time
    make.session.flush()
    assert add_up() == 1
    assert [row.persons for row in make.all(UnitTally)] == [5]
    make.all(Result)[1].replaced_at = sat.clock.time
    sat.assessment.posts = []  # a 小测 is for practice
    make.keep(sat.assessment)
    assert add_up() == 0


# ── the page ────────────────────────────────────────────────────────────────────────────────────


def test_a_question_is_told_to_officers_when_it_no_longer_examines(sixty, add_up, sign_in, make):
    add_up()
    officer, page = sign_in(sixty.officer), sixty.address + "/paper"
    before = officer.get(page).text
    assert "仍在考试题库" in before and STEM not in before and "60" in before
    assert "考生" not in before
    cells = list(csv.reader(io.StringIO(officer.get(page + ".csv").data.decode("utf-8-sig"))))
    assert cells[1][8] == "" and "不显示" in cells[1][10]
    for entry in sixty.entries:
        entry.pool = Pool.OPEN
        make.session.add(entry)
    make.session.flush()
    after = officer.get(page).text
    assert STEM in after and "仍在考试题库" not in after.replace("仍在考试题库的试题不显示", "")
    book = openpyxl.load_workbook(io.BytesIO(officer.get(page + ".xlsx").data))
    assert book.sheetnames == ["试卷质量", "试题", "分数分布"]
    items = [row for row in book["试题"].iter_rows(values_only=True) if row[0] in (1, 2, 3, 4)]
    assert len(items) == 4 and "某事" not in str(items) and STEM in items[0][10]
    assert "A*" in items[0][8]


def test_the_quality_of_a_paper_is_for_who_runs_it_and_who_is_named(sixty, add_up, sign_in, make):
    add_up()
    page = sixty.address + "/paper"
    assert sign_in(sixty.county_officer).get(page).status_code == 403
    assert sign_in(sixty.town_officer).get(page).status_code == 403
    who, now = sixty.county_officer.id, sixty.clock.time
    make.keep(NamedOfficer(assessment_id=sixty.assessment.id, person_id=who, named_at=now))
    assert sign_in(sixty.county_officer).get(page).status_code == 200
    other = make.officer(make.unit("他县"))
    assert sign_in(other).get(page).status_code == 404


def test_a_paper_that_nobody_sat_says_so_and_is_no_file(sat, sign_in):
    officer = sign_in(sat.officer)
    assert "还没有可分析的答卷" in officer.get(sat.address + "/paper").text
    assert officer.get(sat.address + "/paper.xlsx").status_code == 404
    assert officer.get(sat.address + "/paper?paper=999").status_code == 404


def test_who_makes_papers_sees_the_questions_of_her_bank_and_nobody_else(
    sixty, add_up, sign_in, make
):
    add_up()
    page = f"/analyses/papers/{sixty.paper.id}"
    text = sign_in(sixty.trainer).get(page).text
    assert STEM in text and "考生" not in text and "仍在考试题库</span>" not in text
    assert any(one.act == "look at paper" for one in make.all(AuditEntry))
    stranger = make.officer(make.unit("他县"), Role.TRAINER)
    assert sign_in(stranger).get(page).status_code == 404
    make.named(sixty.bank, Right.PRACTISE, person=stranger)
    assert sign_in(stranger).get(page).status_code == 404
    book = sign_in(sixty.trainer).get(page + "/quality.xlsx")
    assert openpyxl.load_workbook(io.BytesIO(book.data)).sheetnames[0] == "试卷质量"
    assert len(make.all(PaperTally)) == 1
