"""Rows of versions: the one place that builds, adds and rewrites them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import delete, select

from lms.access.listeners import add_rows
from lms.bank.files import hash_of, write_question
from lms.bank.models import QuestionVersion, VersionAbility, VersionPicture, VersionSource
from lms.bank.rules import Question
from lms.bank.texts import in_short, names_in
from lms.competencies.models import Competency
from lms.db import db
from lms.errors import Invalid, Listed

STEM = 400  # characters kept apart, to list


class Fresh(NamedTuple):
    """A version to be added: of which entry, its number, and what it asks."""

    question_id: int
    number: int
    asked: Question


def columns(asked: Question, now: datetime, by: int | None) -> dict[str, Any]:
    """What a version's row repeats of the question, by column. Every row is built here.

    A new column that follows from the text is filled in here and nowhere else.
    """
    stem = in_short("\n".join([asked.case, *(part.stem for part in asked.parts)]))
    text = write_question(asked)
    return {
        "content_hash": hash_of(text),
        "text": text,
        "stem": stem[:STEM],
        "type": asked.type,
        "difficulty": asked.difficulty,
        "layer": asked.layer,
        "level": asked.level,
        "points": asked.points,
        "topic": asked.topic or None,
        "origin": asked.origin,
        "valid_from": asked.valid_from,
        "valid_to": asked.valid_to,
        "made_at": now,
        "made_by": by,
    }


def source_columns(asked: Question) -> list[dict[str, str]]:
    """What the rows of its sources say, by column."""
    return [
        {
            "law": one.law,
            "edition": one.edition.isoformat() if one.edition else "",
            "article": one.article,
            "key": one.key,
        }
        for one in asked.sources
    ]


def refuse_unknown(asked: Sequence[Question], found: Mapping[str, Competency]) -> None:
    """No ability is made silently: one that nobody knows is named."""
    for question in asked:
        if unknown := [code for code in question.abilities if code not in found]:
            raise Invalid("{id}：没有这样的本领：{codes}。", id=question.id, codes=Listed(unknown))


def add_versions(
    fresh: Sequence[Fresh], found: Mapping[str, Competency], now: datetime, by: int | None
) -> None:
    """Add these versions with their parts, in a few statements."""
    add_rows(
        QuestionVersion,
        [
            {"question_id": one.question_id, "number": one.number, **columns(one.asked, now, by)}
            for one in fresh
        ],
    )
    version = QuestionVersion
    query = select(version.question_id, version.number, version.id).where(
        version.question_id.in_({one.question_id for one in fresh})
    )
    ids = {(entry, number): key for entry, number, key in db.session.execute(query)}
    _add_parts([(ids[one.question_id, one.number], one.asked) for one in fresh], found)


def rewrite(
    drafts: Sequence[tuple[QuestionVersion, Question]],
    found: Mapping[str, Competency],
    now: datetime,
    by: int | None,
) -> None:
    """Write over versions that are drafts still: these never left their writer."""
    for version, asked in drafts:
        for name, value in columns(asked, now, by).items():
            setattr(version, name, value)
    db.session.flush()
    ids = [version.id for version, _ in drafts]
    for part in (VersionAbility, VersionSource, VersionPicture):
        gone = delete(part).where(part.version_id.in_(ids))
        db.session.execute(gone.execution_options(synchronize_session=False))
    _add_parts([(version.id, asked) for version, asked in drafts], found)
    for version, _ in drafts:
        db.session.expire(version, ["abilities", "sources"])


def _add_parts(pairs: Sequence[tuple[int, Question]], found: Mapping[str, Competency]) -> None:
    add_rows(
        VersionAbility,
        [
            {"version_id": key, "competency_id": found[code].id}
            for key, asked in pairs
            for code in dict.fromkeys(asked.abilities)
        ],
    )
    add_rows(
        VersionSource,
        [{"version_id": key, **row} for key, asked in pairs for row in source_columns(asked)],
    )
    add_rows(
        VersionPicture,
        [{"version_id": key, "name": one} for key, asked in pairs for one in names_in(asked.texts)],
    )
