"""What a reading does not know is asked once: posts are learned, units chosen."""

from lms.access.permissions import Role
from lms.people.models import Posting
from lms.rosters.models import LearnedPost
from tests.rosters.lists import person
from tests.rosters.test_imports import counts


def answers(*posts, **units):
    """Fields of the form. posts: (name, code, also)."""
    found = {}
    for number, (name, code, also) in enumerate(posts):
        found |= {
            f"posts-{number}-name": name,
            f"posts-{number}-code": code,
            f"posts-{number}-also": also,
        }
    return found


def test_an_unknown_post_is_asked_once_and_remembered(desk, make, city):
    one = desk.read(
        person(职务="村级大管家"), person("李四", 手机号="13800000001", 职务="村级大管家")
    )
    assert counts(one) == {"error": 2}
    assert "“村级大管家”是什么职务" in desk.page(one) and "2 行" in desk.page(one)
    desk.post(one, "answers", **answers(("村级大管家", "VPS", "VCD")))
    assert counts(desk.last()) == {"new": 2}
    (learned,) = make.all(LearnedPost)
    assert (learned.name, learned.codes) == ("村级大管家", ["VPS", "VCD"])
    again = desk.read(person("王五", 手机号="13800000002", 职务="村级大管家"))
    assert counts(again) == {"new": 1}
    desk.confirm(again)
    assert [row.post.value for row in make.all(Posting)] == ["VPS", "VCD"]


def test_what_the_county_learned_its_towns_know_and_others_do_not(desk, desk_of, city):
    one = desk.read(person(职务="村级大管家"))
    desk.post(one, "answers", **answers(("村级大管家", "VPS", "")))
    town = desk_of(city.town, Role.TOWNSHIP_OFFICER)
    assert counts(town.read(person("李四", 手机号="13800000001", 职务="村级大管家"))) == {"new": 1}
    far = desk_of(city.other)
    there = person("李四", 县="平陆县", 乡镇="圣人涧镇", 村="南村", 职务="村级大管家")
    assert counts(far.read(there)) == {"error": 1}


def test_a_post_that_is_none_leaves_its_rows_out(desk):
    one = desk.read(person(职务="村民"), person("李四", 手机号="13800000001"))
    desk.post(one, "answers", **answers(("村民", "none", "")))
    one = desk.last()
    assert counts(one) == {"error": 1, "new": 1}
    assert "不是岗位" in desk.page(one) and "是什么职务" not in desk.page(one)


def test_a_post_that_was_not_asked_is_not_learned(desk, make):
    one = desk.read(person())
    desk.post(one, "answers", **answers(("别的", "VPS", "")))
    assert make.all(LearnedPost) == []


def test_of_two_villages_of_one_name_the_officer_chooses(desk, make, city):
    one = desk.read(person(乡镇="", 村="上王村"))
    assert counts(one) == {"error": 1}
    page = desk.page(one)
    assert "垣曲县 历山镇 上王村" in page and "垣曲县 新城镇 上王村" in page
    fields = {"units-0-words": "垣曲县||上王村|", "units-0-unit": str(city.wang_too.id)}
    desk.post(one, "answers", **fields)
    assert counts(desk.last()) == {"new": 1}
    desk.confirm(desk.last())
    assert make.all(Posting)[-1].org_id == city.wang_too.id


def test_a_unit_may_be_typed_or_its_rows_left_out(desk, city):
    one = desk.read(person(村="没有村"), person("李四", 手机号="13800000001", 村="也没有村"))
    assert counts(one) == {"error": 2}
    fields = {
        "units-0-words": "垣曲县|历山镇|没有村|",
        "units-0-typed": "历山镇同善村",
        "units-1-words": "垣曲县|历山镇|也没有村|",
        "units-1-unit": "0",
    }
    desk.post(one, "answers", **fields)
    one = desk.last()
    assert counts(one) == {"new": 1, "error": 1}
    assert "您已选择不导入“也没有村”的行" in desk.page(one)


def test_a_typed_unit_that_is_not_there_is_said(desk):
    one = desk.read(person(村="没有村"))
    fields = {"units-0-words": "垣曲县|历山镇|没有村|", "units-0-typed": "月球"}
    desk.post(one, "answers", **fields)
    assert "没有找到“月球”" in desk.page(desk.last())


def test_a_unit_of_another_county_cannot_be_chosen(desk, city):
    one = desk.read(person(村="没有村"))
    fields = {"units-0-words": "垣曲县|历山镇|没有村|", "units-0-unit": str(city.far_village.id)}
    desk.post(one, "answers", **fields)
    assert counts(desk.last()) == {"error": 1}
    assert desk.last().choices == {}
