"""What a person signs in with, on which device, and the sessions that are open."""

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.scope import FlowsUp
from lms.accounts.rules import Means
from lms.db import Base, Code, Digest, Line, Moment, Name
from lms.people.models import Person


class Account(FlowsUp, Base):
    """What a person signs in with. A cadre has a PIN; who answers for others, a password."""

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("person_id"),)

    pin_hash: Mapped[Line | None]
    password_hash: Mapped[Line | None]
    password_at: Mapped[Moment | None]
    made_at: Mapped[Moment]
    noticed_at: Mapped[Moment | None]  # when the notice of what is kept was first shown
    ended_at: Mapped[Moment | None]
    ended_why: Mapped[Line | None]

    person: Mapped[Person] = relationship()


class PastPassword(Base):
    """A password that may not be used again soon."""

    __tablename__ = "past_password"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    password_hash: Mapped[Line]
    set_at: Mapped[Moment]


class Slip(FlowsUp, Base):
    """A printed slip: its code, kept as a keyed digest, holds until it is replaced."""

    __tablename__ = "slip"

    code_digest: Mapped[Digest] = mapped_column(unique=True)
    made_at: Mapped[Moment]
    made_by: Mapped[int | None]
    replaced_at: Mapped[Moment | None]
    used_at: Mapped[Moment | None]  # when a PIN or a password was chosen with it
    resets: Mapped[bool] = mapped_column(default=False)  # given out because the PIN was forgotten


class Device(Base):
    """A phone or a computer that an account has been opened on. The token is in its cookie."""

    __tablename__ = "device"
    __table_args__ = (UniqueConstraint("token_digest", "person_id"),)

    token_digest: Mapped[Digest]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[Code]  # one of rules.DEVICES
    remembered_until: Mapped[Moment | None]
    seen_at: Mapped[Moment]


class WrongAnswers(Base):
    """How many wrong answers in a row were given by something: a `rules.Bound`."""

    __tablename__ = "wrong_answers"

    key: Mapped[Line] = mapped_column(unique=True)
    count: Mapped[int]
    last_at: Mapped[Moment]


class SignIn(Base):
    """An open session. Ending it here ends it everywhere."""

    __tablename__ = "sign_in"
    __table_args__ = (Index("ix_sign_in_person_id_ended_at", "person_id", "ended_at"),)

    token_digest: Mapped[Digest] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    device_id: Mapped[int | None] = mapped_column(ForeignKey("device.id"))
    means: Mapped[Means]
    address: Mapped[Name]
    started_at: Mapped[Moment]
    seen_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]
    ended_why: Mapped[Name | None]
