"""What the tests of this room share."""

from datetime import date
from decimal import Decimal

import pytest

from lms.ledger.models import HourEntry
from lms.ledger.rules import HourKind, hundredths
from tests.training.conftest import City


@pytest.fixture
def city(make):
    return City(make)


@pytest.fixture
def hours(make):
    """hours(person, amount, …) → an entry of the ledger."""

    def of(person, amount, kind=HourKind.ORGANISED, on=date(2026, 10, 16), **facts):
        known = {"rule": "hours per day 8 since 2012-01-01", "activity": "秋季轮训"}
        return make.keep(
            HourEntry(
                person_id=person.id,
                org_id=person.org_id,
                kind=kind,
                hundredths=hundredths(Decimal(amount)),
                earned_on=on,
                recorded_at=make.clock(),
                **known | facts,
            )
        )

    return of
