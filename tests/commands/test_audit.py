"""`audit verify` from the shell: how far the seal reaches, or the first block that is broken."""

import pytest
from sqlalchemy import update

from lms.access.scope import seeing_everything
from lms.app import create_app
from lms.audit.models import AuditEntry
from lms.audit.services import record, seal
from lms.db import db
from lms.settings import Settings
from lms.web.transaction import finish
from tests.conftest import SECRETS


@pytest.fixture
def verify(app):
    return lambda: app.test_cli_runner().invoke(args=["audit", "verify"])


@pytest.fixture
def write(app, clock):
    """write(n, sealed=True): n acts, and a block over them."""

    def acts(many, sealed=True):
        with app.app_context(), seeing_everything():
            for _ in range(many):
                record("export", clock())
            finish()
            if sealed:
                seal(clock(), SECRETS["digest"])
                finish()

    return acts


def test_a_whole_log_is_said_to_be_whole(verify, write):
    write(3)
    write(2)
    write(1, sealed=False)
    done = verify()
    assert (done.exit_code, done.stderr) == (0, "")
    assert "2 块、5 条，封存到 2026-11-23 17:00:00；尚未封存 1 条" in done.output


def test_an_empty_log_is_whole(verify):
    assert "0 块、0 条，封存到 —" in verify().output


def test_the_first_broken_block_is_named(verify, write, app):
    write(3)
    write(2)
    write(2)
    with app.app_context(), seeing_everything():
        db.session.execute(update(AuditEntry).where(AuditEntry.block_id == 2).values(act="nothing"))
        finish()
    done = verify()
    assert done.exit_code == 1
    assert "第 2 块" in done.stderr and "此前 3 条完好" in done.stderr
    assert done.stderr.count("\n") == 1


def test_without_the_key_nothing_is_claimed(tmp_path, database_url):
    app = create_app(Settings(var=tmp_path, database_url=database_url))
    done = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert done.exit_code == 1 and "没有密钥" in done.stderr
