"""Posts are read as people write them; two in a cell are two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.people.rules import POST_NAMES, Post
from lms.rosters.posts import (
    Place,
    lexicon,
    place_of,
    post_key,
    read_posts,
    split_unit_and_post,
)


def codes(written, place=Place.VILLAGE, **options):
    found = read_posts(written, place, **options)
    assert found.unknown == ()
    return " ".join(found.codes)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("支书", "VPS"),
        ("书记", "VPS"),
        ("党总支书记", "VPS"),
        ("村党支部书记", "VPS"),
        ("社区党委书记", "VPS"),
        ("村主任", "VCD"),
        ("村（居）委会主任", "VCD"),
        ("居民委员会副主任", "VCV"),
        ("书记主任一肩挑", "VPS VCD"),
        ("一肩挑", "VPS VCD"),
        ("党支部书记（一肩挑）", "VPS VCD"),
        ("支部书记、村委会主任", "VPS VCD"),
        ("支部书记 村委会主任", "VPS VCD"),
        ("支部书记\n村委会主任", "VPS VCD"),
        ("支部书记，村主任", "VPS VCD"),
        ("党支部书记/村委会主任", "VPS VCD"),
        ("党支部书记（兼村委会主任）", "VPS VCD"),
        ("书记（主任）", "VPS VCD"),
        ("书记兼主任", "VPS VCD"),
        ("党支部书记村委会主任", "VPS VCD"),
        ("支部副书记兼村委副主任", "VDS VCV"),
        ("支部委员兼村委委员", "VPM VCM"),
        ("支委、村委", "VPM VCM"),
        ("交叉任职委员", "VPM VCM"),
        ("组织委员", "VPM"),
        ("村委会主任（代）", "VCD"),
        ("副书记、监委会主任", "VDS VSD"),
        ("村务监督委员会主任", "VSD"),
        ("驻村第一书记", "FIRST_SEC"),
        ("第一书记兼工作队队长", "FIRST_SEC AID_TEAM"),
        ("驻村工作队员", "AID_TEAM"),
        ("帮扶队员", "AID_TEAM"),
        ("村党支部书记、村党支部书记", "VPS"),
    ],
)
def test_posts_of_a_village(written, expected):
    assert codes(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("书记", "TPS"),
        ("镇党委书记", "TPS"),
        ("党工委书记", "TPS"),
        ("党委副书记、镇长", "TLD THD"),
        ("街道办事处主任", "THD"),
        ("副乡长", "TLD"),
        ("组织委员", "TOC"),
        ("党委委员、组织委员", "TLD TOC"),
        ("组织干事", "TOG"),
        ("人大主席", "TLD"),
        ("挂职副镇长", "SECONDED"),
        ("副镇长（挂职）", "SECONDED"),
        ("一级主任科员", "STAFF"),
    ],
)
def test_posts_of_a_township(written, expected):
    assert codes(written, Place.TOWNSHIP) == expected


@pytest.mark.parametrize(
    ("written", "place", "expected"),
    [
        ("局长", Place.OTHER, "LEADER"),
        ("县农业农村局党组书记、局长", Place.OTHER, "LEADER"),
        ("正科级干部", Place.OTHER, "LEADER"),
        ("科员", Place.OTHER, "STAFF"),
        ("高级农艺师", Place.OTHER, "TECH"),
        ("总经理", Place.ENTERPRISE, "MANAGER"),
        ("党支部书记", Place.ENTERPRISE, "PARTY_WORKER"),
        ("书记", Place.FLOATING, "FLOAT_SEC"),
        ("支书", None, "VPS"),
    ],
)
def test_posts_elsewhere(written, place, expected):
    assert codes(written, place) == expected


@pytest.mark.parametrize(
    "written",
    ["上王村党支部书记", "上王党支部书记", "历山镇上王村党支部书记", "中共上王村支部委员会书记"],
)
def test_the_unit_that_people_write_before_the_post_is_passed_over(written):
    assert codes(written, units=["上王村", "历山镇"]) == "VPS"


def test_a_township_before_the_post_makes_it_a_post_of_the_township():
    assert codes("历山镇组织委员", None) == "TOC"


@pytest.mark.parametrize(
    "written",
    ["会计", "妇联主席", "治保主任", "原村主任", "拟任村主任", "村主任助理", "委员", "党支部书记"],
)
def test_what_is_no_known_post_is_asked(written):
    place = Place.OTHER if written == "党支部书记" else Place.VILLAGE
    found = read_posts(written, place)
    assert found.codes == ()
    assert found.unknown == (written,)


def test_of_two_names_the_known_is_read_and_the_other_asked():
    found = read_posts("妇联主席兼村委委员", Place.VILLAGE)
    assert found.codes == (Post.VCM,)
    assert found.unknown == ("妇联主席",)


@pytest.mark.parametrize("written", ["两委委员", "村“两委”成员", "“两委”干部", "支村两委委员"])
def test_members_of_both_committees_are_of_the_village_committee_with_a_note(written):
    found = read_posts(written, Place.VILLAGE)
    assert found.codes == (Post.VCM,)
    assert len(found.notes) == 1
    assert read_posts("支部委员、两委委员", Place.VILLAGE).notes == ()


def test_a_name_once_explained_is_remembered():
    learned = {"妇联主席": ["VCM"], "会计": []}
    assert codes("妇联主席", learned=learned) == "VCM"
    assert codes("妇联 主席", learned=learned) == "VCM"
    assert codes("支部委员、会计", learned=learned) == "VPM"
    assert codes("会计", learned=learned) == ""
    assert codes("书记", learned={"书记": ["TPS"]}) == "TPS"


def test_an_empty_cell_holds_no_post():
    assert read_posts("") == read_posts(" 、 ") == read_posts("")
    assert read_posts("").codes == ()


@given(st.sampled_from(list(Place)), st.data())
def test_every_known_name_reads_alone_and_beside_another(place, data):
    words = sorted(lexicon(place))
    one, other = data.draw(st.sampled_from(words)), data.draw(st.sampled_from(words))
    alone = read_posts(one, place)
    assert alone.unknown == ()
    both = read_posts(f"{one}、{other}", place)
    assert both.unknown == ()
    if Post.SECONDED not in (*lexicon(place)[one], *lexicon(place)[other]):
        assert set(both.codes) == {*lexicon(place)[one], *lexicon(place)[other]}


def test_every_post_has_a_name_that_is_read():
    for post, name in POST_NAMES.items():
        place = {"V": Place.VILLAGE, "T": Place.TOWNSHIP}.get(post[0], Place.OTHER)
        assert read_posts(name, place).codes == (post,)


@pytest.mark.parametrize(
    ("unit", "place"),
    [
        ("上王村", Place.VILLAGE),
        ("中城社区", Place.VILLAGE),
        ("历山镇人民政府", Place.TOWNSHIP),
        ("北城街道办事处", Place.TOWNSHIP),
        ("某某有限公司", Place.ENTERPRISE),
        ("运城市驻北京流动党员党委", Place.FLOATING),
        ("农业农村局", Place.OTHER),
        ("垣曲县人民医院", Place.OTHER),
        ("上王", None),
    ],
)
def test_the_name_of_a_unit_tells_what_it_is(unit, place):
    assert place_of(unit) is place


@pytest.mark.parametrize(
    ("written", "unit", "post"),
    [
        ("历山镇上王村党支部书记", "历山镇上王村", "党支部书记"),
        ("上王村村委会主任", "上王村", "村委会主任"),
        ("垣曲县历山镇党委书记", "垣曲县历山镇", "党委书记"),
        ("县委组织部部长", "县委组织部", "部长"),
        ("历山镇上王村 会计", "历山镇上王村会计", ""),
    ],
)
def test_unit_and_post_in_one_cell_are_told_apart(written, unit, post):
    assert split_unit_and_post(written) == (unit, post)


def test_names_are_compared_without_spaces_and_with_one_kind_of_bracket():
    assert post_key(" 村（居）委会 主任、") == "村(居)委会主任"
