"""The writer's desk: a question is written, shown as on the phone, changed, and compared."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lms.access.permissions import Permission, needs
from lms.bank import pasting, pictures, queries, states
from lms.bank.composing import answers_too_many, composed, faces, filled
from lms.bank.differences import differences
from lms.bank.fields import POINTS, QuestionForm
from lms.bank.files import read_draft, refuse_unwritable
from lms.bank.lacking import lacks
from lms.bank.models import Bank, Question
from lms.bank.rules import Pool, Right, State
from lms.bank.rules import Question as Asked
from lms.bank.showing import shown_picture
from lms.bank.shrinking import MOST_SENT
from lms.bank.texts import NAME
from lms.bank.twins import twins_of
from lms.bank.views import NAMES, answers_first, bank, seen
from lms.bank.writing import add_questions, change, fresh_code
from lms.competencies.queries import abilities
from lms.errors import Conflict, Invalid, Listed, NotAllowed, NotFound
from lms.laws.queries import editions
from lms.people.queries import names
from lms.web.here import me, now, secret, settings, today
from lms.web.refusals import said

WRITES = Permission.KEEP_BANK
READS = (WRITES, Permission.SEE_BANK, Permission.REVIEW, Permission.MAKE_PAPERS)


# ── writing ─────────────────────────────────────────────────────────────────────────────────────


@bank.route("/<int:bank_id>/questions/new", methods=["GET", "POST"])
@needs(WRITES)
def new_question(bank_id: int):
    shelf = _writable(bank_id)
    form = _begun(
        QuestionForm.filled(data={"type": request.args.get("type", "single"), "points": POINTS})
    )
    why = None
    if _to_save(form):
        try:
            return _saved(_add(shelf, form))
        except Invalid as refusal:
            why = refusal
    return _sheet(form, shelf, why=why)


def _add(shelf: Bank, form: QuestionForm) -> Question:
    asked = _on_editions(composed(form.typed(), fresh_code(today())))
    refuse_unwritable(asked)
    pool = Pool(form.pool.data)
    return add_questions(shelf, [asked], pool, State.DRAFT, now(), me().id)[0]


@bank.route("/questions/<int:question_id>/edit", methods=["GET", "POST"])
@needs(WRITES)
def edit_question(question_id: int):
    entry = queries.entry(question_id)
    shelf, newest = _writable(entry.bank_id), seen(queries.newest(entry))
    before = read_draft(newest.text)
    form = _begun(QuestionForm.filled(data={**filled(before), "seen": newest.content_hash}), entry)
    why: Conflict | Invalid | None = None
    if _to_save(form):
        try:
            asked = _on_editions(composed(form.typed(), entry.code, before))
            refuse_unwritable(asked)
            change(entry, asked, now(), me().id, seen=form.seen.data)
            return _saved(entry, before)
        except (Conflict, Invalid) as refusal:
            why = refusal
    theirs = before if isinstance(why, Conflict) else None
    if theirs:
        form.seen.data = newest.content_hash
    return _sheet(form, shelf, entry, before, why, theirs)


def _on_editions(asked: Asked) -> Asked:
    """A law of which the register has one edition needs no day beside it."""
    known: dict[str, list[str]] = defaultdict(list)
    for one in editions() if any(not source.edition for source in asked.sources) else ():
        known[one.law].append(one.edition)
    sources = (
        replace(one, edition=date.fromisoformat(known[one.law][0]))
        if not one.edition and len(known[one.law]) == 1
        else one
        for one in asked.sources
    )
    return replace(asked, sources=tuple(sources))


def _writable(bank_id: int) -> Bank:
    shelf = queries.bank(bank_id)
    if Right.WRITE not in queries.rights(bank_id):
        raise NotAllowed("您可以使用题库“{title}”，但没有被列为它的编写人。", title=shelf.title)
    if shelf.retired_at:
        raise Conflict("题库“{title}”已停用，不能再写题。", title=shelf.title)
    return shelf


def _begun(form: QuestionForm, entry: Question | None = None) -> QuestionForm:
    """With what it offers, and with the row or the picture that a button asked for."""
    if entry:
        del form.pool  # another pool is another act
    form.offer((code, _(one.name)) for code, one in abilities().items())
    form.fill_up()
    if request.method == "POST" and not form.add_row() and form.act.data == "picture":
        _take_picture(form)
    form.fill_up()
    return form


def _take_picture(form: QuestionForm) -> None:
    """One that is none is told beside its field; all else stays as it was typed."""
    try:
        form.put_picture(_kept(form.picture.data))
    except Invalid as refusal:
        form.picture.errors = [said(refusal)]


def _kept(file: Any) -> str:
    data = file.read(MOST_SENT + 1) if file else b""
    if not data:
        raise Invalid("请先选择一张图片。")
    return pictures.keep_picture(settings().var, data, secret("cipher"), now(), me().id)


def _to_save(form: QuestionForm) -> bool:
    """Whether it is to be saved and can be: a draft may lack much, but must hold what was typed."""
    if request.method != "POST" or form.act.data != "save" or not form.validate():
        return False
    too_many = answers_too_many(form.typed())
    for place in too_many:
        why = _("答案比题干里的空 ____ 多：请在题干里补上空，或清空多出的答案。")
        form.parts[place].blanks.errors = [why]
    return not too_many


def _saved(entry: Question, before: Asked | None = None) -> Response:
    """Back to the sheet where something is lacking; to its twins where it has some; else to it."""
    newest = queries.newest(entry)
    asked = read_draft(newest.text)
    lacking = len(lacks(asked))
    if lacking:
        flash(_("已存为草稿，还有 %(n)s 处要补。", n=lacking))
        return redirect(url_for(".edit_question", question_id=entry.id), 303)
    if _asks_anew(asked, before) and (twins := twins_of([asked], None, [entry.id])[0]):
        flash(_("已保存。题库里有 %(n)s 道相似的题，请看看是否重复。", n=len(twins)))
        return redirect(url_for(".alike_to", question_id=entry.id), 303)
    flash(_("已保存。"))
    return redirect(url_for(".question", version_id=newest.id), 303)


def _asks_anew(asked: Asked, before: Asked | None) -> bool:
    """Whether it was not yet compared with the banks: it is new, or asks something else."""
    stems = [part.stem for part in asked.parts]
    return before is None or bool(lacks(before)) or stems != [part.stem for part in before.parts]


def _sheet(
    form: QuestionForm,
    shelf: Bank,
    entry: Question | None = None,
    before: Asked | None = None,
    why: Conflict | Invalid | None = None,
    theirs: Asked | None = None,
):
    """The form, what is lacking beside its fields, and the question as on the phone."""
    typed = composed(form.typed(), entry.code if entry else "q", before)
    shown: dict[str, Any] = {"shelf": shelf, "entry": entry, "form": form, "faces": faces(typed)}
    shown |= {"asked": typed, "editions": editions(), "why": said(why) if why else ""}
    looked = typed if entry or form.act.data == "preview" else None
    shown |= {"lacking": _lacking(looked)}
    shown |= {"theirs": theirs, "changes": differences(theirs, typed) if theirs else []}
    page = render_template("bank/write.html", **shown, **NAMES)
    not_saved = request.method == "POST" and form.act.data == "save"
    return page, 409 if theirs else 422 if not_saved else 200


def _lacking(asked: Asked | None) -> dict[str, list[str]]:
    """What is lacking, by the name of the field; nothing for a field that is well."""
    found: dict[str, list[str]] = defaultdict(list)
    for field, lack in lacks(asked) if asked else ():
        found[field].append(said(lack))
    return found


@bank.post("/<int:bank_id>/preview")
@needs(WRITES)
def preview(bank_id: int):
    """The question as the phone shows it, for a page that asks while somebody types."""
    _writable(bank_id)
    typed = composed(QuestionForm.filled().typed(), "q", _before())
    return render_template("bank/preview.html", asked=typed, faces=faces(typed))


def _before() -> Asked | None:
    question_id = request.args.get("question", type=int)
    return read_draft(queries.newest(queries.entry(question_id)).text) if question_id else None


@bank.post("/questions/<int:question_id>/send")
@needs(WRITES)
def send(question_id: int):
    """To the reviewers; what is lacking is named first."""
    entry = queries.entry(question_id)
    _writable(entry.bank_id)
    if found := lacks(read_draft(queries.newest(entry).text)):
        raise Invalid("还不能送审：{faults}", faults=Listed(lack for _field, lack in found))
    states.send(entry, now())
    flash(_("已送审。"))
    return redirect(url_for(".question", version_id=queries.newest(entry).id), 303)


# ── pictures, and what is pasted ────────────────────────────────────────────────────────────────


@bank.post("/<int:bank_id>/pictures")
@needs(WRITES)
def add_picture(bank_id: int):
    _writable(bank_id)
    name = _kept(request.files.get("picture"))
    return jsonify(name=name, url=url_for(".picture", name=name))


@bank.get("/pictures/<name>")
@needs(*READS)
def picture(name: str):
    """With its question, or to whoever put it there."""
    if not NAME.fullmatch(name):
        raise NotFound("没有找到，或不在您的权限范围内。")
    pictures.refuse_unseen(name)
    return shown_picture(name)


@bank.post("/<int:bank_id>/paste")
@needs(WRITES)
def paste(bank_id: int):
    """HTML from the clipboard as a field has it. Pictures are kept; what is amiss is said."""
    _writable(bank_id)
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict) or not isinstance(sent.get("html"), str):
        raise Invalid("没有收到粘贴的内容，请再粘贴一次。")
    first = sent.get("first")
    pasted = pasting.read_paste(sent["html"], first if isinstance(first, int) else 1)
    kept = list(_kept_pictures(pasted))
    return jsonify(text=pasted.text, pictures=kept, notes=[said(note) for note in pasted.notes])


def _kept_pictures(pasted: pasting.Pasted) -> Iterable[dict[str, Any]]:
    """Those that are pictures; the others are named, and their markers go."""
    keep = partial(pictures.keep_picture, settings().var, secret=secret("cipher"), by=me().id)
    for number, data, alt in pasted.pictures:
        try:
            name = keep(data, now=now())
        except Invalid as refusal:
            pasted.drop(number, refusal)
            continue
        yield {"number": number, "name": name, "alt": alt, "url": url_for(".picture", name=name)}


# ── what it was before ──────────────────────────────────────────────────────────────────────────


@bank.get("/questions/<int:question_id>/history")
@needs(*READS)
def history(question_id: int):
    """Any two versions side by side, by field; the last two where none is chosen."""
    entry = queries.entry(question_id)
    versions = {one.number: one for one in entry.versions}
    numbers = sorted(versions)
    older = request.args.get("from", numbers[-2] if len(numbers) > 1 else numbers[0], int)
    newer = request.args.get("to", numbers[-1], int)
    if {older, newer} - versions.keys():
        raise NotFound("没有这个版本。")
    two = [seen(versions[number]) for number in (older, newer)]
    rights = queries.rights(entry.bank_id)
    shown = {"versions": [versions[n] for n in numbers], "older": older, "newer": newer}
    page = {"entry": entry, "blind": answers_first(entry, rights), **shown}
    page["changes"] = differences(*(read_draft(one.text) for one in two))
    page["writers"] = names(one.made_by for one in versions.values())
    return render_template("bank/history.html", **page, **NAMES)
