"""The log is sealed in blocks; a row that is changed afterwards is found."""

import pytest
from sqlalchemy import delete, update

from lms.access.permissions import Role
from lms.access.scope import seeing_everything
from lms.audit.models import AuditBlock, AuditEntry
from lms.audit.services import record, seal, verify
from lms.db import db
from lms.web.transaction import finish

KEY = "a key"


@pytest.fixture
def log(app, clock):
    """Two blocks of two rows, and one row that is not sealed yet."""
    with app.app_context(), seeing_everything():
        for number in range(5):
            record("try", clock(), whom=f"thing {number}", number=number)
            finish()
            if number % 2:
                seal(clock(), KEY)
                finish()
        yield


def test_a_whole_log_holds(log, clock):
    verdict = verify(KEY)
    assert (verdict.blocks, verdict.rows, verdict.unsealed) == (2, 4, 1)
    assert verdict.broken is None
    assert verdict.reaches == clock()


def test_sealing_twice_seals_once(log, clock):
    assert seal(clock(), KEY) == 1
    assert seal(clock(), KEY) == 0


def test_a_changed_row_is_found_in_its_block(log):
    db.session.execute(update(AuditEntry).where(AuditEntry.id == 3).values(whom="another"))
    assert verify(KEY).broken == 2


def test_a_deleted_row_is_found(log):
    db.session.execute(delete(AuditEntry).where(AuditEntry.id == 1))
    assert verify(KEY).broken == 1


def test_a_row_moved_into_a_sealed_block_is_found(log):
    db.session.execute(update(AuditEntry).where(AuditEntry.id == 5).values(block_id=1))
    assert verify(KEY).broken == 1


def test_a_block_cannot_be_sealed_anew_without_the_key(log):
    db.session.execute(update(AuditEntry).where(AuditEntry.id == 1).values(whom="another"))
    db.session.execute(update(AuditBlock).where(AuditBlock.id == 1).values(seal="0" * 64))
    assert verify(KEY).broken == 1


def test_the_log_is_read_by_the_audit_administrator_alone(log, make, sign_in):
    city = make.unit("某市")
    auditor = make.officer(city, Role.AUDIT_ADMIN)
    other = make.officer(city, Role.SYSTEM_ADMIN)
    assert sign_in(other).get("/audit/").status_code == 403
    page = sign_in(auditor).get("/audit/")
    assert page.status_code == 200
    assert "thing 4" in page.text


def test_a_refused_look_is_in_the_log(make, sign_in):
    stranger = make.officer(make.unit("某市"), Role.SYSTEM_ADMIN, name="赵六")
    sign_in(stranger).get("/audit/")
    entry = make.all(AuditEntry)[-1]
    assert (entry.act, entry.name, entry.outcome.value) == ("open", "赵六", "refused")
