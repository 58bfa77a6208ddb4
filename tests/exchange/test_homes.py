"""A bank goes home in three forms, and comes back as it was."""

from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from lms.access.permissions import Role
from lms.audit.models import AuditEntry
from lms.bank.files import write_question
from lms.bank.models import Bank
from lms.bank.models import Question as Entry
from lms.bank.rules import TRUE_FALSE, Line, Part, Pool, Question, QuestionType, Right
from lms.bank.texts import as_markdown
from lms.exchange.becoming import become
from lms.exchange.facts import SHIPPED_NAMES
from lms.exchange.folders import zip_bytes
from lms.exchange.reading import read_file
from lms.exchange.rules import STILL_FAULTY
from lms.exchange.word import paper_bytes
from lms.sheets.reading import read_book
from tests.bank.test_files import PLAIN, questions
from tests.exchange.conftest import PAPER, Desk, counts
from tests.exchange.test_becoming import known

MARK = "演示数据，人名虚构"


def read(name: str, data: bytes) -> list:
    found = read_file(name, data)
    assert found.refused is None, found.refused
    return [become(one, SHIPPED_NAMES) for one in found.found]


@settings(max_examples=20)  # each a whole bank
@given(st.lists(questions().map(known), min_size=1, max_size=3))
def test_a_folder_of_files_in_a_zip_reads_back_equal_in_everything(asked):
    asked = [replace(one, id=f"q-{number}") for number, one in enumerate(asked)]
    files = [(one.id, write_question(one)) for one in asked]
    data = zip_bytes(Bank(code="yq", title="题库"), files, [MARK])
    assert [one.question for one in read("题库.zip", data)] == asked


# ── the Word paper ─────────────────────────────────────────────────────────────────────────────

SIGNS = "村民会议由谁召集信访条例第六十条，《》“”：；（）100%3.14a*_|A.1#-+=@<>&`"
WORDS = st.text(st.sampled_from(SIGNS), min_size=1, max_size=14).map(lambda text: f"某{text}事")
# A text as a trainer types it, and what the bank makes of that.
TEXT = st.lists(WORDS, min_size=1, max_size=2).map("\n".join).map(as_markdown)
POINTS = st.integers(1, 40).map(lambda n: Decimal(n) / 2)
VARIANT = st.sampled_from(["三分之二", "2/3", "3.14 ± 0.01", "甲；乙", "30日"])


@st.composite
def typed_parts(draw):
    kind = draw(st.sampled_from(PLAIN))
    told = {"type": kind, "points": draw(POINTS), "explanation": draw(st.just("") | TEXT)}
    if kind is QuestionType.BLANK:
        blanks = draw(
            st.lists(st.lists(VARIANT, min_size=1, max_size=2).map(tuple), min_size=1, max_size=3)
        )
        between = [draw(WORDS.filter(lambda text: "_" not in text)) for _ in blanks]
        stem = as_markdown("____".join(["某", *between]), gaps=True)
        return Part(stem=stem, blanks=tuple(blanks), **told)
    told["stem"] = draw(TEXT)
    if kind is QuestionType.TRUE_FALSE:
        return Part(options=TRUE_FALSE, right=frozenset(draw(st.sampled_from("AB"))), **told)
    if kind.by_letters:
        texts = draw(st.lists(WORDS.map(as_markdown), min_size=3, max_size=5, unique=True))
        options = dict(zip("ABCDE", texts, strict=False))
        few = 2 if kind is QuestionType.MULTIPLE else 1
        most = 1 if kind is QuestionType.SINGLE else None
        right = draw(st.frozensets(st.sampled_from([*options]), min_size=few, max_size=most))
        return Part(options=options, right=right, **told)
    lines = draw(st.lists(st.builds(Line, POINTS, WORDS.map(as_markdown)), min_size=1, max_size=3))
    told["points"] = sum(line.points for line in lines)
    return Part(rubric=tuple(lines), **told)


@st.composite
def typed_questions(draw):
    """Questions as trainers type them."""
    if draw(st.integers(0, 3)):
        part = draw(typed_parts())
        return Question("x", part.type, (part,), part.points)
    parts = tuple(draw(st.lists(typed_parts(), min_size=1, max_size=3)))
    points = sum(part.points for part in parts)
    return Question("x", QuestionType.CASE, parts, points, case=draw(TEXT))


def in_order(asked: list[Question]) -> list[Question]:
    """As a paper has them: by type, then by points."""
    kinds = list(QuestionType)
    return sorted(asked, key=lambda one: (kinds.index(one.type), one.points))


def on_paper(question: Question) -> tuple[object, ...]:
    """What a paper says of a question."""
    return question.type, question.case, question.parts, question.points


@settings(max_examples=20)
@given(st.lists(typed_questions(), min_size=1, max_size=3))
def test_a_word_paper_reads_back_equal_in_what_a_paper_says(asked):
    found = read("题库.docx", paper_bytes("党校题库", asked, MARK))
    assert all(one.faults == () and one.answered for one in found)
    assert [on_paper(one.question) for one in found] == [*map(on_paper, in_order(asked))]


def test_a_paper_to_which_somebody_added_a_question_is_read_as_any_paper():
    part = Part(QuestionType.TRUE_FALSE, "可以。", Decimal(1), TRUE_FALSE, frozenset("A"))
    data = paper_bytes("题库", [Question("x", QuestionType.TRUE_FALSE, (part,), Decimal(1))])
    document = Document(BytesIO(data))
    for line in ("2. 不可以。", "答案：错误"):
        document.add_paragraph(line)
    target = BytesIO()
    document.save(target)
    found = [one.question.parts[0] for one in read("题库.docx", target.getvalue())]
    assert [(one.stem, one.right) for one in found] == [("可以。", {"A"}), ("不可以。", {"B"})]


def test_a_picture_goes_home_and_comes_back():
    name, picture = "a" * 32, png()
    stem = f"看图：\n![图](pic:{name})\n谁召集？"
    part = Part(QuestionType.TRUE_FALSE, stem, Decimal(1), TRUE_FALSE, frozenset("A"))
    asked = [Question("x", QuestionType.TRUE_FALSE, (part,), Decimal(1))]
    (found,) = read_file("题库.docx", paper_bytes("题库", asked, "", {name: picture}.get)).found
    ((kept, data),) = found.pictures.items()
    assert data == picture and found.stem == stem.replace(f"![图](pic:{name})", f"![](pic:{kept})")


def test_pictures_of_a_file_are_kept_and_go_home_with_the_folder(desk, make):
    name = "b" * 32
    stem = f"看图：\n![图](pic:{name})"
    part = Part(QuestionType.TRUE_FALSE, stem, Decimal(1), TRUE_FALSE, frozenset("A"))
    asked = [Question("x", QuestionType.TRUE_FALSE, (part,), Decimal(1))]
    one = desk.read(paper_bytes("题库", asked, "", {name: png()}.get), name="题库.docx")
    assert counts(one) == {"new": 1}
    assert 'src="/banks/pictures/' in desk.page(one)
    desk.confirm(one)
    data = download(desk, f"{desk.bank.id}/home.zip")
    (found,) = read_file("题库.zip", data).found
    ((kept, taken),) = found.pictures.items()
    assert taken == png() and f"(pic:{kept})" in found.stem


def png() -> bytes:
    target = BytesIO()
    Image.new("RGB", (40, 20), "red").save(target, "PNG")
    return target.getvalue()


# ── from the page ──────────────────────────────────────────────────────────────────────────────


def download(desk, path):
    answer = desk.browser.get(f"/banks/{path}")
    assert answer.status_code == 200, answer.text
    return answer.data


@pytest.mark.parametrize("kind", ["xlsx", "docx", "zip"])
def test_what_is_taken_home_and_brought_again_changes_nothing(desk, make, kind):
    one = desk.read()
    desk.post(one, "groups", **{"groups-0-ability": "MAS", "groups-1-ability": "RSK"})
    desk.confirm(desk.last())
    data = download(desk, f"{desk.bank.id}/home.{kind}")
    assert counts(desk.read(data, name=f"党校题库.{kind}")) == {"same": 4}


def test_everything_that_leaves_a_demonstration_says_so(desk):
    desk.take()
    page = ZipFile(BytesIO(download(desk, f"{desk.bank.id}/home.docx")))
    assert MARK in "".join(page.read(part).decode() for part in page.namelist() if "header" in part)
    book = ZipFile(BytesIO(download(desk, f"{desk.bank.id}/home.xlsx")))
    assert MARK in book.read("xl/sharedStrings.xml").decode()
    folder = ZipFile(BytesIO(download(desk, f"{desk.bank.id}/home.zip")))
    assert MARK in folder.read("yq/README.md").decode()


def test_a_filter_narrows_what_goes_home_and_each_export_is_logged(desk, make):
    desk.take()
    assert "符合条件的 2 题" in desk.browser.get(f"/banks/{desk.bank.id}/home?type=single").text
    data = download(desk, f"{desk.bank.id}/home.xlsx?type=single")
    assert len(read_file("x.xlsx", data).found) == 2
    (entry,) = [one for one in make.all(AuditEntry) if one.act == "export"]
    assert (entry.facts["rows"], entry.facts["exam"]) == (2, 0)


def test_the_examination_pool_goes_home_with_its_makers_alone(desk, app, make, sign_in, bank):
    desk.take()
    for entry in make.all(Entry)[:2]:
        entry.pool = Pool.EXAM
        entry.made_by = None
    make.session.commit()
    colleague = make.officer(make.unit("平陆县委党校"), Role.TRAINER, "赵老师")
    make.named(bank, Right.PRACTISE, person=colleague)
    other = Desk(app, make, sign_in(colleague), bank)
    assert len(read_file("x.zip", download(other, f"{bank.id}/home.zip")).found) == 2
    download(desk, f"{bank.id}/home.zip")
    assert make.all(AuditEntry)[-1].facts["exam"] == 2


def test_the_empty_template_says_how_it_is_filled_in(desk):
    data = download(desk, f"{desk.bank.id}/template.xlsx")
    sheets = read_book("模板.xlsx", data).sheets
    assert [sheet.name for sheet in sheets][:2] == ["试题", "填写说明"]
    assert counts(desk.read(data, name="模板.xlsx")) == {}


def test_what_could_not_be_taken_goes_home_with_the_reasons(desk):
    one = desk.read(PAPER.replace("答案：A\n解析", "答案：E\n解析"))
    assert "faulty.docx" in desk.page(one)
    desk.post(one, "set", ability="MAS", topic="", difficulty="", pool="")
    data = download(desk, f"imports/{one.id}/faulty.xlsx")
    (sheet, *_rest) = read_book("待核.xlsx", data).sheets
    head, row = sheet.rows[1], sheet.rows[2]
    why = row[head.index("错误原因")]
    assert why.startswith("第 3 行") and "E" in why
    assert (
        row[head.index("本领")] == "群众工作本领"
        and row[head.index("题干*")] == "村民会议由谁召集？"
    )
    paper = download(desk, f"imports/{one.id}/faulty.docx")
    assert [line.stem for line in read_file("待核.docx", paper).found] == ["村民会议由谁召集？"]
    assert desk.browser.get(f"/banks/imports/{one.id}/faulty.pdf").status_code == 404
    assert desk.browser.get(f"/banks/{desk.bank.id}/home.pdf").status_code == 404


@pytest.mark.parametrize("kind", ["xlsx", "docx"])
def test_what_goes_home_with_a_doubt_comes_back_with_it_until_the_reason_is_gone(desk, kind):
    """A key that was doubted is never taken because it was carried home and back."""
    one = desk.read(PAPER.replace("由村民委员会召集。", "故选B。"))
    assert counts(one) == {"check": 1, "new": 3}
    data = download(desk, f"imports/{one.id}/faulty.{kind}")
    (found,) = read_file(f"待核.{kind}", data).found
    assert found.answer == {"A"}
    assert [each.text for each in found.doubts] == [STILL_FAULTY]


def test_a_reason_in_a_paper_that_somebody_went_on_writing_is_a_doubt_still(desk):
    one = desk.read(PAPER.replace("由村民委员会召集。", "故选B。"))
    document = Document(BytesIO(download(desk, f"imports/{one.id}/faulty.docx")))
    document.add_paragraph("第 1 页")
    again = BytesIO()
    document.save(again)
    (found,) = read_file("待核.docx", again.getvalue()).found
    assert STILL_FAULTY in [each.text for each in found.doubts]
    assert "待核" not in found.stem + found.explanation
