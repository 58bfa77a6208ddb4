"""Numbers of many at once: a purpose, a second person, one day, a line in the log each time."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from lms.access.permissions import Role
from lms.audit.models import AuditEntry
from lms.ciphers import sealed
from lms.reports.models import NumbersAsked
from lms.reports.purposes import LASTS, Step, step

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
PHONE, ID_NUMBER = "13800000001", "140802197001010016"
WHY = {"numbers": "both", "purpose": "calling", "words": "逐人通知补训，用完即删"}


@pytest.fixture
def listed(some, make, app):
    """Somebody of the first county with numbers."""
    secret = app.extensions["settings"].secrets["cipher"]
    seals = {"phone_seal": sealed(PHONE, secret), "id_seal": sealed(ID_NUMBER, secret)}
    make.person(some.villages[0], name="有号", **seals)
    return some


def ask(browser, city, **more):
    return browser.post(f"/reports/numbers/units?unit={city.county.id}", data=WHY | more)


def cells(answer) -> list[str]:
    sheet = load_workbook(BytesIO(answer.data)).active
    return [str(value) for row in sheet.values for value in row if value is not None]


def test_a_request_waits_holds_for_a_day_and_is_over():
    assert step(None, None, NOW) is Step.WAITING
    assert step(False, NOW, NOW) is Step.REFUSED
    assert step(True, NOW, NOW + LASTS - timedelta(seconds=1)) is Step.AGREED
    assert step(True, NOW, NOW + LASTS) is Step.OVER


def test_numbers_need_a_purpose_and_another_officer_of_the_unit(listed, make, sign_in, clock):
    second = sign_in(make.officer(listed.county, name="县二"))
    above, asker = sign_in(listed.officer), sign_in(listed.county_officer)
    assert ask(asker, listed, words="").status_code == 422
    address = ask(asker, listed).location
    assert asker.get(f"{address}/list.xlsx").status_code == 409
    assert asker.post(f"{address}/answer", data={"agreed": "yes"}).status_code == 403
    assert above.post(f"{address}/answer", data={"agreed": "yes"}).status_code == 403
    assert "1 份号码申请待您确认" in second.get("/desk").text
    assert "号码申请待您确认" not in above.get("/desk").text
    assert PHONE not in second.get(address).text
    assert second.post(f"{address}/answer", data={"agreed": "yes"}).status_code == 303
    assert second.post(f"{address}/answer", data={"agreed": "no"}).status_code == 409
    assert second.get(f"{address}/list.xlsx").status_code == 403
    said = cells(asker.get(f"{address}/list.xlsx"))
    assert {"有号", PHONE, ID_NUMBER} <= set(said)
    foot = "".join(said[-4:])
    assert "仅供工作联系，请勿转发" in foot and "县管理员" in foot and "县二" in foot
    assert WHY["words"] in foot
    acts = [one.act for one in make.all(AuditEntry) if "numbers" in one.act]
    assert acts == ["ask for numbers", "agree to numbers", "take numbers"]
    clock.time += timedelta(hours=25)
    assert sign_in(listed.county_officer).get(f"{address}/list.xlsx").status_code == 409


def test_where_a_unit_has_one_officer_the_next_level_serves(listed, make, sign_in):
    asker, above = sign_in(listed.county_officer), sign_in(listed.officer)
    address = ask(asker, listed, numbers="phones").location
    assert "某市的另一位培训管理员" in asker.get(address).text
    assert above.post(f"{address}/answer", data={"agreed": "no"}).status_code == 303
    assert asker.get(f"{address}/list.xlsx").status_code == 409
    lonely = f"/reports/numbers/units?unit={listed.city.id}"
    assert above.post(lonely, data=WHY).status_code == 409
    assert len(make.all(NumbersAsked)) == 1


def test_a_list_behind_a_number_is_asked_for_as_its_page_stands(listed, make, sign_in):
    make.officer(listed.county, name="县二")
    asker = sign_in(listed.county_officer)
    state = f"measure=open&by=township&line={listed.town.id}"
    page = asker.get(f"{listed.address}/names?{state}").text
    assert f"/reports/cohorts/{listed.cohort.id}/numbers?" in page
    made = asker.post(f"{listed.address}/numbers?{state}", data=WHY)
    row = make.all(NumbersAsked)[-1]
    assert (row.persons, row.asked["line"]) == (2, str(listed.town.id))
    stranger = sign_in(make.officer(listed.other))
    assert stranger.get(made.location).status_code == 404
    assert stranger.get(f"{listed.address}/numbers?under={listed.county.id}").status_code == 404
    head = sign_in(make.officer(listed.county, Role.HEAD))
    assert head.get(f"{listed.address}/numbers?{state}").status_code == 403
