"""Past the driver, what a column holds goes and comes as SQLAlchemy would have it."""

from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Enum,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    bindparam,
    create_engine,
    delete,
    func,
    insert,
    select,
)

from lms.bare import lines_to
from lms.db import Utc, engine_options
from tests import postgres


class Kind(StrEnum):
    ONE = "the one"
    OTHER = "另一种"


KINDS = Table(
    "kinds",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("short", Integer),
    Column("long", BigInteger),
    Column("yes", Boolean),
    Column("said", String(200)),
    Column("day", Date),
    Column("moment", Utc),
    Column("points", Numeric(7, 2)),
    Column("facts", JSON),
    Column(
        "kind",
        Enum(Kind, native_enum=False, values_callable=lambda kind: [one.value for one in kind]),
    ),
)
COLUMNS = [column for column in KINDS.c if column.name != "id"]
ADDED = (
    insert(KINDS)
    .values({column.name: bindparam(column.name, type_=column.type) for column in COLUMNS})
    .returning(KINDS.c.id)
)
READ = select(*COLUMNS).where(KINDS.c.id == bindparam("row", type_=Integer))
CUT = select(func.substr(KINDS.c.said, 1, 2).label("cut")).where(KINDS.c.id == bindparam("row"))

words = some.text(max_size=100).filter(lambda said: "\0" not in said)
plain = (
    some.none() | some.booleans() | some.integers(-(2**50), 2**50) | words.filter(str.isprintable)
)
rows = some.fixed_dictionaries(
    {
        "short": some.none() | some.integers(-(2**31), 2**31 - 1),
        "long": some.none() | some.integers(-(2**63), 2**63 - 1),
        "yes": some.none() | some.booleans(),
        "said": some.none() | words,
        "day": some.none() | some.dates(date(1900, 1, 1), date(2200, 1, 1)),
        "moment": some.none()
        | some.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=some.just(UTC)),
        "points": some.none() | some.decimals(0, 9999, places=2),
        "facts": some.dictionaries(
            words.filter(str.isprintable), plain | some.lists(plain), max_size=4
        ),
        "kind": some.none() | some.sampled_from(Kind),
    }
)


@pytest.fixture(scope="module")
def engine(worker):
    url = postgres.bare(f"{worker}_spelt")
    engine = create_engine(url, **engine_options(url))
    KINDS.create(engine)
    yield engine
    engine.dispose()


@given(rows)
def test_each_kind_of_column_is_kept_and_read_as_the_driver_has_it(engine, row):
    with lines_to(engine).one() as line:
        there = line.execute(ADDED, row).one().id
        read = line.execute(READ, {"row": there}).one()._asdict()
    with engine.connect() as connection:
        usual = dict(connection.execute(READ, {"row": there}).one()._mapping)
    assert read == usual == row
    assert [type(one) for one in read.values()] == [type(one) for one in usual.values()]


def test_a_number_that_the_statement_brings_along_has_the_places_of_its_column(engine):
    empty = dict.fromkeys([column.name for column in COLUMNS], None)
    with lines_to(engine).one() as line:
        there = line.execute(ADDED, empty | {"said": "一二三", "points": Decimal("1.50")}).one().id
        assert line.execute(CUT, {"row": there}).one().cut == "一二"


def test_how_many_were_changed_is_told(engine):
    empty = dict.fromkeys([column.name for column in COLUMNS], None)
    gone = delete(KINDS).where(KINDS.c.id == bindparam("row", type_=Integer))
    with lines_to(engine).one() as line:
        there = line.execute(ADDED, empty).one().id
        assert line.execute(gone, {"row": there}).rowcount == 1
        assert line.execute(gone, {"row": there}).rowcount == 0
