"""A cookie that was read once is known, and nothing of that may let in who is out."""

import pytest

from lms.web.program import FOR, KNOWN, Cookies


@pytest.fixture
def read(app, monkeypatch):
    """Whose cookies were read and checked by the library, in a house that knows none yet."""
    monkeypatch.setattr(app, "session_interface", Cookies())
    seen, known = [], Cookies.__mro__[1].open_session

    def open_session(self, app, request):
        seen.append(request.cookies.get("lms"))
        return known(self, app, request)

    monkeypatch.setattr(Cookies.__mro__[1], "open_session", open_session)
    return seen


def test_a_cookie_is_read_once(app, make, sign_in, read):
    web = sign_in(make.person())
    read.clear()
    for _ in range(3):
        assert web.get("/exams/").status_code == 200
    assert len(read) == 1


def test_a_cookie_that_somebody_changed_is_read_and_opens_nothing(app, make, sign_in):
    web = sign_in(make.person())
    assert web.get("/exams/").status_code == 200
    good = web.client.get_cookie("lms").value
    web.client.set_cookie("lms", good[:-5] + ("a" if good[-5] != "a" else "b") + good[-4:])
    assert web.get("/exams/").status_code == 401


def test_what_was_said_in_one_page_is_not_said_in_the_next_of_somebody_else(app):
    """A list is never kept: who adds to it would add to everybody's."""
    client = app.test_client()
    with client.session_transaction() as session:
        session["csrf"], session["_flashes"] = "a seed", [("ok", "已存。")]
    assert "已存。" in client.get("/sign-in").text
    assert "已存。" not in client.get("/sign-in").text


def test_of_more_than_so_many_none_is_kept_longer(app):
    kept = Cookies()
    kept._known = {str(one): (1e12, {}) for one in range(KNOWN)}
    with app.test_client().session_transaction() as session:
        session["csrf"] = "a seed"
        value = app.session_interface.get_signing_serializer(app).dumps(dict(session))
    with app.test_request_context(headers={"Cookie": f"lms={value}"}) as context:
        opened = kept.open_session(app, context.request)
    assert dict(opened) == {"csrf": "a seed"} and list(kept._known) == [value]


def test_after_an_hour_it_is_read_again(app, monkeypatch):
    kept, moment = Cookies(), [1000.0]
    monkeypatch.setattr("lms.web.program.monotonic", lambda: moment[0])
    value = app.session_interface.get_signing_serializer(app).dumps({"csrf": "a seed"})
    with app.test_request_context(headers={"Cookie": f"lms={value}"}) as context:
        for later in (0, FOR - 1, FOR + 1):
            moment[0] = 1000.0 + later
            assert dict(kept.open_session(app, context.request)) == {"csrf": "a seed"}
            assert kept._known[value][0] == (1000.0 if later < FOR else moment[0]) + FOR
