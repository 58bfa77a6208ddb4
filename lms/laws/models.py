"""The register of laws: editions, when they hold, and their texts. Laws are open to everyone."""

from datetime import date

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.db import Base, Code, Line, Moment, Name
from lms.laws.rules import Standing


class LawEdition(Base):
    """One edition of a law. Sources of questions name it by `law` and `edition`."""

    __tablename__ = "law_edition"
    __table_args__ = (
        UniqueConstraint("law", "edition"),
        Index("ix_law_edition_status_to_on", "status", "to_on"),
    )

    law: Mapped[Name]  # as sources cite it: 公务员法
    title: Mapped[Line]  # in full: 中华人民共和国公务员法
    edition: Mapped[Code]  # the day it was passed, 2018-12-29, as sources have it
    from_on: Mapped[date]
    to_on: Mapped[date | None]  # the last day on which it holds
    status: Mapped[Standing]  # as it is marked; the dates say the rest
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("law_edition.id"))
    text: Mapped[str | None]  # Markdown: headings, articles; of a shipped one, those cited
    text_at: Mapped[Moment | None]  # when somebody here added the whole text
    text_by: Mapped[int | None]

    successor: Mapped["LawEdition | None"] = relationship(remote_side="LawEdition.id")
