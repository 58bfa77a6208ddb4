"""A village cadre practises in a valley: the line is cut, nothing is lost, a fault is answered."""

import re

from tests.browser.conftest import DESK, PHONE

TRAINER, CADRE = "教师", "村干部（PIN 码、凭条码）"
FAULT = "第二项的条文已经改了。"


def test_ten_a_day_with_the_line_cut_and_a_fault_that_gets_its_answer(visit):
    cadre = visit(PHONE)
    enter(cadre)
    begin_the_day(cadre)
    answer(cadre)
    cadre.see("已保存")
    cadre.picture("cadre-practice-answered")
    go_on_without_a_line(cadre)
    after_the_page_was_closed(cadre)
    the_trainer_answers(visit(DESK))
    cadre.go("/practice/faults")
    cadre.see("条文编号已更正。")
    cadre.picture("cadre-practice-report")
    keys_at_the_end(cadre)


def enter(cadre):
    page, account = cadre.page, cadre.city.accounts[CADRE]
    cadre.go("/practice/")
    page.get_by_label("手机号或短号").fill(account["sign_in"])
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("凭条码").fill(re.sub(r"\D", "", account["code"]))
    page.locator("main input[type=password]").last.fill(account["password"])
    page.get_by_role("button", name="登录", exact=True).click()
    cadre.see("每日一练")


def begin_the_day(cadre):
    """The notebook is filled already, and the day begins with what is due."""
    cadre.picture("cadre-practice")
    cadre.go("/practice/mistakes")
    cadre.see("今天到期")
    cadre.picture("cadre-practice-mistakes")
    cadre.go("/practice/")
    cadre.page.get_by_role("button", name="开始今天的练习").click()
    cadre.page.wait_for_url("**/practice/day")


def answer(cadre):
    """Whatever is asked: something, and the key is shown at once."""
    asked = cadre.page.locator("section.asked:not([hidden])")
    choose(asked)
    asked.locator("[data-check]").click()
    asked.locator("[data-key]").wait_for()
    asked.locator(".verdict").wait_for()


def choose(asked):
    if asked.locator("input[type=text]").count():
        asked.locator("input[type=text]").first.fill("不知道")
    else:
        asked.locator("label.choice").first.click()


def go_on_without_a_line(cadre):
    """Answers, a star and a report wait on the phone, and leave by themselves."""
    page = cadre.page
    page.context.set_offline(True)
    for _question in range(2):
        page.locator("[data-go='1']").click()
        answer(cadre)
    star = page.locator("[data-star]")
    before = star.get_attribute("aria-pressed")
    star.click()
    page.get_by_text("本题有误").click()
    page.get_by_label("哪里有误").fill(FAULT)
    page.get_by_role("button", name="送出").click()
    cadre.see("已记下")
    cadre.see("有 4 条仅存本机")
    cadre.picture("cadre-practice-offline")
    page.context.set_offline(False)
    page.locator("#saved", has_text="已保存").wait_for()
    cadre.go("/practice/")
    cadre.see("今天的 10 题，已做 3 题")
    page.get_by_role("link", name="接着做").click()
    cadre.see("第 4 题")  # what was answered stands answered
    page.locator("[data-go='-1']").click()
    assert star.get_attribute("aria-pressed") != before
    page.locator("[data-go='1']").click()


def after_the_page_was_closed(cadre):
    """What a page could not send before it was closed is sent by the next."""
    page = cadre.page
    page.context.set_offline(True)
    answer(cadre)
    cadre.see("有 1 条仅存本机")
    cadre.page = page.context.new_page()
    page.close()
    cadre.page.context.set_offline(False)
    with cadre.page.expect_response("**/practice/told"):
        cadre.go("/practice/")
    cadre.go("/practice/")
    cadre.see("今天的 10 题，已做 4 题")


def the_trainer_answers(trainer):
    trainer.sign_in(TRAINER)
    trainer.go("/desk")
    trainer.page.get_by_text("“本题有误”待答复").click()
    trainer.see(FAULT)
    trainer.picture("trainer-reports")
    card = trainer.page.locator("section.card", has_text=FAULT)
    card.get_by_label("答复").fill("条文编号已更正。")
    card.get_by_role("button", name="答复").click()
    trainer.see("已答复。")
    assert trainer.page.get_by_text(FAULT).count() == 0


def keys_at_the_end(cadre):
    """She would rather see the keys after the last question."""
    page = cadre.page
    cadre.go("/practice/")
    page.get_by_text("全部做完再看").click()
    page.get_by_role("button", name="保存").click()
    cadre.see("已记住。")
    page.get_by_role("link", name="按本领练").click()
    page.get_by_role("link", name="群众工作本领").click()
    cadre.see("第 1 题")
    assert page.locator("[data-check]:visible").count() == 0
    choose(page.locator("section.asked:not([hidden])"))
    page.reload()
    page.locator("[data-card]").click()
    page.locator(
        "#count", has_text=re.compile("^1/")
    ).wait_for()  # begun, kept, and told to nobody yet
    page.get_by_role("button", name="看答案").click()
    page.locator("#result", has_text=re.compile(r"答(对|错) 1 题|联网")).wait_for()
    page.locator("[data-to='1']").click()
    page.locator("section.asked:not([hidden]) [data-key]").wait_for()
