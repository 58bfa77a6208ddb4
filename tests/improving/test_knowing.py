"""The abilities of a unit beside those of the units like it, together; of few, nothing."""

import pytest

from tests.analyses.conftest import add_up, sat  # noqa: F401  (fixtures)
from tests.reports.test_completion import rows
from tests.training import builders


@pytest.fixture
def known(sat, make):  # noqa: F811
    """Twelve of 东镇 who know no MAS, twelve of 西镇 who do; all on a list with the assessment."""
    cohort = builders.cohort(make, sat.city, assessments=[sat.assessment], hours="0")
    for village, shares in ((0, [1, 0, 0, 1]), (1, [1, 1, 1, 0])):
        for _ in range(12):
            person = sat.person(sat.villages[village])
            builders.enrolment(make, cohort, person)
            sat.sit(person, shares)
    sat.page = f"/improving/cohorts/{cohort.id}/units/{sat.towns[0].id}"
    return sat


def test_the_ability_that_is_furthest_behind_is_named_with_its_topic(known, add_up, sign_in):  # noqa: F811
    add_up()
    page = sign_in(known.county_officer).get(known.page)
    found = rows(page)
    assert found["群众工作本领"] == ["0.00%", "12", "2", "100.00%", "−100.00", "信访"]
    assert found["驾驭风险本领"] == ["100.00%", "12", "1", "0.00%", "+100.00", "—"]
    assert "差得最多的是“群众工作本领”（−100.00 个百分点）" in page.text
    own = rows(sign_in(known.town_officer).get(known.page))
    assert own["群众工作本领"][3:5] == ["—", "—"]  # one like unit would be told


def test_a_plan_about_an_ability_shows_it_on_both_days(known, add_up, make, sign_in):  # noqa: F811
    add_up()
    lead = make.person(known.towns[0], name="镇书记")
    county = sign_in(known.county_officer)
    data = {"causes": "群众工作知识薄弱", "aim": "90", "review_on": "2026-12-20", "owner": lead.id}
    data |= {"ability": "MAS", "steps-0-what": "专题辅导", "steps-0-due_on": "2026-12-01"}
    made = county.post(f"{known.page}/plan", data=data).headers["Location"]
    assert rows(county.get(made))["“群众工作本领”答对率"] == ["0.00%", "0.00%", "0.00"]
