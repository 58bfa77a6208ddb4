"""Holidays as somebody entered them."""

from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, Line, Moment, Words


class HolidayYear(Base):
    """The arrangement of a year as somebody entered it. Rows are only added; the last counts."""

    __tablename__ = "holiday_year"

    year: Mapped[int] = mapped_column(index=True)
    source: Mapped[Line]  # the notice it rests on
    rest: Mapped[Words]  # a day, or from/to (included)
    work: Mapped[Words]
    said_at: Mapped[Moment]
    said_by: Mapped[int | None]
