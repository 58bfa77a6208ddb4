"""The same verbs for thousands of rows."""

from datetime import date

import pytest

from lms.errors import Conflict, NotAllowed
from lms.people import bulk, queries
from lms.people.bulk import NewPerson, NewPosting
from lms.people.facts import PersonFacts
from lms.people.models import Person, Posting
from lms.people.rules import Post

FIRST, LATER, TODAY = date(2021, 3, 1), date(2026, 6, 1), date(2026, 11, 23)


def village_of(city, keys, clock, count=5):
    """So many persons of one village, each with a post."""
    names = [f"王{chr(0x4E00 + n)}" for n in range(count)]
    new = [
        NewPerson(PersonFacts(name, phone=f"1201{n:07d}"), city.upper.id)
        for n, name in enumerate(names)
    ]
    ids = bulk.add_people(new, clock(), keys)
    posts = [NewPosting(one, city.upper.id, Post.VCM, FIRST, term_number=12) for one in ids]
    return ids, bulk.post_people(posts, clock())


def test_ids_come_back_in_the_order_given(city, within, keys, clock, make):
    with within(city.officer):
        ids, postings = village_of(city, keys, clock)
    by_id = {one.id: one for one in make.all(Person)}
    assert [by_id[one].name for one in ids] == ["王一", "王丁", "王丂", "王七", "王丄"]
    held = {one.id: one.person_id for one in make.all(Posting)}
    assert [held[one] for one in postings] == ids


def test_a_batch_is_one_insert(city, within, keys, clock, statements):
    with within(city.officer), statements() as seen:
        village_of(city, keys, clock, 200)
    written = ("INSERT INTO person ", "INSERT INTO post")
    assert len([one for one in seen if one.startswith(written)]) == 2


def test_somebody_of_another_county_is_not_posted(city, within, make, clock):
    stranger = make.person(city.other, name="外人")
    with within(city.officer), pytest.raises(NotAllowed):
        bulk.post_people([NewPosting(stranger.id, city.upper.id, Post.VCM, FIRST)], clock())


def test_nobody_is_posted_in_another_county(city, within, make, clock):
    mine = make.person(city.upper, name="王一")
    with within(city.officer), pytest.raises(NotAllowed):
        bulk.post_people([NewPosting(mine.id, city.afar.id, Post.VCM, FIRST)], clock())


def test_a_posting_that_is_there_already_is_refused(city, within, keys, clock):
    with within(city.officer):
        ids, _ = village_of(city, keys, clock)
        with pytest.raises(Conflict):
            bulk.post_people([NewPosting(ids[0], city.upper.id, Post.VCM, LATER)], clock())
        again = [NewPosting(ids[0], city.upper.id, Post.VPS, LATER)] * 2
        with pytest.raises(Conflict):
            bulk.post_people(again, clock())


def test_a_personnel_number_given_twice_is_refused(city, within, keys, clock, make):
    make.person(city.other, name="外人", number="A-1")
    with within(city.officer), pytest.raises(Conflict):
        bulk.add_people(
            [NewPerson(PersonFacts("王一", number="A-1"), city.upper.id)], clock(), keys
        )


def test_ending_and_reopening_leaves_no_trace_but_the_log(city, within, keys, clock, make):
    with within(city.officer):
        ids, postings = village_of(city, keys, clock)
        planned = bulk.post_people(
            [NewPosting(ids[0], city.lower.id, Post.AID_TEAM, FIRST, date(2027, 7, 1))], clock()
        )
        before = bulk.end_postings([*postings, *planned], LATER, "换届", clock())
        assert before == {**dict.fromkeys(postings), planned[0]: date(2027, 7, 1)}
        assert bulk.end_postings(postings, LATER, "换届", clock()) == {}
        assert queries.places(ids, TODAY) == {}
        bulk.reopen_postings(before, TODAY)
    held = {one.id: (one.to_on, one.ended_at, one.ended_why) for one in make.all(Posting)}
    assert held[postings[0]] == (None, None, None)
    assert held[planned[0]] == (date(2027, 7, 1), None, None)


def test_a_posting_that_began_later_cannot_end_before(city, within, keys, clock):
    with within(city.officer):
        _, postings = village_of(city, keys, clock)
        with pytest.raises(Conflict):
            bulk.end_postings(postings, date(2020, 1, 1), "换届", clock())


def test_the_home_unit_follows_in_bulk_too(city, within, keys, clock, make):
    with within(city.officer):
        ids, postings = village_of(city, keys, clock)
        before = bulk.end_postings(postings[:2], LATER, "调动", clock())
        moved = bulk.post_people(
            [NewPosting(one, city.lower.id, Post.VCM, LATER) for one in ids[:2]], clock()
        )
    homes = {one.id: one.org_id for one in make.all(Person)}
    assert [homes[one] for one in ids[:3]] == [city.lower.id, city.lower.id, city.upper.id]
    with within(city.officer):
        bulk.reopen_postings(before, TODAY)
        bulk.remove_postings(moved, TODAY)
    homes = {one.id: one.org_id for one in make.all(Person)}
    assert homes[ids[0]] == city.upper.id


def test_corrections_say_by_person_what_changed(city, within, keys, clock):
    with within(city.officer):
        ids, _ = village_of(city, keys, clock)
        changes = [(ids[0], PersonFacts("王一", born="1970-01")), (ids[1], PersonFacts("王丁"))]
        assert bulk.correct_people(changes, keys) == {ids[0]: ["born"]}


def test_an_import_is_taken_back_while_nothing_rests_on_it(city, within, keys, clock, make):
    with within(city.officer):
        ids, postings = village_of(city, keys, clock)
    people = len(make.all(Person))
    with within(city.officer):
        with pytest.raises(Conflict):
            bulk.remove_people(ids)
        bulk.remove_postings(postings, TODAY)
        assert bulk.remove_people(ids) == len(ids)
    assert len(make.all(Person)) == people - len(ids)


def test_what_another_county_added_is_not_taken_back(city, within, make):
    stranger = make.person(city.other, post=None, name="外人")
    with within(city.officer), pytest.raises(NotAllowed):
        bulk.remove_people([stranger.id])
