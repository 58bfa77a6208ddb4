"""Some at once, a line behind them, and who finds no place is asked to come again."""

import re
import threading

import pytest

from lms.settings import LINE
from lms.web.line import LATEST, LONG, SOON, Later, Line
from tests.web.crowded import no_place_in

HTML = {"Accept": "text/html,application/xhtml+xml"}


@pytest.fixture
def full(app):
    with no_place_in(app):
        yield app.test_client()


class Crowd:
    """People at a line of one who is inside: they come one after the other, and then get in.

    Of their names, a capital letter acts and a small one looks.
    """

    def __init__(self, most):
        self.line, self.order, self.threads = Line(1, 0, most), "", []
        self.place = self.line.enter(acts=True)

    def come(self, names):
        for name in names:
            self.threads.append(threading.Thread(target=self._be_inside, args=(name,)))
            before = self.line.waiting
            self.threads[-1].start()
            while self.line.waiting == before:
                pass
        return self

    def _be_inside(self, name):
        place = self.line.enter(acts=name.isupper())
        self.order += name
        self.line.leave(place)

    def gone(self):
        """Wait until all have been inside."""
        for thread in self.threads:
            thread.join(60)

    def end(self):
        """In which order they got in."""
        self.line.leave(self.place)
        self.gone()
        assert self.line.free == 1
        return self.order


def test_the_first_who_waits_is_the_first_inside():
    assert Crowd(3).come("ABC").end() == "ABC"
    assert Crowd(6).come("abc").end() == "abc"


def test_who_acts_goes_before_who_looks_and_every_fourth_turn_is_of_those_who_look():
    assert Crowd(20).come("abcABCDEFG").end() == "ABCaDEFbGc"


def test_who_looks_takes_no_more_than_half_of_the_places_to_wait():
    crowd = Crowd(4).come("ab")
    assert not crowd.line.enter(acts=False)
    crowd.come("AB")
    assert not crowd.line.enter(acts=True)  # the line is full
    assert crowd.end() == "ABab"


def test_who_looks_and_finds_no_place_comes_one_after_the_other():
    later = Later()
    assert [later.seconds(now=100, pace=0.5) for _ in range(5)] == [3, 4, 4, 5, 5]
    assert later.seconds(now=102, pace=0.5) == SOON + 1  # half a second after the one before
    assert later.seconds(now=200, pace=0.5) == SOON  # nobody is waited for any more
    assert [later.seconds(now=200, pace=50) for _ in range(3)] == [LATEST] * 3


def test_the_pace_is_what_the_last_who_looked_and_waited_found():
    crowd = Crowd(6)
    assert crowd.line.pace == 0
    crowd.come("aB").end()
    assert 0 < crowd.line.pace < 60
    before = crowd.line.pace
    crowd = Crowd(6).come("AB")
    crowd.line.pace = before
    crowd.end()
    assert crowd.line.pace == before  # who acts says nothing of those who look


def test_a_short_page_does_not_wait_for_a_long_one():
    crowd = Crowd(6).come("AbC")
    crowd.line.beside = 1
    crowd.gone()  # though the first is still inside
    assert crowd.order == "ACb"
    assert (crowd.line.free, crowd.line.beside) == (1, 0)
    assert crowd.end() == "ACb" and crowd.line.beside == 1


def test_of_several_long_ones_no_more_than_may_be_beside_count_no_more():
    crowd = Crowd(6).come("A")
    crowd.line.beside = 1
    crowd.gone()
    second = crowd.line.enter(acts=True)
    crowd.come("B")
    crowd.threads[-1].join(4 * LONG)
    assert crowd.order == "A"  # the second long one holds its place
    crowd.line.leave(second)
    assert crowd.end() == "AB" and crowd.line.beside == 1


def test_a_page_that_finds_no_place_opens_again_by_itself(full):
    answer = full.get("/sign-in", headers=HTML)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] in re.search(r'content="(\d)"', answer.text)[0]
    assert 'http-equiv="refresh"' in answer.text
    assert "请稍候" in answer.text and "csrf_token" not in answer.text


def test_a_form_that_finds_no_place_stands_in_the_page_and_is_pressed_again(full):
    sent = {"pledged": "y", "word": '"><script>', "empty": ""}
    page = full.post("/exams/assessments/1/attempts", data=sent, headers=HTML).text
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    assert fields == {"pledged": "y", "word": "&#34;&gt;&lt;script&gt;", "empty": ""}
    assert re.search(r'data-again="\d"', page) and "<script>" not in page


def test_a_file_is_not_sent_twice_by_itself(full):
    page = full.post("/rosters/", data={"file": (b"x", "a.xlsx")}, headers=HTML).text
    assert "data-again" not in page and "回到上一页" in page


def test_a_script_hears_a_word_and_when(full):
    answer = full.post("/exams/attempts/1/submit", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.headers["Content-Type"][:16]) == (503, "application/json")
    assert "稍候" in answer.json["why"] and int(answer.headers["Retry-After"]) > 0


def test_it_speaks_the_language_and_the_size_that_was_chosen(full):
    assert "请稍候" in full.get("/", headers=HTML).text
    full.set_cookie("language", "en")
    full.set_cookie("size", "largest")
    page = full.get("/", headers=HTML).text
    assert '<html lang="en" data-size="largest">' in page
    full.set_cookie("language", "xx")
    assert "请稍候" in full.get("/", headers=HTML).text


def test_a_place_is_free_again_whatever_happened_inside(app, client):
    for _time in range(LINE + 10):
        client.get("/nothing-here")
    assert client.get("/sign-in").status_code == 200
