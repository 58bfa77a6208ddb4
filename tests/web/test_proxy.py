"""Where a visitor comes from, with a proxy in front and without one."""

import pytest

from lms.audit.models import AuditEntry
from lms.db import db
from tests.conftest import app_on


def address(app, make, sign_in_as):
    """What the log says of a refused look that a proxy passed on."""
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["token"] = make.sign_in(sign_in_as)
    client.get("/audit/", headers={"X-Forwarded-For": "10.1.2.3"})
    return make.all(AuditEntry)[-1].address


@pytest.mark.parametrize(("behind", "expected"), [(True, "10.1.2.3"), (False, "127.0.0.1")])
def test_a_forwarded_address_is_believed_only_behind_a_proxy(
    database_url, clock, tmp_path, make, behind, expected
):
    app = app_on(database_url, tmp_path, clock, behind_proxy=behind)
    person = make.person(make.unit("甲县"))
    assert address(app, make, person) == expected
    with app.app_context():
        db.engine.dispose()
