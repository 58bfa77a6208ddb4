"""`accounts reissue` from the shell: a code shown once, or one line of what is wrong."""

import re

from lms.access.permissions import Role
from lms.accounts.models import Slip
from lms.audit.models import AuditEntry


def reissue(app, number):
    return app.test_cli_runner().invoke(args=["accounts", "reissue", number])


def test_an_administrator_gets_a_new_code_at_the_machine(app, make):
    person = make.officer(make.unit(), Role.SECURITY_ADMIN, name="安卫国")
    done = reissue(app, person.short_number)
    assert (done.exit_code, done.stderr) == (0, "")
    assert "安卫国" in done.output and re.search(r"\d{4} \d{4} \d{4} \d{4}", done.output)
    assert [(slip.person_id, slip.resets) for slip in make.all(Slip)] == [(person.id, True)]
    assert "reissue slip" in [row.act for row in make.all(AuditEntry)]


def test_a_number_that_nobody_has_is_told_in_one_line(app, make):
    done = reissue(app, "999999")
    assert done.exit_code == 1 and "没有找到短号 999999" in done.stderr
    assert done.stderr.count("\n") == 1


def test_who_is_nothing_today_gets_no_code(app, make):
    person = make.person(post=None)
    done = reissue(app, person.short_number)
    assert done.exit_code == 1 and make.all(Slip) == []
