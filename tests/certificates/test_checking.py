"""Who holds a certificate in the hand can check it, and learns no more than it says."""

import re

import pytest

from lms.certificates.models import Certificate, CertificateEnd
from lms.certificates.services import MOST_WRONG
from tests.training import builders as build


@pytest.fixture
def certificate(make, sign_in, city, work):
    """A 学时证明 that its person asked for."""
    person = make.person(city.upper, name="张建国", phone_seal="secret", born="1970-03-05")
    course = build.course(make, city.top)
    build.hours(make, person, "0.5", lesson=course.lessons[0])
    sign_in(person).post("/certificates/hours", {"year": 2026})
    (made,) = make.all(Certificate)
    return made


def test_the_page_says_what_the_paper_says_and_no_more(make, client, certificate):
    page = client.get(f"/c/{certificate.code}")
    assert page.status_code == 200
    for words in ("现在有效", "张建国", "甲县历山镇上王村", "万人计划课程", certificate.number):
        assert words in page.text
    person = certificate.person_id
    assert "1970" not in page.text and f"/{person}" not in page.text
    assert (
        client.post("/c/", {"code": certificate.code.lower()}).location == f"/c/{certificate.code}"
    )


def test_a_revoked_or_replaced_certificate_says_so(make, client, certificate, clock):
    make.keep(CertificateEnd(certificate_id=certificate.id, why="冒名", revoked_at=clock()))
    page = client.get(f"/c/{certificate.code}").text
    assert "已撤销" in page and "冒名" not in page and "现在有效" not in page


def test_a_wrong_code_is_not_found_and_guessing_is_bounded(client, certificate, clock):
    for _ in range(MOST_WRONG):
        assert client.get("/c/AAAABBBBCCCCDDDD").status_code == 404
    assert client.get("/c/AAAABBBBCCCCDDDD").status_code == 429
    assert client.get(f"/c/{certificate.code}").status_code == 429
    assert re.fullmatch(r"[2-9A-HJ-NP-Z]{16}", certificate.code)


def test_hours_are_certified_as_often_as_they_grow_and_not_more(
    make, sign_in, city, certificate, clock
):
    person = make.session.get(type(city.officer), certificate.person_id)
    browser = sign_in(person)
    browser.post("/certificates/hours", {"year": 2026})
    assert len(make.all(Certificate)) == 1
    build.hours(make, person, "2", cohort=build.cohort(make, city.county))
    browser.post("/certificates/hours", {"year": 2026})
    first, second = make.all(Certificate)
    assert sorted(line["hours"] for line in second.facts["lines"]) == ["0.50", "2.00"]
    assert len(first.facts["lines"]) == 1
    page = browser.get("/certificates/").text
    assert first.number in page and second.number in page
    assert browser.get(f"/certificates/mine/{second.id}.pdf").data.startswith(b"%PDF")
    assert browser.post("/certificates/hours", {"year": 2025}).status_code == 422


def test_ones_certificate_is_nobody_elses(make, sign_in, city, certificate):
    neighbour = sign_in(make.person(city.upper, name="王建军"))
    assert neighbour.get(f"/certificates/mine/{certificate.id}.pdf").status_code == 404
    assert neighbour.get(f"/certificates/{certificate.id}").status_code == 403
    assert certificate.number not in neighbour.get("/certificates/").text
    assert sign_in(city.stranger).get(f"/certificates/{certificate.id}").status_code == 404
    assert certificate.number in sign_in(city.officer).get(f"/certificates/{certificate.id}").text
