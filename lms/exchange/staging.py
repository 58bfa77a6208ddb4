"""Reading an import: its questions wait, until one small write makes them count."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import delete

from lms.access import add_rows
from lms.bank.pictures import keep_picture
from lms.bank.rules import Question
from lms.db import db
from lms.errors import Invalid
from lms.exchange import queries
from lms.exchange.coding import Coding
from lms.exchange.comparing import Comparing, Staged
from lms.exchange.drafts import packed
from lms.exchange.grouping import groups
from lms.exchange.likening import likes_in_bank, likes_in_file, note
from lms.exchange.matching import whole_stem
from lms.exchange.models import BankImport, BankLine
from lms.exchange.rules import Doubt, Found, Read
from lms.exchange.standings import UPLOADS, Step
from lms.jobs.rules import Progress
from lms.web.uploads import kept
from lms.words import N_

SLICE = 250  # questions
STEM = 400  # characters kept apart, to search
KEPT = 40  # notes, unknown columns and unknown words that a page shows
READING, COMPARING = N_("正在读取文件…"), N_("正在与题库比对…")
LIKENING = N_("正在查找重复的题…")
PICTURES = N_("正在保存图片…")
NO_PICTURE = N_("图片“{name}”不能用：{why}请另存为 PNG 或 JPG 后放入题目。")
READY = N_("题库文件已读取，请核对。")


@dataclass(frozen=True)
class Store:
    """Where sent files lie, and the key they are sealed with."""

    var: Path
    cipher: str


def read(import_id: int, store: Store, now: datetime, url: str = "") -> Iterator[Progress]:
    """Read the files of an import and compare every question. Repeated, it begins anew."""
    yield Progress(0, 0, line=READING)
    one = queries.one_import(import_id)
    if one.step is not Step.READING:
        return
    reads = read_files(one, store)
    found = [each for read in reads for each in read.found]
    yield from _keep_pictures(found, store, now, one.uploaded_by)
    yield from _stage(one, reads, found)
    yield Progress(len(found), len(found), line=READY, result={"url": url})


def read_files(one: BankImport, store: Store) -> list[Read]:
    """What is understood of the files of an import."""
    from lms.exchange.reading import read_file  # a fifth of the house: loaded by who reads files

    return [
        read_file(file.name, kept(store.var, UPLOADS, file.stored, store.cipher))
        for file in one.files
    ]


def _keep_pictures(
    found: Sequence[Found], store: Store, now: datetime, by: int | None
) -> Iterator[Progress]:
    """Keep the pictures of the files as the house keeps pictures; one at a time, each is work."""
    with_pictures = [one for one in found if one.pictures]
    for place, one in enumerate(with_pictures, start=1):
        for name, data in one.pictures.items():
            try:
                kept_as = keep_picture(store.var, data, store.cipher, now, by)
            except Invalid as why:
                one.doubts.append(Doubt(NO_PICTURE, {"name": name, "why": str(why)}, "stem"))
            else:
                rename_picture(one, name, kept_as)
            yield Progress(place, len(with_pictures), line=PICTURES)
        one.pictures = {}


def rename_picture(found: Found, name: str, kept_as: str) -> None:
    """The texts of a question show a picture under its new name."""
    for old in (f"]({name})", f"](pic:{name})"):
        new = f"](pic:{kept_as})"
        found.stem = found.stem.replace(old, new)
        found.explanation = found.explanation.replace(old, new)
        found.options = {key: text.replace(old, new) for key, text in found.options.items()}
        if isinstance(found.answer, str):
            found.answer = found.answer.replace(old, new)
    for part in found.parts:
        rename_picture(part, name, kept_as)


def _stage(one: BankImport, reads: Sequence[Read], found: Sequence[Found]) -> Iterator[Progress]:
    import_id, reading, asks = one.id, one.reading + 1, Counter[tuple[str, str]]()
    _forget(import_id, BankLine.reading >= reading)
    coding = Coding(one.bank.code, queries.codes(one.bank_id))
    comparing = Comparing(queries.shelf(one.bank_id), queries.names(one), coding)
    words, places = groups(found)
    new: list[tuple[int, Question]] = []
    for start in range(0, len(found), SLICE):
        end = start + SLICE
        staged = comparing.stage(found[start:end], places[start:end], start)
        same = {"import_id": import_id, "reading": reading}
        add_rows(BankLine, [same | columns(one) for one in staged])
        new += [(one.number, one.became.question) for one in staged if one.is_new]
        asks.update(ask for one in staged for ask in one.became.asks)
        yield Progress(min(end, len(found)), len(found), line=COMPARING)
    yield from _liken(one, reading, new, len(found))
    one = queries.one_import(import_id)
    one.step, one.reading = Step.READ, reading
    one.found = {"groups": words, "asks": listed(asks), **_about(reads)}
    db.session.flush()
    one.counts = queries.counted(one)
    _forget(import_id, BankLine.reading < reading)


def _liken(
    one: BankImport, reading: int, new: Sequence[tuple[int, Question]], total: int
) -> Iterator[Progress]:
    """Look for what is nearly the same; a comparison writes nothing, so it may take its time."""
    yield Progress(total, total, line=LIKENING)
    for likes in (likes_in_file(new), *likes_in_bank(one.bank_id, new)):
        for _ in note(one, reading, likes):
            yield Progress(total, total, line=LIKENING)


def columns(one: Staged) -> dict[str, Any]:
    """The row of a question as it waits."""
    return {
        "number": one.number,
        "heading": one.heading,
        "status": one.status,
        "type": one.found.type,
        "stem": whole_stem(one.became.question)[:STEM],
        "draft": packed(one.found),
        "code": one.code,
        "number_key": one.key,
        "asks": bool(one.became.asks),
        "likes": [[like.share, like.entry_id, like.number] for like in one.likes],
        "about_id": one.about,
        "same": one.same,
        "choice": None,
        "accepted": False,
        "left": False,
        **dict.fromkeys(("abilities", "topic", "difficulty", "pool", "written_at")),
        "made": {},
    }


def listed(asks: Counter[tuple[str, str]]) -> list[list[Any]]:
    """The words that nobody knows, the most frequent first."""
    return [[fact, word, count] for (fact, word), count in asks.most_common(KEPT)]


def _about(reads: Sequence[Read]) -> dict[str, Any]:
    """What the pages say of the files as a whole."""
    kept_columns = Counter(head for read in reads for one in read.found for head in one.kept)
    return {
        "refused": [[read.file, *_said(read.refused)] for read in reads if read.refused],
        "notes": [[read.file, *_said(note)] for read in reads for note in read.notes][:KEPT],
        "kept": [[head, count] for head, count in kept_columns.most_common(KEPT)],
    }


def _said(doubt: Doubt) -> list[Any]:
    return [doubt.text, {name: str(value) for name, value in doubt.values.items()}]


def forget(import_id: int) -> None:
    """Take out every line that has not been carried out."""
    _forget(import_id, BankLine.reading >= 0)


def _forget(import_id: int, which: Any) -> None:
    lines = delete(BankLine).where(BankLine.import_id == import_id, which)
    unwritten = lines.where(BankLine.written_at.is_(None))
    db.session.execute(unwritten.execution_options(synchronize_session=False))
