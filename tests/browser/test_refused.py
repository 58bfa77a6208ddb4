"""Who is refused comes back to what was typed; nobody else finds it there."""

import re

from tests.browser.conftest import DESK
from tests.web.crowded import no_place_in

LABEL, FROM = "标签", "从哪天"


def test_what_was_refused_is_mended_not_typed_anew(visit):
    officer = visit(DESK)
    officer.sign_in("市培训管理员")
    page = officer.page
    unit, other = two_units(officer)
    officer.go(f"/units/labels?unit={unit}")
    begins = told(page)
    tell(page, "软弱涣散村", "2099-01-01")
    officer.see("起始日期不能晚于今天")
    officer.picture("refused")
    page.get_by_role("link", name="返回修改").click()
    assert told(page) == ("软弱涣散村", "2099-01-01")
    page.reload()
    assert told(page) == begins  # a phone may be shared: it is brought once
    tell(page, "软弱涣散村", "2099-01-01")
    officer.see("起始日期不能晚于今天")
    officer.go(f"/units/labels?unit={other}")
    assert told(page) == begins  # and to no other page than its own
    officer.go(f"/units/labels?unit={unit}")
    tell(page, "后进村", "2026-01-01")
    officer.see("加上标签。")
    officer.go(f"/units/labels?unit={unit}")
    assert told(page) == begins


def test_a_full_house_or_a_new_sign_in_between_forgets_nothing_that_was_typed(visit, city):
    officer = visit(DESK)
    officer.sign_in("市培训管理员")
    page = officer.page
    unit, _other = two_units(officer)

    def opened():
        officer.go(f"/units/labels?unit={unit}")
        return page.locator("main [name=csrf_token]").first.input_value()

    def come_back():
        officer.see("起始日期不能晚于今天")
        page.get_by_role("link", name="返回修改").click()
        assert told(page) == ("软弱涣散村", "2099-01-01")

    opened()
    with no_place_in(city.app):
        tell(page, "软弱涣散村", "2099-01-01")
        officer.see("请稍候")
    come_back()  # the page has pressed by itself, and now there was a place

    lock = "token => fetch('/sign-in/lock', {method: 'POST', headers: {'X-CSRF-Token': token}})"
    page.evaluate(lock, opened())
    tell(page, "软弱涣散村", "2099-01-01")
    officer.see("已锁定")
    page.locator("main input[type=password]").fill(city.accounts["市培训管理员"]["password"])
    page.get_by_role("button", name="登录", exact=True).click()
    come_back()


def two_units(officer):
    officer.go("/units/")
    links = officer.page.get_by_role("link", name=re.compile("县|区|市")).all()
    found = [re.search(r"/units/(\d+)$", link.get_attribute("href")) for link in links]
    return [one[1] for one in found if one][:2]


def tell(page, label, from_on):
    page.get_by_label(LABEL, exact=True).fill(label)
    page.get_by_label(FROM).fill(from_on)
    page.get_by_role("button", name="加上").click()


def told(page):
    return page.get_by_label(LABEL, exact=True).input_value(), page.get_by_label(FROM).input_value()
