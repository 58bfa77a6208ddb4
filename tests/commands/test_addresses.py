"""The house says where it is, for this machine and for a phone beside it."""

import socket

import pytest

from lms.commands import addresses
from lms.commands.addresses import Place
from lms.errors import Conflict, Invalid


@pytest.fixture
def taken():
    """A port that somebody else listens on."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_port_in_use_is_refused_with_the_way_out(taken):
    with pytest.raises(Conflict) as refused:
        addresses.refuse_taken(Place(port=taken))
    assert f"LMS_PORT={taken + 1}" in str(refused.value)


def test_a_free_port_is_taken_without_a_word():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    addresses.refuse_taken(Place(port=port))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", port))


@pytest.mark.parametrize("port", ["0", "http", "65536", "-1", ""])
def test_a_port_that_is_none_is_refused(port, monkeypatch):
    monkeypatch.setenv("LMS_PORT", port)
    with pytest.raises(Invalid, match="LMS_PORT"):
        Place.from_env()


def test_the_house_listens_to_this_machine_alone_unless_told(monkeypatch):
    monkeypatch.delenv("LMS_HOST", raising=False)
    monkeypatch.delenv("LMS_PORT", raising=False)
    assert Place.from_env() == Place("127.0.0.1", 8000)
    assert addresses.shown(Place()) == ["地址：http://127.0.0.1:8000"]


def test_a_phone_gets_an_address_of_the_network_and_a_code_to_scan(monkeypatch):
    monkeypatch.setattr(addresses, "in_this_network", lambda: "192.168.1.20")
    here, phone, code = addresses.shown(Place("0.0.0.0", 8000))
    assert here == "地址：http://127.0.0.1:8000"
    assert "http://192.168.1.20:8000" in phone
    assert code == addresses.qr("http://192.168.1.20:8000")
    assert code != addresses.qr("http://192.168.1.21:8000")


def test_without_a_network_there_is_no_code(monkeypatch):
    monkeypatch.setattr(addresses, "in_this_network", lambda: "")
    assert len(addresses.shown(Place("0.0.0.0"))) == 1


def test_an_address_of_version_six_stands_in_brackets():
    assert Place("::", 8000).url("fd00::1") == "http://[fd00::1]:8000"
