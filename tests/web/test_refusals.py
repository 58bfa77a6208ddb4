"""What nobody can have meant is refused with a sentence, on either database."""

import re

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


def test_a_refused_form_leads_back_to_its_page_and_never_to_another_house(officer):
    sent = {"unit": 1, "label": "后进村", "from_on": "2099-01-01"}
    page = "http://localhost/units/labels?unit=1"

    def back(came_from, **more):
        told = officer.post("/units/labels", {**sent, **more}, headers={"Referer": came_from})
        assert told.status_code == 422
        return re.findall(r'href="([^"]*)">返回修改', told.text)

    assert back(page) == ["/units/labels?unit=1"]
    assert back("http://elsewhere/units/labels") == back("") == []
    without_a_page = "http://localhost/units/1/system"  # forms alone are sent there
    assert back(without_a_page) == []
