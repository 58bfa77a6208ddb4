"""The banks that come with the program: what is offered to a city, and its arrival in review."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from lms.bank.models import Bank
from lms.bank.queries import bank_by_code
from lms.bank.rules import Pool, State
from lms.bank.services import Loaded, about, load_folder
from lms.settings import HOME

BANKS = HOME / "question_banks"


class Offer(NamedTuple):
    """A bank that could be loaded, and the one it was loaded into."""

    code: str
    title: str
    questions: int
    bank: Bank | None


def folders() -> list[Path]:
    return sorted(file.parent for file in BANKS.glob("*/bank.yaml"))


def offered() -> list[Offer]:
    """Every shipped bank, with its number of questions."""
    found = []
    for folder in folders():
        told = about(folder)
        questions = sum(file.name != "README.md" for file in folder.rglob("*.md"))
        found.append(Offer(told["code"], told["title"], questions, bank_by_code(told["code"])))
    return found


def bring(org_id: int, pool: Pool, now: datetime) -> Sequence[tuple[Bank, Loaded]]:
    """Load them for a unit. A machine wrote them: all wait until somebody here has read them."""
    return [load_folder(folder, org_id, now, pool, State.IN_REVIEW) for folder in folders()]
