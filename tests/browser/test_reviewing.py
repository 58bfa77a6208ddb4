"""A question is sent, answered blind, returned, mended and passed; then a sample."""

import re

from tests.browser.conftest import DESK, PHONE

TRAINER, REVIEWER = "教师", "审题人"
MENDED = "一起列出要办的手续、找谁办，再陪他看闲置的院子怎样租"
WHY = "选项 B 的说法要改具体。"


def test_a_question_goes_to_and_fro_until_it_is_right(visit):
    trainer, reviewer = visit(DESK), visit(DESK)
    trainer.sign_in(TRAINER)
    reviewer.sign_in(REVIEWER)
    send_a_draft(trainer)
    return_it(reviewer)
    mend_it(trainer)
    pass_it(reviewer)
    a_law_has_changed(reviewer)


def send_a_draft(trainer):
    """The trainer opens her draft and sends it."""
    page = trainer.page
    trainer.go("/banks/")
    page.get_by_role("link", name="市委党校自编题库（演示）").click()
    page.get_by_role("link", name=re.compile("外出务工的年轻人")).click()
    page.get_by_role("button", name="送审").click()
    trainer.see("待审")


def return_it(reviewer):
    """The reviewer answers before the key is there, differs from it, and sends it back."""
    page = reviewer.page
    reviewer.go("/reviewing/")
    reviewer.picture("reviewer-queue")
    page.get_by_role("link", name=re.compile("外出务工的年轻人")).first.click()
    assert page.get_by_text("解析").count() == 0
    reviewer.picture("reviewer-blind")
    page.get_by_label(re.compile("先回来再说")).check()
    page.get_by_role("button", name="提交答案").click()
    reviewer.see("您的答案与标准答案不同")
    reviewer.picture("reviewer-decides")
    rate(page)
    page.get_by_label("意见").fill(WHY)
    page.get_by_role("button", name="退回命题人").click()
    reviewer.see("退回。")


def rate(page):
    for group in page.locator(".rates fieldset").all():
        group.get_by_label("是", exact=True).check()


def mend_it(trainer):
    """It lies on her desk with the reason; she changes an option and sends it again."""
    page = trainer.page
    trainer.go("/desk")
    page.get_by_role("link", name=re.compile("道题被退回")).click()
    trainer.see(WHY)
    trainer.picture("trainer-returned")
    page.get_by_role("link", name=re.compile("外出务工的年轻人")).click()
    page.get_by_role("link", name="修改", exact=True).click()
    page.get_by_label("B", exact=True).fill(MENDED)
    page.get_by_role("button", name="保存").click()
    trainer.see(MENDED)
    page.get_by_role("button", name="送审").click()
    trainer.see("待审")


def pass_it(reviewer):
    """The mended version is answered anew, and passes."""
    page = reviewer.page
    reviewer.go("/reviewing/")
    page.get_by_role("link", name="市委党校自编题库（演示）").first.click()
    page.get_by_role("link", name=re.compile("外出务工的年轻人")).first.click()
    page.get_by_label(re.compile(MENDED)).check()
    page.get_by_role("button", name="提交答案").click()
    reviewer.see("您的答案与标准答案一致")
    rate(page)
    page.get_by_role("button", name="通过这道题").click()
    reviewer.see("通过。")


def a_law_has_changed(reviewer):
    """A question is released onto the next edition, where its article has another number."""
    page = reviewer.page
    reviewer.go("/reviewing/")
    page.get_by_role("link", name=re.compile("院坝会办法")).click()
    reviewer.see("待核 3 题")
    reviewer.picture("reviewer-law")
    card = page.locator("li.card").filter(has_text="五元茶水费")
    card.get_by_role("button", name="核对无误，放行").click()
    reviewer.see("待核 2 题")


def test_a_brought_bank_passes_by_a_sample_on_the_phone(visit):
    reviewer = visit(PHONE)
    page = reviewer.page
    reviewer.sign_in(REVIEWER)
    reviewer.go("/reviewing/")
    page.get_by_role("button", name="开始抽审").click()
    reviewer.see("已看 0 题，共 50 题")
    reviewer.picture("reviewer-sample")
    page.get_by_role("link", name="开始", exact=True).click()
    for done in range(3):
        answer_and_find_no_fault(page)
        reviewer.see(f"抽审第 {done + 2} 题")
    reviewer.go("/reviewing/")
    reviewer.see("抽了 50 题，已看 3 题")


def answer_and_find_no_fault(page):
    """Answers whatever is asked; says why where the answer was not the key's."""
    blank = page.locator("main input[type=text]")
    if blank.count():
        blank.first.fill("三十日")
    else:
        page.locator("main input[type=radio]").first.check()
    page.get_by_role("button", name="提交答案").click()
    page.get_by_label("意见").fill("我看错了，题没有错。")
    page.get_by_role("button", name="没有差错，下一题").click()
