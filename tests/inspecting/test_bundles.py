"""The inspection bundle: masked, digested, by who runs it; keys only when nobody sits any more."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from docx import Document

from lms.access.permissions import Role
from lms.access.scope import seeing_everything
from lms.audit.models import AuditEntry
from lms.certificates.models import Certificate, CertificateEnd
from lms.certificates.rules import Kind
from lms.classes.models import ClassMember
from lms.db import db
from lms.exams.models import Allowance
from lms.inspecting.making import let_go_of_old
from lms.inspecting.models import InspectionBundle
from lms.inspecting.zips import digest_of
from lms.papers.models import PaperSlot

NUMBER = re.compile(r"(?<![0-9A-Fa-f])(\d{17}[\dXx]|1[3-9]\d{9})(?![0-9A-Fa-f])")


def text_of(files) -> str:
    """All that the files say, Word documents too."""
    said = [data.decode("utf-8-sig") for name, data in files.items() if name[-5:] != ".docx"]
    docs = [Document(BytesIO(data)) for name, data in files.items() if name.endswith(".docx")]
    return "\n".join([*said, *(line.text for one in docs for line in one.paragraphs)])


def named(files, word) -> str:
    return next(data.decode("utf-8-sig") for name, data in files.items() if word in name)


def test_it_holds_what_its_index_says_and_no_name_and_no_number(
    room, make, sign_in, bundle, held, clock
):
    clock.time += timedelta(days=2)
    web, page = sign_in(room.officer), f"/inspecting/assessments/{held.id}"
    kept, data, files = bundle(web, page)
    assert kept.keys and kept.digest == digest_of(data) and kept.stored
    assert {one["name"] for one in kept.files} == set(files) - {"校验SM3.txt"}
    for one in kept.files:
        assert digest_of(files[one["name"]]) == one["digest"]
        assert (one["digest"] in files["索引.html"].decode()) is (one["name"] != "索引.html")
        if one["rows"] is not None:
            assert one["rows"] == len(files[one["name"]].decode("utf-8-sig").splitlines()) - 1
    said = text_of(files)
    assert not [who for who in ("欧阳建国", "王一", "阅卷甲", "李四") if who in said]
    assert NUMBER.findall(said) == []
    assert "欧**国" in said and "阅*甲" in named(files, "评分记录")
    assert named(files, "评分记录").count("机器") == 2  # the letters of two
    assert "甲县,2,1,1,100.00%" in named(files, "统计")
    assert "说说怎样开好村民会议" in said and "当场公布结果" in said  # the paper, and its key


def test_while_anybody_may_still_sit_neither_paper_nor_key_is_inside(room, sign_in, bundle, held):
    kept, _data, files = bundle(sign_in(room.officer), f"/inspecting/assessments/{held.id}")
    assert not kept.keys and not [name for name in files if name.endswith(".docx")]
    assert "当场公布结果" not in text_of(files)
    assert "未收入试卷和参考答案" in files["索引.html"].decode()


@pytest.mark.parametrize("by_one", [False, True])
def test_a_question_that_is_still_to_be_asked_keeps_its_paper_inside(
    room, make, sign_in, bundle, held, clock, by_one
):
    clock.time += timedelta(days=2)
    version = make.session.get(PaperSlot, 1).version
    other = make.assessment(make.paper(make.bank(room.county), [version]), room.county, days=3)
    if by_one:  # all others have sat it, one sits later
        again = {"opens_at": clock(), "closes_at": clock() + timedelta(days=1)}
        other.opens_at, other.closes_at = (clock() - timedelta(days=n) for n in (2, 1))
        facts = {"assessment_id": other.id, "person_id": room.officer.id, "reason": "缓考"}
        make.keep(Allowance(**facts, **again, made_at=clock(), made_by=room.officer.id))
    kept, _data, files = bundle(sign_in(room.officer), f"/inspecting/assessments/{held.id}")
    assert not kept.keys and "或其中的题还要使用" in files["索引.html"].decode()


def test_who_is_not_named_and_who_is_elsewhere_gets_none_and_the_auditor_does(
    room, make, sign_in, bundle, held
):
    page = f"/inspecting/assessments/{held.id}"
    other = make.officer(room.county, name="另一人")
    assert sign_in(other).post(page, {}).status_code == 403
    far = make.officer(make.unit("乙县"), name="外人")
    assert sign_in(far).post(page, {}).status_code == 404
    kept, _data, _files = bundle(sign_in(room.officer), page)
    for who in (other, far):
        assert sign_in(who).get(f"/inspecting/bundles/{kept.id}").status_code == 404
    auditor = make.officer(room.county, Role.AUDIT_ADMIN, name="审计")
    mine = sign_in(auditor)
    again, _data, files = bundle(mine, page)
    assert again.maker == "审计" and kept.title in mine.get("/inspecting/bundles").text
    acts = named(files, "导出记录")
    assert "下载检查材料" in acts  # the first one, by the officer
    noted = [one for one in make.all(AuditEntry) if one.act == "download inspection bundle"]
    assert [one.name for one in noted] == ["李四", "审计"]


def test_a_copy_is_checked_and_the_file_goes_after_a_while(
    room, app, make, sign_in, bundle, held, clock
):
    web = sign_in(room.officer)
    kept, data, files = bundle(web, f"/inspecting/assessments/{held.id}")
    check, one = f"/inspecting/bundles/{kept.id}/check", kept.files[0]["name"]

    def told(content, name):
        return web.post(check, {"file": (BytesIO(content), name)}).text

    assert "一致：" in told(data, "材料.zip") and "一致：" in told(files[one], one)
    assert "不一致：" in told(files[one] + b" ", one)
    for nothing in ({}, {"file": "words"}):
        answer = web.post(check, nothing)
        assert answer.status_code == 422 and "请选择一个文件" in answer.text
    clock.time += timedelta(days=15)
    with app.app_context(), seeing_everything():
        let_go_of_old(clock(), app.extensions["settings"])
        db.session.commit()
    web = sign_in(room.officer)
    gone = web.get(f"/inspecting/bundles/{kept.id}.zip")
    assert gone.status_code == 409 and "已过保存期" in gone.text
    assert "一致：" in told(data, "材料.zip")
    assert make.all(InspectionBundle)[0].stored is None
    assert list((app.extensions["settings"].var / "uploads" / "inspections").iterdir()) == []


def test_a_class_is_bundled_with_attendance_approvals_and_hours_but_no_reason(
    make, sign_in, bundle, taught
):
    county, who, found = taught
    officer = make.officer(county)
    who_has_it = make.all(ClassMember)[0]
    given = make.keep(
        Certificate(
            kind=Kind.COMPLETION,
            number="JY-2026-000001",
            code="A" * 16,
            about="class",
            person_id=who_has_it.person_id,
            org_id=who_has_it.org_id,
            issuer_id=county.id,
            class_id=found.id,
            facts={},
            issued_at=make.clock(),
        )
    )
    ended = {"why": "考勤更正", "revoked_at": make.clock(), "revoked_by": officer.id}
    make.keep(CertificateEnd(certificate_id=given.id, **ended))
    kept, _data, files = bundle(sign_in(officer), f"/inspecting/classes/{found.id}")
    assert re.search(r"JY-2026-000001,[^,]+,已撤销,2026-", named(files, "证书.csv"))
    said = text_of(files)
    assert not re.search("孙学员|赵班主任|李四", said) and "孙**0" in said
    assert "出勤率（到课、迟到、早退人次÷已确认考勤人次）,5,6,83.33%" in said
    assert named(files, "考勤.csv").count("到课") == 5
    assert "教学安排和组织,学员,5,4.20" in said
    assert "网络课程多少分钟为 1 学时" in said and "完成率＝完成÷应训" in said
    assert kept.assessment_id is None and len(make.all(ClassMember)) == 6
    assert sign_in(who).post(f"/inspecting/classes/{found.id}", {}).status_code == 403
