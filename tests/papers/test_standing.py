"""A paper waits until each of its questions has been reviewed and rests on what holds."""

from datetime import date

import pytest

from lms.access.permissions import Role
from lms.bank.models import Bank, Question
from lms.bank.rules import Pool, State
from lms.papers.models import PaperRelease, PaperSlot
from lms.papers.standing import Lack, lack_of


@pytest.mark.parametrize(
    ("waits", "number", "latest", "state", "holds", "lack"),
    [
        (False, 1, 1, State.FINAL, True, None),
        (False, 1, 2, State.FINAL, True, None),
        (False, 1, 1, State.RETIRED, True, None),
        (True, 1, 1, State.IN_REVIEW, True, Lack.UNREVIEWED),
        (True, 1, 2, State.DRAFT, True, Lack.UNREVIEWED),
        (True, 1, 1, State.FINAL, True, None),
        (True, 1, 1, State.RETURNED, True, Lack.RETURNED),
        (False, 1, 1, State.RETURNED, True, Lack.RETURNED),
        (True, 1, 2, State.FINAL, True, Lack.MENDED),
        (False, 1, 1, State.FINAL, False, Lack.ENDED),
    ],
)
def test_what_a_question_of_a_paper_lacks(waits, number, latest, state, holds, lack):
    assert lack_of(waits, number, latest, state, holds) is lack


@pytest.fixture
def city(make):
    return make.unit("某市")


@pytest.fixture
def maker(make, sign_in, city):
    return sign_in(make.officer(city, Role.TRAINER))


@pytest.fixture
def waiting(make, city):
    """A paper of one question that is in review."""
    bank = make.bank(city)
    entry = make.question(bank, Pool.EXAM, State.IN_REVIEW)
    paper = make.paper(bank, entry.versions)
    paper.slots[0].waits = True
    return make.keep(paper), entry


def release(browser, paper, city):
    return browser.post(f"/papers/{paper.id}/release", {"org_id": city.id})


def test_a_paper_is_handed_out_when_all_of_it_is_reviewed(make, maker, waiting, city):
    paper, entry = waiting
    text = maker.get(f"/papers/{paper.id}").text
    assert "未审 1 题" in text and "送审这份试卷" in text
    assert release(maker, paper, city).status_code == 409
    entry.state = State.FINAL
    make.keep(entry)
    assert "未审" not in maker.get(f"/papers/{paper.id}").text
    assert release(maker, paper, city).status_code == 303
    assert len(make.all(PaperRelease)) == 1


def test_sending_a_paper_sends_its_drafts_and_is_a_queue(make, maker, sign_in, waiting, city):
    paper, entry = waiting
    entry.state = State.DRAFT
    make.keep(entry)
    assert maker.post(f"/papers/{paper.id}/send").status_code == 303
    assert make.all(Question)[0].state is State.IN_REVIEW
    other = make.question(make.session.get(Bank, paper.bank_id), state=State.IN_REVIEW)
    browser = sign_in(make.officer(city, Role.REVIEWER))
    text = browser.get(f"/reviewing/?paper={paper.id}").text
    assert entry.code in text and other.code not in text and paper.title in text


def test_a_mended_version_takes_the_place_of_the_one_that_went_back(make, maker, waiting, city):
    paper, entry = waiting
    first = entry.versions[0]
    columns = {
        column.key: getattr(first, column.key)
        for column in first.__table__.columns
        if column.key not in ("id", "number")
    }
    entry.versions.append(type(first)(**columns, number=2))
    entry.latest, entry.state = 2, State.FINAL
    make.keep(entry)
    assert "退回后已改好" in maker.get(f"/papers/{paper.id}").text
    assert maker.post(f"/papers/{paper.id}/take-mended").status_code == 303
    (slot,) = make.all(PaperSlot)
    assert (slot.version_id, slot.waits) == (entry.versions[1].id, False)
    release(maker, paper, city)
    assert maker.post(f"/papers/{paper.id}/take-mended").status_code == 409


def test_a_paper_says_what_rests_on_a_law_that_has_ended(make, maker, city):
    bank = make.bank(city)
    paper = make.paper(bank, make.question(bank, Pool.EXAM).versions)
    make.edition(to_on=date(2026, 10, 31))
    assert "第 1 题的依据已修改" in maker.get(f"/papers/{paper.id}").text
    assert release(maker, paper, city).status_code == 409
