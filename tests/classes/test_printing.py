"""One press prints what a class has on paper; the notice comes as a Word document too."""

from io import BytesIO

from docx import Document

from lms.audit.models import AuditEntry
from tests.classes.builders import lessons, manager, member, training_class


def test_one_press_prints_notice_list_signing_sheet_timetable_and_cards(make, sign_in):
    county = make.unit("垣曲县")
    found = training_class(make, county, manager(make, county))
    lessons(make, found, n=2)
    member(make, found, make.person(make.unit("上王村", under=county), name="买买提·艾力"))
    officer = sign_in(make.officer(county))
    page = officer.get(f"/classes/{found.id}/print").text
    for said in ("关于举办村党组织书记培训班的通知", "学员名册", "签到表", "课程表", "座签"):
        assert said in page
    assert page.count("买买提·艾力") == 4  # the list, the signing sheet, both sides of the card
    only = officer.get(f"/classes/{found.id}/print?part=timetable").text
    assert "第1讲" in only and "买买提" not in only
    assert "print class" in [one.act for one in make.all(AuditEntry)]


def test_the_notice_is_a_document_that_an_officer_can_go_on_writing(make, sign_in):
    county = make.unit("垣曲县")
    found = training_class(make, county)
    lessons(make, found)
    made = sign_in(make.officer(county)).get(f"/classes/{found.id}/notice.docx")
    said = "\n".join(one.text for one in Document(BytesIO(made.data)).paragraphs)
    assert "2026年11月23日至2026年11月25日" in said and "县委党校" in said
    assert "七分之一" in said and "3 次课，12 学时" in said
    stranger = sign_in(make.officer(make.unit("闻喜县")))
    assert stranger.get(f"/classes/{found.id}/notice.docx").status_code == 404
