"""Transfers between units of different officers: asked for, and confirmed from above both."""

from datetime import date

import pytest

from lms.access.permissions import Permission
from lms.db import find
from lms.errors import Conflict, NotAllowed, NotFound
from lms.orgs.models import OrgUnit
from lms.people import queries, transfers
from lms.people.models import Person, Posting, Transfer
from lms.people.rules import Post, TransferState
from lms.people.transfers import NewPost, Wanted

ON = date(2026, 12, 1)
CONFIRM = (Permission.KEEP_ROSTER, Permission.CONFIRM_TRANSFER)


@pytest.fixture
def wang(city, make):
    return make.person(city.upper, name="王建国")


@pytest.fixture
def wanted(city, wang):
    """The other county wants him, with two posts."""
    posts = (NewPost(Post.VPS, term_number=13), NewPost(Post.VCD))
    return Wanted(wang.id, city.afar.id, ON, posts, why="工作需要")


@pytest.fixture
def asked(city, within, wanted, clock):
    with within(city.stranger):
        (transfer_id,) = transfers.ask_transfers([wanted], city.stranger.id, clock())
    return transfer_id


def confirm(within, me_of, officer, transfer_id, clock, chosen=None):
    with within(officer, *CONFIRM):
        one = transfers.transfer(transfer_id)
        ending = transfers.ending(one) if chosen is None else chosen
        transfers.confirm(one, ending, me_of(officer), clock())


def test_asking_changes_nothing_but_is_seen_on_both_sides(city, within, me_of, asked, make, wang):
    assert [one.org_id for one in make.all(Posting)] == [city.upper.id]
    with within(city.stranger):
        shown = transfers.shown(transfers.transfer(asked), me_of(city.stranger))
        assert (shown.name, shown.place, shown.there) == ("王*国", "甲县", "乙县 远村")
        assert shown.withdraws and not shown.decides
    with within(city.officer):
        shown = transfers.shown(transfers.transfer(asked), me_of(city.officer))
        assert (shown.name, shown.place) == ("王建国", "甲县 历山镇 上王村")
        assert not shown.withdraws and not shown.decides


def test_asking_twice_gives_the_same_transfer(city, within, wanted, asked, clock, make):
    with within(city.stranger):
        assert transfers.ask_transfers([wanted], city.stranger.id, clock()) == [asked]
    assert len(make.all(Transfer)) == 1


def test_the_officer_above_both_confirms(city, within, me_of, asked, clock, make, wang, acts):
    confirm(within, me_of, city.of_city, asked, clock)
    spans = {(one.org_id, one.post, one.from_on, one.to_on) for one in make.all(Posting)}
    assert spans == {
        (city.upper.id, Post.VPS, date(2020, 1, 1), ON),
        (city.afar.id, Post.VPS, ON, None),
        (city.afar.id, Post.VCD, ON, None),
    }
    moved = next(one for one in make.all(Person) if one.id == wang.id)
    assert moved.org_id == city.afar.id
    assert "transfer confirmed" in acts()


def test_after_it_the_new_county_answers_for_him(city, within, me_of, asked, clock, wang):
    clock.time = clock.time.replace(month=12, day=2)
    confirm(within, me_of, city.of_city, asked, clock)
    with within(city.stranger):
        assert queries.one(wang.id).name == "王建国"
        assert len(queries.postings(wang.id)) == 3  # the whole record moves with the person
    with within(city.officer), pytest.raises(NotFound):
        queries.one(wang.id)


def test_what_is_not_chosen_goes_on(city, within, me_of, asked, clock, make):
    confirm(within, me_of, city.of_city, asked, clock, chosen=[])
    assert [one.to_on for one in make.all(Posting)] == [None, None, None]


def test_who_is_lent_stays_at_home_where_he_was(city, within, me_of, clock, make, wang):
    lent = Wanted(wang.id, city.afar.id, ON, (NewPost(Post.SECONDED),), keeps=True)
    with within(city.stranger):
        (transfer_id,) = transfers.ask_transfers([lent], city.stranger.id, clock())
    confirm(within, me_of, city.of_city, transfer_id, clock, chosen=[])
    sent = make.all(Posting)[-1]
    assert (sent.org_id, sent.home_org_id) == (city.afar.id, city.upper.id)
    assert next(one for one in make.all(Person) if one.id == wang.id).org_id == city.upper.id


@pytest.mark.parametrize("side", ["officer", "stranger", "of_township"])
def test_neither_side_confirms_alone(city, within, me_of, asked, clock, side, make):
    with pytest.raises(NotAllowed):
        confirm(within, me_of, getattr(city, side), asked, clock)
    assert make.all(Transfer)[0].state is TransferState.ASKED


def test_a_transfer_is_decided_once(city, within, me_of, asked, clock):
    confirm(within, me_of, city.of_city, asked, clock)
    with pytest.raises(Conflict):
        confirm(within, me_of, city.of_city, asked, clock)


def test_a_refusal_says_why_and_moves_nobody(city, within, me_of, asked, clock, make):
    with within(city.of_city, *CONFIRM):
        one = transfers.transfer(asked)
        transfers.refuse(one, "换届期间不调动", me_of(city.of_city), clock())
    (one,) = make.all(Transfer)
    assert (one.state, one.decided_why) == (TransferState.REFUSED, "换届期间不调动")
    assert len(make.all(Posting)) == 1


def test_only_the_side_that_asked_takes_it_back(city, within, asked, clock, make):
    with within(city.officer), pytest.raises(NotAllowed):
        transfers.withdraw_transfers([asked], city.officer.id, clock())
    with within(city.stranger):
        assert transfers.withdraw_transfers([asked], city.stranger.id, clock()) == 1
    assert make.all(Transfer)[0].state is TransferState.WITHDRAWN


def test_nobody_asks_for_a_transfer_between_two_strangers(city, within, make, clock):
    third = make.unit("丙县", under=city.top)
    far = make.person(third, name="钱三")
    wanted = Wanted(far.id, city.afar.id, ON, (NewPost(Post.VPS),))
    with within(city.officer), pytest.raises(NotAllowed):
        transfers.ask_transfers([wanted], city.officer.id, clock())


def test_a_third_county_sees_nothing_of_it(city, within, make, asked):
    third = make.officer(make.unit("丙县", under=city.top), name="郑县")
    with within(third):
        assert transfers.transfers() == ([], 0)
        with pytest.raises(NotFound):
            transfers.transfer(asked)


def test_sending_somebody_away_becomes_a_request(city, within, clock, make, wang):
    with within(city.officer):
        one, afar = queries.one(wang.id), find(OrgUnit, city.afar.id)
        going = {"keeps": False, "why": "", "by": city.officer.id, "now": clock()}
        asked = transfers.move_or_ask(one, afar, NewPost(Post.VPS), ON, **going)
        lower = find(OrgUnit, city.lower.id)
        assert transfers.move_or_ask(one, lower, NewPost(Post.VCD), ON, **going) is None
    (transfer,) = make.all(Transfer)
    assert (transfer.id, transfer.org_id) == (asked, city.upper.id)
    ends = {(held.org_id, held.to_on) for held in make.all(Posting)}
    assert ends == {(city.upper.id, ON), (city.lower.id, None)}
