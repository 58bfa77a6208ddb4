"""The rail: what waits today, then groups of few doors; of many, one's own place stands open."""

from collections import Counter

import pytest
from flask import g

from lms.access.permissions import Role
from lms.menu import FEW, RAIL, TODAY
from lms.people.rules import Assignment, Me
from tests.conftest import FrozenClock, app_on

GROUPS = ["今日", "人员与单位", "培训", "题库与测评", "统计与上报", "管理"]
LOOK = 7  # doors that an officer finds open beside the folded groups


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """The program as it is put together; nothing here asks a database."""
    return app_on("sqlite://", tmp_path_factory.mktemp("var"), FrozenClock())


@pytest.fixture
def seen(house):
    """What somebody with this role finds in the menu, on a page."""
    processors = house.template_context_processors[None]
    menu = next(one for one in processors if one.__module__ == "lms.menu")

    def seen(role, path="/"):
        held = (Assignment(role, 1, "1.", "市委组织部"),)
        with house.test_request_context(path):
            g.me = Me(1, "李四", 1, held)
            return menu()["menu"]

    return seen


def names(menu):
    return [group["name"] for group in menu.rail_groups]


@pytest.mark.parametrize("role", Role)
def test_each_role_finds_its_doors_in_the_order_of_the_groups(seen, role):
    menu = seen(role)
    assert names(menu) == [name for name in GROUPS if name in names(menu)]
    doors = [room["url"] for group in menu.rail_groups for room in group["rooms"]]
    assert doors == [room["url"] for room in menu.rail]
    assert len(doors) == len(set(doors))
    for group in menu.rail_groups:
        assert len(group["rooms"]) <= 9, "no group is longer than a look"
        assert not (group["folds"] and group["name"] == "今日")


def test_no_two_doors_share_a_picture(app):
    """Who cannot read the words in time goes by the picture."""
    drawn = [str(app.jinja_env.globals["icon"](entry.icon)) for entry in RAIL]
    assert len(set(drawn)) == len(RAIL)
    unknown = str(app.jinja_env.globals["icon"]("no such picture"))
    assert unknown not in drawn


def test_a_group_stands_together():
    groups = [entry.group for entry in RAIL]
    assert [name for at, name in enumerate(groups) if name not in groups[:at]] == GROUPS
    assert groups == sorted(groups, key=GROUPS.index)
    assert Counter(groups)[TODAY] <= 8


@pytest.mark.parametrize("role", [Role.COUNTY_OFFICER, Role.CITY_OFFICER, Role.TOWNSHIP_OFFICER])
def test_an_officer_sees_the_day_and_the_other_groups_folded(seen, role):
    menu = seen(role)
    assert len(menu.rail) > FEW
    open_ = [room for one in menu.rail_groups if not one["folds"] for room in one["rooms"]]
    assert len(open_) <= LOOK
    assert menu.rail_groups[0]["rooms"][0]["here"]


def test_the_group_of_the_page_stands_open_and_no_other(seen):
    menu = seen(Role.COUNTY_OFFICER, "/training/")
    folded = {one["name"]: one["open"] for one in menu.rail_groups if one["folds"]}
    assert [name for name, is_open in folded.items() if is_open] == ["培训"]


@pytest.mark.parametrize(
    "role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.MARKER, Role.HEAD]
)
def test_who_has_few_doors_has_nothing_to_unfold(seen, role):
    menu = seen(role)
    assert 0 < len(menu.rail) <= FEW
    assert not any(group["folds"] for group in menu.rail_groups)


def test_a_cadre_has_tabs_and_no_rail(seen):
    menu = seen(Role.CADRE)
    assert menu.rail == menu.rail_groups == [] and len(menu.tabs) == 4


def test_a_group_folds_without_a_script_and_the_open_one_says_so(seen, house):
    groups = seen(Role.COUNTY_OFFICER, "/training/").rail_groups
    with house.test_request_context("/"):
        shells = house.jinja_env.get_template("_parts/shells.html").make_module({"me": None})
        drawn = str(shells.grouped(groups))
    assert drawn.count("<details") == sum(group["folds"] for group in groups)
    assert drawn.count('<details class="fold" open><summary>培训</summary>') == 1
    assert drawn.count("<a ") == sum(len(group["rooms"]) for group in groups)


@pytest.mark.parametrize(
    ("path", "here"),
    [
        ("/exams/assessments/new", ["/exams/assessments"]),
        ("/exams/attempts/7", ["/exams/"]),
        ("/exams/", ["/exams/"]),
    ],
)
def test_of_both_menus_only_the_nearest_door_is_that_of_the_page(house, path, here):
    processors = house.template_context_processors[None]
    menu = next(one for one in processors if one.__module__ == "lms.menu")
    roles = (Role.CITY_OFFICER, Role.CADRE)
    with house.test_request_context(path):
        g.me = Me(1, "李四", 1, tuple(Assignment(one, 1, "1.", "某市") for one in roles))
        shown = menu()["menu"]
    assert [one["url"] for one in shown.rail + shown.tabs if one["here"]] == here
