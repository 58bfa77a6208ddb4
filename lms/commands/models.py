"""What a house knows about itself, kept in its own database, where it cannot be lost."""

from enum import StrEnum

from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, Facts, Moment


class Kind(StrEnum):
    """A demonstration never becomes a real city, nor the reverse."""

    DEMONSTRATION = "demonstration"
    CITY = "city"


class House(Base):
    """One row: what kind of house this is, and digests that tell its own keys from others."""

    __tablename__ = "house"

    kind: Mapped[Kind]
    made_at: Mapped[Moment]
    keys: Mapped[Facts] = mapped_column(default=dict)
