"""A trainer writes a choice, blanks and a case with a pasted table and picture, and changes one."""

import base64
import re
from io import BytesIO

from PIL import Image

from tests.browser.conftest import DESK, PHONE

TRAINER, BANK = "教师", "自编练习题库"
PAGE = (
    "<p>账目如下表：</p><table><tr><td colspan=2>项目</td><td>金额</td></tr>"
    "<tr><td>收入</td><td>租金</td><td>3*4</td></tr></table>"
    '<p>公示栏<img alt="公示栏" src="data:image/png;base64,{picture}"></p>'
    '<img src="file:///C:/msohtmlclip1/image002.png">'
)
PASTE = """html => {
    const data = new DataTransfer();
    data.setData("text/html", html);
    data.setData("text/plain", "plain");
    const how = { clipboardData: data, bubbles: true, cancelable: true };
    document.activeElement.dispatchEvent(new ClipboardEvent("paste", how));
}"""


def drawing():
    file = BytesIO()
    Image.new("RGB", (60, 40), "green").save(file, "PNG")
    return file.getvalue()


def test_a_trainer_writes_changes_and_compares(visit, tmp_path):
    trainer = visit(DESK)
    trainer.sign_in(TRAINER)
    address = begin_a_bank(trainer)
    write_a_choice(trainer, address)
    write_blanks(trainer, address)
    write_a_case(trainer, address, tmp_path)
    change_it(trainer)
    look_on_the_phone(visit(PHONE), address)


def begin_a_bank(trainer):
    page = trainer.page
    trainer.go("/banks/")
    page.get_by_role("link", name="新建题库").first.click()
    page.get_by_label("题库名称").fill(BANK)
    page.get_by_role("button", name="建立题库").click()
    page.get_by_role("link", name="写题").first.wait_for()
    return re.search(r"/banks/\d+", page.url)[0]


def begin(trainer, address, kind):
    trainer.go(f"{address}/questions/new")
    trainer.page.get_by_label("题型").first.select_option(label=kind)


def named(trainer, ending):
    return trainer.page.locator(f"[name$='{ending}']:visible")


def phone(trainer):
    """What the phone beside the sheet shows."""
    return trainer.page.locator("#screen")


def save(trainer):
    trainer.page.get_by_role("button", name="保存", exact=True).click()
    trainer.see("已保存。")


def write_a_choice(trainer, address):
    """Signs that Markdown knows are shown as they are typed; of a single choice one is right."""
    begin(trainer, address, "单选")
    named(trainer, "-stem").fill("2*3*4 等于多少？\n# 请选一项")
    for place, text in enumerate(("24", "9", "10")):
        named(trainer, f"options-{place}-text").fill(text)
    named(trainer, "options-1-right").check()
    named(trainer, "options-0-right").check()
    assert not named(trainer, "options-1-right").is_checked()
    trainer.page.get_by_role("button", name="增加一个选项").click()
    named(trainer, "options-4-text").fill("14")
    phone(trainer).get_by_text("2*3*4 等于多少？").wait_for()
    phone(trainer).get_by_text("14", exact=True).wait_for()
    trainer.picture("trainer-writes")
    save(trainer)
    trainer.see("# 请选一项")
    assert trainer.page.locator(".options .right").inner_text().split() == ["A", "24", "正确"]


def write_blanks(trainer, address):
    """A row of answers comes with each blank; what is lacking is told beside its field."""
    begin(trainer, address, "填空")
    named(trainer, "-stem").fill("应当经____同意，约占 ____。")
    named(trainer, "blanks-0-variants").fill("三分之二\n2/3")
    phone(trainer).get_by_text("第 2 空").wait_for()
    trainer.page.get_by_role("button", name="保存", exact=True).click()
    trainer.see("第 2 空没有答案。")
    named(trainer, "blanks-1-variants").fill("0.67")
    named(trainer, "blanks-1-within").fill("0.01")
    save(trainer)
    trainer.see("0.67 ± 0.01")


def write_a_case(trainer, address, folder):
    """From WPS come a table with a merged cell and a picture; another picture is a file."""
    page = trainer.page
    begin(trainer, address, "材料题")
    page.get_by_label("材料").first.focus()
    page.evaluate(PASTE, PAGE.replace("{picture}", base64.b64encode(drawing()).decode()))
    trainer.see("1 处合并的单元格")
    trainer.see("image002.png")
    phone(trainer).locator("td", has_text="3*4").wait_for()
    assert phone(trainer).get_by_alt_text("公示栏").evaluate("one => one.naturalWidth") == 60
    named(trainer, "0-stem").fill("收入是多少？")
    named(trainer, "options-0-text").fill("12 元")
    named(trainer, "options-0-right").check()
    named(trainer, "options-1-text").fill("34 元")
    (folder / "shot.png").write_bytes(drawing())
    page.get_by_label("图片文件").set_input_files(folder / "shot.png")
    page.get_by_label("放在").select_option(label="小题 1 · 解析")
    page.get_by_role("button", name="放入图片").click()
    page.wait_for_function(
        "() => document.querySelector('[name$=explanation]').value === '【图2】'"
    )
    page.get_by_role("button", name="增加一个小题").click()
    named(trainer, "1-type").select_option(label="简答")
    named(trainer, "1-stem").fill("应当怎样公开？")
    named(trainer, "rubric-0-points").fill("3")
    named(trainer, "rubric-0-text").fill("逐笔公布")
    phone(trainer).get_by_text("应当怎样公开？").wait_for()
    trainer.picture("trainer-writes-a-case")
    save(trainer)
    assert page.locator("main img").count() == 2


def change_it(trainer):
    """What differs is marked with a word beside its colour."""
    page = trainer.page
    page.get_by_role("button", name="送审").click()
    trainer.see("已送审。")
    page.get_by_role("link", name="修改").click()
    trainer.see("这道题正在等待审题")
    named(trainer, "0-stem").fill("租金收入是多少？")
    save(trainer)
    page.get_by_role("link", name="历史").click()
    trainer.see("第 1 版到第 2 版的不同")
    assert page.locator(".changes ins").inner_text() == "增租金"
    trainer.picture("trainer-history")


def look_on_the_phone(trainer, address):
    """The same sheet fits a phone."""
    trainer.sign_in(TRAINER)
    trainer.go(f"{address}/questions/new")
    trainer.picture("trainer-writes-on-the-phone")
