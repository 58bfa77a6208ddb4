"""Brings banks in, in a process of its own; prints the times and its memory as JSON.

python -m benchmarks.bank_work FOLDER WORD WORKBOOK [DATABASE]
"""

import json
import sys
from io import BytesIO
from pathlib import Path

from werkzeug.datastructures import FileStorage

from benchmarks.house import House, Visitor
from benchmarks.roster_work import memory, timed, work
from lms.access.scope import seeing_everything
from lms.bank.models import Question
from lms.bank.services import open_bank
from lms.clock import system_clock
from lms.db import db
from lms.exchange.models import BankImport
from lms.exchange.reading import read_file
from lms.exchange.standings import Step
from lms.orgs.queries import top
from lms.web import transaction


def main(var: Path, word: Path, book: Path, url: str) -> None:
    told: dict[str, float] = {}
    told["book"], told["book cpu"] = timed(lambda: read_file(book.name, book.read_bytes()))
    told["memory"] = memory()  # of reading alone, before there is a house
    told["word"], told["word cpu"] = timed(lambda: read_file(word.name, word.read_bytes()))
    house = House(var, url)
    trainer = house.visitor(house.number("教师"))
    work(house)  # what was due anyway
    bank = opened(house)
    told["shown"], told["shown cpu"] = timed(lambda: shown(trainer, bank, word))
    told["taken"], told["taken cpu"] = timed(lambda: taken(trainer))
    told["again"], told["again cpu"] = timed(lambda: shown(trainer, bank, word))
    told["all"], told["all cpu"] = timed(lambda: shown(trainer, bank, book))
    told["all memory"] = memory()
    print(json.dumps(told))


def opened(house: House) -> int:
    """An empty bank of the city; whoever trains there writes in it."""
    with house.app.app_context(), seeing_everything():
        unit = top()
        assert unit is not None
        bank = open_bank("benchmark-bringing", "测量用题库", unit.id, system_clock())
        transaction.finish()
        return bank.id


def shown(trainer: Visitor, bank: int, file: Path) -> None:
    """Everything between the button and the page with the questions."""
    sent = FileStorage(BytesIO(file.read_bytes()), file.name)
    trainer.post(f"/banks/{bank}/bring", {"files": sent})
    work(trainer.house)
    one = last(trainer.house)
    assert one.step is Step.READ, one.step
    trainer.get(f"/banks/imports/{one.id}")


def taken(trainer: Visitor) -> None:
    """What looks alike is said to be other questions; all is confirmed and written."""
    one = last(trainer.house)
    trainer.post(f"/banks/imports/{one.id}/choose", {"every": "1", "choice": "new"})
    trainer.post(f"/banks/imports/{one.id}/confirm", {"reading": one.reading, "pool": "practice"})
    work(trainer.house)
    assert last(trainer.house).step is Step.DONE
    with trainer.house.app.app_context(), seeing_everything():
        assert db.session.query(Question).filter_by(bank_id=one.bank_id).count() > 1000


def last(house: House) -> BankImport:
    with house.app.app_context(), seeing_everything():
        return db.session.query(BankImport).order_by(BankImport.id.desc()).first()


if __name__ == "__main__":
    main(*(Path(word) for word in sys.argv[1:4]), (sys.argv[4:] or [""])[0])
