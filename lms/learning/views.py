"""What a player asks for: a stream, to be heard, a part of a file; and what officers look at."""

from pathlib import Path

from flask import Blueprint, Response, jsonify, render_template, request

from lms.access.permissions import TICKET, Permission, needs
from lms.courses import queries as courses
from lms.courses.rules import TYPES
from lms.courses.store import NAME, blocks, path
from lms.errors import NotFound
from lms.learning import door, queries, services
from lms.learning.forms import LONGEST, pieces_in
from lms.learning.parts import PART, Places, stretch
from lms.learning.rules import TENTHS
from lms.learning.tickets import (
    StreamTicket,
    refuse_other_file,
    refuse_other_pass,
    shown_stream,
    stream_ticket,
)
from lms.settings import DOWNLOADS
from lms.web.here import me, now, secret, settings

learning = Blueprint("learning", __name__, url_prefix="/learning")
PLAYED = ("video/", "audio/")
PLACES = Places(DOWNLOADS)
KEPT = "private, max-age=86400"
# A browser draws a PDF with a page of its own, in whose style we have no say.
FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"


@learning.post("/versions/<int:lesson_version_id>/streams")
@needs(Permission.LEARN)
def open_stream(lesson_version_id: int):
    shown = request.headers.get("X-Pass", "")
    refuse_other_pass(shown, lesson_version_id, me().id, secret("ticket"))
    version = queries.version(lesson_version_id)
    stream = services.open_stream(me().id, me().org_id, version, now())
    ticket = StreamTicket(stream.id, me().id, (version.seconds or 0) * TENTHS)
    return jsonify(stream=stream.id, ticket=stream_ticket(ticket, secret("ticket")))


@learning.post("/streams/<int:stream_id>/beats")
@needs(TICKET)
def beats(stream_id: int):
    """What the lane before the program could not answer."""
    request.max_content_length = LONGEST
    ticket = shown_stream(request.headers.get("X-Ticket", ""), stream_id, secret("ticket"))
    pieces = pieces_in(request.get_json(silent=True))
    return jsonify(door.hear(ticket, pieces, now(), secret("ticket")))


# ── files ───────────────────────────────────────────────────────────────────────────────────────


@learning.get("/files/<ticket>/<name>")
@needs(TICKET)
def file(ticket: str, name: str):
    """A file of a lesson, or a part of it: no table is asked."""
    refuse_other_file(ticket, name, now(), secret("ticket"))
    found = path(settings().var, name)
    if not NAME.fullmatch(name) or not found.is_file():
        raise NotFound("文件已不在，请告诉课程的教师。")
    size, asked = found.stat().st_size, request.headers.get("Range", "")
    first, last = stretch(asked, size, PART if _is_played(name) else None)
    if first > last:
        answer = Response(status=416)
        answer.headers["Content-Range"] = f"bytes */{size}"
        return answer
    part = (first, last) != (0, size - 1) or asked
    answer = _sent(found, first, last - first + 1)
    if part:
        answer.status_code = 206
        answer.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return _headed(answer, name, last - first + 1)


def _is_played(name: str) -> bool:
    """Whether a player asks: it asks for the next part itself."""
    kind = TYPES[name.rpartition(".")[2]]
    return kind.startswith(PLAYED) and not request.args.get("save")


def _sent(found: Path, first: int, count: int) -> Response:
    """A stretch in blocks, as fast as the line takes them; never more than a block in memory."""
    stream = blocks(found, first, count)
    if count <= PART:
        return Response(stream)
    place = PLACES.take()
    answer = Response(place.held_by(stream))
    answer.call_on_close(place.leave)  # also where nobody asked for the body
    return answer


def _headed(answer: Response, name: str, count: int) -> Response:
    answer.mimetype = TYPES[name.rpartition(".")[2]]
    answer.content_length = count
    answer.set_etag(name)
    answer.headers["Accept-Ranges"] = "bytes"
    answer.headers["Cache-Control"] = KEPT
    answer.headers["Content-Disposition"] = "attachment" if request.args.get("save") else "inline"
    answer.headers["Content-Security-Policy"] = FILE_POLICY
    return answer


# ── who runs a class looks ──────────────────────────────────────────────────────────────────────


@learning.get("/courses/<int:course_id>")
@needs(Permission.RUN_TRAINING, Permission.SEE_REPORTS)
def watching(course_id: int):
    course = courses.course(course_id)
    return render_template(
        "learning/watching.html", course=course, lines=queries.watching(course_id)
    )
