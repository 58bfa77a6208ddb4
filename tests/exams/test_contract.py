"""The contract of saving as a machine of states: clients, and a line that does as it likes.

A model keeps what every client was told is kept. Whatever the line drops, doubles, delays and
reorders, whoever reloads, hands over, submits or is collected: what was acknowledged is stored,
nothing is stored twice, and the fold of what counts is what is scored.
"""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from lms.exams.models import Answer, Attempt, Mark, Result
from lms.exams.rules import GRACE
from tests.exams.build import Hall
from tests.exams.sitter import Sitter

SLOTS = st.sampled_from([1, 2, 3])
LETTERS = st.lists(st.sampled_from("ABCD"), max_size=2, unique=True).map(sorted)
RIGHT = {1: ["B"], 2: ["A", "C"], 3: ["A"]}


def milliseconds(moment):
    return int(moment.timestamp() * 1000)


class Client:
    """A page on a device: what it chose and was not told is kept, with its turn's ticket."""

    def __init__(self, sitter):
        self.sitter = sitter
        self.unsent = {}  # key → operation
        self.sealed = False


class Contract(RuleBasedStateMachine):
    """One person sits one attempt on up to three devices."""

    world = None  # set by the test: hall, sign_in, make, clock

    def __init__(self):
        super().__init__()
        hall, sign_in, self.make, self.clock = self.world
        self.cadre = hall.cadre(f"王{self.make.next()}")
        self.assessment = hall.assessment(self.cadre)
        self.sign_in, self.hall_ = sign_in, hall
        self.web = sign_in(self.cadre)
        first = Sitter(self.web, self.clock, self.assessment).open()
        self.attempt_id = first.attempt_id
        self.clients = [Client(first)]
        self.begun = self.clock()
        self.ends_at = self.begun + timedelta(hours=1)
        self.submitted = False
        self.chosen = {}  # key → (slot, answer, said_at): all that was ever chosen
        self.opened_at = {1: self.clock()}
        self.told = {}  # key → whether it counts, as a client was told
        self.wire = []  # batches under way, which may come twice, late, or in another order

    # what people and lines do --------------------------------------------------------------

    @rule(who=st.integers(0, 2), slot=SLOTS, answer=LETTERS)
    def choose(self, who, slot, answer):
        client = self.clients[who % len(self.clients)]
        if client.sealed:  # a page that has not heard of the end goes on
            return
        one = client.sitter.operation(slot, answer)
        key = (one["turn"], one["sequence"])
        client.unsent[key] = one
        self.chosen[key] = (slot, answer, one["said_at"])

    @rule(who=st.integers(0, 2))
    def send(self, who):
        """A batch arrives, and so does its answer."""
        client = self.clients[who % len(self.clients)]
        self.arrive(client, list(client.unsent.values()))

    @rule(who=st.integers(0, 2), many=st.integers(1, 3))
    def put_on_the_wire(self, who, many):
        """A batch leaves, and nobody knows when it arrives; its answer is lost."""
        client = self.clients[who % len(self.clients)]
        if client.unsent:
            self.wire.append((client, list(client.unsent.values())[:many]))

    @precondition(lambda self: self.wire)
    @rule(data=st.data(), again=st.booleans())
    def deliver(self, data, again):
        place = data.draw(st.integers(0, len(self.wire) - 1))
        client, batch = self.wire[place] if again else self.wire.pop(place)
        self.arrive(client, batch, heard=False)

    @rule(seconds=st.sampled_from([1, 20, 50, 600, 1800]))
    def time_passes(self, seconds):
        self.clock.time += timedelta(seconds=seconds)

    @precondition(lambda self: len(self.opened_at) < 4 and not self.submitted)
    @rule(who=st.integers(0, 2), another=st.booleans())
    def open(self, who, another):
        """The page is loaded anew, here or on another device; what it held stays on its device."""
        if self.clock() > self.ends_at + GRACE:
            return
        self.clock.time += timedelta(seconds=1)
        old = self.clients[who % len(self.clients)]
        device = f"device-{len(self.opened_at)}" if another else old.sitter.device
        fresh = Sitter(self.signed_in(), self.clock, attempt_id=self.attempt_id, device=device)
        client = Client(fresh.open())
        if another:
            self.clients = [*self.clients, client][-3:]
        else:
            client.unsent = old.unsent  # from the store of the device
            self.clients[self.clients.index(old)] = client
        self.opened_at[fresh.opened["turn"]] = self.clock()

    @precondition(lambda self: not self.submitted)
    @rule()
    def submit(self):
        self.clock.time += timedelta(seconds=1)
        assert Sitter(self.signed_in(), self.clock, attempt_id=self.attempt_id).submit().location
        self.submitted = True

    @precondition(lambda self: not self.submitted and self.clock() < self.ends_at)
    @rule()
    def collect(self):
        officer = self.sign_in(self.hall_.officer)
        url = f"/exams/assessments/{self.assessment.id}/live/collect"
        done = officer.post(url, {"unit": self.hall_.county.id, "reason": "停电"})
        assert done.status_code == 303
        self.ends_at = self.clock()

    # what then holds -----------------------------------------------------------------------

    def signed_in(self):
        return self.sign_in(self.cadre)

    def arrive(self, client, batch, heard=True):
        said = client.sitter.send(*batch, unsent=0)
        assert said.status_code == 200
        told = said.json
        assert "refused" not in told
        kept = {tuple(key) for key in told.get("kept", [])}
        late = {tuple(key) for key in told.get("late", [])}
        assert kept == {(one["turn"], one["sequence"]) for one in batch}
        for key in kept:
            if key not in self.told:
                self.told[key] = self.counts(key)
            assert self.told[key] is (key not in late)  # and it never changes
            if heard:
                client.unsent.pop(key, None)
        client.sealed = told["turn"] > client.sitter.opened["turn"] or "over" in told

    def counts(self, key):
        """Whether it counts that arrives now for the first time."""
        _slot, _answer, said_at = self.chosen[key]
        newer = self.opened_at.get(key[0] + 1)
        arrives_in_time = not self.submitted and self.clock() <= self.ends_at + GRACE
        said_in_time = said_at <= milliseconds(self.ends_at)
        return arrives_in_time and said_in_time and not (newer and said_at > milliseconds(newer))

    @invariant()
    def what_was_acknowledged_is_stored_and_nothing_twice(self):
        rows = [row for row in self.make.all(Answer) if row.attempt_id == self.attempt_id]
        stored = {(row.turn, row.sequence): row for row in rows}
        assert len(stored) == len(rows)
        assert set(self.told) <= set(stored) <= set(self.chosen)
        for key, counts in self.told.items():
            slot, answer, _ = self.chosen[key]
            assert (stored[key].slot, stored[key].content) == (slot, answer)
            assert stored[key].counts is counts

    def teardown(self):
        """Everything that is still held arrives; then the fold is what is scored."""
        for client, batch in self.wire:
            self.arrive(client, batch, heard=False)
        for client in self.clients:
            self.arrive(client, list(client.unsent.values()))
        if not self.submitted:
            Sitter(self.signed_in(), self.clock, attempt_id=self.attempt_id).submit()
        assert set(self.told) == set(self.chosen)
        last = {}
        for key in sorted(key for key, counts in self.told.items() if counts):
            slot, answer, _ = self.chosen[key]
            last[slot] = answer
        self.scored_as(last)

    def scored_as(self, last):
        marks = [row for row in self.make.all(Mark) if row.attempt_id == self.attempt_id]
        assert len(marks) == 4
        for mark in marks:
            if mark.slot in (1, 3):  # all or nothing
                assert (mark.share == mark.share_of) is (last.get(mark.slot) == RIGHT[mark.slot])
            if last.get(mark.slot) == RIGHT.get(mark.slot) and last.get(mark.slot):
                assert mark.share == mark.share_of
            if not last.get(mark.slot):
                assert mark.share == 0
        assert len([one for one in self.make.all(Result) if one.attempt_id == self.attempt_id]) == 1
        (attempt,) = [one for one in self.make.all(Attempt) if one.id == self.attempt_id]
        assert attempt.submitted_at is not None


@pytest.fixture
def examples(request):
    """Many on the embedded database, few on the other: the statements are the same texts."""
    return 3 if "postgresql" in request.node.name else 10


def test_the_contract_holds_whatever_the_line_and_people_do(make, sign_in, clock, examples):
    Contract.world = (Hall(make), sign_in, make, clock)
    run_state_machine_as_test(
        Contract,
        settings=settings(
            max_examples=examples,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
