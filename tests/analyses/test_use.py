"""How hard a question is: as people found it once enough have answered, and who is told."""

from dataclasses import replace
from fractions import Fraction

import pytest

from lms.access.scope import seeing_everything
from lms.analyses.use import used
from lms.bank.files import read_question
from lms.bank.models import Question
from lms.bank.rules import Difficulty, Pool
from lms.bank.writing import change, set_facts
from lms.db import db
from lms.exams.changed import KeyChange
from lms.papers.rules import KNOWN_FROM

SHARES = (1, Fraction(1, 2), 0, 1)


@pytest.fixture
def did(app):
    """did(bank) → version → how it did."""

    def look(bank):
        with app.app_context(), seeing_everything():
            return used([bank.id])

    return look


def sit(sat, many):
    for n in range(many):
        person = sat.person(sat.villages[n % 4])
        sat.sit(person, SHARES)
        if n == 0:
            sat.sit(person, (0, 0, 1, 0), number=2, days=1)


def asked(ability="", difficulty="hard"):
    """A row of a blueprint, as its form sends it."""
    return {
        "title": "第二套",
        "minutes": "60",
        "banks": "1",
        "open_percent": "0",
        "rows-0-ability": ability,
        "rows-0-type": "single",
        "rows-0-difficulty": difficulty,
        "rows-0-count": "1",
        "rows-0-points": "2",
    }


def test_what_people_earned_the_first_time_is_told_version_by_version(sat, did, add_up):
    sit(sat, 3)
    assert did(sat.bank) == {}  # not yet added up
    add_up()
    found = did(sat.bank)
    versions = [one.versions[0].id for one in sat.entries]
    assert [found[one].answered for one in versions] == [3, 3, 3, 3]
    assert [found[one].share for one in versions] == [float(share) for share in SHARES]
    assert did(sat.make.bank(sat.city)) == {}


def test_the_parts_of_a_case_are_one_question(sat, did, add_up):
    slots = sat.paper.slots
    slots[1].version_id, slots[1].part, slots[1].points = slots[0].version_id, 1, 6
    sat.make.session.flush()
    sit(sat, 2)
    add_up()
    case = did(sat.bank)[slots[0].version_id]
    assert (case.answered, case.share) == (2, (2 * 1 + 6 * 0.5) / 8)


def test_where_everyone_was_given_the_points_it_says_nothing(sat, did, add_up):
    sit(sat, 2)
    add_up()
    first = sat.entries[0].versions[0].id
    now = sat.clock()
    why = {"reason": "题目有误", "decided_at": now, "decided_by": sat.officer.id}
    place = {"assessment_id": sat.assessment.id, "version_id": first, "part": 0}
    sat.make.keep(KeyChange(**place, **why, key=None))
    assert first not in did(sat.bank)


def test_what_is_known_of_a_question_stays_when_facts_alone_change(sat, app, did, add_up):
    sit(sat, 3)
    add_up()
    entry = sat.entries[0]
    first = entry.versions[0]
    asked = replace(read_question(first.text), difficulty=Difficulty.EASY)
    reworded = replace(asked, parts=(replace(asked.parts[0], stem="另一个问题怎样办？"),))
    with app.app_context(), seeing_everything():
        known = db.session.get(Question, entry.id)
        set_facts([known], {"topic": "别的知识点"}, sat.clock(), None)
        second = change(known, asked, sat.clock(), None).id
        third = change(known, reworded, sat.clock(), None).id
        db.session.commit()
    found = did(sat.bank)
    assert found[second] == found[first.id] and found[first.id].answered == 3
    assert third not in found  # what is asked is another question


@pytest.mark.parametrize(("many", "hard"), [(KNOWN_FROM, 2), (KNOWN_FROM - 1, 0)])
def test_a_blueprint_counts_by_use_once_enough_have_answered(sat, sign_in, add_up, many, hard):
    sit(sat, many)
    add_up()
    browser = sign_in(sat.trainer)
    told = browser.post("/papers/blueprints/stock", asked()).json
    assert told["cells"] == {"rows-0": [hard, 0 if hard else 1, hard]}
    known = 4 if hard else 0
    assert f"难度按实际得分率的 {known} 题，按命题人估计的 {4 - known} 题" in told["known"]


def test_a_paper_takes_what_people_found_hard_and_says_that_it_is_known(sat, sign_in, add_up):
    sit(sat, KNOWN_FROM)
    add_up()
    browser = sign_in(sat.trainer)
    kept = browser.post("/papers/blueprints/new", asked())
    page = browser.get(kept.location).text
    assert "以下为难；其余按命题人估计" in page
    made = browser.post(f"{kept.location}/assemble", {"title": "第二套", "forms": "one"})
    assert "难度：难（实测得分率" in browser.get(made.location).text


def test_of_a_question_in_the_examination_pool_no_stranger_knows_how_it_did(
    sat, make, sign_in, add_up
):
    assert sat.entries[0].pool is Pool.EXAM
    sit(sat, KNOWN_FROM)
    add_up()
    other = make.unit("邻市")
    make.bank(other)
    stranger = make.officer(other, "trainer", name="外人")
    answer = sign_in(stranger).post(
        "/papers/blueprints/stock", asked() | {"banks": str(sat.bank.id)}
    )
    assert answer.json == {}
