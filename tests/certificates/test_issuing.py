"""Certificates for a cohort or a class by one press, made anew, revoked, and as files to print."""

import os
from datetime import date, timedelta
from decimal import Decimal

import pytest

from lms.access.permissions import Role
from lms.access.scope import seeing_everything
from lms.audit.models import AuditEntry
from lms.certificates import drawing, issuing, keeping
from lms.certificates.issuing import KEPT, drop_old
from lms.certificates.models import Certificate, CertificateBundle, CertificateEnd
from lms.classes.models import ClassMember, ClassOutcome, TrainingClass
from lms.classes.rules import Came, ClassKind
from lms.jobs.models import Job
from lms.jobs.rules import TRIES, JobStatus
from lms.people.models import Person
from lms.web import transaction
from lms.web.uploads import keep
from tests.training import builders as build


@pytest.fixture
def cohort(make, city):
    """One village's cadre has come through, another's has not, a third cannot be printed."""
    made = build.cohort(make, city.county, hours="1")
    for unit, name, hours in (
        (city.upper, "张建国", "1"),
        (city.upper, "王建军", "0.5"),
        (city.lower, "李𱊔", "1"),
        (city.lower, "欧阳𫖯·阿布", "2"),
    ):
        person = make.person(unit, name=name)
        build.enrolment(make, made, person)
        build.hours(make, person, hours, cohort=made)
    return made


def names(make):
    return [one.facts["name"] for one in make.all(Certificate)]


def test_one_press_certifies_who_has_come_through_and_nobody_twice(
    make, sign_in, city, cohort, work
):
    browser, url = sign_in(city.officer), f"/certificates/cohorts/{cohort.id}"
    assert "还有 3 人可以结业" in browser.get(url).text
    browser.post(url, {})
    work()
    browser.post(url, {})
    work()
    assert names(make) == ["张建国", "欧阳𫖯·阿布"]
    first, second = make.all(Certificate)
    assert (first.number, second.number) == ("JY-2026-000001", "JY-2026-000002")
    assert first.facts | {"issued_on": ""} == {
        "name": "张建国",
        "unit": "甲县历山镇上王村",
        "issuer": "甲县委组织部",
        "issued_on": "",
        "title": "万人计划 第一期",
        "began_on": "2026-11-01",
        "ended_on": "2026-11-23",
        "hours": "1.00",
        "assessed": False,
    }
    page = browser.get(url).text
    assert "还有 1 人可以结业" in page and "JY-2026-000002" in page
    assert "字库没有的字，没有颁发：李𱊔" in page
    (bundle,) = make.all(CertificateBundle)
    file = browser.get(f"/certificates/bundles/{bundle.id}.pdf")
    assert file.data.startswith(b"%PDF") and bundle.certificates == 2
    assert browser.get(f"/certificates/bundles/{bundle.id}.pdf?page=2").status_code == 404
    assert [e.act for e in make.all(AuditEntry)].count("download certificates") == 1


def test_only_the_organiser_issues_and_others_see_their_own_people(make, sign_in, city, work):
    cohort = build.cohort(make, city.top, hours="1")
    for unit, name in ((city.upper, "张建国"), (city.other, "赵大海")):
        person = make.person(unit, name=name)
        build.enrolment(make, cohort, person)
        build.hours(make, person, "1", cohort=cohort)
    url = f"/certificates/cohorts/{cohort.id}"
    assert sign_in(city.officer).post(url, {}).status_code == 403
    sign_in(city.of_the_city).post(url, {})
    work()
    assert sorted(names(make)) == ["张建国", "赵大海"]
    page = sign_in(city.officer).get(url).text
    assert "张建国" in page and "赵大海" not in page
    of_another = make.all(Certificate)[names(make).index("赵大海")]
    assert sign_in(city.officer).get(f"/certificates/{of_another.id}").status_code == 404
    mine = make.all(Certificate)[names(make).index("张建国")]
    answer = sign_in(city.officer).post(f"/certificates/{mine.id}/revoke", {"why": "试"})
    assert answer.status_code == 403


def test_a_corrected_name_gets_a_new_certificate_and_the_old_one_ends(
    make, sign_in, city, cohort, work
):
    browser = sign_in(city.officer)
    browser.post(f"/certificates/cohorts/{cohort.id}", {})
    work()
    old = make.all(Certificate)[0]
    make.session.get(Person, old.person_id).name = "张建囯"
    make.session.commit()
    url = f"/certificates/{old.id}"
    assert browser.post(f"{url}/reissue", {"why": " "}).status_code == 422
    browser.post(f"{url}/reissue", {"why": "姓名有误"})
    new = make.all(Certificate)[-1]
    assert (new.facts["name"], new.replaces_id, new.why) == ("张建囯", old.id, "姓名有误")
    assert new.code != old.code and new.number != old.number
    assert make.all(Certificate)[0].facts["name"] == "张建国"
    assert "已换发" in browser.get(url).text
    assert browser.get(f"{url}.pdf").status_code == 409
    assert browser.post(f"{url}/reissue", {"why": "再来"}).status_code == 409
    assert browser.get(f"/certificates/{new.id}.pdf").data.startswith(b"%PDF")


def test_a_revoked_certificate_stays_with_its_reason_and_is_not_made_anew_by_the_next_press(
    make, sign_in, city, cohort, work
):
    browser, url = sign_in(city.officer), f"/certificates/cohorts/{cohort.id}"
    browser.post(url, {})
    work()
    one = make.all(Certificate)[0]
    browser.post(f"/certificates/{one.id}/revoke", {"why": "冒名顶替"})
    assert browser.post(f"/certificates/{one.id}/revoke", {"why": "再来"}).status_code == 409
    assert [end.why for end in make.all(CertificateEnd)] == ["冒名顶替"]
    assert "冒名顶替" in browser.get(f"/certificates/{one.id}").text
    browser.post(url, {})
    work()
    assert len(make.all(Certificate)) == 2
    assert [bundle.certificates for bundle in make.all(CertificateBundle)] == [1]


def test_a_class_certifies_whom_its_end_was_decided_for(make, sign_in, city, work, clock):
    held = make.keep(
        TrainingClass(
            org_id=city.county.id,
            programme_id=build.programme(make, city.county).id,
            title="村书记培训班",
            kind=ClassKind.FULL_TIME,
            from_on=date(2026, 11, 2),
            to_on=date(2026, 11, 6),
            capacity=50,
            required_hours=Decimal(40),
            by_hours=True,
            by_attendance=True,
            by_assessment=False,
            lateness_counts=False,
            made_at=clock(),
        )
    )
    for name, decided in (("张建国", (False, True)), ("王建军", (True, False)), ("李四", ())):
        person = make.person(city.upper, name=name)
        member = make.keep(
            ClassMember(
                class_id=held.id,
                person_id=person.id,
                org_id=person.org_id,
                from_at=clock(),
                came_as=Came.LISTED,
            )
        )
        for completed in decided:  # the last one counts
            make.keep(
                ClassOutcome(
                    member_id=member.id,
                    completed=completed,
                    hours=Decimal(40),
                    missing=[],
                    decided_at=clock(),
                    decided_by=city.officer.id,
                )
            )
    browser = sign_in(city.officer)
    browser.post(f"/certificates/classes/{held.id}", {})
    work()
    assert names(make) == ["张建国"]
    assert make.all(Certificate)[0].facts["title"] == "万人计划 村书记培训班"
    assert "村书记培训班" in browser.get("/certificates/issued?words=村书记").text
    assert "村书记培训班" not in browser.get("/certificates/issued?words=别的").text
    found = browser.post("/certificates/issued", {"q": "张建国"}).text
    assert "JY-2026-000001" in found
    url = f"/certificates/classes/{held.id}"
    assert "现在的结业结果未结业" not in browser.get(url).text
    done = {"completed": False, "hours": Decimal(32), "missing": ["hours"], "decided_at": clock()}
    member_id = make.all(ClassMember)[0].id  # a list was corrected, and the class reckoned anew
    make.keep(ClassOutcome(member_id=member_id, decided_by=city.officer.id, **done))
    assert "张建国的证书仍然有效，但按现在的结业结果未结业" in browser.get(url).text
    browser.post(f"/certificates/{make.all(Certificate)[0].id}/revoke", {"why": "考勤更正"})
    assert "现在的结业结果未结业" not in browser.get(url).text


def test_a_certificate_is_drawn_once_and_kept_sealed_until_it_ends(
    app, make, sign_in, city, cohort, work, monkeypatch
):
    browser, house = sign_in(city.officer), app.extensions["settings"]
    browser.post(f"/certificates/cohorts/{cohort.id}", {})
    work()
    one, other = make.all(Certificate)
    url, folder = f"/certificates/{one.id}", house.var / "uploads" / keeping.FOLDER
    first = browser.get(f"{url}.pdf")
    (file,) = folder.iterdir()
    assert b"%PDF" not in file.read_bytes() and one.code not in file.name
    monkeypatch.setattr(drawing, "single", lambda *_: pytest.fail("it is drawn a second time"))
    again = browser.get(f"{url}.pdf")
    assert first.data == again.data and first.data.startswith(b"%PDF")
    assert first.headers["Content-Disposition"] == again.headers["Content-Disposition"]
    monkeypatch.undo()
    file.write_bytes(b"sealed with another key, or cut off")
    assert browser.get(f"{url}.pdf").data == first.data
    browser.get(f"/certificates/{other.id}.pdf")
    assert len(list(folder.iterdir())) == 2
    browser.post(f"{url}/revoke", {"why": "冒名顶替"})
    browser.post(f"/certificates/{other.id}/reissue", {"why": "姓名有误"})
    assert list(folder.iterdir()) == [] and browser.get(f"{url}.pdf").status_code == 409


def test_a_print_that_is_taken_up_again_after_the_list_changed_begins_anew(
    app, make, city, cohort, clock, monkeypatch
):
    """One certificate a file; after the second file one of the first is revoked."""
    monkeypatch.setattr(issuing, "PART", 1)
    people = [make.person(city.upper, name=name) for name in ("甲一", "乙二", "丙三", "丁四")]
    for person in people:
        build.enrolment(make, cohort, person)
        build.hours(make, person, "1", cohort=cohort)
    args, state = {"cohort_id": cohort.id, "check": "https://c/", "url": ""}, {}
    with app.app_context(), seeing_everything():
        for step in issuing.issue(args, state, clock()):
            transaction.finish()
            state = step.state or {}
            if len(state.get("files", ())) == 2:
                break
    ended = make.all(Certificate)[0]
    make.keep(CertificateEnd(certificate_id=ended.id, why="冒名", revoked_at=clock()))
    with app.app_context(), seeing_everything():
        for _ in issuing.issue(args, state, clock()):
            transaction.finish()
    (bundle,) = make.all(CertificateBundle)
    assert bundle.certificates == len(make.all(Certificate)) - 1 == len(bundle.files)
    assert kept_files(app) == {stored for stored, *_ in bundle.files}


def test_one_that_is_revoked_while_it_is_printed_stands_in_no_file(app, make, city, cohort, clock):
    args, revoked = {"cohort_id": cohort.id, "check": "https://c/", "url": ""}, False
    with app.app_context(), seeing_everything():
        for step in issuing.issue(args, {}, clock()):
            transaction.finish()
            if step.line == issuing.PRINTING and not revoked:
                revoked = True
                ended = make.all(Certificate)[0]
                make.keep(CertificateEnd(certificate_id=ended.id, why="冒名", revoked_at=clock()))
                make.session.commit()
    assert revoked
    (bundle,) = make.all(CertificateBundle)
    assert bundle.certificates == len(make.all(Certificate)) - 1
    assert kept_files(app) == {stored for stored, *_ in bundle.files}


def test_a_file_in_which_a_revoked_one_stands_is_not_to_be_handed_out(
    make, sign_in, city, cohort, work, clock
):
    browser, url = sign_in(city.officer), f"/certificates/cohorts/{cohort.id}"
    browser.post(url, {})
    work()
    assert "请重新制作，不要印发" not in browser.get(url).text
    clock.time += timedelta(minutes=1)
    first, second = make.all(Certificate)
    browser.post(f"/certificates/{first.id}/revoke", {"why": "冒名顶替"})
    browser.post(f"/certificates/{second.id}/reissue", {"why": "姓名有误"})
    assert "文件做成以后有 2 份证书作废或换发" in browser.get(url).text
    browser.post(url, {})
    work()
    assert "请重新制作，不要印发" not in browser.get(url).text


def kept_files(app):
    folder = app.extensions["settings"].var / "uploads" / issuing.FOLDER
    return {file.name for file in folder.iterdir() if file.is_file()}


def test_what_a_job_left_that_came_to_no_end_is_cleared(app, make, sign_in, city, cohort, work):
    house, now = app.extensions["settings"], make.clock()
    sign_in(city.officer).post(f"/certificates/cohorts/{cohort.id}", {})
    work()
    ours = kept_files(app)
    stray, fresh = (keep(house.var, issuing.FOLDER, b"%PDF", "secret") for _ in range(2))
    for file, age in ((stray, timedelta(days=2)), (fresh, timedelta(hours=2))):
        at = (now - age).timestamp()
        os.utime(house.var / "uploads" / issuing.FOLDER / file, (at, at))
    broken = make.keep(Job(kind=issuing.ISSUE, args={}, asked_at=now, tries=TRIES - 1))
    for status, left in ((JobStatus.QUEUED, {stray, fresh}), (JobStatus.FAILED, {fresh})):
        broken.status = status
        make.session.commit()
        with app.app_context(), seeing_everything():
            drop_old(now, house)
        assert kept_files(app) == ours | left


def test_files_with_names_do_not_lie_about(app, make, sign_in, city, cohort, work, clock):
    sign_in(city.officer).post(f"/certificates/cohorts/{cohort.id}", {})
    work()
    folder = app.extensions["settings"].var / "uploads/certificates"
    assert len(list(folder.iterdir())) == 1
    with app.app_context(), seeing_everything():
        drop_old(clock() + KEPT - timedelta(hours=1), app.extensions["settings"])
        assert len(list(folder.iterdir())) == 1
        drop_old(clock() + KEPT + timedelta(hours=1), app.extensions["settings"])
    assert list(folder.iterdir()) == []


def test_a_class_manager_issues_none(make, sign_in, city, cohort):
    manager = make.officer(city.county, Role.CLASS_MANAGER, name="钱八")
    assert sign_in(manager).post(f"/certificates/cohorts/{cohort.id}", {}).status_code == 403
