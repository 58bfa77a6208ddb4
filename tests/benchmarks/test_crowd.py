"""The crowd's own arithmetic, and its HTTP against a server that talks as ours does."""

import asyncio
import json
import socket
from contextlib import contextmanager, suppress
from html import escape
from threading import Thread
from time import sleep

import brotli
import pytest

from benchmarks.counting import last_said, worth
from benchmarks.figures import of_many
from benchmarks.phone import Answer, Phone, Said, heard
from benchmarks.wire import Lost, connect, once
from lms.scoring.choice import Credit, Key


def test_of_a_hundred_times_99_do_not_exceed_the_99th():
    times = [float(number) for number in range(100, 0, -1)]
    assert [of_many(times, share) for share in (0.5, 0.99, 1)] == [50, 99, 100]
    assert of_many([7.0], 0.99) == 7


def test_for_a_question_the_last_turn_counts_then_the_last_choice():
    rows = [(2, 1, 5, ["B"]), (1, 9, 5, ["A"]), (1, 1, 6, ["C"]), (1, 2, 6, [])]
    assert last_said(rows) == {5: ["B"], 6: []}


def test_what_answers_are_worth_is_exact():
    key = Key(frozenset("A"), Credit.ALL_OR_NOTHING)
    keys = {1: (key, 2), 2: (key, 3), 3: (key, 5)}
    assert worth({1: ["A"], 2: ["B"]}, keys) == 2


def test_a_phone_reads_what_the_hall_answers():
    phone = Phone("cookie", "token", 7)
    started = Answer(303, b"HTTP/1.1 303 See Other\r\nlocation: /exams/attempts/12", b"")
    assert phone.started(started) and phone.attempt == 12
    assert not phone.started(Answer(409, b"HTTP/1.1 409 Conflict", b""))
    opened = Answer(200, b"HTTP/1.1 200 OK", json.dumps({"turn": 3, "ticket": "t"}).encode())
    assert phone.opened(opened) and (phone.turn, phone.ticket) == (3, "t")
    assert not phone.opened(Answer(200, b"HTTP/1.1 200 OK", b'{"over": true}'))
    said = {"kept": [[3, 1]], "late": [[3, 1]], "turn": 3, "at": 1, "ends": 2, "over": True}
    kept = heard(Answer(200, b"HTTP/1.1 200 OK", json.dumps(said).encode()))
    assert kept.kept == kept.late == {(3, 1)} and not kept.refused and kept.over


def test_a_page_that_comes_with_the_start_is_open():
    phone = Phone("cookie", "token", 7)
    told = escape(json.dumps({"turn": 1, "ticket": "t", "at": 5, "ends": 9, "answers": []}))
    page = f'<div data-attempt="12" data-entered="{told}">'.encode()
    packed = Answer(200, b"HTTP/1.1 200 OK\r\nContent-Encoding: br", brotli.compress(page))
    assert phone.started(packed) and (phone.attempt, phone.turn, phone.ticket) == (12, 1, "t")
    assert phone.entered["ends"] == 9
    assert not phone.started(Answer(200, b"HTTP/1.1 200 OK", b"the door, once more"))


def test_a_choice_is_sent_as_the_page_sends_it():
    sure, unsure = Said(1, 2, 3, ["A"], 99), Said(1, 3, 3, [], 99, False)
    assert sure.bare == {"turn": 1, "sequence": 2, "slot": 3, "answer": ["A"], "said_at": 99}
    assert unsure.bare["sure"] is False


ASK = b"GET / HTTP/1.1\r\n\r\n"


@contextmanager
def served(*answers):
    """A port at which one connection is served: an answer a request, in pieces; then it ends."""

    def talk():
        line, _ = listening.accept()
        with line:
            for pieces in answers:
                line.recv(1000)
                for piece in pieces:
                    line.sendall(piece)
                    sleep(0.005)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = Thread(target=talk)
        thread.start()
        yield listening.getsockname()[1]
        thread.join()


@contextmanager
def begun(piece):
    """A port at which an answer begins and never ends: the line stays open until nobody listens."""

    def talk():
        line, _ = listening.accept()
        with line, suppress(ConnectionError):
            line.sendall(piece)
            while line.recv(1000):
                pass

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = Thread(target=talk)
        thread.start()
        port = listening.getsockname()[1]
        yield port
        socket.create_connection(("127.0.0.1", port)).close()  # where nobody came in time
        thread.join()


def test_an_answer_in_pieces_is_one_and_the_line_can_be_used_again():
    async def run(port):
        wire = await connect(port)
        bodies = [(await wire.ask(ASK)).body for _ in range(2)]
        with pytest.raises(Lost):
            await wire.ask(ASK)
        return bodies

    head = (b"HTTP/1.1 20", b"0 OK\r\nContent-Length: 2", b"\r\n\r\n")
    with served((*head, b"1", b"!"), (*head, b"2!")) as port:
        assert asyncio.run(run(port)) == [b"1!", b"2!"]


def test_a_line_that_is_cut_is_no_answer():
    half = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"
    with served((half,)) as port, pytest.raises(Lost):
        asyncio.run(once(port, ASK, 2))


def test_an_answer_that_does_not_come_in_time_is_none():
    with begun(b"HTTP/1.1") as port, pytest.raises(TimeoutError):
        asyncio.run(once(port, ASK, 0.1))
