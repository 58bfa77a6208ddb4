"""The demonstration as it is laid down: units, persons, accounts; and loading itself."""

from collections import Counter
from datetime import date

import pytest
from sqlalchemy import select

from lms.access.permissions import Role
from lms.accounts import hashing
from lms.accounts.entering import code_digest
from lms.accounts.models import Account, Slip
from lms.accounts.rules import Secret, refuse_weak_password, refuse_weak_pin
from lms.db import Base, db
from lms.demonstration.cadres import moved, years_later
from lms.demonstration.changing import NEW
from lms.demonstration.load import load
from lms.demonstration.people import people
from lms.demonstration.territory import wanted
from lms.demonstration.units import units
from lms.errors import Conflict
from lms.exams.models import Candidate
from lms.ledger.models import HourEntry
from lms.orgs.models import OrgUnit
from lms.orgs.rules import UnitKind
from lms.people.models import Person, Posting, RoleHeld
from lms.reports import freezing
from lms.reports.changes import Why
from lms.reports.rules import Sign
from lms.training.models import Enrolment
from tests.demonstration.conftest import COUNTY, account, count, person

# ── who and where ──────────────────────────────────────────────────────────────────────────────


def test_the_units_of_the_county_and_of_the_city_are_there(loaded):
    plan = wanted({COUNTY})
    assert count(OrgUnit) == len(plan)
    kinds = Counter(unit.kind for unit in plan)
    assert (kinds[UnitKind.CITY], kinds[UnitKind.COUNTY]) == (1, 1)
    village = db.session.scalar(select(OrgUnit).where(OrgUnit.name == "同善村"))
    assert village.path.count("/") == 5  # the city, the county, the township, itself


def test_without_a_county_named_the_whole_plan_is_wanted():
    assert wanted(None) == units()


def test_everybody_of_these_units_is_there_with_all_postings(loaded):
    here = {unit.code for unit in wanted({COUNTY})}
    plan = [
        one
        for one in people()
        if all({p.unit_code, p.home_unit_code} <= {*here, None} for p in one.postings)
    ]
    assert count(Person) == len(plan) + len(NEW)
    moved = 1  # who was called to the township has a post there
    assert count(Posting) == sum(len(one.postings) for one in plan) + len(NEW) + moved


def test_every_township_that_has_cadres_has_an_officer_and_so_has_the_county(loaded):
    held = select(RoleHeld.org_id).where(
        RoleHeld.role.in_([Role.TOWNSHIP_OFFICER, Role.COUNTY_OFFICER])
    )
    wanted_kinds = [UnitKind.COUNTY, UnitKind.TOWNSHIP, UnitKind.STREET, UnitKind.STATISTICAL]
    without = select(OrgUnit.name).where(OrgUnit.kind.in_(wanted_kinds), OrgUnit.id.not_in(held))
    assert db.session.scalars(without).all() == []


def test_administrators_hold_nothing_else(loaded):
    for word in ("系统管理员", "安全管理员", "审计管理员"):
        mine = person(account(loaded, word))
        assert count(RoleHeld, RoleHeld.person_id == mine.id) == 1


# ── the way in ─────────────────────────────────────────────────────────────────────────────────


def test_there_is_an_account_for_every_room(loaded):
    roles = [one["role"] for one in loaded.accounts]
    assert roles[:3] == ["系统管理员", "安全管理员", "审计管理员"]
    assert roles[3:6] == ["市培训管理员", "县培训管理员", "乡培训管理员"]
    assert roles[6:9] == ["单位主要负责人", "教师", "审题人"]
    assert roles[9:11] == ["班主任", "监考"]
    assert all(set(one) >= {"role", "name", "sign_in", "password"} for one in loaded.accounts)


def test_each_password_is_sound_and_opens_its_account(loaded):
    house = loaded.app.extensions["settings"]
    for one in loaded.accounts[:11]:
        refuse_weak_password(one["password"], (one["name"], one["sign_in"]))
        kept = db.session.scalar(select(Account).where(Account.person_id == person(one).id))
        assert hashing.matches(kept.password_hash, one["password"], Secret.PASSWORD, house)


def test_one_cadre_has_a_pin_and_the_slip_that_another_device_asks_for(loaded):
    one = account(loaded, "PIN")
    refuse_weak_pin(one["password"], person(one).born)
    kept = db.session.scalar(select(Account).where(Account.person_id == person(one).id))
    house = loaded.app.extensions["settings"]
    assert hashing.matches(kept.pin_hash, one["password"], Secret.PIN, house)
    digest = code_digest(one["code"].replace(" ", ""), house)
    slip = db.session.scalar(select(Slip).where(Slip.code_digest == digest))
    assert slip.person_id == kept.person_id


def test_the_secretary_of_the_first_scene_has_a_slip_and_no_pin(loaded):
    one = account(loaded, "第一次")
    wang = person(one)
    assert wang.name[0] == "王" and wang.born.startswith("1971")
    posts = db.session.scalars(
        select(Posting.post).where(Posting.person_id == wang.id, Posting.to_on.is_(None))
    )
    assert {"VPS", "VCD"} <= set(posts)
    assert db.session.get(OrgUnit, wang.org.parent_id).name == "历山镇"
    kept = db.session.scalar(select(Account).where(Account.person_id == wang.id))
    assert kept.pin_hash is None and kept.password_hash is None
    digest = code_digest(one["password"].replace(" ", ""), loaded.app.extensions["settings"])
    assert db.session.scalar(select(Slip).where(Slip.code_digest == digest)).person_id == wang.id


def test_nothing_has_happened_yet_to_those_whom_a_visitor_plays(loaded):
    for word in ("PIN", "第一次"):
        mine = person(account(loaded, word)).id
        assert count(Enrolment, Enrolment.person_id == mine) == 2  # one of them read on line
        assert count(Candidate, Candidate.person_id == mine, Candidate.attempts_begun == 0) == 1
        read = HourEntry.lesson_id.is_not(None)
        assert count(HourEntry, HourEntry.person_id == mine, read) == 0


# ── loading itself ─────────────────────────────────────────────────────────────────────────────


def test_a_table_is_frozen_and_approved_and_its_second_version_says_what_changed(loaded):
    (second, first), whole = freezing.frozen_tables(0)
    assert whole == 2
    assert (first.version, second.version) == (1, 2)
    assert [sign.kind for sign in first.signs] == [Sign.HERE] and not second.signs
    changed = freezing.corrected(second)
    assert changed.cells and Why.LATE in changed.persons


def test_it_says_what_it_does_and_how_far_it_is(loaded):
    done = [line[1:] for line in loaded.said if line[1:]]
    assert len(loaded.said) > 15
    assert all(done <= total for done, total in done)


def test_a_second_load_is_refused_and_changes_nothing(loaded):
    before = {table.name: count(table) for table in Base.metadata.sorted_tables}
    with pytest.raises(Conflict, match="空的数据库"):
        load(loaded.app, lambda *_: None, {COUNTY})
    assert {table.name: count(table) for table in Base.metadata.sorted_tables} == before


@pytest.mark.parametrize(
    ("today", "years"),
    [
        (date(2026, 3, 31), -1),
        (date(2026, 4, 1), 0),
        (date(2027, 3, 31), 0),
        (date(2029, 6, 1), 3),
    ],
)
def test_loaded_in_another_year_the_plan_moves_with_it(today, years):
    assert years_later(today) == years
    last = max(posting.from_on for one in people() for posting in one.postings)
    assert moved(last, years) < today < moved(date(2027, 9, 1), years)


def test_the_last_day_of_february_is_moved_to_a_day_that_exists():
    assert moved(date(2024, 2, 29), 1) == date(2025, 2, 28)
    assert moved(date(2024, 2, 29), 0) == date(2024, 2, 29)
