"""The demonstration's people: enough of them, none of them real."""

from collections import Counter
from datetime import date

import pytest

from lms.demonstration.people import AUDIENCES, people
from lms.demonstration.units import units
from lms.orgs.rules import VILLAGE_LEVEL, UnitKind

UNITS = {unit.code: unit for unit in units()}
VILLAGE_POSTS = {"VPS", "VDS", "VCD", "VCV", "VPM", "VCM", "VSD"}
TODAY = date(2026, 11, 23)


def held(person):
    return [p for p in person.postings if p.from_on <= TODAY and (not p.to_on or p.to_on > TODAY)]


def holders(*posts):
    return [person for person in people() if {p.post for p in held(person)} & set(posts)]


def committees():
    """Village code → the posts of each member."""
    found = {}
    for person in holders(*VILLAGE_POSTS):
        posts = held(person)
        assert len({p.unit_code for p in posts}) == 1
        found.setdefault(posts[0].unit_code, []).append({p.post for p in posts})
    return found


def test_there_are_ten_thousand_village_cadres_and_more():
    assert len(holders(*VILLAGE_POSTS)) >= 10_000


def test_every_village_is_led_by_four_to_six_persons():
    led = committees()
    assert led.keys() == {unit.code for unit in units() if unit.kind in VILLAGE_LEVEL}
    assert {len(members) for members in led.values()} == {4, 5, 6}


def test_every_village_has_one_of_each_head():
    for members in committees().values():
        posts = Counter(post for member in members for post in member)
        assert [posts[post] for post in ("VPS", "VDS", "VCD", "VCV")] == [1, 1, 1, 1]


def test_in_nine_of_ten_villages_one_person_holds_both_posts():
    led = committees()
    both = [code for code, members in led.items() if any(m >= {"VPS", "VCD"} for m in members)]
    assert len(both) == round(len(led) * 0.9)


def test_every_committee_has_a_woman():
    women = {p.unit_code for person in people() if person.sex == "女" for p in held(person)}
    assert committees().keys() <= women


@pytest.mark.parametrize(
    ("post", "many"),
    [("FIRST_SEC", 807), ("AID_TEAM", 1828), ("SECONDED", 1088), ("FLOAT_SEC", 26)],
)
def test_the_numbers_of_the_speech(post, many):
    assert len(holders(post)) == many


def test_a_village_has_one_first_secretary_and_every_team_has_one():
    first = Counter(p.unit_code for person in holders("FIRST_SEC") for p in held(person))
    teams = Counter(p.unit_code for person in holders("AID_TEAM") for p in held(person))
    assert set(first.values()) == {1}
    assert teams.keys() == first.keys()


def test_whoever_was_sent_has_a_home_unit_elsewhere():
    for person in holders("FIRST_SEC", "AID_TEAM", "SECONDED"):
        for posting in held(person):
            assert UNITS[posting.home_unit_code].kind is UnitKind.DEPARTMENT
            assert posting.home_unit_code != posting.unit_code


@pytest.mark.parametrize("project", AUDIENCES)
def test_each_project_has_two_hundred_persons(project):
    assert len(holders(*AUDIENCES[project])) >= 200


def test_every_posting_is_in_a_unit_that_exists_and_in_order():
    for person in people():
        assert held(person)
        for posting in person.postings:
            assert posting.unit_code in UNITS
            assert posting.to_on is None or posting.from_on < posting.to_on


def test_everybody_was_of_age_when_taking_a_post():
    assert all(
        p.from_on.year - person.birth.year >= 18 for person in people() for p in person.postings
    )


def test_nobody_is_there_twice():
    persons = people()
    assert len({person.number for person in persons}) == len(persons)
    assert len({person.id_number for person in persons}) == len(persons)


def test_an_id_number_is_sound_but_its_area_was_never_assigned():
    for person in people():
        number = person.id_number
        total = sum(int(digit) * 2 ** (17 - place) for place, digit in enumerate(number[:17]))
        assert number[:2] == "99" and len(number) == 18
        assert number[17] == "10X98765432"[total % 11]
        assert number[6:14] == f"{person.birth:%Y%m%d}"
        assert int(number[16]) % 2 == (person.sex == "男")


def test_a_telephone_is_in_a_range_not_in_use_and_some_older_cadres_share_one():
    phones = Counter(person.phone for person in people())
    assert all(len(phone) == 11 and phone.startswith("120") for phone in phones)
    shared = {phone for phone, many in phones.items() if many > 1}
    assert len(shared) > 50
    assert all(p.birth.year <= 1974 for p in people() if p.phone in shared)


def test_namesakes_live_in_one_village_and_rare_characters_are_written():
    in_one = Counter((p.name, p.postings[-1].unit_code) for p in holders(*VILLAGE_POSTS))
    assert sum(many > 1 for many in in_one.values()) > 50
    signs = {sign for person in people() for sign in person.name}
    assert set("·䶮㛃𫖯堃镕") <= signs


def test_the_secretary_of_the_first_scene_is_there():
    township = next(unit for unit in units() if unit.name == "历山镇")
    found = [
        person
        for person in holders("VPS")
        if person.name.startswith("王")
        and person.birth.year == 1971
        and UNITS[held(person)[0].unit_code].parent_code == township.code
        and {"VPS", "VCD"} <= {p.post for p in held(person)}
    ]
    assert found


def test_the_same_seed_makes_the_same_city():
    before = people()
    people.cache_clear()
    assert people() == before
