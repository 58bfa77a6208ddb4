"""Fixtures of practice: a county with a bank that its cadres may practise, and one of them."""

from datetime import timedelta
from itertools import count

import pytest

from lms.bank.models import Bank
from lms.bank.rules import Pool
from tests.make import Make


class Learner:
    """A cadre with a phone. `web` is the browser of that person."""

    def __init__(self, sign_in, person, clock):
        self.sign_in, self.person, self.clock = sign_in, person, clock
        self.web, self.numbers = sign_in(person), count(1)

    def comes_back(self, **later):
        """Signs in again, some days or hours later."""
        self.clock.time += timedelta(**later)
        self.web = self.sign_in(self.person)

    def told(self, version, sequence=None, said_at=None, **what):
        said_at = said_at or self.clock()
        return {
            "sequence": sequence or next(self.numbers),
            "version": version.id,
            "said_at": int(said_at.timestamp() * 1000),
            **what,
        }

    def send(self, *told, device="device-one"):
        body = {"device": device, "told": list(told)}
        return self.web.post("/practice/told", json=body)

    def tell(self, version, **what):
        sent = self.send(self.told(version, **what))
        assert sent.status_code == 200, sent.get_data(as_text=True)
        return sent.json

    def right(self, version, **more):
        return self.tell(version, answer=["A"], **more)

    def wrong(self, version, **more):
        return self.tell(version, answer=["B"], **more)

    def page(self, path):
        answer = self.web.get(f"/practice{path}")
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.get_data(as_text=True)


class Yard:
    """A county, a village below it, and a bank of the county."""

    def __init__(self, make: Make):
        self.make = make
        self.county = make.unit("甲县")
        self.village = make.unit("上王村", under=self.county)
        self.bank: Bank = make.bank(self.county, title="练习题库甲")

    def version(self, stem="某事应当怎样办？", pool=Pool.PRACTICE, **more):
        return self.make.question(more.pop("bank", self.bank), pool, stem=stem, **more).versions[0]


@pytest.fixture
def yard(make):
    return Yard(make)


@pytest.fixture
def learner(yard, make, sign_in, clock):
    """learner() → a cadre of the village."""

    def come(name="王一", org=None):
        return Learner(sign_in, make.person(org or yard.village, name=name), clock)

    return come
