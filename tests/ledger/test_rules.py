"""The page of the rules: everyone who runs training looks, the city says what is new."""

import pytest

from lms.audit.models import AuditEntry
from lms.ledger.models import HourRule

BRANCH = "/hours/rules/organised hours owed:branch leaders"
MINUTES = "/hours/rules/minutes per hour:"


def said(**changes):
    return {"value": "50", "from_on": "2026-12-01", "source": "部务会议", **changes}


def test_the_rules_are_shown_with_what_they_rest_on(city, sign_in):
    page = sign_in(city.officer).get("/hours/rules").text
    for words in ("45", "5 年 550 学时", "56", "干部教育培训工作条例", "请核定", "不结转"):
        assert words in page
    assert "作出新规定" not in sign_in(city.officer).get(MINUTES).text


def test_the_city_says_a_rule_anew_from_a_day_on(make, city, sign_in):
    browser = sign_in(city.of_the_city)
    answer = browser.post(BRANCH, said(value="60", posts=["VPS", "VCD"]), follow_redirects=True)
    assert "到哪天前" in answer.text and "部务会议" in answer.text
    (row,) = make.all(HourRule)
    assert (row.value, row.posts, row.recorded_by) == ("60", ["VPS", "VCD"], city.of_the_city.id)
    (noted,) = [one for one in make.all(AuditEntry) if one.act == "set hour rule"]
    assert (noted.facts["was"], noted.facts["value"]) == ("56", "60")


@pytest.mark.parametrize(
    ("address", "changes", "why"),
    [
        (MINUTES, {"value": "很多"}, "不能识别"),
        (MINUTES, {"from_on": "2025-06-01"}, "往年"),
        (MINUTES, {"source": ""}, "请填写"),
        (BRANCH, {"posts": []}, "至少选择一种职务"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(make, city, sign_in, address, changes, why):
    answer = sign_in(city.of_the_city).post(address, said(**changes))
    assert answer.status_code == 422 and why in answer.text
    assert make.all(HourRule) == []


def test_a_county_changes_no_rule(make, city, sign_in):
    assert sign_in(city.officer).post(MINUTES, said()).status_code == 403
    assert make.all(HourRule) == []
