"""A marker reads by keyboard, and the officer named sees how far it has come."""


def test_answers_are_read_by_keyboard(visit):
    marker = visit()
    marker.sign_in("审题人")
    marker.go("/marking/")
    page = marker.page
    page.get_by_role("button", name="评阅").first.click()
    page.locator("#reading").wait_for()
    page.keyboard.press("1")
    page.keyboard.press("3")
    marker.see("已自动保存")
    assert page.locator("#earned").inner_text() == "2"
    marker.picture("marker-reading")
    first = page.url
    page.reload()
    assert page.locator("[name=lines]:checked").count() == 2
    page.locator("h1").click()
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != first)


def test_the_officer_named_sees_what_is_left(visit):
    officer = visit()
    officer.sign_in("市培训管理员")
    officer.go("/marking/")
    officer.page.get_by_role("link", name="机关干部依法履职书面测评（演示）").click()
    officer.see("还有答案没评")
    officer.picture("officer-marking")
