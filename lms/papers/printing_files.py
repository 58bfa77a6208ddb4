"""A part of a paper, sent to be kept: a Word document under the paper's name."""

from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO

from flask import Response, send_file
from flask_babel import gettext as _

from lms.bank.showing import fitted
from lms.papers.printing import Section
from lms.sheets.pages import DEMONSTRATION, file_name
from lms.web.here import settings
from lms.words import N_

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
NAMES = {"paper": N_("试卷"), "sheet": N_("答题纸"), "key": N_("答案")}


def word_file(
    title: str, minutes: int, points: Decimal, sections: Sequence[Section], part: str
) -> Response:
    """The part as a file to keep."""
    from lms.papers.printing_word import paper_document  # loaded by who takes a paper home

    mark = _(DEMONSTRATION) if settings().demonstration else ""
    data = paper_document(title, minutes, points, sections, part, fitted, mark)
    name = file_name(f"{title}{_(NAMES[part])}", ".docx")
    return send_file(BytesIO(data), mimetype=DOCX, as_attachment=True, download_name=name)
