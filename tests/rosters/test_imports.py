"""An officer sends a roster, looks at what it would do, and confirms it."""

from datetime import date

from lms.audit.models import AuditEntry
from lms.people.models import Person, Posting
from lms.rosters.models import RosterLine
from lms.rosters.rules import State
from tests.rosters.lists import HEADS, id_number, person


def counts(one):
    return {status: rows for status, rows in one.counts.items() if rows}


def test_nothing_is_written_before_it_is_confirmed(desk, make):
    people = len(make.all(Person))
    one = desk.read(person("张三"), person("李四", 手机号="13800000001"))
    assert (one.state, counts(one)) == (State.READ, {"new": 2})
    assert len(make.all(Person)) == people and make.all(Posting) == []
    assert "张三" in desk.page(one)
    assert desk.confirm(one).status_code == 302
    assert desk.last().state is State.DONE
    assert len(make.all(Person)) == people + 2


def test_a_row_becomes_a_person_with_a_posting(desk, make, city):
    heads = [*HEADS, "任职时间", "届次", "职级", "政治面貌", "是否退役军人"]
    number = id_number(born=date(1970, 3, 5))
    row = [*person(身份证号=number), "2025.12", "第十三届", "科员", "中共党员", "是"]
    desk.take(row, heads=heads)
    one = make.all(Person)[-1]
    held = make.all(Posting)[-1]
    assert (one.name, one.sex, one.born, one.org_id) == (
        "张三",
        "男",
        "1970-03-05",
        city.village.id,
    )
    assert one.own_columns == {"政治面貌": "中共党员", "是否退役军人": "是"}
    assert (held.org_id, held.post, held.from_on) == (city.village.id, "VPS", date(2025, 12, 1))
    assert (held.rank, held.term_number, held.title) == ("科员", 13, "支部书记")


def test_the_same_file_twice_changes_nothing(desk, make):
    rows = [person("张三"), person("李四", 手机号="13800000001", 职务="支部书记、村委会主任")]
    desk.take(*rows)
    before = len(make.all(Person)), len(make.all(Posting))
    again = desk.read(*rows)
    assert counts(again) == {"same": 2}
    assert "完全一致" in desk.page(again)
    assert desk.confirm(again).status_code == 409
    assert (len(make.all(Person)), len(make.all(Posting))) == before


def test_numbers_are_nowhere_kept_as_they_are(desk, make, app):
    number = id_number()
    one = desk.read(person(身份证号=number, 备注="联系 13911112222"), heads=[*HEADS, "备注"])
    for line in make.all(RosterLine):
        assert number not in line.draft and "13800000000" not in line.draft
    folder = app.extensions["settings"].var / "uploads" / "rosters"
    assert all(number.encode() not in file.read_bytes() for file in folder.iterdir())
    desk.confirm(one)
    assert list(folder.iterdir()) == []
    assert make.all(Person)[-1].own_columns == {"备注": "联系 139****2222"}
    assert number not in desk.page(desk.last(), show="new")


def test_each_act_leaves_one_row_in_the_log(desk, make):
    one = desk.take(person())
    desk.post(one, "take-back")
    acts = [entry for entry in make.all(AuditEntry) if "roster" in entry.act]
    assert [entry.act for entry in acts] == ["upload roster", "confirm roster", "take roster back"]
    assert acts[1].facts["new"] == 1 and acts[1].org_id == one.org_id
