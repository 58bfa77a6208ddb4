"""What a trainer does with an import: send, confirm, give up, take back."""

from collections.abc import Collection, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import update

from lms.audit.services import record
from lms.bank.models import Bank
from lms.bank.rules import Pool
from lms.db import db
from lms.errors import Conflict
from lms.exchange import queries
from lms.exchange.mending import moved_on
from lms.exchange.models import BankFile, BankImport
from lms.exchange.returning import refuse_resting
from lms.exchange.staging import Store, forget
from lms.exchange.standings import TAKEN, UPLOADS, Step
from lms.jobs.rules import JobStatus
from lms.jobs.services import ask
from lms.web.uploads import keep, remove

READ, WRITE, TAKE_BACK = "read questions", "write questions", "take questions back"
LONGEST = 120  # characters of a file's name
Sent = Sequence[tuple[str, bytes]]  # names and contents of files


def receive(bank: Bank, sent: Sent, store: Store, by: int, now: datetime) -> BankImport:
    """Keep the files that were sent together."""
    stored = [keep(store.var, UPLOADS, data, store.cipher) for _name, data in sent]
    one = BankImport(bank_id=bank.id, uploaded_by=by, uploaded_at=now)
    one.files = [
        BankFile(name=name[-LONGEST:], size=len(data), sha256=sha256(data).hexdigest(), stored=kept)
        for (name, data), kept in zip(sent, stored, strict=True)
    ]
    db.session.add(one)
    db.session.flush()
    digests = [file.sha256 for file in one.files]
    record("upload questions", now, whom=one, org_id=bank.org_id, bank=bank.code, digests=digests)
    return one


def read(one: BankImport, by: int, url: str, now: datetime) -> None:
    """Have the files read, anew where they have been read. url: where that leads."""
    if one.reading or one.job_id:
        _advance(one, (Step.READ, *_stuck(one, Step.READING)), Step.READING)
    one.job_id = ask(READ, {"import_id": one.id, "url": url}, by, now).id


def go_on(one: BankImport, by: int, url: str, now: datetime) -> None:
    """What was broken off is taken up again."""
    kinds = {Step.READING: READ, Step.WRITING: WRITE, Step.RETURNING: TAKE_BACK}
    if one.step not in _stuck(one, *kinds):
        raise moved_on()
    one.job_id = ask(kinds[one.step], {"import_id": one.id, "url": url}, by, now).id


def _stuck(one: BankImport, *steps: Step) -> tuple[Step, ...]:
    """Those of the steps at which it stands although nobody works on it."""
    job = queries.job_of(one)
    return steps if job is None or job.status is JobStatus.FAILED else ()


def _advance(one: BankImport, before: Collection[Step], after: Step, **values: Any) -> None:
    """Go on from one of these steps; of two who press at once, one does."""
    here = BankImport.id == one.id, BankImport.step.in_(before)
    reading = BankImport.reading == one.reading
    query = update(BankImport).where(*here, reading).values(step=after, **values)
    done = db.session.execute(query.execution_options(synchronize_session=False))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise moved_on()
    db.session.refresh(one)


def confirm(one: BankImport, reading: int, pool: Pool, by: int, url: str, now: datetime) -> None:
    """Have what the page showed carried out. reading: the one that was looked at."""
    if reading != one.reading:
        raise moved_on()
    if one.bank.retired_at is not None:
        raise Conflict("题库“{title}”已停用，不能带入试题。", title=one.bank.title)
    if not queries.count(queries.unwritten(one, TAKEN)):
        raise Conflict("没有可以带入的题。")
    _advance(one, (Step.READ,), Step.WRITING, confirmed_at=now, pool=pool)
    record("confirm questions", now, whom=one, org_id=one.bank.org_id, pool=pool, **one.counts)
    one.job_id = ask(WRITE, {"import_id": one.id, "url": url}, by, now).id


def drop(one: BankImport, store: Store, now: datetime) -> None:
    """Give an import up; of what has been carried out already nothing is undone."""
    if queries.count(queries.written(one.id)):
        raise Conflict("已有一部分写入，不能放弃；请继续写入，或撤回整次带入。")
    _advance(one, (Step.READ, *_stuck(one, Step.READING)), Step.DROPPED)
    record("drop questions", now, whom=one, org_id=one.bank.org_id)
    forget(one.id)
    let_go(one, store)


def let_go(one: BankImport, store: Store) -> None:
    """The files that were sent are no longer needed."""
    for file in one.files:
        remove(store.var, UPLOADS, file.stored)
        file.stored = None


def take_back(one: BankImport, by: int, url: str, now: datetime) -> None:
    """Have everything undone that an import brought, if nothing rests on it."""
    refuse_resting(one)
    _advance(one, (Step.DONE, *_stuck(one, Step.WRITING)), Step.RETURNING)
    record("take questions back", now, whom=one, org_id=one.bank.org_id, **one.counts)
    one.job_id = ask(TAKE_BACK, {"import_id": one.id, "url": url}, by, now).id
