"""Where a question stood and how it did; of those who answered, numbers alone."""

from datetime import timedelta
from decimal import Decimal

import pytest

from lms.access.permissions import Role
from lms.audit.models import AuditEntry
from lms.bank.rules import Pool, Right
from lms.exams.models import Assessment, Attempt, Mark, Result
from lms.people.models import Person


@pytest.fixture
def city(make):
    return make.unit("某市")


@pytest.fixture
def bank(make, city):
    return make.bank(city)


@pytest.fixture
def trainer(make, city, sign_in):
    return sign_in(make.officer(city, Role.TRAINER, name="张老师"))


class Sitting:
    """A paper of two questions, sat by as many as a test asks for."""

    def __init__(self, make, bank, city, pool=Pool.OPEN):
        self.make, self.city = make, city
        self.entries = [make.question(bank, pool=pool) for _ in range(2)]
        versions = [entry.versions[0] for entry in self.entries]
        self.paper = make.paper(bank, versions, title="第一套")
        now = make.clock()
        self.set = make.keep(
            Assessment(
                title="测评",
                org_id=city.id,
                paper_id=self.paper.id,
                questions=2,
                points=Decimal(4),
                opens_at=now,
                closes_at=now + timedelta(days=1),
                minutes=60,
                attempts=2,
                pass_mark=60,
                shuffled=False,
                confirmed_at=now,
                made_at=now,
            )
        )

    def sat(self, shares, person=None, number=1):
        """shares: of the two questions, 0 or 1, as many persons as there are pairs."""
        for pair in shares:
            self._sat(pair, person or self.make.person(self.city, name="某某"), number)

    def _sat(self, pair, person, number):
        who = {"person_id": person.id, "org_id": self.city.id, "assessment_id": self.set.id}
        now = self.make.clock()
        attempt = self.make.keep(
            Attempt(
                **who,
                number=number,
                paper_id=self.paper.id,
                seed=1,
                started_at=now,
                ends_at=now + timedelta(hours=1),
                submitted_at=now + timedelta(minutes=30),
            )
        )
        for slot, share in enumerate(pair, start=1):
            mark = {"attempt_id": attempt.id, "slot": slot, "share_of": 1, "marked_at": now}
            self.make.session.add(Mark(**mark, share=share, points=Decimal(2)))
        earned = Decimal(2 * sum(pair))
        result = {"earned": earned, "points": Decimal(4), "passed": earned > 2, "level": "合格"}
        self.make.keep(
            Result(**who, attempt_id=attempt.id, **result, abilities={}, published_at=now)
        )


@pytest.fixture
def sitting(make, bank, city):
    return Sitting(make, bank, city)


def page(browser, sitting):
    return browser.get(f"/reports/questions/{sitting.entries[0].id}")


def test_a_question_nobody_met_says_so(make, bank, trainer):
    entry = make.question(bank)
    assert "还没有用过" in trainer.get(f"/reports/questions/{entry.id}").text


def test_where_it_stood_and_how_much_it_earned(sitting, trainer):
    sitting.sat([(1, 1)] * 6 + [(0, 1)] * 4)
    text = page(trainer, sitting).text
    for words in ("第一套", "60.0%", "难度适中", "满 100 人作答后计算", ">10<"):
        assert words in text
    assert "某某" not in text


def test_a_few_are_not_told(sitting, trainer):
    sitting.sat([(1, 1)] * 9)
    assert "人数太少，不统计" in page(trainer, sitting).text


def test_after_a_hundred_it_is_told_whether_it_tells_people_apart(sitting, trainer):
    sitting.sat([(1, 1)] * 50 + [(0, 0)] * 45 + [(1, 0)] * 5)
    assert "区分度良好" in page(trainer, sitting).text
    other = Sitting(sitting.make, sitting.make.bank(sitting.city), sitting.city)
    other.sat([(1, 0)] * 60 + [(0, 1)] * 40)
    assert "先核对答案" in page(trainer, other).text


def test_the_first_attempt_counts_and_the_last_mark(sitting, trainer, make):
    sitting.sat([(0, 1)] * 10)
    person = make.session.get(Person, make.all(Attempt)[0].person_id)
    sitting.sat([(1, 1)], person=person, number=2)
    mark = next(one for one in make.all(Mark) if one.slot == 1)
    again = {"attempt_id": mark.attempt_id, "slot": 1, "share_of": 1, "marked_at": make.clock()}
    make.keep(Mark(**again, share=1, points=Decimal(2)))
    text = page(trainer, sitting).text
    assert ">10<" in text and "10.0%" in text


def test_who_sees_the_bank_sees_its_use_and_nobody_else(sitting, bank, make, sign_in):
    sitting.sat([(1, 1)] * 10)
    guest = make.officer(make.unit("他县"), Role.TRAINER)
    assert page(sign_in(guest), sitting).status_code == 404
    make.named(bank, Right.PRACTISE, person=guest)
    text = page(sign_in(guest), sitting).text
    assert "100.0%" in text
    assert "第一套" not in text  # papers are for those who review and make them


def test_a_look_at_the_use_of_an_examination_question_is_logged(make, bank, city, trainer):
    sitting = Sitting(make, bank, city, pool=Pool.EXAM)
    assert page(trainer, sitting).status_code == 200
    assert any(one.act.startswith("look at examination") for one in make.all(AuditEntry))
