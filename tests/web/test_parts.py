"""What is drawn once for all who hold the same roles has nothing in it of who read it first."""

import re

import pytest
from jinja2 import UndefinedError

from lms.access.permissions import Role
from lms.web.parts import MARK, drawn_once

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def of_names(page):
    """Who is named in the account of a page."""
    return re.findall(r'class="account">.*?<span>([^<]+)', page, re.DOTALL)


def of_each(page):
    """A page without its tokens."""
    return TOKEN.sub("…", page)


@pytest.fixture
def two(make):
    """Two officers of one county."""
    county = make.unit("甲县")
    return [make.officer(county, name=name) for name in ("王 <一>", "李二")]


def test_of_two_with_the_same_roles_each_has_the_own_name_and_token(two, sign_in):
    browsers = [sign_in(one) for one in two]
    with browsers[1].client.session_transaction() as session:
        session["csrf"] = "another seed"
    first, second = (browser.get("/people/").text for browser in browsers)
    assert set(of_names(first)) == {"王 &lt;一&gt;"} and set(of_names(second)) == {"李二"}
    assert "李二" not in first and "&lt;一" not in second and MARK not in first + second
    assert of_each(first).replace("王 &lt;一&gt;", "李二") == of_each(second)
    tokens = [set(TOKEN.findall(page)) for page in (first, second)]
    assert [len(one) for one in tokens] == [1, 1] and tokens[0] != tokens[1]


def test_each_reads_in_the_own_language_and_size(two, sign_in):
    def page(who, **cookies):
        browser = sign_in(who)
        for name, value in cookies.items():
            browser.client.set_cookie(name, value)
        return browser.get("/people/").text

    plain, other = page(two[0]), page(two[0], language="en", size="largest")
    assert ">English</button>" in plain and 'value="standard" aria-pressed="true"' in plain
    assert ">中文</button>" in other and ">English</button>" not in other
    assert 'value="largest" aria-pressed="true"' in other
    assert of_each(page(two[0])) == of_each(plain)


def test_who_holds_other_roles_has_other_doors(make, two, sign_in):
    trainer = sign_in(make.officer(make.unit("乙县"), Role.TRAINER)).get("/papers/").text
    officer = sign_in(two[0]).get("/people/").text
    assert 'href="/papers/"' in trainer and 'href="/papers/"' not in officer
    assert 'href="/rosters/"' in officer and 'href="/rosters/"' not in trainer


def test_the_door_of_the_page_is_marked_on_each_page_anew(two, sign_in):
    browser = sign_in(two[0])
    for url, label in (("/people/", "人员"), ("/rosters/", "名册导入"), ("/people/", "人员")):
        marked = re.findall(r'aria-current="page">.*?<span>([^<]+)', browser.get(url).text)
        assert set(marked) == {label}


def test_who_is_not_signed_in_has_no_account(app, two, sign_in):
    assert "退出" in sign_in(two[0]).get("/people/").text
    assert "退出" not in app.test_client().get("/sign-in").text


def test_a_part_that_asks_for_more_of_a_person_is_not_drawn_at_all(app, two):
    with app.test_request_context(), pytest.raises(UndefinedError):
        drawn_once("shell_desk")  # the doors are not among its facts
