"""Certifying everybody who has gone through a cohort or a class, and printing them in files.

Slices of a fifth of a second. What is issued is in the table; a file that was broken off is begun
anew. Names that the typeface cannot print are left out and said.
"""

from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Row

from lms.access import add_rows
from lms.audit.services import record
from lms.certificates import earning, queries, words
from lms.certificates.drawing import Book, Printed
from lms.certificates.earning import Occasion
from lms.certificates.fonts import loading, missing
from lms.certificates.models import Certificate, CertificateBundle
from lms.certificates.rules import KIND_NAMES, Kind, read_facts
from lms.certificates.services import new_code, numbers
from lms.classes.models import TrainingClass
from lms.clock import day_of
from lms.db import db, find
from lms.jobs.queries import unfinished
from lms.jobs.rules import Progress
from lms.settings import Settings
from lms.training.models import Cohort
from lms.web.here import secret, settings
from lms.web.uploads import keep, let_go_of_strays, remove
from lms.words import N_

ISSUE = "issue certificates"
SLICE, PAGES = 100, 6  # certificates issued, pages drawn in a slice
PART = 500  # certificates in a file: it is opened on an office machine
KEPT, STRAY = timedelta(days=7), timedelta(days=1)
FOLDER = "certificates"
ISSUING, PRINTING = N_("正在颁发…"), N_("正在制作打印文件…")
DONE, NOBODY = N_("已颁发，打印文件已备好。"), N_("没有可以打印的证书。")
LEFT_OUT = N_("已颁发；有人的姓名字库里没有，没有颁发，名单在证书页。")

Args = dict[str, Any]


def occasion(args: Args) -> Occasion:
    """The cohort or the class that a job is about, in the scope of who asked."""
    if "class_id" in args:
        return earning.of_class(find(TrainingClass, args["class_id"]))
    return earning.of_cohort(find(Cohort, args["cohort_id"]))


def issue(args: Args, state: Args, now: datetime) -> Iterator[Progress]:
    """args: cohort_id or class_id, by, check (what a code stands behind), url."""
    of = occasion(args)
    yield from issue_all(of, args, state, now)
    yield from _print_all(of, args, state, now)


def issue_all(of: Occasion, args: Args, state: Args, now: datetime) -> Iterator[Progress]:
    """Everybody who has earned it and has none."""
    here = settings()
    only_read = Progress(0, 0, state, line=ISSUING)
    for _step in loading(here.var):
        yield only_read
    found: list[Row[Any]] = []
    for part in earning.earned(of, day_of(now)):
        found += part
        yield only_read
    waiting: list[Row[Any]] = []
    left_out: list[Row[Any]] = []
    for one in sorted(found, key=earning.UNIT_BY_UNIT):
        (left_out if missing(one.name, here.var) else waiting).append(one)
    state["left_out"] = len(left_out)
    yield only_read
    for start in range(0, len(waiting), SLICE):
        _issue(of, waiting[start : start + SLICE], now, args.get("by"))
        done = min(start + SLICE, len(waiting))
        yield Progress(done, len(waiting), state, line=ISSUING)


def _issue(of: Occasion, people: Sequence[Row], now: datetime, by: int | None) -> None:
    units = earning.unit_names({one.org_id for one in people})
    taken = numbers(Kind.COMPLETION, day_of(now).year, len(people))
    add_rows(
        Certificate,
        [
            {
                "kind": Kind.COMPLETION,
                "number": number,
                "code": new_code(),
                "about": of.about(one.person_id),
                "person_id": one.person_id,
                "org_id": one.org_id,
                "issuer_id": of.org_id,
                "cohort_id": None,
                "class_id": None,
                "year": None,
                "facts": of.facts(one.name, units[one.org_id], day_of(now)).kept(),
                "issued_at": now,
                "issued_by": by,
                "replaces_id": None,
                "why": None,
            }
            | of.names_it
            for one, number in zip(people, taken, strict=True)
        ],
    )
    facts: dict[str, Any] = {"first": taken[0], "last": taken[-1], "count": len(taken)}
    record("issue certificates", now, whom=f"{of.key} {of.id}", org_id=of.org_id, **facts)


@dataclass
class Files:
    """The files that are done, and the one that is being drawn."""

    house: Settings
    check: str
    done: list[list[Any]] = field(default_factory=list)

    def book(self) -> Book:
        return Book(self.house.var, words.DEMONSTRATION if self.house.demonstration else "")

    def put(self, book: Book, of: Occasion) -> None:
        """Keep a file that is full, sealed."""
        data = book.bound(f"{KIND_NAMES[Kind.COMPLETION]} {of.title}", of.issuer)
        stored = keep(self.house.var, FOLDER, data, secret("cipher"))
        self.done.append([stored, book.has, len(data)])

    def let_go(self, files: Iterable[Sequence[Any]]) -> None:
        """Files that nobody will print."""
        for stored, *_ in files:
            remove(self.house.var, FOLDER, stored)

    def printed(self, row: Row) -> Printed:
        facts = read_facts(row.kind, row.facts)
        return Printed(row.kind, row.number, row.code, self.check + row.code, facts)


def _print_all(of: Occasion, args: Args, state: Args, now: datetime) -> Iterator[Progress]:
    """Every valid certificate, in files of five hundred.

    Where one was revoked or issued meanwhile, all is printed anew: in parts of two lists somebody
    would stand twice or nowhere.
    """
    files, ids = Files(settings(), args["check"]), None
    while (valid := queries.to_print(of.key, of.id)) != ids:
        ids = valid
        state = yield from _print(of, ids, files, state)
    old = _keep_bundle(of, files, len(ids), now, args.get("by"))
    line = LEFT_OUT if state.get("left_out") else DONE if ids else NOBODY
    yield Progress(len(ids), len(ids), state, line=line, result={"url": args.get("url")})
    files.let_go(old)  # only now are the new ones what the page offers


def _print(
    of: Occasion, ids: Sequence[int], files: Files, state: Args
) -> Generator[Progress, None, Args]:
    """These certificates; files of the same list that are done are kept. The new state."""
    listed = _listed(ids)
    if state.get("listed") == listed:
        files.done = [*state.get("files", [])]
    else:
        files.let_go(state.get("files", []))
        files.done = []
    state = {**state, "listed": listed, "files": files.done}
    for start in range(PART * len(files.done), len(ids), PART):
        book = files.book()
        for at in range(start, min(start + PART, len(ids)), PAGES):
            for row in queries.printed(ids[at : min(at + PAGES, start + PART)]):
                book.add(files.printed(row))
            yield Progress(at, len(ids), state, line=PRINTING)
        files.put(book, of)
        state = {**state, "files": files.done}
        yield Progress(min(start + PART, len(ids)), len(ids), state, line=PRINTING)
    return state


def _listed(ids: Sequence[int]) -> str:
    """A list as a few signs, to be kept with each slice."""
    return sha256(" ".join(map(str, ids)).encode()).hexdigest()


def _keep_bundle(
    of: Occasion, files: Files, many: int, now: datetime, by: int | None
) -> list[Sequence[Any]]:
    """The files take the place of those that were made before; which these were."""
    before = list(queries.bundles(of.key, of.id))
    for old in before:
        db.session.delete(old)
    if many:
        whose = {"org_id": of.org_id, **of.names_it}
        made = {"certificates": many, "files": files.done, "made_at": now, "made_by": by}
        db.session.add(CertificateBundle(**whose, **made))
    db.session.flush()
    return [file for old in before for file in old.files]


def drop(bundle: CertificateBundle, house: Settings) -> None:
    """Let go of the files of a bundle; they can be made again at any time."""
    Files(house, "").let_go(bundle.files)
    db.session.delete(bundle)
    db.session.flush()


def drop_old(now: datetime, house: Settings) -> None:
    """Files with thousands of names do not lie about, nor those of a job that came to no end."""
    for bundle in queries.bundles_before(now - KEPT):
        drop(bundle, house)
    if not unfinished(ISSUE, now):
        kept = {stored for one in queries.bundles_before(now) for stored, *_ in one.files}
        let_go_of_strays(house.var, FOLDER, kept, now - STRAY)
