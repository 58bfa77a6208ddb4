"""One's own rows are asked for briefly; anybody else's as all others are."""

import pytest
from sqlalchemy import Integer, bindparam, select

from lms.access import own
from lms.access.permissions import Permission
from lms.access.scope import seeing_everything
from lms.db import db
from lms.errors import NotAllowed
from lms.gate import scope_for
from lms.learning.models import LessonRead
from lms.people.models import Posting
from tests.access.test_scope import house

ME = bindparam("me", type_=Integer)
POSTS = select(Posting.person_id).where(Posting.person_id == ME)

__all__ = ["house"]


def of(person):
    return [row.person_id for row in own.execute(POSTS, person.id, {"me": person.id}, Posting)]


@pytest.fixture
def cadre(app, house, clock):
    """Within a request of a cadre, who sees nobody else."""
    with app.app_context():
        db.session.info["scope"] = scope_for(house.mine.id, [Permission.LEARN], clock())
        yield house.mine


def test_one_asks_for_ones_own_and_for_nobody_elses(house, cadre):
    assert of(cadre) == [cadre.id]
    assert of(house.strange) == []


def test_who_says_not_whose_rows_they_are_is_narrowed(house, cadre):
    everybodys = own.execute(select(Posting.person_id), None, {}, Posting)
    assert [row.person_id for row in everybodys] == [cadre.id]


def test_nothing_is_asked_where_no_scope_is_set(app, house):
    with app.app_context(), pytest.raises(NotAllowed):
        of(house.mine)


def test_the_house_itself_asks_for_anybodys(app, house):
    with app.app_context(), seeing_everything():
        assert of(house.strange) == [house.strange.id]


def test_rows_of_somebody_else_are_not_added_with_ones_own(house, cadre, clock):
    read = {"lesson_id": 1, "read_at": clock()}
    rows = [
        (LessonRead, read | {"person_id": who.id, "org_id": who.org_id})
        for who in (cadre, house.strange)
    ]
    with pytest.raises(NotAllowed):
        own.add_each(rows, house.strange.id)
    assert db.session.scalars(select(LessonRead)).all() == []
