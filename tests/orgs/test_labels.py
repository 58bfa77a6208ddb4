"""Labels of units: dated, part of a rule, seen by county and city officers alone."""

import re
from datetime import date
from pathlib import Path

import pytest

from lms.access.permissions import Role
from lms.audit.models import AuditEntry
from lms.orgs.models import UnitLabel
from lms.people.rules import Post
from lms.training.models import Enrolment, EnrolmentRule
from tests.training import builders as build
from tests.training.conftest import City, work  # noqa: F401

WEAK = "软弱涣散村"


@pytest.fixture
def city(make):
    return City(make)


def labelled(make, unit, **facts):
    days = {"from_on": date(2026, 3, 1)} | facts
    return make.keep(UnitLabel(org_id=unit.id, label=WEAK, recorded_at=make.clock(), **days))


def test_a_county_labels_a_village_and_ends_the_label(make, city, sign_in):
    browser = sign_in(city.officer)
    data = {"unit": city.upper.id, "label": WEAK, "from_on": "2026-11-01"}
    browser.post("/units/labels", data)
    assert WEAK in browser.get("/units/labels").text
    assert browser.post("/units/labels", data).status_code == 409
    one = make.all(UnitLabel)[0]
    browser.post(f"/units/labels/{one.id}/end")
    assert str(make.all(UnitLabel)[0].to_on) == "2026-11-23"
    assert not [row for row in make.all(AuditEntry) if WEAK in str(row.facts)]


def test_a_rule_lists_the_posts_of_labelled_villages_begun_since_a_day(make, city, sign_in, work):  # noqa: F811
    labelled(make, city.upper)
    labelled(make, city.lower, to_on=date(2026, 9, 1))
    new = make.person(city.upper, post=None, name="王一")
    make.posting(new, city.upper, Post.VPS, from_on=date(2026, 1, 5))
    make.person(city.upper, Post.VPS, name="王二")
    make.person(city.lower, Post.VPS, name="王三")
    cohort = build.cohort(make, city.county)
    data = {"unit": city.county.id, "posts": ["VPS"], "since": "2026-01-01", "label": WEAK}
    browser = sign_in(city.officer)
    url = f"/training/cohorts/{cohort.id}/rule"
    assert "符合规则 1 人" in browser.get(url, query_string=data).text
    browser.post(url, data)
    work()
    assert [row.person_id for row in make.all(Enrolment)] == [new.id]
    assert (make.all(EnrolmentRule)[0].label, WEAK in browser.get(url[:-5]).text) == (WEAK, True)


def test_nobody_below_and_nobody_beside_sees_a_label(make, city, sign_in):
    labelled(make, city.upper)
    cohort = build.cohort(make, city.county)
    rule = build.rule(make, cohort, city.county)
    rule.label = WEAK
    make.keep(rule)
    build.enrolment(make, cohort, make.person(city.upper, name="王一"), Post.VPS)
    for role in (Role.TOWNSHIP_OFFICER, Role.HEAD):
        browser = sign_in(make.officer(city.township, role, name=role.value))
        assert browser.get("/units/labels").status_code == 403
        for page in ("", f"/units/{city.upper.id}", f"/training/cohorts/{cohort.id}/changes"):
            assert WEAK not in browser.get(page or "/").text
    assert WEAK not in sign_in(city.stranger).get("/units/labels").text


def test_no_export_and_no_page_of_others_reads_labels():
    reads = re.compile(r"UnitLabel|unit_labels|orgs\.labels|rule\.label|\.label_unit")
    readers = {
        str(file)
        for root, kind in (("lms", "*.py"), ("templates", "*.html"))
        for file in Path(root).rglob(kind)
        if reads.search(file.read_text())
    }
    assert readers <= {
        *("lms/orgs/models.py", "lms/orgs/labels.py", "lms/orgs/views.py"),
        *("lms/training/lists.py", "lms/training/views.py", "lms/demonstration/changing.py"),
        *("templates/orgs/unit_labels.html", "templates/orgs/tree.html"),
        "templates/training/cohort.html",  # of who runs training: county and city
    }
