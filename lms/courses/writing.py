"""The desk on which a lesson is written: its text, its pictures, its files, the phone beside it."""

from functools import partial
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms.access.permissions import needs
from lms.bank import pictures
from lms.bank.showing import shown_picture
from lms.bank.texts import NAME
from lms.courses import bringing, queries, services, store
from lms.courses.forms import LessonForm, known
from lms.courses.models import Course, Lesson
from lms.courses.rules import (
    KIND_NAMES,
    PLAYED,
    ROLE_NAMES,
    Content,
    FileRole,
    LessonKind,
    Sent,
    fitting,
    seconds_in,
)
from lms.courses.views import KEEPS, courses, kept_here
from lms.errors import Invalid, NotFound, Refusal
from lms.web.here import me, now, of_minutes, secret, settings, today
from lms.web.refusals import said

__all__ = ["courses"]
MORE = 64 * 1024  # bytes of a request beside its piece


@courses.get("/lessons/<int:lesson_id>")
@needs(KEEPS)
def lesson(lesson_id: int):
    found = queries.lesson(lesson_id)
    number = request.args.get("version", found.latest, int)
    shown = {one.number: one for one in found.versions}
    if number not in shown:
        raise NotFound("没有这个版本。")
    page: dict[str, Any] = {"lesson": found, "version": shown[number], "course": found.course}
    page |= {"mine": me().covers(found.course.org.path, KEEPS), "roles": ROLE_NAMES}
    return render_template("courses/lesson.html", kinds=KIND_NAMES, **page)


# ── writing ─────────────────────────────────────────────────────────────────────────────────────


@courses.route("/<int:course_id>/lessons/new", methods=["GET", "POST"])
@needs(KEEPS)
def new_lesson(course_id: int):
    found = kept_here(queries.course(course_id))
    form = _offered(LessonForm.filled(), found, None)
    if request.method == "POST" and (content := _taken(form)):
        services.add_lesson(found, form.plan(), content, now(), me().id)
        return redirect(url_for(".course", course_id=course_id))
    return _sheet(form, found, None)


@courses.route("/lessons/<int:lesson_id>/edit", methods=["GET", "POST"])
@needs(KEEPS)
def edit_lesson(lesson_id: int):
    found = queries.lesson(lesson_id)
    kept_here(found.course)
    form = LessonForm.filled(data=known(found, found.newest))
    _offered(form, found.course, found)
    if request.method == "POST" and (content := _taken(form)) and _is_newest(form, found):
        try:
            anew = services.change_lesson(found, form.plan(), content, now(), me().id)
        except Invalid as refusal:
            form.after.errors = [said(refusal)]
            return _sheet(form, found.course, found)
        if anew:
            flash(_("已存为第 %(n)s 版；已经开始学的人仍学原来的版本。", n=found.latest), "ok")
        return redirect(url_for(".course", course_id=found.course_id))
    return _sheet(form, found.course, found)


def _is_newest(form: LessonForm, lesson: Lesson) -> bool:
    """Whether nobody saved another version since the page was opened; else it is said, once."""
    seen, form.based_on.data = form.based_on.data, lesson.latest
    if seen in (None, lesson.latest):
        return True
    form.based_on.raw_data = None
    form.based_on.errors = [
        _(
            "您打开这一页以后，别人已存为第 %(n)s 版。请先到课时页看看那一版；"
            "再按一次“保存”，您写的存为更新的一版，那一版也还在。",
            n=lesson.latest,
        )
    ]
    return False


def _offered(form: LessonForm, course: Course, mine: Lesson | None) -> LessonForm:
    others = [one for one in course.lessons if one is not mine and one.closed_at is None]
    form.offer(others, queries.chapters(today()), _("不限"), _("不设"))
    form.reckon = of_minutes
    return form


def _taken(form: LessonForm) -> Content | None:
    """What was sent, where it is to be saved and nothing is wrong with it."""
    _take_files(form)
    if form.act.data == "word":
        _take_word(form)
    if not form.saving or not form.validate():
        return None
    try:
        return fitting(_content(form))
    except Invalid as refusal:
        form.kind.errors = [said(refusal)]
        return None


def _content(form: LessonForm) -> Content:
    kind = LessonKind(form.kind.data)
    return Content(
        kind=kind,
        text=(form.text.data or "").replace("\r\n", "\n"),
        seconds=seconds_in(form.length.data or "") if kind in PLAYED else None,
        address=(form.address.data or "").strip() or None,
        gate=form.asked_at_the_gate(),
        files=_files(form),
    )


def _files(form: LessonForm) -> dict[FileRole, Sent]:
    named = {role: form.named(role) for role in FileRole}
    var = settings().var
    return {role: store.known(var, *known_as) for role, known_as in named.items() if known_as[0]}


def _take_files(form: LessonForm) -> None:
    """Files that came with the form itself are kept, also where something else is wrong."""
    for role in FileRole:
        field = form[f"{role.value}_file"]
        if getattr(field.data, "filename", ""):
            try:
                sent = _kept(field.data.filename, field.data.stream)
                form.name(role, sent.name, sent.called)
            except Refusal as refusal:
                field.process_errors.append(said(refusal))


def _kept(called: str, data: Any) -> Sent:
    return store.keep(settings().var, me().id, called, data, settings().largest_file, now())


def _take_word(form: LessonForm) -> None:
    """The text of a document comes behind the text that is there."""
    file = form.word.data
    if not getattr(file, "filename", ""):
        form.word.errors = [_("请选择 Word 文档（.docx）。")]
        return
    try:
        brought = bringing.read_word(file.filename, file.read())
        text, notes = _with_pictures(brought)
    except Invalid as refusal:
        form.word.errors = [said(refusal)]
        return
    form.text.data = f"{(form.text.data or '').rstrip()}\n\n{text}".strip()
    for line in notes:
        flash(line, "warn")


def _with_pictures(brought: bringing.Brought) -> tuple[str, list[str]]:
    """The text with its pictures kept, and what is to be said about those that are not."""
    keep = partial(pictures.keep_picture, settings().var, secret=secret("cipher"), by=me().id)
    names, notes = {}, []
    for called, data in brought.pictures.items():
        try:
            names[called] = keep(data, now=now())
        except Invalid as refusal:
            notes.append(said(refusal))
    if brought.lacking:
        notes.append(_("有 %(n)s 张图片没有带来，请单独放入。", n=len(brought.lacking)))
    return brought.with_names(names), list(dict.fromkeys(notes))


def _sheet(form: LessonForm, course: Course, lesson: Lesson | None):
    page = render_template("courses/edit_lesson.html", form=form, course=course, lesson=lesson)
    return page, 422 if form.errors and form.saving else 200


@courses.post("/preview")
@needs(KEEPS)
def preview():
    """The lesson as a phone shows it, while it is written."""
    return render_template("courses/preview.html", form=LessonForm.filled())


# ── pictures, and what is pasted ────────────────────────────────────────────────────────────────


@courses.post("/pictures")
@needs(KEEPS)
def add_picture():
    file = request.files.get("picture")
    if file is None or not file.filename:
        raise Invalid("请选择图片。")
    name = pictures.keep_picture(settings().var, file.read(), secret("cipher"), now(), me().id)
    return jsonify(text=f"![](pic:{name})")


@courses.get("/pictures/<name>")
@needs(KEEPS)
def picture(name: str):
    """With a lesson that shows it, or to whoever put it there."""
    if not NAME.fullmatch(name):
        raise NotFound("没有找到，或不在您的权限范围内。")
    if not queries.shows(name):
        pictures.refuse_unseen(name)
    return shown_picture(name)


@courses.post("/paste")
@needs(KEEPS)
def paste():
    """HTML from the clipboard as Markdown; its pictures are kept."""
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict) or not isinstance(sent.get("html"), str):
        raise Invalid("没有收到粘贴的内容，请再粘贴一次。")
    text, notes = _with_pictures(bringing.read_page(sent["html"]))
    return jsonify(text=text, notes=notes)


# ── files in pieces ─────────────────────────────────────────────────────────────────────────────


@courses.post("/uploads")
@needs(KEEPS)
def begin_upload():
    word = store.begin(settings().var, me().id, now())
    url = url_for(".add_piece", word=word)
    return jsonify(url=url, piece=store.PIECE, most=settings().largest_file)


@courses.post("/uploads/<word>")
@needs(KEEPS)
def add_piece(word: str):
    """A piece goes to the disk as it comes; the answer says how much is there."""
    request.max_content_length = store.PIECE + MORE
    at, most = request.args.get("at", 0, int), settings().largest_file
    return jsonify(size=store.add(settings().var, me().id, word, at, request.stream, most))


@courses.post("/uploads/<word>/end")
@needs(KEEPS)
def end_upload(word: str):
    called = request.args.get("called", "", str)
    sent = store.finish(settings().var, me().id, word, called)
    return jsonify(name=sent.name, called=sent.called, size=sent.size)
