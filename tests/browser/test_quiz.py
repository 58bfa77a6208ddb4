"""A teacher fills four fields; a village cadre scans the link and has sat the quiz."""

import re

from tests.browser.conftest import DESK, PHONE

TRAINER, CADRE = "教师", "村干部（PIN 码、凭条码）"
QUESTIONS = 3


def test_four_fields_and_a_cadre_has_sat_the_quiz_on_his_phone(visit):
    teacher = visit(DESK)
    teacher.sign_in(TRAINER)
    link, mine = ask(teacher)
    sit(visit(PHONE), link)
    teacher.page.goto(mine)
    teacher.see("做完的人到 5 个以后显示")
    assert re.search(r"\t1\t", teacher.page.locator("tfoot").inner_text())
    teacher.picture("trainer-quiz-done")


def ask(teacher) -> tuple[str, str]:
    """Bank, number, who, until when; then the link, and the page it stands on."""
    page = teacher.page
    teacher.go("/training/quizzes")
    page.get_by_role("link", name="出小测").first.click()
    page.get_by_label("题数").fill(str(QUESTIONS))
    page.get_by_label("单位（含下级单位）").select_option(label="历山镇")
    page.get_by_label("村党组织书记").check()
    page.get_by_label("村委会主任", exact=True).check()
    page.locator("#heads b", has_text=re.compile(r"现在有 [1-9]")).wait_for()
    teacher.picture("trainer-quiz-new")
    page.get_by_role("button", name="出题", exact=True).click()
    teacher.see("发到群里的文字")
    page.get_by_role("button", name="复制文字").click()
    teacher.see("已复制")
    teacher.picture("trainer-quiz")
    link = page.get_by_label("链接", exact=True).input_value()
    assert link in page.get_by_label("发到群里的文字").input_value()
    return link, page.url


def sit(cadre, link):
    """He opens the link, signs in, is in the quiz at once, and sees what was right after it."""
    page, account = cadre.page, cadre.city.accounts[CADRE]
    page.goto(link)
    page.get_by_label("手机号或短号").fill(account["sign_in"])
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("凭条码").fill(re.sub(r"\D", "", account["code"]))
    page.locator("main input[type=password]").last.fill(account["password"])
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url("**/exams/attempts/*")
    for number in range(1, QUESTIONS + 1):
        cadre.see(f"第 {number} 题")
        asked = page.locator("section.asked:not([hidden])")
        if asked.locator("input[type=text]").count():
            asked.locator("input[type=text]").first.fill("三")
        else:
            asked.locator("label.choice").first.click()
        if number == 1:
            cadre.picture("cadre-quiz")
        page.locator("[data-go='1']").click()
    cadre.see(f"已保存 {QUESTIONS}/{QUESTIONS}")
    page.locator("#submit button").click()
    cadre.see(f"题对，共 {QUESTIONS} 题")
    cadre.see("您选的")
    cadre.picture("cadre-quiz-result")
    page.goto(link)
    cadre.see(f"题对，共 {QUESTIONS} 题")
