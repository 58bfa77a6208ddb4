"""What goes on from a table is what stands on the screen: a draft, a paper, a few lines."""

import re
from io import BytesIO
from urllib.parse import unquote

from docx import Document

from lms.access.permissions import Role
from lms.audit.models import AuditEntry
from tests.reports.test_completion import rows
from tests.reports.test_freezing import freeze


def document_of(answer) -> Document:
    return Document(BytesIO(answer.data))


def words_of(document) -> str:
    return "\n".join(one.text for one in document.paragraphs)


def file_of(answer) -> str:
    return unquote(answer.headers["Content-Disposition"].split("''")[-1])


def lines_of(page) -> str:
    return re.search(r'<textarea id="few-lines"[^>]*>(.*?)</textarea>', page.text, re.S)[1]


def test_the_draft_has_words_table_and_mark_and_nobody_by_name(some, sign_in, make):
    answer = sign_in(some.officer).get(f"{some.address}/completion.docx")
    assert file_of(answer) == "某市第一期完成情况反馈(截至20261123)草稿.docx"
    document = document_of(answer)
    text = words_of(document)
    assert "应训6人，参训4人，参训率66.67%，完成2人，完成率33.33%" in text
    assert "未完成4人，其中未参训2人、未参考1人、未合格1人。" in text
    assert text.index("甲县应训") < text.index("乙县应训") < text.index("市直及其他应训")
    assert document.sections[0].header.paragraphs[0].text.startswith("草稿")
    rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert [row[1] for row in rows[2:]] == ["甲县", "乙县", "市直及其他", "合计"]
    assert rows[-1][2:5] == ["6", "4", "66.67%"]
    assert not any(name in text for name in ("一挑", "丙丁", "戊己"))
    last = [one for one in make.all(AuditEntry) if one.act == "export"][-1]
    assert last.facts["file"] == file_of(answer)


def test_a_sorted_or_filtered_table_is_still_told_in_administrative_order(some, sign_in):
    county = sign_in(some.county_officer)
    text = words_of(document_of(county.get(f"{some.address}/completion.docx?every=1")))
    assert text.index("东镇应训3人") < text.index("西镇应训1人")
    assert "乙县" not in text
    officer = sign_in(some.officer)
    assert list(rows(officer.get(f"{some.address}?sort=required")))[:4].index("乙县") == 2
    sorted_away = document_of(officer.get(f"{some.address}/completion.docx?sort=required"))
    held = [[cell.text for cell in row.cells][1] for row in sorted_away.tables[0].rows[2:]]
    assert held == ["甲县", "乙县", "市直及其他", "合计"]
    text = words_of(sorted_away)
    assert text.index("甲县应训") < text.index("乙县应训") and "各行按" not in text
    assert "各行按" not in lines_of(officer.get(f"{some.address}?sort=required"))
    assert county.get(f"{some.address}/completion.docx?under={some.other.id}").status_code == 404


def test_a_table_goes_out_as_paper_and_a_head_takes_nothing_away(some, make, sign_in):
    answer = sign_in(some.officer).get(f"{some.address}/completion.pdf?by=post")
    assert answer.data.startswith(b"%PDF")
    assert file_of(answer) == "某市第一期完成情况统计表（现任名单）(截至20261123).pdf"
    head = sign_in(make.officer(some.county, Role.HEAD))
    for kind in ("docx", "pdf"):
        assert head.get(f"{some.address}/completion.{kind}").status_code == 403


def test_a_frozen_table_goes_out_as_the_paper_to_sign(some, sign_in, make):
    officer = sign_in(some.officer)
    address, _done = freeze(officer, some)
    answer = officer.get(f"{address}/table.pdf")
    assert answer.data.startswith(b"%PDF") and file_of(answer).endswith("第1版.pdf")
    assert answer.data == officer.get(f"{address}/table.pdf").data
    assert make.all(AuditEntry)[-1].facts["file"] == file_of(answer)


def test_a_few_lines_of_the_table_and_of_the_overview_can_be_marked_and_copied(some, sign_in):
    officer = sign_in(some.officer)
    table = lines_of(officer.get(some.address))
    assert table.splitlines()[0] == "【某市第一期】截至2026年11月23日（现任名单）"
    assert "完成率（按行政区划顺序）：甲县25.00%、乙县100.00%、市直及其他0.00%。" in table
    only = lines_of(officer.get(f"{some.address}?post=VCD"))
    assert "（现任名单，只含：村委会主任）\n应训1人" in only
    overview = lines_of(officer.get("/reports/overview"))
    assert "未完成4人：未参训2人、未参考1人、未合格1人。" in overview
    assert 3 <= len(table.splitlines()) <= 6 and 3 <= len(overview.splitlines()) <= 6
    assert "一挑" not in table + overview
