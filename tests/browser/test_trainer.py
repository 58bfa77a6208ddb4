"""A teacher brings her Word bank: understood, sorted by chapter, mended, confirmed, taken home."""

from lms.exchange.becoming import become
from lms.exchange.facts import SHIPPED_NAMES
from lms.exchange.reading import read_file
from tests.browser.conftest import DESK, PHONE
from tests.exchange.made import word

TRAINER, BANK = "教师", "市委党校自编题库（演示）"
QUESTIONS, FAULTY, CHAPTERS = 120, 6, 8
ABILITIES = ("群众工作本领", "依法执政本领", "狠抓落实本领", "驾驭风险本领")


def test_a_word_bank_is_brought_sorted_mended_confirmed_and_taken_home(visit, tmp_path):
    file = tmp_path / "县委党校题库.docx"
    file.write_bytes(word(QUESTIONS, faulty=FAULTY))
    teacher = visit(DESK)
    teacher.sign_in(TRAINER)
    bring(teacher, file)
    sort(teacher)
    mend(teacher)
    confirm(teacher)
    assert same(read(file.name, file.read_bytes()), read("带走.docx", home(teacher)))
    look_on_a_phone(visit(PHONE))


def bring(teacher, file):
    """She drops her file; it is read while she waits."""
    page = teacher.page
    teacher.go("/banks/")
    page.get_by_role("link", name=BANK).first.click()
    page.get_by_role("link", name="带入文件").click()
    teacher.see("不用照着模板改")
    teacher.picture("trainer-bring")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="上传并核对").click()
    teacher.see(f"认出 {QUESTIONS} 题，可用 {QUESTIONS - FAULTY}，待核 {FAULTY}")
    teacher.see("超出了选项")
    teacher.picture("trainer-brought")


def sort(teacher):
    """Each chapter gets its ability: eight choices and one press."""
    page = teacher.page
    page.get_by_text("成批设定本领").click()
    choices = page.locator("select[name^=groups-]")
    assert choices.count() == CHAPTERS
    for place in range(CHAPTERS):
        choices.nth(place).select_option(label=ABILITIES[place % len(ABILITIES)])
    teacher.picture("trainer-headings")
    page.get_by_role("button", name="设定各标题的本领").click()
    teacher.see(f"已设定 {QUESTIONS} 题")


def mend(teacher):
    """Each question that waits says what is wrong with it; she gives its answer."""
    page = teacher.page
    page.get_by_role("link", name=f"待核 {FAULTY}", exact=True).click()
    page.get_by_role("link", name="改正").first.click()
    for number in range(FAULTY):
        teacher.see("学员看到的样子")
        page.get_by_label("答案", exact=True).fill("A")
        if number == 0:
            teacher.picture("trainer-mend")
        page.get_by_role("button", name="保存，改下一题").click()
        teacher.see("已改正")


def confirm(teacher):
    page = teacher.page
    teacher.see(f"认出 {QUESTIONS} 题，可用 {QUESTIONS}，待核 0")
    page.get_by_role("button", name=f"确认带入 {QUESTIONS} 题").click()
    teacher.see("有答案的题已送审")
    teacher.picture("trainer-taken")


def home(teacher) -> bytes:
    """What is in the bank since, as a Word paper."""
    page = teacher.page
    page.get_by_role("link", name="查看题库").click()
    page.get_by_role("link", name="带走题库").click()
    page.get_by_label("状态").select_option(label="待审")
    page.get_by_role("button", name="筛选").click()
    teacher.see("符合条件的")
    teacher.picture("trainer-home")
    with page.expect_download() as coming:
        page.get_by_role("link", name="Word 试卷").click()
    return coming.value.path().read_bytes()


def look_on_a_phone(teacher):
    """The same pages fit a phone."""
    teacher.sign_in(TRAINER)
    teacher.go("/banks/imports/1")
    teacher.see("有答案的题已送审")
    teacher.picture("trainer-taken-phone")
    teacher.go("/banks/imports/1?show=new&setting=1")
    teacher.picture("trainer-new-phone")


def read(name: str, data: bytes) -> dict[str, tuple[object, ...]]:
    """By stem, what a paper says of each question."""
    asked = (become(found, SHIPPED_NAMES).question for found in read_file(name, data).found)
    return {
        part.stem: (part.type, part.options, part.right, part.explanation, part.points)
        for question in asked
        for part in question.parts
    }


def same(sent: dict[str, tuple[object, ...]], came: dict[str, tuple[object, ...]]) -> bool:
    """All that was sent came home; the six that were mended with the answer that she gave."""
    mended = [stem for stem, told in sent.items() if came.get(stem) != told]
    return len(mended) == FAULTY and all(came[stem][2] == {"A"} for stem in mended)
