"""Hours are entered with unit and post of that time, and taken back by another entry."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from lms.audit.models import AuditEntry
from lms.db import db, find
from lms.errors import Conflict, Invalid
from lms.ledger import services
from lms.ledger.models import HourEntry
from lms.ledger.rules import Credit, HourKind
from lms.people.rules import Post

ENDED = date(2026, 11, 20)


def given(person, hours="8", **facts):
    known = {"kind": HourKind.ORGANISED, "earned_on": ENDED, "rule": "hours per day 8"}
    return Credit(person.id, person.org_id, Decimal(hours), **known | facts)


def test_an_entry_keeps_the_post_of_the_day_on_which_the_training_ended(make, city, inside, clock):
    wang = make.person(city.upper, post=None)
    make.posting(wang, city.lower, Post.VPM, to_on=date(2026, 11, 21))
    make.posting(wang, city.upper, Post.VCD, to_on=date(2026, 11, 1))
    make.posting(wang, city.upper, Post.VPS, from_on=date(2026, 11, 1))
    with inside():
        services.credit([given(wang), given(wang, post=Post.VCV)], clock(), by=city.officer.id)
    first, second = make.all(HourEntry)
    assert (first.post, second.post) == (Post.VPS, Post.VCV)
    assert (first.hours, first.org_id, first.recorded_by) == (8, city.upper.id, city.officer.id)


@pytest.mark.parametrize("hours", ["-1", "2000.01"])
def test_hours_that_cannot_be_are_refused(make, city, inside, clock, hours):
    wang = make.person(city.upper)
    with pytest.raises(Invalid), inside():
        services.credit([given(wang), given(wang, hours)], clock())
    assert make.all(HourEntry) == []


def test_an_entry_is_taken_back_once_by_one_that_says_the_opposite(make, city, inside, clock):
    wang = make.person(city.upper)
    with inside():
        services.credit([replace(given(wang), activity="轮训")], clock())
    (entry,) = make.all(HourEntry)
    with inside():
        services.reverse(find(HourEntry, entry.id), "记错人", clock(), by=city.officer.id)
    _entry, back = make.all(HourEntry)
    assert (back.hours, back.reverses_id, back.why) == (-8, entry.id, "记错人")
    assert (back.earned_on, back.activity, back.post) == (ENDED, "轮训", Post.VPS)
    assert [one.act for one in make.all(AuditEntry)] == ["reverse hours"]
    for again in (entry.id, back.id):
        with pytest.raises(Conflict), inside():
            services.reverse(find(HourEntry, again), "再来", clock())
    assert sum(one.hours for one in make.all(HourEntry)) == 0


def test_a_reversal_needs_a_reason(make, city, inside, clock):
    wang = make.person(city.upper)
    with inside():
        services.credit([given(wang)], clock())
    with pytest.raises(Invalid), inside():
        services.reverse(db.session.query(HourEntry).one(), " ", clock())
    assert len(make.all(HourEntry)) == 1
