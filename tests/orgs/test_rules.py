"""How units show, what they are, and who may have taken over whom."""

import pytest

from lms.orgs.rules import (
    BY_PARTS,
    NEIGHBOUR,
    SAME_NAME,
    SAME_NAME_ELSEWHERE,
    SAME_STEM,
    SIMILAR,
    Candidate,
    UnitKind,
    kind_of,
    level_of,
    propose,
    shown_name,
    stem,
    whither,
)

HERE, THERE, REGION = "140827101", "140827102", "140827"


def unit(code, *names, parent=HERE, new=False):
    return Candidate(f"{parent}{code}", names, parent, REGION, new)


@pytest.mark.parametrize(
    ("listed", "shown"),
    [
        ("上王村委会", "上王村"),
        ("上王村村民委员会", "上王村"),
        ("上王村村委会", "上王村"),
        ("羊村委会", "羊村"),
        ("崇相西社区居民委员会", "崇相西社区"),
        ("朝霞居委会", "朝霞社区"),
        ("中城街道办事处", "中城街道"),
        ("永济监狱", "永济监狱"),
        ("历山镇", "历山镇"),
    ],
)
def test_a_listed_name_shows_as_people_say_it(listed, shown):
    assert shown_name(listed) == shown
    assert shown_name(shown) == shown


@pytest.mark.parametrize(
    ("level", "listed", "kind"),
    [
        ("village", "上王村委会", UnitKind.VILLAGE),
        ("village", "合富村", UnitKind.VILLAGE),
        ("village", "凤凰社区", UnitKind.COMMUNITY),
        ("village", "西樊小区", UnitKind.COMMUNITY),
        ("township", "解峪乡", UnitKind.TOWNSHIP),
        ("township", "中城街道办事处", UnitKind.STREET),
        ("township", "山西铝厂", UnitKind.STATISTICAL),
        ("county", "垣曲县", UnitKind.COUNTY),
    ],
)
def test_the_kind_follows_from_level_and_name(level, listed, kind):
    assert kind_of(level, listed) is kind
    assert level_of(kind) == level


@pytest.mark.parametrize(
    ("name", "bare"),
    [("北张庄村", "张庄"), ("南村", "南"), ("坡底乡", "坡底"), ("马家庄行政村", "马家庄")],
)
def test_the_stem_leaves_out_what_many_share(name, bare):
    assert stem(name) == bare


@pytest.mark.parametrize(
    ("gone", "heir", "why"),
    [
        ("同善村", unit("210", "同善村", new=True), SAME_NAME),
        ("北张庄村", unit("210", "南张庄村", "张庄村"), SAME_STEM),
        ("白家庄村", unit("210", "白家堡村"), SIMILAR),
        ("杜家村", unit("203", "望仙村"), NEIGHBOUR),
    ],
)
def test_a_successor_is_sought_by_name_and_then_by_code(gone, heir, why):
    others = [unit("290", "远处村"), unit("299", "另外村")]
    [proposal] = propose([unit("202", gone)], [*others, heir])
    assert (proposal.successor_code, proposal.why) == (heir.code, why)


def test_the_surer_the_name_the_surer_the_proposal():
    sure = [
        propose([unit("202", "北张庄村")], [heir])[0].confidence
        for heir in (
            unit("210", "北张庄村"),
            unit("210", "张庄村"),
            unit("210", "东张庄村"),
            unit("210", "张家庄村"),
            unit("210", "望仙村"),
        )
    ]
    assert sure == sorted(sure, reverse=True) and len(set(sure)) == len(sure)


def test_villages_follow_the_successor_of_their_township():
    gone = unit("202", "东阜村", parent="140827201")
    heir = unit("202", "东阜村", parent="140827105", new=True)
    near = unit("203", "东阜村", new=False)
    [proposal] = propose([gone], [heir, near], {"140827201": "140827105"})
    assert (proposal.successor_code, proposal.why) == (heir.code, SAME_NAME)


def test_elsewhere_only_a_new_unit_of_the_same_name_is_thought_of():
    gone = unit("202", "北城社区")
    assert propose([gone], [unit("202", "北城社区", parent=THERE)]) == []
    [proposal] = propose([gone], [unit("202", "北城社区", parent=THERE, new=True)])
    assert proposal.why == SAME_NAME_ELSEWHERE


def test_a_township_goes_where_its_villages_went():
    gone = [unit(str(n), f"村{n}村", parent="140827201") for n in range(200, 205)]
    now = [unit(str(n), f"村{n}村", parent=THERE, new=True) for n in range(201, 205)]
    parts = whither(gone, now)
    assert parts == {"140827201": THERE}
    township = Candidate("140827201", ("神柏乡",), REGION, "1408")
    towns = [
        Candidate(HERE, ("历山镇",), REGION, "1408"),
        Candidate(THERE, ("古城镇",), REGION, "1408"),
    ]
    [proposal] = propose([township], towns, parts=parts)
    assert (proposal.successor_code, proposal.why) == (THERE, BY_PARTS)


def test_where_nobody_is_left_nobody_is_proposed():
    assert propose([unit("202", "东阜村")], []) == []
