"""What a cadre's phone says to the exam hall and hears from it, as bytes. No other file of the
measures knows these addresses and words."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import unescape
from typing import Any, NamedTuple

import brotli


class Answer(NamedTuple):
    """What came back. head: its lines as they came."""

    status: int
    head: bytes
    body: bytes

    def header(self, name: str) -> str:
        """The value of a header; "" where there is none."""
        start = self.head.lower().find(b"\r\n%s:" % name.lower().encode())
        if start < 0:
            return ""
        return self.head[start + len(name) + 3 :].split(b"\r\n", 1)[0].strip().decode()

    @property
    def again(self) -> int:
        """In how many seconds to come again, where the house is full; else 0."""
        return int(self.header("Retry-After") or 0) if self.status == 503 else 0

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        """The page, unpacked."""
        packed = self.header("Content-Encoding") == "br"
        return (brotli.decompress(self.body) if packed else self.body).decode()


class Said(NamedTuple):
    """One choice. said_at: milliseconds."""

    turn: int
    sequence: int
    slot: int
    answer: Sequence[str]
    said_at: int
    sure: bool = True

    @property
    def key(self) -> tuple[int, int]:
        return self.turn, self.sequence

    @property
    def bare(self) -> dict[str, Any]:
        """As the page sends it."""
        fields = self._asdict()
        if self.sure:
            del fields["sure"]
        return fields


@dataclass
class Phone:
    """A signed-in person's browser at one assessment: makes requests, reads answers."""

    cookie: str
    token: str  # against forged posts
    assessment: int
    device: str = "benchmark"
    packed: bool = True  # answers come as every browser asks for them
    attempt: int = 0
    turn: int = 0
    ticket: str = field(default="", repr=False)
    entered: dict[str, Any] = field(default_factory=dict, repr=False)  # what an opened page is told

    def __post_init__(self) -> None:
        packing = "Accept-Encoding: br\r\n" if self.packed else ""
        self.mine = f"Host: hall\r\n{packing}Cookie: lms={self.cookie}\r\n"
        self._enter(self.entered)

    def _enter(self, said: dict[str, Any]) -> None:
        self.entered = said
        if said:
            self.turn, self.ticket = said["turn"], said["ticket"]
        head = f"Host: hall\r\nContent-Type: application/json\r\nX-Ticket: {self.ticket}\r\n"
        self._save_head = head

    def get(self, path: str) -> bytes:
        return f"GET {path} HTTP/1.1\r\n{self.mine}\r\n".encode()

    def press(self, path: str, form: str = "") -> bytes:
        """Press a button by script."""
        kind = "Content-Type: application/x-www-form-urlencoded\r\n" if form else ""
        token = f"X-CSRF-Token: {self.token}\r\n"
        return _posted(path, f"{self.mine}{token}{kind}", form)

    @property
    def place(self) -> str:
        return f"/exams/attempts/{self.attempt}"

    # before the bell

    def before(self) -> bytes:
        """The page with the rules; plain, for something is read from it."""
        plain = self.mine.replace("Accept-Encoding: br\r\n", "")
        path = f"/exams/assessments/{self.assessment}/before"
        return f"GET {path} HTTP/1.1\r\n{plain}\r\n".encode()

    @staticmethod
    def door(answer: Answer) -> float:
        """When this person may begin, in seconds."""
        found = re.search(rb'data-begins="(\d+)"', answer.body)
        if answer.status != 200 or not found:
            raise ValueError(f"no door: {answer.status}")
        return (int(found[1]) + 1) / 1000

    # beginning: the attempt, its page, its turn; all at once, or one after the other

    def start(self) -> bytes:
        self._enter({})
        form = f"pledged=y&device={self.device}"
        return self.press(f"/exams/assessments/{self.assessment}/attempts", form)

    def started(self, answer: Answer) -> bool:
        """Whether it has begun, or goes on; with a ticket, the page has come and is open."""
        place, _, number = answer.header("Location").rpartition("/")
        if answer.status == 303 and place.endswith("/exams/attempts"):
            self.attempt = int(number)
            return True
        page = answer.text if answer.status == 200 else ""
        entered = re.search(r'data-entered="([^"]*)"', page)
        attempt = re.search(r'data-attempt="(\d+)"', page)
        if not entered or not attempt:
            return False
        self.attempt = int(attempt[1])
        self._enter(json.loads(unescape(entered[1])))
        return True

    def page(self) -> bytes:
        return self.get(self.place)

    def open(self) -> bytes:
        token = f"X-CSRF-Token: {self.token}\r\n"
        head = f"{self.mine}{token}Content-Type: application/json\r\n"
        return _posted(f"{self.place}/turns", head, json.dumps({"device": self.device}))

    def opened(self, answer: Answer) -> bool:
        """Whether it may answer; not when the attempt is over."""
        said = answer.json if answer.status == 200 else {}
        if "turn" not in said:
            return False
        self._enter(said)
        return True

    # answering

    def save(self, batch: Sequence[Said], unsent: int = 0) -> bytes:
        """A batch of choices; an empty one is a heartbeat."""
        said = {"operations": [one.bare for one in batch], "unsent": unsent, "leaves": 0, "word": 0}
        return _posted(f"{self.place}/answers", self._save_head, json.dumps(said))

    # the end

    def submit(self) -> bytes:
        return self.press(f"{self.place}/submit")

    def submitted(self, answer: Answer) -> bool:
        return answer.status == 303 and answer.header("Location").endswith("/result")

    def result(self) -> bytes:
        return self.get(f"{self.place}/result")


def _posted(path: str, head: str, body: str) -> bytes:
    data = body.encode()
    return f"POST {path} HTTP/1.1\r\n{head}Content-Length: {len(data)}\r\n\r\n".encode() + data


class Kept(NamedTuple):
    """What the server says that it holds of a batch."""

    kept: set[tuple[int, int]]
    late: set[tuple[int, int]]
    refused: set[tuple[int, int]]
    turn: int
    at: int
    ends: int
    over: bool


def heard(answer: Answer) -> Kept:
    said = answer.json
    kept, late, refused = (
        {(turn, sequence) for turn, sequence in said.get(name, ())}
        for name in ("kept", "late", "refused")
    )
    over = said.get("over", False)
    return Kept(kept, late, refused, said["turn"], said["at"], said["ends"], over)


def board(assessment: int) -> str:
    """What an open board asks for every few seconds."""
    return f"/exams/assessments/{assessment}/live/numbers"
