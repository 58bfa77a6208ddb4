"""Persons and their postings: begun, ended, moved; nothing that was is rewritten."""

from dataclasses import replace
from datetime import date

import pytest

from lms.db import find
from lms.errors import Conflict, Invalid, NotAllowed, NotFound
from lms.orgs.models import OrgUnit
from lms.people import queries, services
from lms.people.facts import PersonFacts
from lms.people.models import Person, Posting
from lms.people.numbers import is_short_number, phone_digest
from lms.people.rules import Post
from tests.people.conftest import WANG

FIRST, LATER = date(2021, 3, 1), date(2026, 6, 1)


@pytest.fixture
def wang(city, within, keys, clock, make):
    """A village secretary and director in one, added by his county's officer."""
    with within(city.officer):
        village = find(OrgUnit, city.upper.id)
        person = services.add_person(WANG, village, clock(), keys)
        for post in (Post.VPS, Post.VCD):
            services.post_person(person, village, post, FIRST, clock(), term_number=12)
        person_id = person.id
    return make.session.get(Person, person_id)


def postings_of(make, person):
    return {one.post: one for one in make.all(Posting) if one.person_id == person.id}


def test_a_new_person_has_a_short_number_and_no_readable_number(wang, keys):
    assert is_short_number(wang.short_number)
    assert WANG.phone not in wang.phone_seal and WANG.id_number not in wang.id_seal
    assert wang.phone_digest == phone_digest(WANG.phone, keys["digest"])
    assert (wang.pinyin, wang.initials) == ("wangjianguo", "wjg")


def test_two_posts_of_one_person_are_two_postings(wang, make, city):
    held = postings_of(make, wang)
    assert set(held) == {Post.VPS, Post.VCD}
    assert wang.org_id == city.upper.id


def test_short_numbers_follow_one_another_and_never_repeat(city, within, keys, clock):
    with within(city.officer):
        unit = find(OrgUnit, city.upper.id)
        numbers = [
            services.add_person(PersonFacts(f"王{n}"), unit, clock(), keys).short_number
            for n in "一二三四五"
        ]
    assert len(set(numbers)) == 5 and numbers == sorted(numbers)


def test_adding_posting_and_ending_are_written_down(wang, city, within, clock, acts, make):
    with within(city.officer):
        services.end_posting(find(Posting, make.all(Posting)[-1].id), LATER, "换届", clock())
    assert acts() == ["add person", "post person", "post person", "end posting"]


def test_a_personnel_number_and_an_id_number_belong_to_one_person(wang, city, within, keys, clock):
    with within(city.stranger):
        afar = find(OrgUnit, city.afar.id)
        with pytest.raises(Conflict):
            services.add_person(PersonFacts("别人", number=WANG.number), afar, clock(), keys)
        with pytest.raises(Conflict):
            services.add_person(PersonFacts("别人", id_number=WANG.id_number), afar, clock(), keys)


def test_an_ended_posting_holds_up_to_the_day_before(wang, city, within, clock, make):
    posting = postings_of(make, wang)[Post.VCD]
    with within(city.officer):
        services.end_posting(find(Posting, posting.id), LATER, "换届", clock())
    with within(city.officer):
        before = queries.places([wang.id], date(2026, 5, 31))[wang.id]
        after = queries.places([wang.id], LATER)[wang.id]
        assert [one.post for one in before] == [Post.VPS, Post.VCD]
        assert [one.post for one in after] == [Post.VPS]
    ended = postings_of(make, wang)[Post.VCD]
    assert (ended.ended_why, ended.ended_at) == ("换届", clock())


def test_a_posting_ends_once_and_not_before_it_began(wang, city, within, clock, make):
    posting = postings_of(make, wang)[Post.VCD]
    with within(city.officer):
        with pytest.raises(Invalid):
            services.end_posting(find(Posting, posting.id), date(2020, 1, 1), "换届", clock())
        services.end_posting(find(Posting, posting.id), LATER, "换届", clock())
        with pytest.raises(Conflict):
            services.end_posting(find(Posting, posting.id), LATER, "换届", clock())


def test_the_same_post_is_not_held_twice(wang, city, within, clock):
    with within(city.officer), pytest.raises(Conflict):
        one, unit = queries.one(wang.id), find(OrgUnit, city.upper.id)
        services.post_person(one, unit, Post.VPS, LATER, clock())


def test_nobody_is_posted_in_a_unit_that_was_closed(wang, city, within, clock, make):
    city.lower.closed_on = date(2026, 1, 1)
    make.keep(city.lower)
    with within(city.officer), pytest.raises(Conflict):
        one, unit = queries.one(wang.id), find(OrgUnit, city.lower.id)
        services.post_person(one, unit, Post.VPS, LATER, clock())


def test_a_transfer_ends_here_and_begins_there(wang, city, within, clock, make):
    with within(city.officer):
        one, lower = queries.one(wang.id), find(OrgUnit, city.lower.id)
        services.move_person(one, lower, Post.VPS, LATER, clock(), why="调动", term_number=12)
    rows = [one for one in make.all(Posting) if one.person_id == wang.id]
    here = {(one.org_id, one.post, one.from_on, one.to_on) for one in rows}
    assert here == {
        (city.upper.id, Post.VPS, FIRST, LATER),
        (city.upper.id, Post.VCD, FIRST, LATER),
        (city.lower.id, Post.VPS, LATER, None),
    }
    assert make.all(Person)[-1].org_id == city.lower.id


def test_who_is_sent_to_a_village_stays_at_home_where_he_came_from(city, within, keys, clock, make):
    with within(city.officer):
        office, village = find(OrgUnit, city.county.id), find(OrgUnit, city.upper.id)
        person = services.add_person(PersonFacts("张书"), office, clock(), keys)
        sent = services.post_person(
            person, village, Post.FIRST_SEC, FIRST, clock(), home_unit=office
        )
        assert (person.org_id, sent.home_org_id) == (office.id, office.id)
        services.end_posting(sent, LATER, "期满", clock())
        assert person.org_id == office.id


def test_the_record_of_who_left_stays_with_the_last_unit(wang, city, within, clock, make):
    with within(city.officer):
        for held in queries.going_on(wang.id, LATER):
            services.end_posting(held, LATER, "退休", clock())
        assert queries.one(wang.id).org_id == city.upper.id
        assert not queries.has_any_place(wang.id, LATER)


def test_a_posting_to_come_and_a_role_are_places_too(city, make, within):
    coming = make.person(city.upper, post=None, name="王来")
    make.posting(coming, city.upper, from_on=date(2027, 1, 1))
    past = make.person(city.upper, post=None, name="王去")
    make.posting(past, city.upper, to_on=date(2026, 1, 1))
    with within(city.officer):
        day = date(2026, 11, 23)
        found = queries.has_places([coming.id, past.id, city.officer.id], day)
    assert found == {coming.id, city.officer.id}


def test_a_correction_says_what_changed_and_keeps_what_was_not_said(
    wang, city, within, keys, clock, make
):
    with within(city.officer):
        one = queries.one(wang.id)
        said = PersonFacts("王建国", phone="12099999999", born="1970-03")
        assert services.correct_person(one, said, clock(), keys) == ["born", "phone"]
        assert services.correct_person(one, said, clock(), keys) == []
    kept = make.all(Person)[-1]
    assert (kept.number, kept.born) == ("A-1", "1970-03")
    assert kept.id_digest == wang.id_digest
    assert kept.phone_digest == phone_digest("12099999999", keys["digest"])


def test_a_new_name_is_found_by_its_new_sound(wang, city, within, keys, clock, make):
    with within(city.officer):
        facts = replace(WANG, name="单建国")
        assert services.correct_person(queries.one(wang.id), facts, clock(), keys) == ["name"]
    kept = make.all(Person)[-1]
    assert (kept.pinyin, kept.initials, kept.other_pinyin) == ("shanjianguo", "sjg", "danjianguo")


def test_what_is_cleared_is_gone(wang, city, within, keys, clock, make):
    with within(city.officer):
        facts = replace(WANG, phone="")
        services.correct_person(queries.one(wang.id), facts, clock(), keys, clear=True)
    kept = make.all(Person)[-1]
    assert kept.phone_seal is None and kept.phone_digest is None and kept.id_seal


def test_an_officer_of_another_county_can_do_nothing_with_him(wang, city, within, clock, make):
    with within(city.stranger):
        with pytest.raises(NotFound):
            queries.one(wang.id)
        with pytest.raises(NotFound):
            queries.posting(make.all(Posting)[-1].id)


def test_a_stranger_is_not_drawn_into_ones_own_unit(wang, city, within, clock, app):
    """Posting somebody would open the whole record: it takes a person in scope."""
    with within(city.stranger), pytest.raises(NotFound):
        services.post_person(
            Person(id=wang.id, name="?"),
            find(OrgUnit, city.afar.id),
            Post.VPS,
            LATER,
            clock(),
        )


def test_nobody_is_added_to_a_unit_of_another_county(city, within, keys, clock):
    with pytest.raises(NotAllowed), within(city.stranger):
        services.add_person(PersonFacts("王五"), find(OrgUnit, city.upper.id), clock(), keys)


def test_a_phone_that_two_share_finds_both(city, within, keys, clock, app):
    from lms.access.scope import seeing_everything

    with within(city.officer):
        unit = find(OrgUnit, city.upper.id)
        for name in ("王父", "王子"):
            services.add_person(PersonFacts(name, phone=WANG.phone), unit, clock(), keys)
    with app.app_context(), seeing_everything():
        found = queries.by_sign_in_name(WANG.phone, keys["digest"])
        assert [one.name for one in found] == ["王父", "王子"]
        same = queries.by_sign_in_name(f" {found[0].short_number} ", keys["digest"])
        assert [one.name for one in same] == ["王父"]


def test_an_administrators_posting_makes_no_cadre_of_him(city, make, app):
    from lms.access.permissions import Role
    from lms.access.scope import seeing_everything

    make.posting(city.security, city.county, Post.STAFF)
    with app.app_context(), seeing_everything():
        held = queries.assignments(city.security.id, date(2026, 11, 23))
    assert [one.role for one in held] == [Role.SECURITY_ADMIN]
