"""The doors of what a class has on paper: one press prints all of it."""

from functools import partial
from io import BytesIO
from typing import Any

from flask import render_template, request, send_file
from flask_babel import gettext as _

from lms.access.permissions import needs
from lms.audit.services import record
from lms.classes import notice, queries
from lms.classes.closing import classes
from lms.classes.models import TrainingClass
from lms.classes.views import RUNS, run
from lms.people.rules import POST_NAMES
from lms.web import transaction
from lms.web.here import now, settings, today
from lms.words import N_

PARTS = {
    "notice": N_("开班通知"),
    "roster": N_("学员名册"),
    "signing": N_("签到表"),
    "timetable": N_("课程表"),
    "cards": N_("座签"),
}
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
DEMONSTRATION = N_("演示数据，人名虚构")


@classes.get("/<int:class_id>/print")
@needs(*RUNS)
def printed(class_id: int):
    """All of it, or one part."""
    found = run(queries.one(class_id))
    part = request.args.get("part", "")
    rows, lessons = queries.roster(class_id), queries.lessons_of(found)
    _note(found, part or "all", len(rows))
    return render_template(
        "classes/printed.html",
        found=found,
        parts=PARTS,
        part=part if part in PARTS else "",
        shown=[part] if part in PARTS else list(PARTS),
        rows=rows,
        lessons=lessons,
        notice=notice.notice(found, lessons, len(rows), today()),
        sheets=notice.sheets(rows, notice.sittings(lessons)),
        posts=POST_NAMES,
    )


@classes.get("/<int:class_id>/notice.docx")
@needs(*RUNS)
def notice_file(class_id: int):
    found = run(queries.one(class_id))
    persons = queries.persons_by_class([class_id]).get(class_id, 0)
    said = notice.notice(found, queries.lessons_of(found), persons, today())
    mark = _(DEMONSTRATION) if settings().demonstration else ""
    made = notice.notice_document(said, now(), mark)
    name = f"{said.title}.docx"
    return send_file(BytesIO(made), mimetype=WORD, as_attachment=True, download_name=name)


def _note(found: TrainingClass, part: str, persons: int) -> None:
    """Names leave the house on paper."""
    facts: dict[str, Any] = {"part": part, "persons": persons}
    print_ = partial(record, "print class", now(), whom=found, org_id=found.org_id, **facts)
    transaction.afterwards(print_)
