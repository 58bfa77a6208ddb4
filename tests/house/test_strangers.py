"""An officer of one county can see or change nothing of another, by any address or any field.

One row stands in every table, all of them of one county. A stranger, who holds every business role
for another county, then tries every view of the house with the identifiers of those rows.
"""

import re
from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import pytest
from sqlalchemy import JSON, Boolean, Date, Engine, Enum, Integer, Numeric, event, select

from lms.access.permissions import ADMINISTRATORS, OPEN, ROLE_PERMISSIONS, SIGNED_IN, Role
from lms.access.scope import Scoped
from lms.db import Base, Utc
from lms.people.rules import Post
from tests.house.test_tables import OPEN_TABLES

MARK = "甲县的秘密"
# The name of a part of an address → the table it points to, where they differ.
TABLES = {
    "unit_id": "org_unit",
    "org_id": "org_unit",
    "version_id": "question_version",
    "rule_id": "enrolment_rule",
    "row_id": "named_officer",
    "held_id": "role_held",
    "role_id": "role_held",
    "import_id": "roster_import",
    "line_id": "roster_line",
    "other_id": "person",
    "bundle_id": "certificate_bundle",
    "round_id": "reminder_round",
    "label_id": "unit_label",
    "class_id": "training_class",
    "split_id": "class_split",
    "session_id": "class_session",
    "member_id": "class_member",
    "leave_id": "class_leave",
}
# What a row leaves out: an exception is for a person or for a unit.
LEFT_OUT = {"inspection_bundle": {"assessment_id"}, "allowance": {"org_id"}}
PLACES = {"slot": 1}  # numbers in an address that are no keys
# Rows that a stranger may add by right, and that say nothing about another county.
LEFT_BY_ANYONE = {"audit_entry", "audit_block", "complaint", "sign_in", "device", "wrong_answers"}
# What a form may be sent. Identifiers are all those of the other county.
WORDS = {
    **dict.fromkeys(("title", "name", "text", "why", "summary", "code", "line", "answer"), "试试"),
    **dict.fromkeys(("from_on", "on", "opens_on", "day", "as_of"), "2026-11-23"),
    **dict.fromkeys(("closes_on", "to_on"), "2026-12-23"),
    **dict.fromkeys(("opens_at",), "2026-11-24T09:00"),
    **dict.fromkeys(("closes_at",), "2026-12-24T09:00"),
    **dict.fromkeys(("minutes", "attempts", "number", "required_hours", "hours", "confirmed"), "1"),
    **dict.fromkeys(("pass_mark",), "60"),
    **dict.fromkeys(("post", "posts"), "VPS"),
    **dict.fromkeys(("role",), "trainer"),
}


# A walk that shows what labels say asks next to nothing of a database, and all of it for each view.
of_the_gate = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def table_of(argument: str) -> str:
    return TABLES.get(argument, argument.removesuffix("_id"))


class County:
    """The rows of one county: one in every table."""

    def __init__(self, make):
        self.session = make.session
        self.unit = make.unit("甲县")
        self.person = make.person(self.unit, name=MARK)
        self.ids = {"org_unit": self.unit.id, "person": self.person.id}
        for table in Base.metadata.sorted_tables:
            if table.name not in self.ids:
                self.ids[table.name] = self._row(table)
        self.session.commit()

    def _row(self, table) -> int:
        given = {
            column.name: self._value(table, column, day)
            for day, column in enumerate(table.columns)
            if not column.primary_key and (not column.nullable or column.foreign_keys)
            if column.name not in LEFT_OUT.get(table.name, ())
        }
        done = self.session.connection().execute(table.insert().values(given))
        return done.inserted_primary_key[0]

    def _value(self, table, column, day):
        for key in column.foreign_keys:
            return self.ids.get(key.column.table.name)
        kind = column.type
        plain = {
            Integer: 1,
            Boolean: True,
            Numeric: Decimal(1),
            Date: date(2026, 1, 1) + timedelta(days=day),
            Utc: datetime(2026, 11, 1, tzinfo=UTC) + timedelta(days=day),
            JSON: [] if table.name in OPEN_TABLES else [MARK],
        }
        if isinstance(kind, Enum):
            return next(iter(kind.enum_class))
        found = next((value for sort, value in plain.items() if isinstance(kind, sort)), None)
        if found is not None:
            return found
        return ("x" if table.name in OPEN_TABLES else MARK)[: kind.length or 40]

    def rows(self, names: Collection[str] | None = None) -> dict[str, list]:
        """Its own rows, and any that point to them. names: of these tables alone."""
        self.session.expire_all()
        found = {}
        for table in Base.metadata.sorted_tables:
            if table.name in LEFT_BY_ANYONE or (names is not None and table.name not in names):
                continue
            mine = table.c.id == self.ids[table.name]
            for name, whose in (("org_id", self.unit.id), ("person_id", self.person.id)):
                if name in table.c:
                    mine = mine | (table.c[name] == whose)
            query = select(table).where(mine).order_by(table.c.id)
            found[table.name] = self.session.connection().execute(query).all()
        self.session.commit()
        return found

    def fields(self, rules) -> dict[str, object]:
        """Every field that a form of the house might take, with this county's identifiers."""
        names = {argument for rule in rules for argument in rule.arguments}
        found = {name: self.ids[table_of(name)] for name in names if name.endswith("_id")}
        found |= {"unit": self.unit.id, "under": self.unit.id, "person": self.person.id}
        found |= {"courses": self.ids["course"], "assessments": self.ids["assessment"]}
        found |= {"release": self.ids["paper_release"], "paper": self.ids["paper"]}
        found |= {"release_id": self.ids["paper_release"], "project": self.ids["project"]}
        return found | WORDS


class Written:
    """The tables that statements write to; `names()` are those since it was last asked."""

    WRITING = re.compile(r"\b(?:insert\s+into|update|delete\s+from)\s+\"?(\w+)", re.IGNORECASE)

    def __init__(self):
        self.seen: set[str] = set()

    def note(self, _connection, _cursor, statement, *_):
        self.seen.update(self.WRITING.findall(statement))

    def names(self) -> set[str]:
        seen, self.seen = self.seen, set()
        return seen


@pytest.fixture
def written():
    watch = Written()
    event.listen(Engine, "before_cursor_execute", watch.note)
    yield watch
    event.remove(Engine, "before_cursor_execute", watch.note)


def told(answer) -> str:
    """Everything an answer says: of a workbook, all its parts."""
    if not answer.data.startswith(b"PK"):
        return answer.data.decode(errors="replace")
    with ZipFile(BytesIO(answer.data)) as book:
        return "".join(book.read(name).decode(errors="replace") for name in book.namelist())


@pytest.fixture
def county(make):
    return County(make)


@pytest.fixture
def stranger(make, sign_in):
    """Holds every business role for another county, and is a cadre there."""
    unit = make.unit("乙县")
    person = make.person(unit, Post.LEADER, name="外人")
    for role in Role:
        if role is not Role.CADRE and role not in ADMINISTRATORS:
            make.role(person, role, unit)
    return sign_in(person)


def rules(app):
    """Every address of the house but those that are open to all, and the two doors of one's own."""
    for rule in app.url_map.iter_rules():
        if app.view_functions[rule.endpoint].needs != (OPEN,):
            yield rule


def addresses(app, county, method):
    for rule in rules(app):
        if method not in rule.methods:
            continue
        values = {
            name: county.ids[table_of(name)] if name.endswith("_id") else PLACES.get(name, "x")
            for name in rule.arguments
        }
        with app.test_request_context():
            from flask import url_for

            yield rule, url_for(rule.endpoint, **values)


def test_every_part_of_an_address_points_to_a_table(app, county):
    names = {name for rule in rules(app) for name in rule.arguments if name.endswith("_id")}
    assert {name for name in names if table_of(name) not in county.ids} == set()


def test_a_stranger_sees_nothing_of_another_county(app, county, stranger):
    seen = []
    fields = {k: v for k, v in county.fields(rules(app)).items() if k.endswith("_id")}
    for rule, address in addresses(app, county, "GET"):
        for query in ({}, {"under": county.unit.id, "unit": county.unit.id, **fields}):
            answer = stranger.get(address, query_string=query)
            if answer.status_code >= 500 or MARK.encode() in answer.data:
                seen.append((rule.endpoint, answer.status_code, query))
            if any(name.endswith("_id") for name in rule.arguments) and answer.status_code < 300:
                scoped = any(
                    issubclass(mapper.class_, Scoped)
                    for mapper in Base.registry.mappers
                    for name in rule.arguments
                    if mapper.local_table.name == table_of(name)
                )
                if scoped:
                    seen.append((rule.endpoint, answer.status_code))
    assert seen == []


def test_a_stranger_changes_nothing_of_another_county(app, county, stranger, written):
    before = county.rows()
    data = county.fields(rules(app))
    broken = []
    for rule, address in addresses(app, county, "POST"):
        if rule.endpoint in ("accounts.sign_out", "accounts.lock"):
            continue
        answer = stranger.post(address, data)
        if answer.status_code >= 500:
            broken.append((rule.endpoint, answer.status_code))
        after = before | county.rows(written.names())
        if after != before:
            names = [name for name in before if before[name] != after[name]]
            broken.append((rule.endpoint, answer.status_code, names))
            before = after
    assert broken == []
    assert county.rows() == before  # by no way that is not a statement either


@of_the_gate
def test_nobody_who_is_not_signed_in_gets_past_the_gate(app, county, client):
    for method, send in (("GET", client.get), ("POST", client.post)):
        for rule, address in addresses(app, county, method):
            answer = send(address)
            assert answer.status_code in (302, 303, 400, 401, 403, 422), (rule, answer.status_code)
            assert MARK not in told(answer)


@of_the_gate
def test_a_cadre_gets_into_no_room_of_an_officer(app, county, make, sign_in):
    cadre = sign_in(make.person(make.unit("丙村")))
    own = {"today", "exams", "marking", "practice", "accounts", "notices", "jobs", "web"}
    cadres = {SIGNED_IN, *ROLE_PERMISSIONS[Role.CADRE]}
    for rule, address in addresses(app, county, "GET"):
        needs = app.view_functions[rule.endpoint].needs
        answer = cadre.get(address)
        assert MARK not in told(answer), rule
        if not cadres & {*needs} and rule.endpoint.split(".")[0] not in own:
            assert answer.status_code == 403, (rule, answer.status_code)
