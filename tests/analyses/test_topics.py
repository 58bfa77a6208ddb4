"""Abilities, topics and articles: against a naive recount, by unit and day, and what is hidden."""

import csv
import io
import random
from collections import defaultdict
from datetime import timedelta

import openpyxl
import pytest

from lms.access.scope import seeing_everything
from lms.analyses import topics
from lms.analyses.answered import gather
from lms.bank.rules import Pool
from tests.analyses.builders import ABILITIES, LAWS, TOPICS
from tests.training import builders as training


@pytest.fixture
def many(sat):
    """Forty-two of three towns, on two days; two of the fourth."""
    dice = random.Random(3)  # noqa: S311
    sat.said = []
    for n in range(44):
        village = 3 if n < 2 else n % 3
        shares = [int(dice.random() < odds) for odds in (0.9, 0.6, 0.3, 0.8)]
        day = n % 2
        sat.sit(sat.person(sat.villages[village]), shares, days=day)
        sat.said.append((village, day, shares))
    sat.began = sat.clock.time
    sat.clock.time += timedelta(days=2)
    return sat


def gathered(app, sat, under=None, days=2):
    with app.app_context(), seeing_everything():
        day = (sat.began + timedelta(days=days)).date()
        found = gather([sat.city.path], under and under.id, day)
        return found, topics.by_ability(found), topics.by_unit(found), topics.missed(found)


def naive(sat, about, villages=range(4), days=2):
    """Key → (right, asked, persons), answer by answer."""
    found = defaultdict(lambda: [0, 0, set()])
    for person, (village, day, shares) in enumerate(sat.said):
        if village not in villages or day > days:
            continue
        for keys, share in zip(about, shares, strict=True):
            for key in keys:
                found[key][0] += share
                found[key][1] += 1
                found[key][2].add(person)
    return {key: (right, asked, len(who)) for key, (right, asked, who) in found.items()}


def said(known):
    return known.right, known.asked, known.persons


@pytest.mark.parametrize("days", [0, 2])
def test_abilities_and_topics_are_those_of_a_recount(app, many, add_up, days):
    add_up()
    _found, lines, _units, missed = gathered(app, many, days=days)
    by_ability = naive(many, ABILITIES, days=days)
    assert {line.code: said(line.known) for line in lines} == by_ability
    assert [line.known.questions for line in lines] == [2, 2, 1]
    by_topic = naive(many, [(one,) for one in TOPICS], days=days)
    assert {key: said(one) for key, one in missed.topics} == by_topic
    by_law = naive(many, [((law, "1"),) for law in LAWS], days=days)
    assert {key: said(one) for key, one in missed.articles} == by_law
    rates = [one.missed / one.asked for _key, one in missed.topics]
    assert rates == sorted(rates, reverse=True)
    assert missed.secret == 4 and not missed.questions


def test_the_weakest_topic_is_named_where_there_are_several(app, many, add_up):
    add_up()
    lines = {line.code: line for line in gathered(app, many)[1]}
    shares = {
        topic: right / asked
        for topic, (right, asked, _who) in naive(many, [(one,) for one in TOPICS]).items()
    }
    assert lines["MAS"].weakest[0] == min(("集体资产", "信访"), key=shares.get)
    assert lines["RSK"].weakest is None


def test_by_unit_a_small_one_is_hidden_and_the_one_that_would_tell_of_it(app, many, add_up):
    add_up()
    _found, _lines, units, _missed = gathered(app, many)
    assert [name for _key, name, _held in units] == ["甲县", "乙县"]
    own = naive(many, ABILITIES, villages=(0, 1))
    assert {code: said(one) for code, one in units[0][2].items()} == own
    _found, lines, towns, _missed = gathered(app, many, many.counties[1])
    assert towns == []  # two in one of the two towns
    assert {line.code: said(line.known) for line in lines} == naive(many, ABILITIES, (2, 3))
    _found, lines, _towns, missed = gathered(app, many, many.towns[3])
    assert lines == [] and not missed.topics


# ── the pages ───────────────────────────────────────────────────────────────────────────────────


def test_the_pages_and_their_files(many, add_up, sign_in, make):
    add_up()
    officer = sign_in(many.officer)
    page = officer.get("/analyses/abilities").text
    for words in ("依法执政本领", "某市", "最薄弱的知识点", "<svg", "甲县"):
        assert words in page
    assert "考生" not in page
    sheet = officer.get("/analyses/abilities.csv?table=units").data.decode("utf-8-sig")
    assert [row[1] for row in csv.reader(io.StringIO(sheet))][1:] == ["甲县", "乙县"]
    book = openpyxl.load_workbook(io.BytesIO(officer.get("/analyses/abilities.xlsx").data))
    assert book.sheetnames == ["本领", "各单位"]
    page = officer.get("/analyses/missed").text
    assert "《信访工作条例》第 1 条" in page and "集体资产" in page and "<svg" in page
    assert "另有 4 道题仍在考试题库" in page and "第3个问题" not in page
    for entry in many.entries[2:]:
        entry.pool = Pool.OPEN
        make.session.add(entry)
    make.session.flush()
    page = officer.get(f"/analyses/missed?assessment={many.assessment.id}").text
    assert "第3个问题怎样办" in page and "第1个问题" not in page and "另有 2 道题" in page
    sheet = officer.get("/analyses/missed.csv?table=topics").data.decode("utf-8-sig")
    assert next(csv.reader(io.StringIO(sheet)))[1] == "知识点"


def test_the_overview_shows_itself_what_is_missed_most(many, add_up, sign_in, make):
    """With its table, beside the progress; the text of a question only after its release."""
    add_up()
    many.entries[2].pool = Pool.OPEN
    make.session.add(many.entries[2])
    cohort = training.cohort(make, many.city)
    training.enrolment(make, cohort, many.people[0][0])
    page = sign_in(many.officer).get("/reports/overview").text
    assert page.count('role="img"') == 5  # bars, curve, heat; topics and articles
    cards = page.split("答错最多的知识点</h2>")[1]
    assert "集体资产" in cards and "《信访工作条例》第 1 条" in cards
    assert "第3个问题怎样办" in cards and "第1个问题" not in page
    assert "另有 3 道题仍在考试题库" in cards
    towns = sign_in(many.town_officer).get("/reports/overview").text
    assert "还没有可看的进度" in towns and "集体资产" not in towns


def test_an_officer_of_a_county_sees_the_own_answers_alone(many, add_up, sign_in):
    add_up()
    county = sign_in(many.county_officer)
    assert "东镇" in county.get("/analyses/abilities").text
    other = f"?under={many.counties[1].id}"
    assert county.get("/analyses/abilities" + other).status_code == 404
    assert county.get("/analyses/missed" + other).status_code == 404
    assert county.get("/analyses/abilities?assessment=999").status_code == 422
    assert sign_in(many.trainer).get("/analyses/missed").status_code == 403


def test_before_anybody_sat_the_pages_say_so(sat, sign_in):
    officer = sign_in(sat.officer)
    for address in ("/analyses/abilities", "/analyses/missed"):
        assert "还没有可分析的作答" in officer.get(address).text
    assert "上岗测评" in officer.get("/analyses/").text
