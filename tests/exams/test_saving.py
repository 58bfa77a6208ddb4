"""The contract of saving: what is called saved is stored once, and counts by one order."""

from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.audit.models import AuditEntry
from lms.audit.rules import Outcome
from lms.exams.models import Answer, Attempt, Mark, Opening
from lms.exams.rules import fold
from lms.exams.tickets import Ticket, signed
from tests.conftest import SECRETS
from tests.exams.sitter import Sitter, as_operation


@pytest.fixture
def cadre(hall):
    return hall.cadre()


@pytest.fixture
def page(hall, sit, cadre):
    return sit(cadre, hall.assessment(cadre))


def kept(make):
    """What is stored, as (slot, answer, counts), in the order of its keys."""
    rows = sorted(make.all(Answer), key=lambda row: (row.turn, row.sequence))
    return [(row.slot, row.content, row.counts) for row in rows]


def test_a_saved_answer_is_answered_with_what_is_held(page, clock):
    said = page.say(1, "B")
    assert said["kept"] == [[1, 1]] and said["held"] == 1 and said["turn"] == 1
    assert said["at"] == int(clock().timestamp() * 1000)
    assert page.say(3, "A")["held"] == 2
    assert page.say(3)["held"] == 1  # taken back


def test_the_same_operation_twice_is_stored_once(page, make):
    operation = page.operation(1, ["B"])
    first, again = page.send(operation), page.send(operation)
    assert first.json["kept"] == again.json["kept"] == [[1, 1]]
    assert kept(make) == [(1, ["B"], True)]


def test_a_batch_that_is_half_known_is_taken_for_the_rest(page, make):
    first, second = page.operation(1, ["B"]), page.operation(2, ["A"])
    page.send(first)
    assert page.send(first, second).json["kept"] == [[1, 1], [1, 2]]
    assert len(kept(make)) == 2


def test_one_key_with_another_content_is_refused_and_the_officer_sees_it(
    page, make, cadre, officer
):
    page.send(page.operation(1, ["B"], sequence=7))
    answer = page.send(page.operation(1, ["C"], sequence=7), page.operation(2, ["A"], sequence=8))
    assert answer.json["refused"] == [[1, 7]] and answer.json["kept"] == [[1, 8]]
    assert kept(make) == [(1, ["B"], True), (2, ["A"], True)]
    (entry,) = [one for one in make.all(AuditEntry) if one.act == "save answer"]
    assert (entry.person_id, entry.outcome) == (cadre.id, Outcome.REFUSED)
    (attempt,) = make.all(Attempt)
    board = officer.get(f"/exams/assessments/{attempt.assessment_id}/live")
    assert "王一（上王村）：1 次" in board.get_data(as_text=True)


def test_in_a_slot_the_highest_turn_and_sequence_counts_whenever_it_arrives(page, make):
    late, early = page.operation(1, ["C"], sequence=1), page.operation(1, ["B"], sequence=2)
    page.send(early)
    page.send(late)
    page.submit()
    assert next(mark.share for mark in make.all(Mark) if mark.slot == 1) == 1


def test_nothing_to_send_asks_for_the_time_and_adds_nothing(page, make):
    answer = page.send()
    assert answer.json["held"] == 0 and "kept" not in answer.json
    assert make.all(Answer) == []


def test_both_ways_of_a_saved_answer_fit_in_their_measure(page):
    """1.2 KB with headers: about 620 bytes are a browser's own and the server's."""
    operation = page.operation(49, ["A", "C"])
    answer = page.send(operation)
    ours = len(answer.get_data()) + len(page.opened["ticket"])
    ours += sum(len(name) + len(value) + 4 for name, value in answer.headers)
    assert ours + len(str(operation)) < 600


# ── the ticket ──────────────────────────────────────────────────────────────────────────────────


def test_the_ticket_of_another_attempt_is_refused(hall, sit, page, make):
    other = hall.cadre("王二")
    strange = sit(other, hall.assessment(other))
    answer = page.send(page.operation(1, ["B"]), ticket=strange.opened["ticket"])
    assert answer.status_code == 403
    assert make.all(Answer) == []


@pytest.mark.parametrize("forged", ["", "x", "1.1.device-one.1.AAAA", "一.二.三", "....."])
def test_a_forged_ticket_is_refused(page, forged, make):
    ticket = forged.encode().decode("latin-1")
    assert page.send(page.operation(1, ["B"]), ticket=ticket).status_code == 403
    assert make.all(Answer) == []


def test_a_ticket_signed_for_another_person_opens_nothing(page, make):
    """Even a true signature must fit the attempt's row."""
    for ticket in (
        Ticket(page.attempt_id, 10_000, "device-one", 1),
        Ticket(10_000, 1, "device-one", 1),
        Ticket(page.attempt_id, 1, "device-one", 9),  # a turn that was never given out
    ):
        shown = signed(ticket, SECRETS["ticket"])
        operation = page.operation(1, ["B"])
        answer = page.send(operation, ticket=shown, attempt_id=ticket.attempt_id)
        assert answer.status_code == 403
    assert make.all(Answer) == []


def test_a_ticket_opens_no_later_turn_than_its_own(page, make):
    assert page.send(page.operation(1, ["B"], turn=2)).status_code == 422
    assert make.all(Answer) == []


@pytest.mark.parametrize(
    "broken",
    [
        {"operations": 1},
        {"operations": [1]},
        {"operations": [{"turn": 1}]},
        {"operations": [{"turn": 1, "sequence": 0, "slot": 1, "answer": [], "said_at": 1}]},
        {"operations": [{"turn": 1, "sequence": 1, "slot": "1", "answer": [], "said_at": 1}]},
        {"operations": [{"turn": 1, "sequence": 1, "slot": 1, "answer": "B", "said_at": 1}]},
        {"operations": [{"turn": 1, "sequence": 1, "slot": 1, "answer": [7], "said_at": 1}]},
        {"operations": [{"turn": 1, "sequence": 1, "slot": 1, "answer": [], "said_at": 1e300}]},
        {"operations": [{"turn": True, "sequence": 1, "slot": 1, "answer": [], "said_at": 1}]},
        {
            "operations": [
                {"turn": 1, "sequence": 1, "slot": 1, "answer": ["字" * 9999], "said_at": 1}
            ]
        },
        [],
    ],
)
def test_a_batch_that_makes_no_sense_is_refused_whole(page, broken, make):
    web = page.web.client.application.test_client()
    headers = {"X-Ticket": page.opened["ticket"]}
    answer = web.post(f"{page.url}/answers", json=broken, headers=headers)
    assert answer.status_code == 422 and "why" in answer.json
    assert make.all(Answer) == []


def test_signs_that_no_database_keeps_are_left_out(page, make):
    page.say(4, "过\x00半数", "\ud800半数以上 ")
    page.submit()
    assert next(mark.share for mark in make.all(Mark) if mark.slot == 4) == 1


# ── time ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("late", "counts"), [(60, True), (61, False)])
def test_what_arrives_within_a_minute_after_the_end_counts(page, clock, make, late, counts):
    operation = page.operation(1, ["B"])
    clock.time += timedelta(hours=1, seconds=late)
    said = page.send(operation).json
    assert (said["kept"], said.get("late")) == ([[1, 1]], None if counts else [[1, 1]])
    assert said.get("over", False) is not counts
    assert kept(make) == [(1, ["B"], counts)]
    page.submit()
    assert next(mark.share for mark in make.all(Mark) if mark.slot == 1) == int(counts)


def test_what_arrives_after_the_submit_is_kept_and_does_not_count(page, make):
    page.say(1, "B")
    page.submit()
    said = page.send(page.operation(1, ["C"])).json
    assert said["over"] and said["late"] == [[1, 2]] and said["held"] == 1
    assert kept(make) == [(1, ["B"], True), (1, ["C"], False)]


def test_an_attempt_whose_time_is_over_is_ended_by_whoever_opens_it(page, clock, make):
    page.say(1, "B")
    clock.time += timedelta(hours=1, seconds=61)
    fresh = page.web.post(f"{page.url}/turns", json={"device": "device-two"})
    assert fresh.json == {"over": True}
    assert len(make.all(Mark)) == 4
    assert page.web.get(page.url).location == f"{page.url}/result"


# ── another device ──────────────────────────────────────────────────────────────────────────────


def test_another_device_gets_every_answer_and_the_true_end(page, clock, make):
    page.say(1, "B")
    page.say(2, "A")
    page.say(2, "A", "C")
    clock.time += timedelta(minutes=20)
    other = Sitter(page.web, clock, attempt_id=page.attempt_id, device="device-two").open()
    assert sorted(other.opened["answers"]) == [[1, 1, 1, ["B"]], [2, 1, 3, ["A", "C"]]]
    assert other.opened["turn"] == 2
    assert other.opened["ends"] - other.opened["at"] == 40 * 60 * 1000
    assert [(row.turn, row.device) for row in make.all(Opening)] == [
        (1, "device-one"),
        (2, "device-two"),
    ]


def test_the_older_page_is_told_and_delivers_what_it_holds(page, clock, make):
    before = page.operation(1, ["B"])
    clock.time += timedelta(minutes=1)
    Sitter(page.web, clock, attempt_id=page.attempt_id, device="device-two").open()
    clock.time += timedelta(minutes=1)
    after = page.operation(3, ["B"])
    said = page.send(before, after).json
    assert said["turn"] == 2 and said["kept"] == [[1, 1], [1, 2]] and said["late"] == [[1, 2]]
    assert kept(make) == [(1, ["B"], True), (3, ["B"], False)]


def test_the_newer_turn_stands_where_both_have_answered(page, clock, make):
    unsent = page.operation(1, ["C"], sequence=40)
    clock.time += timedelta(seconds=5)
    other = Sitter(page.web, clock, attempt_id=page.attempt_id, device="device-two").open()
    other.say(1, "B")
    page.send(unsent)
    other.submit()
    assert next(mark.share for mark in make.all(Mark) if mark.slot == 1) == 1


def test_a_device_without_a_name_is_refused(page):
    for device in ("", "x" * 25, "a.b.c.d.e", 7, None):
        answer = page.web.post(f"{page.url}/turns", json={"device": device})
        assert answer.status_code == 422


# ── the law ─────────────────────────────────────────────────────────────────────────────────────

OPERATION = st.builds(
    lambda turn, sequence, slot, answer: {
        "turn": turn,
        "sequence": sequence,
        "slot": slot,
        "answer": answer,
        "said_at": 0,
    },
    st.integers(1, 3),
    st.integers(1, 5),
    st.integers(1, 3),
    st.lists(st.sampled_from("ABCD"), max_size=2),
)


@given(
    st.lists(OPERATION, max_size=8, unique_by=lambda one: (one["turn"], one["sequence"])), st.data()
)
def test_any_order_and_any_repetition_of_arrivals_gives_the_same_answers(sent, data):
    operations = [as_operation(one) for one in sent]
    arrivals = data.draw(st.permutations(operations + operations[:3]))
    expected = {}
    for operation in sorted(operations, key=lambda one: one.key):
        expected[operation.slot] = operation
    assert fold(arrivals) == expected


def test_three_batches_in_any_order_hold_the_same(hall, sit, make):
    """The same law, through the door and the database."""
    batches = ([(1, ["A"]), (2, ["A"])], [(1, ["B"])], [(3, ["A"]), (2, ["A", "C"])])
    seen = set()
    for number, order in enumerate(permutations(range(3))):
        person = hall.cadre(f"王{number}")
        page = sit(person, hall.assessment(person))
        sent = [[page.operation(slot, answer) for slot, answer in batch] for batch in batches]
        for place in order:
            page.send(*sent[place])
            page.send(*sent[order[0]])
        page.submit()
        marks = [mark for mark in make.all(Mark) if mark.attempt_id == page.attempt_id]
        seen.add(tuple(sorted((mark.slot, mark.share) for mark in marks)))
    assert seen == {((1, 1), (2, 1), (3, 1), (4, 0))}
