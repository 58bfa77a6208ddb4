"""The signed ticket of an attempt: who may save there, without a look at the person. Pure."""

from dataclasses import dataclass

from lms import signing
from lms.errors import NotAllowed


@dataclass(frozen=True)
class Ticket:
    """An attempt, opened by a person, on a device, for a turn."""

    attempt_id: int
    person_id: int
    device: str
    turn: int

    @property
    def words(self) -> str:
        return f"{self.attempt_id}.{self.person_id}.{self.device}.{self.turn}"


def signed(ticket: Ticket, secret: str) -> str:
    """The ticket as it travels in a header: its words and their signature."""
    return signing.signed(ticket.words, secret)


def shown(text: str, attempt_id: int, secret: str) -> Ticket:
    """The ticket that was shown for an attempt. Raises NotAllowed for any other or a forged one."""
    words = signing.signed_words(text, secret)
    if words is None:
        raise NotAllowed("答题凭证无效，请重新打开考试页面。")
    attempt, person, device, turn = words.split(".")
    if int(attempt) != attempt_id:
        raise NotAllowed("答题凭证无效，请重新打开考试页面。")
    return Ticket(int(attempt), int(person), device, int(turn))
