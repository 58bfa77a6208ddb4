"""Laws of a split, on invented villages; and what it prefers."""

from datetime import date, timedelta
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from lms.callups.rules import Area, Out, Planned, Series, apart, overlap, planned
from lms.callups.splitting import Called, Left, sizes, split
from lms.people.rules import Post

DAY = date(2026, 12, 7)
COUNTY, ELSEWHERE = 10, 11
ALONE = [[Post.VPS, Post.VCD]]
VILLAGES = [
    [[Post.VPS], [Post.VCD]],
    [[Post.VPS, Post.VCD], [Post.VDS], [Post.VCV]],
    [[Post.VPS, Post.VCD], [Post.VDS], [Post.VDS]],
    [[Post.VPM]],
]
KNOT = [[Post.VPS], [Post.VPS], [Post.VCD], [Post.VCD]]


def days(start: int, length: int = 3):
    return DAY + timedelta(start), DAY + timedelta(start + length - 1)


def class_(number, start=0, capacity=10, area=COUNTY):
    return Planned(number, area, *days(start), "县委党校", capacity)


def people_of(villages, townships=1, county=COUNTY, **facts):
    """One person for each list of posts; neighbours share a township."""
    people, held = [], []
    for village, members in enumerate(villages, start=100):
        township = 20 + (village - 100) * townships // max(1, len(villages))
        for posts in members:
            person = len(people) + 1
            line = (1, county, township, village)
            people.append(Called(person, line, township, village, **facts))
            held += [(village, person, post) for post in posts]
    return people, apart(held)


def check_laws(people, classes, pairs, found, away=()):
    by_number = {one.number: one for one in classes}
    assert not set(found.seats) & set(found.out), "in a class and left out"
    assert set(found.seats) | set(found.out) == {one.id for one in people}, "lost"
    for number, many in sizes(found.seats).items():
        assert many <= by_number[number].capacity
    for one in people:
        if one.id in found.seats:
            own = by_number[found.seats[one.id]]
            assert own.area in one.line
            assert not any(overlap(own.days, off) for off in one.off)
    for pair in pairs:
        seated = [by_number[found.seats[one]].days for one in pair if one in found.seats]
        assert len(seated) < 2 or not overlap(*seated)
    for person, spans in dict(away).items():
        for pair in pairs:
            for other in set(pair) - {person} if person in pair else ():
                if other in found.seats:
                    own = by_number[found.seats[other]].days
                    assert not any(overlap(own, span) for span in spans)


spans = st.builds(days, st.integers(0, 12), st.integers(1, 4))
class_lists = st.lists(
    st.tuples(st.integers(0, 12), st.integers(1, 5), st.sampled_from([COUNTY, COUNTY, 20, 1])),
    min_size=1,
    max_size=4,
).map(lambda rows: [class_(n, *row) for n, row in enumerate(rows, start=1)])
village_lists = st.lists(st.sampled_from([*VILLAGES, KNOT]), min_size=1, max_size=4)


@settings(max_examples=40)
@given(village_lists, class_lists, st.data())
def test_nobody_twice_nobody_lost_no_class_too_full_never_away_together(villages, classes, data):
    people, pairs = people_of(villages, townships=2)
    few = st.dictionaries(st.sampled_from([one.id for one in people]), st.lists(spans, max_size=1))
    off, away = data.draw(few), data.draw(few)
    people = [
        Called(p.id, p.line, p.home, p.unit, tuple(off.get(p.id, ())), tuple(away.get(p.id, ())))
        for p in people
    ]
    found = split(people, classes, pairs, away)
    check_laws(people, classes, pairs, found, away)
    assert split(people[::-1], classes[::-1], pairs, away) == found, "the order of a list matters"
    for person, left in found.out.items():
        if left.why in (Out.FULL, Out.APART):
            one = next(each for each in people if each.id == person)
            assert not any(_could(one, each, found, classes, pairs, away) for each in classes)


def _could(one, planned, found, classes, pairs, away):
    """Whether a person who was left out could have sat there."""
    if planned.area not in one.line or sizes(found.seats)[planned.number] >= planned.capacity:
        return False
    taken = list(one.off)
    by_number = {each.number: each for each in classes}
    for pair in pairs:
        for other in set(pair) - {one.id} if one.id in pair else ():
            taken += away.get(other, [])
            taken += [by_number[found.seats[other]].days] if other in found.seats else []
    return not any(overlap(planned.days, each) for each in taken)


@settings(max_examples=25)
@given(st.lists(st.sampled_from(VILLAGES), min_size=1, max_size=2), class_lists)
def test_as_many_have_a_class_as_can_have_one(villages, classes):
    people, pairs = people_of(villages)
    best = 0
    for seats in product([None, *classes], repeat=len(people)):
        given_ = dict(zip((one.id for one in people), seats, strict=True))
        best = max(best, _valid(given_, people, classes, pairs))
    assert len(split(people, classes, pairs).seats) == best


def _valid(given_, people, classes, pairs):
    for one in people:
        if given_[one.id] and given_[one.id].area not in one.line:
            return 0
    for one, other in pairs:
        if given_[one] and given_[other] and overlap(given_[one].days, given_[other].days):
            return 0
    seats = [one.number for one in given_.values() if one]
    return 0 if any(seats.count(one.number) > one.capacity for one in classes) else len(seats)


def test_a_county_is_split_evenly_and_its_townships_stay_together():
    people, pairs = people_of(VILLAGES * 20, townships=8)
    area = Area(COUNTY, "甲县", len(people), len(pairs))
    classes = planned(Series(30, DAY, 3, 1, at_once=2), [area])
    found = split(people, classes, pairs)
    check_laws(people, classes, pairs, found)
    assert not found.out
    full = sizes(found.seats).values()
    assert max(full) - min(full) <= 6
    where = {}
    for one in people:
        where.setdefault(one.home, set()).add(found.seats[one.id])
    assert sum(map(len, where.values())) / len(where) <= 3.5


def test_why_somebody_has_no_class():
    people, pairs = people_of([ALONE, *VILLAGES[:1] * 2])
    outside = Called(90, (1, ELSEWHERE, 30, 300), 30, 300)
    ill = Called(91, (1, COUNTY, 20, 100), 20, 100, off=(days(0, 30),))
    found = split([*people, outside, ill], [class_(1, 0, 3), class_(2, 1, 9)], pairs)
    assert found.out[90] == Left(Out.NO_CLASS)
    assert found.out[91] == Left(Out.DEFERRED)
    apart_ = {person: left for person, left in found.out.items() if left.why is Out.APART}
    assert len(apart_) == 2 and all(left.other in found.seats for left in apart_.values())
    full = split(people, [class_(1, 0, 2)], ())
    assert [left.why for left in full.out.values()] == [Out.FULL] * 3


def test_who_is_away_elsewhere_keeps_the_other_at_home():
    people, pairs = people_of(VILLAGES[:1])
    away = {1: [days(0)]}
    found = split(people[1:], [class_(1, 2), class_(2, 5)], pairs, away)
    assert found.seats == {2: 2}
    none = split(people[1:], [class_(1, 2)], pairs, away)
    assert none.out == {2: Left(Out.OTHER_AWAY, 1)}


def test_who_is_in_a_class_elsewhere_is_called_for_other_days_where_there_are_any():
    one = Called(1, (1, COUNTY, 20, 100), 20, 100, away=(days(0),))
    assert split([one], [class_(1, 0), class_(2, 5)]).seats == {1: 2}
    assert split([one], [class_(1, 0)]).seats == {1: 1}, "pointed out, and not forbidden"


def test_a_plan_too_large_to_solve_is_filled_person_by_person(monkeypatch):
    monkeypatch.setattr("lms.callups.solving.MOST", 1)
    people, pairs = people_of(VILLAGES * 5, townships=2)
    classes = [class_(n, n * 4, 15) for n in range(1, 5)]
    found = split(people, classes, pairs)
    check_laws(people, classes, pairs, found)
    assert not found.out
