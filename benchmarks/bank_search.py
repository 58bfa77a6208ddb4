"""A bank of 50,000 questions is searched: each answer with its count and its first page."""

from collections.abc import Iterator

from benchmarks.banks import bank_of
from benchmarks.figures import Figure, took, yardstick
from benchmarks.house import House, Visitor
from benchmarks.servers import Servers
from lms.access.scope import seeing_everything
from lms.bank.rules import Difficulty, QuestionType, State
from lms.competencies.queries import abilities

QUESTIONS = 50_000
ANSWER = 100  # ms of CPU, of this process and of the database server
# data: what is typed; one sign that nearly every question has, two, a sentence, none that is there
TYPED = ("的", "法", "村民", "应当", "村民会议", "下列说法正确的是", "龘", "龘龘", "应当 村民")


def measure(house: House) -> Iterator[Figure]:
    bank_id = bank_of(house, QUESTIONS)
    visitor = house.visitor(house.number("教师"))
    yield from figures(house, visitor, f"/banks/{bank_id}")


def figures(house: House, visitor: Visitor, page: str) -> Iterator[Figure]:
    """Each search of this page: CPU on both sides, and on the wall."""
    stick = yardstick()
    with house.app.app_context(), seeing_everything():
        ability = next(iter(abilities().values())).id
    narrow = {"ability": ability, "type": QuestionType.SINGLE, "words": TYPED[0]}
    asked = [("no filter", {})] + [(words, {"words": words}) for words in TYPED]
    asked += [("ability", {"ability": ability}), ("ability, type, words", narrow)]
    asked += [("no ability", {"ability": 0}), ("state, difficulty", _facts())]
    asked += [("a law", {"law": TYPED[2]}), ("the last page", {"words": TYPED[0], "first": 5000})]
    servers = Servers(house)
    for what, query in asked:
        before = servers.cpu()
        runs = 8
        one = took(lambda query=query: visitor.get(page, query_string=query), runs=runs - 1)
        server = (servers.cpu() - before) / runs
        cpu = one.cpu * 1000 + server
        yield Figure(f"{what}: CPU of both sides", cpu, "ms CPU", ANSWER, stick)
        yield Figure(f"… on the wall; the server's part {server:.0f} ms", one.wall * 1000, "ms")
    yield Figure("statements", visitor.statements(f"{page}?words={TYPED[2]}"), "statements")


def _facts() -> dict[str, str]:
    return {"state": State.FINAL.value, "difficulty": Difficulty.EASY.value}
