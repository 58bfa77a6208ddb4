"""A line past the driver: values go out and come back as they are, and a broken one is let go."""

import threading
from datetime import UTC, datetime, timedelta, timezone
from time import monotonic

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from lms.bare import MOST, lines_to
from lms.db import engine_options
from lms.web import transaction
from tests import postgres

TOLD = text(
    "select cast(:number as bigint) as number, cast(:said as text) as said,"
    " cast(:moment as timestamp) as moment, cast(:yes as boolean) as yes,"
    " cast(:said as text) is null as silent, json_build_array(1, null) as listed"
)


@pytest.fixture(scope="module")
def engine(worker):
    url = postgres.bare(f"{worker}_bare")
    engine = create_engine(url, **engine_options(url))
    yield engine
    engine.dispose()


def asked(engine, statement, **values):
    with transaction.batch(engine) as line:
        return line.execute(text(statement), values)


ONE_WORD = text("select cast(:said as text) as said")


@given(some.text().filter(lambda said: "\0" not in said))
def test_a_text_comes_back_as_it_went(engine, said):
    with transaction.batch(engine) as line:
        assert line.execute(ONE_WORD, {"said": said}).one().said == said


@pytest.mark.parametrize("yes", [True, False])
@pytest.mark.parametrize("said", ["", "答‘A’", None])
def test_each_kind_of_value_comes_back_as_it_went(engine, said, yes):
    there = datetime(2026, 11, 29, 17, 0, 0, 250_000, tzinfo=timezone(timedelta(hours=8)))
    values = {"number": -(2**40), "said": said, "moment": there, "yes": yes}
    with transaction.batch(engine) as line:
        row = line.execute(TOLD, values).one()
    assert (row.number, row.said, row.yes, row.listed) == (-(2**40), said, yes, [1, None])
    assert row.moment.replace(tzinfo=UTC) == there
    assert row.silent is (said is None)


def test_a_text_with_a_zero_byte_is_refused_and_not_cut_off(engine):
    with pytest.raises(ValueError, match="zero byte"):
        asked(engine, "select cast(:said as text) as said", said="before\0after")


def test_what_the_server_refuses_is_an_error_and_the_line_goes_on(engine):
    with transaction.batch(engine) as line:
        with pytest.raises(Exception, match="division by zero"):
            line.execute(text("select 1 / :none as much"), {"none": 0})
        assert line.execute(text("select 7 as seven"), {}).one().seven == 7
    with pytest.raises(SQLAlchemyError):
        asked(engine, "select 1 / :none as much", none=0)


def test_each_statement_is_kept_by_itself(engine):
    asked(engine, "create table kept (number integer)")
    with pytest.raises(RuntimeError), transaction.batch(engine) as line:
        line.execute(text("insert into kept values (:number)"), {"number": 1})
        raise RuntimeError("what comes after it")
    assert asked(engine, "select number from kept").one().number == 1


def test_the_line_that_was_used_last_is_used_first(engine):
    with transaction.batch(engine) as line, transaction.batch(engine) as other:
        assert line is not other
    with transaction.batch(engine) as again:
        assert again is line


def test_the_lines_of_a_server_that_has_gone_are_let_go_and_new_ones_work(engine):
    with transaction.batch(engine) as line, transaction.batch(engine) as other:
        pid = other.execute(text("select pg_backend_pid() as pid"), {}).one().pid
        line.execute(
            text("select pg_terminate_backend(cast(:pid as integer)) as gone"), {"pid": pid}
        )
        with pytest.raises(Exception, match="terminat|closed"):
            other.execute(text("select 1 as one"), {})
    with transaction.batch(engine) as new:
        assert new is not other
        assert new.execute(text("select 1 as one"), {}).one().one == 1


def test_a_line_that_the_driver_knew_before_forgets_nothing_with_a_rollback(engine):
    lines = lines_to(engine)
    lines.close()
    with engine.connect() as connection:
        for _ in range(9):  # from the fifth time on the driver has it prepared
            connection.execute(text("select 1"))
        connection.commit()
    line = lines.take()
    try:
        for _ in range(2):
            assert line.execute(ONE_WORD, {"said": "学习"}).one().said == "学习"
            line.tell(b"begin")
            line.connection.execute(text("select 1"))
            line.connection.rollback()
    finally:
        lines.give_back(line)


def test_a_line_that_has_forgotten_what_it_prepared_is_let_go(engine):
    with pytest.raises(SQLAlchemyError), transaction.batch(engine) as line:
        line.execute(ONE_WORD, {"said": "学习"})
        line.tell(b"deallocate all")
        line.execute(ONE_WORD, {"said": "学习"})
    assert asked(engine, "select 1 as one").one().one == 1
    with transaction.batch(engine) as other:
        assert other is not line


def test_who_comes_when_all_lines_are_taken_waits_for_one(engine):
    lines, got = lines_to(engine), []
    taken = [lines.take() for _ in range(MOST)]
    late = threading.Thread(target=lambda: got.append(lines.take()))
    late.start()
    late.join(0.1)
    assert got == []
    lines.give_back(taken.pop())
    late.join(60)
    assert len(got) == 1
    for line in taken + got:
        lines.give_back(line)


def test_while_one_waits_for_the_server_others_work(engine):
    """The driver's library lets go of the interpreter; else a whole house would stand still."""
    ended = threading.Event()

    def sleep():
        asked(engine, "select 1 as one, pg_sleep(:long) is null as slept", long=1)
        ended.set()

    waiting = threading.Thread(target=sleep)
    waiting.start()
    counted, began = 0, monotonic()
    while not ended.is_set() and monotonic() - began < 60:
        counted += asked(engine, "select 1 as one").one().one
    waiting.join()
    assert counted > 1


def test_a_house_that_closes_its_database_closes_these_lines_too(worker):
    url = postgres.bare(f"{worker}_closed")
    engine = create_engine(url, **engine_options(url))
    with transaction.batch(engine) as line:
        assert line.is_open
    engine.dispose()
    assert not line.is_open
