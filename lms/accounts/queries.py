"""Looking up sessions. The gate asks, before there is a scope."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from lms.accounts.models import SignIn
from lms.db import db
from lms.people.models import Person


@dataclass(frozen=True)
class OpenSession:
    """A session and its person, in one look."""

    id: int
    person_id: int
    name: str
    org_id: int
    started_at: datetime
    seen_at: datetime


def open_session(token_digest: str) -> OpenSession | None:
    """The session of a token, while it has not been ended."""
    row = db.session.execute(
        select(
            SignIn.id,
            SignIn.person_id,
            Person.name,
            Person.org_id,
            SignIn.started_at,
            SignIn.seen_at,
        )
        .join(Person, Person.id == SignIn.person_id)
        .where(SignIn.token_digest == token_digest, SignIn.ended_at.is_(None))
    ).one_or_none()
    return None if row is None else OpenSession(*row)
