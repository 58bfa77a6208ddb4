"""What is one's own is written past the session, and is one transaction with what it writes."""

from contextlib import nullcontext
from types import SimpleNamespace

import pytest
from sqlalchemy import bindparam, func, select, text, update
from sqlalchemy.exc import DataError

from lms.access import own
from lms.access.permissions import Permission
from lms.access.scope import seeing_everything, the_house_writes
from lms.audit.models import AuditEntry
from lms.audit.services import own_act, record
from lms.bare import MOST, lines_to
from lms.db import WRITES, db, is_server
from lms.errors import Conflict
from lms.gate import scope_for
from lms.people.models import Person
from lms.web import transaction
from tests.access.test_scope import house

__all__ = ["house"]
on_a_server = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
BACKEND = text("select pg_backend_pid() as pid")
ENDED = text("select pg_terminate_backend(cast(:pid as integer)) as gone")
BY_NOTHING = text("select 1 / :none as much")
RENAMED = (
    update(Person)
    .where(Person.id == bindparam("me"))
    .values(name=bindparam("named"))
    .execution_options(synchronize_session=False)
)


@pytest.fixture
def cadre(app, house, clock):
    """Within a request of a cadre that writes and has not asked for anything yet."""
    mine = SimpleNamespace(id=house.mine.id, org_id=house.mine.org_id)
    with app.app_context():
        within(mine, clock)
        yield mine
        db.session.rollback()


def within(person, clock):
    scope = scope_for(person.id, [Permission.LEARN], clock())
    db.session.rollback()
    db.session.info["scope"] = scope


def rename(person, name):
    done = own.execute(RENAMED, person.id, {"me": person.id, "named": name}, Person)
    assert ("held" in db.session.info) == is_server(db.engine)
    return done.rowcount


def end_the_line(person):
    """The server lets go of the line that is held."""
    pid = own.execute(BACKEND, person.id, {}, Person).one().pid
    with lines_to(db.engine).one() as other:
        other.execute(ENDED, {"pid": pid})


def name_of(app, person):
    """As another request sees it."""
    with app.app_context(), seeing_everything():
        return db.session.scalar(select(Person.name).where(Person.id == person.id))


def acts(app):
    with app.app_context(), seeing_everything():
        return db.session.scalar(select(func.count()).where(AuditEntry.act.in_(("one", "two"))))


def test_what_is_written_is_kept_with_the_request(app, cadre):
    assert rename(cadre, "改过名") == 1
    if is_server(db.engine):
        assert name_of(app, cadre) != "改过名"
    transaction.finish()
    assert name_of(app, cadre) == "改过名"


def test_what_is_undone_was_never_written(app, cadre):
    before = name_of(app, cadre)
    rename(cadre, "改过名")
    transaction.undo()
    assert name_of(app, cadre) == before
    db.session.info["reading"] = False
    assert rename(cadre, "又改名") == 1  # and the line is a good one
    transaction.finish()
    assert name_of(app, cadre) == "又改名"


def test_a_request_that_breaks_off_leaves_nothing(app, house, clock):
    before = name_of(app, house.mine)
    mine = SimpleNamespace(id=house.mine.id)
    with app.app_context():
        within(mine, clock)
        rename(mine, "改过名")
    assert name_of(app, house.mine) == before


def test_the_session_sees_what_was_written_and_writes_in_the_same_transaction(app, cadre, clock):
    rename(cadre, "改过名")
    with seeing_everything():
        assert db.session.scalar(select(Person.name).where(Person.id == cadre.id)) == "改过名"
        record("one", clock())
    with the_house_writes():
        own.add_each([own_act("two", clock(), "word", cadre.org_id)], cadre.id)
    if is_server(db.engine):
        assert acts(app) == 0
    transaction.finish()
    assert acts(app) == 2
    assert name_of(app, cadre) == "改过名"


def test_what_the_session_wrote_before_is_seen_and_undone_together(app, cadre, clock):
    record("one", clock())
    own.execute(RENAMED, cadre.id, {"me": cadre.id, "named": "改过名"}, Person)
    assert "held" not in db.session.info  # the session's own transaction takes it
    transaction.undo()
    assert acts(app) == 0
    assert name_of(app, cadre) != "改过名"


def test_a_request_that_only_reads_writes_nothing(cadre):
    db.session.info["reading"] = True
    with pytest.raises(RuntimeError, match=WRITES):
        rename(cadre, "改过名")


@on_a_server
@pytest.mark.parametrize(
    ("end", "told"),
    [(transaction.finish, pytest.raises(Conflict)), (transaction.undo, nullcontext())],
)
def test_a_server_that_goes_keeps_nothing_and_who_commits_is_told(app, cadre, end, told):
    before = name_of(app, cadre)
    rename(cadre, "改过名")
    end_the_line(cadre)
    with told:
        end()
    assert name_of(app, cadre) == before
    assert rename(cadre, "又改名") == 1


@on_a_server
@pytest.mark.parametrize("session_too", [False, True])
def test_a_commit_of_what_had_failed_is_not_called_kept(app, cadre, session_too):
    before = name_of(app, cadre)
    rename(cadre, "改过名")
    if session_too:  # whose own commit would say nothing of it
        with seeing_everything():
            assert db.session.scalar(select(Person.name).where(Person.id == cadre.id)) == "改过名"
    with pytest.raises(DataError):
        own.execute(BY_NOTHING, cadre.id, {"none": 0}, Person)
    with pytest.raises(Conflict):
        transaction.finish()
    assert name_of(app, cadre) == before


@on_a_server
def test_however_requests_end_their_lines_are_free_again(app, house, clock):
    mine = SimpleNamespace(id=house.mine.id)
    with app.app_context():
        lines = lines_to(db.engine)
    for end in (transaction.finish, transaction.undo, lambda: None) * MOST:
        with app.app_context():
            within(mine, clock)
            rename(mine, "改过名")
            end()
    taken = [lines.take() for _ in range(MOST)]
    assert all(line.idle for line in taken)
    for line in taken:
        lines.give_back(line)


@on_a_server
def test_a_statement_whose_text_depends_on_its_values_is_refused(cadre):
    several = select(Person.id).where(Person.id.in_(bindparam("several", expanding=True)))
    with pytest.raises(TypeError, match="not a whole statement"):
        own.execute(several, cadre.id, {"several": [1, 2]}, Person)
