"""What nobody can have meant is refused with a sentence, on either database."""

import pytest

HUGE = 10**24


@pytest.fixture
def officer(make, sign_in):
    return sign_in(make.officer(make.unit()))


@pytest.mark.parametrize("number", [HUGE, 2**31, 2**63])
@pytest.mark.parametrize("address", ["/people/{}", "/incidents/{}", "/exams/assessments/{}"])
def test_under_a_number_that_no_row_can_have_nothing_stands(officer, address, number):
    answer = officer.get(address.format(number))
    assert answer.status_code == 404
    assert "没有找到" in answer.text
