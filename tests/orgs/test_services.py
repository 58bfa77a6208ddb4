"""The tree changes, and nobody is lost."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from lms.access.scope import seeing_everything
from lms.db import db
from lms.errors import Conflict, Invalid
from lms.orgs import queries, services
from lms.orgs.files import read_divisions
from lms.orgs.models import OrgUnit, Succession, UnitSpan
from lms.orgs.rules import SuccessionState, UnitKind

DATA = Path("lms/demonstration/data")
FIRST, SECOND, THIRD = date(2018, 12, 31), date(2023, 12, 31), date(2025, 12, 31)
HEAD = "code,name,parent_code,level\n1408,运城市,14,city\n140827,垣曲县,1408,county\n"
OLD = HEAD + (
    "140827101,历山镇,140827,township\n"
    "140827101201,上王村委会,140827101,village\n"
    "140827101202,下王村委会,140827101,village\n"
    "140827101498,历山虚拟社区,140827101,village\n"
    "140827201,英言乡,140827,township\n"
    "140827201201,白水村委会,140827201,village\n"
)
NEW = HEAD + (
    "140827101,历山镇,140827,township\n"
    "140827101201,王家村村委会,140827101,village\n"
    "140827105,英言镇,140827,township\n"
    "140827105201,白水村委会,140827105,village\n"
)


@pytest.fixture(autouse=True)
def inside(app):
    with app.app_context(), seeing_everything():
        yield


@pytest.fixture
def load(clock):
    def load(text, on, **more):
        return services.load_divisions(read_divisions(text.encode()), on, clock(), **more)

    return load


@pytest.fixture
def both(load):
    load(OLD, FIRST)
    return load(NEW, SECOND)


def unit(code):
    found = queries.unit_by_code(code)
    assert found is not None
    return found


def proposal(code):
    return db.session.scalar(select(Succession).where(Succession.org_id == unit(code).id))


def codes_under(code):
    found = select(OrgUnit.code).where(queries.under(unit(code).path))
    return set(db.session.scalars(found)) - {code}


def confirm(code, clock):
    services.confirm(proposal(code), 1, clock())


# ── loading ─────────────────────────────────────────────────────────────────────────────────────


def test_a_first_list_opens_the_tree(load):
    change, proposed = load(OLD, FIRST)
    assert (len(change.opened), change.virtual, proposed) == (7, 1, 0)
    assert [one.name for one in queries.line(unit("140827101201"))] == [
        "运城市",
        "垣曲县",
        "历山镇",
        "上王村",
    ]
    assert queries.top().code == "1408"
    assert unit("140827101201").listed == "上王村委会"
    assert queries.unit_by_code("140827101498") is None


def test_the_same_list_twice_changes_nothing(load):
    load(OLD, FIRST)
    rows = db.session.scalar(select(func.count(UnitSpan.id)))
    change, proposed = load(OLD, SECOND)
    assert (change.opened, change.renamed, change.closed, proposed) == ([], [], [], 0)
    assert db.session.scalar(select(func.count(UnitSpan.id))) == rows


def test_a_newer_list_closes_what_is_gone_and_keeps_it(both):
    assert unit("140827101202").closed_on == SECOND
    assert unit("140827201").closed_on == SECOND
    assert codes_under("140827") >= {"140827101202", "140827201", "140827201201"}


def test_a_changed_name_is_dated(both):
    spans = [(s.name, s.from_on, s.to_on) for s, _ in queries.spans(unit("140827101201"))]
    assert spans == [("上王村", FIRST, SECOND), ("王家村", SECOND, None)]
    assert unit("140827101201").name == "王家村"


def test_a_report_of_a_past_day_sees_the_tree_of_that_day(both):
    def names(day):
        return {name for _, name, _ in db.session.execute(queries.as_of(day))}

    assert {"上王村", "下王村", "英言乡"} <= names(date(2020, 1, 1))
    assert names(date(2024, 1, 1)) == {"运城市", "垣曲县", "历山镇", "王家村", "英言镇", "白水村"}
    assert names(date(2018, 1, 1)) == set()


def test_a_changed_superior_takes_the_subtree_along(load):
    load(OLD, FIRST)
    services.open_units(
        [services.NewUnit("140827201-QY", "某厂", UnitKind.ENTERPRISE, "140827201", 1)], FIRST
    )
    moved = OLD.replace("140827201,英言乡,140827,", "140827201,英言乡,140828,")
    load(moved.replace("140827101,历", "140828,夏县,1408,county\n140827101,历", 1), SECOND)
    assert codes_under("140828") == {"140827201", "140827201201", "140827201-QY"}
    assert [above for _, above in queries.spans(unit("140827201"))] == ["垣曲县", "夏县"]


def test_offices_are_no_part_of_the_list_and_stay(load):
    load(OLD, FIRST)
    office = services.NewUnit("140827-ZZB", "垣曲县委组织部", UnitKind.DEPARTMENT, "140827", 1)
    services.open_units([office], FIRST)
    load(NEW, SECOND)
    assert unit("140827-ZZB").closed_on is None


def test_a_list_older_than_the_tree_is_refused(both, load):
    with pytest.raises(Conflict, match="2023-12-31"):
        load(OLD, FIRST)


def test_a_cut_off_list_is_refused_unless_it_is_meant(load):
    load(OLD, FIRST)
    with pytest.raises(Conflict, match="超过一半"):
        load(HEAD, SECOND)
    change, _ = load(HEAD, SECOND, anyway=True)
    assert len(change.closed) == 5


def test_a_code_that_comes_back_is_the_same_unit(both, load):
    before = unit("140827101202").id
    load(OLD, THIRD, anyway=True)
    again = unit("140827101202")
    assert (again.id, again.closed_on) == (before, None)
    spans = [(s.from_on, s.to_on) for s, _ in queries.spans(again)]
    assert spans == [(FIRST, SECOND), (THIRD, None)]
    assert again.id not in {one.unit.id for one in queries.undecided(queries.top()).units}


def test_a_unit_that_closes_twice_is_asked_about_twice(both, load, clock):
    confirm("140827101202", clock)
    load(OLD, THIRD, anyway=True)
    assert queries.predecessors(unit("140827101201")) == []
    load(NEW, date(2026, 6, 30))
    closed = unit("140827101202")
    assert queries.succession_of(closed) is None
    assert closed.id in {one.unit.id for one in queries.undecided(queries.top()).units}


def test_a_slip_mended_on_the_same_day_leaves_no_trace(load):
    load(OLD, FIRST)
    load(OLD.replace("上王村委会", "尚王村委会"), FIRST)
    assert [s.name for s, _ in queries.spans(unit("140827101201"))] == ["尚王村"]


def test_a_unit_needs_a_superior_that_is_there():
    with pytest.raises(Invalid, match="140899"):
        services.open_units(
            [services.NewUnit("x", "某厂", UnitKind.ENTERPRISE, "140899", 1)], FIRST
        )


def test_a_unit_cannot_hang_under_its_own_child(load):
    load(OLD, FIRST)
    with pytest.raises(Invalid, match="下级"):
        services.rehang(unit("140827"), unit("140827101"), SECOND)


# ── successors ──────────────────────────────────────────────────────────────────────────────────


def test_successors_are_proposed_with_a_reason(both):
    assert both[1] == 3
    found = {code: proposal(code) for code in ("140827201", "140827201201", "140827101202")}
    assert {code: one.successor.code for code, one in found.items()} == {
        "140827201": "140827105",
        "140827201201": "140827105201",
        "140827101202": "140827101201",
    }
    assert all(one.why and one.confidence > 50 for one in found.values())


def test_until_it_is_decided_a_closed_unit_hangs_under_its_superior(both):
    assert "140827201201" in codes_under("140827201")


def test_a_confirmed_unit_hangs_under_its_successors_superior(both, clock):
    confirm("140827201201", clock)
    assert "140827201201" in codes_under("140827105")
    assert "140827201201" not in codes_under("140827201")
    assert queries.succession_of(unit("140827201201")).decided_at == clock()
    assert queries.predecessors(unit("140827105201")) == [unit("140827201201")]


def test_what_hung_under_a_closed_township_hangs_under_its_successor(both, load, clock):
    firm = services.NewUnit("140827201-QY", "某厂", UnitKind.ENTERPRISE, "140827201", 1)
    services.open_units([firm], FIRST)
    confirm("140827201", clock)
    assert codes_under("140827201") == set()
    assert codes_under("140827105") >= {"140827201201", "140827201-QY"}
    assert [above for _, above in queries.spans(unit("140827201-QY"))] == ["英言乡", "英言镇"]


def test_a_closed_unit_follows_its_successor_when_that_moves(both, clock):
    confirm("140827101202", clock)
    services.rehang(unit("140827101201"), unit("140827105"), THIRD)
    assert "140827101202" in codes_under("140827105")


def test_a_decision_is_made_once(both, clock):
    confirm("140827101202", clock)
    with pytest.raises(Conflict, match="已有人办理"):
        confirm("140827101202", clock)


def test_a_refused_unit_stays_and_is_asked_about_no_more(both, clock):
    services.refuse(proposal("140827201201"), 1, clock())
    assert "140827201201" in codes_under("140827201")
    left = {one.unit.code for one in queries.undecided(queries.top()).units}
    assert left == {"140827201", "140827101202"}


def test_an_officer_may_choose_another_and_change_her_mind(both, clock):
    closed = unit("140827101202")
    services.choose(closed, unit("140827105201"), 1, clock())
    assert closed.code in codes_under("140827105")
    services.choose(closed, unit("140827101201"), 1, clock())
    assert closed.code in codes_under("140827101")
    assert queries.succession_of(closed).successor == unit("140827101201")


def test_a_successor_is_open_and_of_the_same_level(both, clock):
    closed = unit("140827101202")
    with pytest.raises(Invalid, match="同级"):
        services.choose(closed, unit("140827105"), 1, clock())
    with pytest.raises(Conflict, match="已撤销"):
        services.choose(closed, unit("140827201201"), 1, clock())
    with pytest.raises(Conflict, match="没有撤销"):
        services.choose(unit("140827105201"), unit("140827101201"), 1, clock())


def test_the_sure_ones_are_confirmed_together(both, clock):
    top = queries.top()
    pending = queries.undecided(top, sure=90)
    assert (pending.total, pending.sure) == (3, 1)
    assert services.confirm_sure(top.path, 90, 1, clock()) == 1
    left = {one.unit.code for one in queries.undecided(top).units}
    assert left == {"140827201", "140827101202"}
    assert services.confirm_sure(top.path, 0, 1, clock()) == 2
    assert queries.undecided(top).units == []


# ── the real city ───────────────────────────────────────────────────────────────────────────────


def listed(year, seat):
    """The list of a year, as far as it speaks of a seat and what is above it."""
    head, *rows = (DATA / f"yuncheng_{year}.csv").read_text().splitlines(keepends=True)
    mine = [
        row for row in rows if seat.startswith(code := row.split(",")[0]) or code.startswith(seat)
    ]
    return "".join([head, *mine])


# The whole city where a question costs little; a server, which is asked eight thousand, a county.
@pytest.mark.parametrize(
    ("database_url", "seat", "total", "gone", "villages", "counties"),
    [
        ("sqlite", "1408", 3528, 1278 + 22, 2386, 13),
        ("postgresql", "140825", 233, 87, 163, 1),
    ],
    indirect=["database_url"],
)
def test_from_2018_to_2023_nobody_is_lost(load, clock, seat, total, gone, villages, counties):
    for year, on in ((2018, FIRST), (2023, SECOND)):
        change, proposed = load(listed(year, seat), on)
    city = queries.top()
    assert len(change.closed) == gone
    under = db.session.scalar(select(func.count(OrgUnit.id)).where(queries.under(city.path)))
    assert under == total + len(change.opened)
    standing = select(OrgUnit.kind, func.count()).where(OrgUnit.closed_on.is_(None))
    count = dict(db.session.execute(standing.group_by(OrgUnit.kind)).all())
    assert count[UnitKind.VILLAGE] + count[UnitKind.COMMUNITY] == villages
    assert count[UnitKind.COUNTY] == counties
    assert proposed / gone > 0.99
    services.confirm_sure(city.path, 80, 1, clock())
    left = queries.undecided(city).total
    done = select(func.count(Succession.id)).where(Succession.state == SuccessionState.CONFIRMED)
    assert left + db.session.scalar(done) == gone
    under = db.session.scalar(select(func.count(OrgUnit.id)).where(queries.under(city.path)))
    assert under == total + len(change.opened)
    units = {one.id: one for one in db.session.scalars(select(OrgUnit))}
    for one in units.values():
        above = units[one.parent_id].path if one.parent_id else "/"
        assert one.path == f"{above}{one.id}/"
