"""Who is meant: by number, else ID number, else unit, name and phone; over the whole city."""

from dataclasses import replace
from datetime import date

import pytest

from lms.db import find
from lms.orgs.models import OrgUnit
from lms.people import queries, services
from lms.people.facts import PersonFacts
from lms.people.identity import By, Clue, identify
from lms.people.models import Person
from lms.people.rules import Post
from tests.people.conftest import WANG

TODAY = date(2026, 11, 23)


@pytest.fixture
def wang(city, within, keys, clock, make):
    with within(city.officer):
        village = find(OrgUnit, city.upper.id)
        person = services.add_person(WANG, village, clock(), keys)
        services.post_person(person, village, Post.VPS, date(2021, 3, 1), clock())
        person_id = person.id
    return make.session.get(Person, person_id)


@pytest.fixture
def who(city, within, keys):
    """who(clue) → the match, as an officer sees it."""

    def of(*clues, officer=None):
        with within(officer or city.officer):
            found = identify(clues, keys, TODAY)
        return found[0] if len(found) == 1 else found

    return of


def test_a_number_comes_first_then_the_id_number_then_the_place(wang, city, who):
    place = Clue(unit_id=city.upper.id, name="王建国", phone=WANG.phone)
    assert who(Clue(number="A-1")).by is By.NUMBER
    assert who(Clue(id_number=WANG.id_number)).by is By.ID_NUMBER
    assert who(place).by is By.PLACE
    assert {one.person_id for one in who(Clue(number="A-1"), place)} == {wang.id}


def test_nobody_is_known_by_name_alone(wang, city, who):
    assert who(Clue(name="王建国", unit_id=city.upper.id)) is None
    assert who(Clue(name="王建国", phone=WANG.phone)) is None
    assert who(Clue(name="王建国", phone=WANG.phone, unit_id=city.lower.id)) is None


def test_a_shared_phone_does_not_make_the_son_his_father(wang, city, who):
    assert who(Clue(unit_id=city.upper.id, name="王小国", phone=WANG.phone)) is None


def test_a_number_of_another_forbids_a_match_by_place(wang, city, who):
    place = Clue(number="B-2", unit_id=city.upper.id, name="王建国", phone=WANG.phone)
    assert who(place) is None


def test_somebody_of_another_county_is_known_but_masked(wang, city, who):
    match = who(Clue(id_number=WANG.id_number), officer=city.stranger)
    assert not match.in_scope
    assert (match.person_id, match.name) == (wang.id, "王*国")
    assert (match.id_number, match.phone) == ("990827********0017", "120****5678")


def test_looking_over_the_city_does_not_widen_what_is_seen_afterwards(wang, city, within, keys):
    with within(city.stranger):
        identify([Clue(number="A-1")], keys, TODAY)
        assert queries.seen([wang.id]) == set()


def test_what_is_known_otherwise_is_named(wang, who):
    match = who(Clue(number="A-1", id_number="990827196801010023", name="王建军"))
    assert match.differs == {"id_number", "name"}
    assert who(Clue(number="A-1", phone=WANG.phone, name="王建国")).differs == set()


def test_clues_that_point_to_two_persons_say_so(wang, city, make, who):
    other = make.person(city.upper, name="李四", number="B-2")
    match = who(Clue(number="B-2", id_number=WANG.id_number))
    assert (match.person_id, match.others) == (other.id, (wang.id,))


def test_who_was_merged_answers_as_the_one_who_stays(wang, city, make, who):
    make.person(city.upper, name="王建国", number="OLD", merged_into_id=wang.id)
    assert who(Clue(number="OLD")).person_id == wang.id


def test_order_and_number_of_clues_are_kept(wang, who):
    clues = [Clue(number="none"), Clue(number="A-1")] * 600
    found = who(*clues)
    assert [one.person_id if one else None for one in found] == [None, wang.id] * 600


def test_a_new_phone_is_no_reason_not_to_know_him(wang, city, who):
    facts = replace(WANG, phone="12000000000")
    match = who(Clue(id_number=facts.id_number, phone=facts.phone))
    assert match.person_id == wang.id and match.differs == {"phone"}


def test_an_unknown_fact_does_not_differ(city, within, keys, clock, who):
    with within(city.officer):
        unit = find(OrgUnit, city.upper.id)
        services.add_person(PersonFacts("王五", number="C-3"), unit, clock(), keys)
    assert who(Clue(number="C-3", id_number=WANG.id_number)).differs == set()
