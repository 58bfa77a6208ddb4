"""缓考: asked for by the township, decided by who runs it; until the resit nobody is absent."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.access.permissions import Role
from lms.audit.models import AuditEntry
from lms.clock import CITY_TIME
from lms.errors import Invalid
from lms.exams.deferred import Deferral
from lms.exams.models import Allowance, Attempt, SetPaper
from lms.exams.terms import DeferReason, Deferred, deferred, refuse_deferral
from tests.exams.sitter import Sitter

WORD = st.sampled_from([None, True, False])
NOW = datetime(2026, 11, 23, 9, tzinfo=CITY_TIME)


@given(WORD, st.booleans(), st.sampled_from([None, -1, 0, 1]), st.booleans())
def test_a_deferral_holds_only_while_approved_and_before_the_end_of_the_resit(
    approved, ended, hours, sat
):
    closes_at = None if hours is None else NOW + timedelta(hours=hours)
    stands = deferred(approved, ended, closes_at, sat, NOW)
    holds = approved is True and not ended and not sat and hours == 1
    assert (stands is Deferred.HOLDS) is holds


@pytest.mark.parametrize(
    ("reason", "note", "day"),
    [(DeferReason.OTHER, " ", 22), (DeferReason.ILL, "", 24), (DeferReason.ILL, "", 19)],
)
def test_what_says_nothing_or_lies_outside_is_refused(reason, note, day):
    first, today = date(2026, 11, 20), date(2026, 11, 23)
    with pytest.raises(Invalid):
        refuse_deferral(reason, note, date(2026, 11, day), first, today)


def test_the_township_asks_the_county_gives_a_time_and_the_person_sits_the_resit_paper(
    case, make, clock
):
    again = make.keep(
        SetPaper(
            assessment_id=case.assessment.id,
            paper_id=case.hall.paper().id,
            resit=True,
            place=1,
        )
    )
    assert case.ask().status_code == 303
    assert "待批准" in case.sign_in(case.town).get(case.url).text
    assert "缓考申请待批" in case.sign_in(case.hall.officer).get("/desk").text
    assert case.decide().status_code == 303
    cadre = case.sign_in(case.ill)
    assert "已批准缓考，补考 2026年11月30日 09:00 开放" in cadre.get("/exams/").text
    assert case.start(case.ill).status_code == 409
    clock.time = datetime(2026, 11, 30, 10, tzinfo=CITY_TIME)
    sitter = Sitter(case.sign_in(case.ill), clock, case.assessment).open()
    assert make.all(Attempt)[-1].paper_id == again.paper_id
    sitter.submit()
    assert "已参加补考" in case.sign_in(case.town).get(case.url).text
    assert {"ask deferral", "approve deferral"} <= {row.act for row in make.all(AuditEntry)}
    assert not [row for row in make.all(AuditEntry) if "ill" in str(row.facts)]


def test_not_begun_deferred_and_absent_are_three_things_on_the_board_and_in_the_names(case, clock):
    third = case.hall.cadre("王三")
    case.hall.list(case.assessment, third)
    case.ask()
    case.decide()
    url = f"/exams/assessments/{case.assessment.id}"

    def names(address, **asked):
        return case.sign_in(case.hall.officer).get(f"{url}/{address}", query_string=asked).text

    def numbers():
        clock.time += timedelta(seconds=6)
        web = case.sign_in(case.hall.officer)
        return web.get(f"{url}/live/numbers").json["rows"]["total"][:4]

    case.start(third)
    assert numbers() == [3, 1, 1, 0]  # 应考 未进入 缓考 缺考
    assert "王二" in names("candidates", come="not_started")
    clock.time += timedelta(days=2)
    assert numbers() == [3, 0, 1, 1]
    found = names("candidates", come="absent")
    assert "王二" in found and "王一" not in found and "王三" not in found
    assert "王一" in names("candidates", come="deferred")
    assert "王一" in names("live/names", state="excused")
    clock.time += timedelta(days=8)  # the resit is over, and nobody came
    assert numbers() == [3, 0, 0, 2]
    assert "补考未到" in case.sign_in(case.town).get(case.url).text


def test_another_time_is_given_and_it_is_taken_back(case, make, clock):
    case.ask()
    case.decide()
    later = {"opens_at": "2026-12-05T09:00", "closes_at": "2026-12-05T18:00"}
    assert case.decide(**later).status_code == 303
    first, second = make.all(Allowance)
    assert first.ended_at and not second.ended_at
    assert case.decide("back").status_code == 303
    (one,) = make.all(Deferral)
    assert (one.ended_on, one.why) == (clock().astimezone(CITY_TIME).date(), "材料不全")
    assert make.all(Allowance)[-1].ended_at
    assert case.start(case.ill).status_code == 303


def test_what_cannot_be_is_refused_in_words_and_nothing_is_kept(case, make, sign_in):
    for sent, why in [
        ({"reason": "other"}, "请写明是什么原因"),
        ({"from_on": "2026-11-24"}, "起算日期应在"),
        ({"from_on": ""}, "从哪天起"),
    ]:
        page = case.ask(**sent)
        assert page.status_code == 422 and why in page.text, why
    assert make.all(Deferral) == []
    case.start(case.other)
    assert "已经参加过这次测评" in case.ask(whom=case.other).text
    case.ask()
    assert "已有一份缓考" in case.ask().text
    for sent, why in [
        ({"opens_at": ""}, "请填写补考的开放时间"),
        ({"closes_at": "2026-11-29T09:00"}, "结束时间要晚于开始时间"),
        ({"closes_at": "2026-11-30T09:10"}, "没有人能考完"),
    ]:
        page = case.decide(**sent)
        assert page.status_code == 422 and why in page.text, why
        assert 'name="opens_at" value="' + sent.get("opens_at", "2026-11-30T09:00") in page.text
    assert make.all(Allowance) == []
    assert case.decide("refuse").status_code == 303
    assert "材料不全" in sign_in(case.town).get(case.url).text
    assert "已经办理过" in case.decide().text
    far = make.officer(make.unit("乙县"), Role.TOWNSHIP_OFFICER)
    assert case.ask(who=far).status_code == 404
    assert case.decide(who=case.town).status_code == 403


def test_the_time_of_a_resit_ends_with_its_deferral_and_not_by_itself(case, make):
    case.ask()
    case.decide()
    (one,) = make.all(Allowance)
    url = f"/exams/assessments/{case.assessment.id}/exceptions/{one.id}/end"
    refused = case.sign_in(case.hall.officer).post(url)
    assert refused.status_code == 409 and "缓考的补考时间" in refused.text
    assert make.all(Allowance)[0].ended_at is None


def test_who_decides_on_what_another_has_decided_meanwhile_is_told(case, make):
    """The page was open while a colleague gave a time: another time would silently undo that."""
    case.ask()
    late, back = case.deciding(), case.deciding("back")
    case.decide()
    (first,) = make.all(Allowance)
    for press in (late, back):
        page = press()
        assert page.status_code == 422 and "已经办理过" in page.text
    assert [one.id for one in make.all(Allowance) if one.ended_at is None] == [first.id]
