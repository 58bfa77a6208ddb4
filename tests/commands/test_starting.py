"""The first run fills an empty place, wholly or not at all; the second changes nothing."""

import json
import re
from dataclasses import replace

import pytest

from lms.app import create_app
from lms.commands import database, first_run, starting
from lms.commands.backup import backup
from lms.commands.database import State
from lms.commands.first_run import upgrade
from lms.errors import Conflict
from lms.settings import Settings

ACCOUNTS = [{"role": "市培训管理员", "sign_in": "100001", "password": "made at random"}]
KINDS = ("sqlite", "postgresql")
both = pytest.mark.parametrize("kind", KINDS)


class PowerCut(BaseException):
    """Nothing is tidied up after it."""


@pytest.fixture
def start(monkeypatch, capsys, built, tables_at_hand):
    """start(place, real=False) → what make_ready gives, as `make run` or `make serve` would."""
    fills = {**first_run.FILL, "demonstration": lambda *_: ACCOUNTS}
    monkeypatch.setattr(first_run, "FILL", fills)
    monkeypatch.setattr(starting, "build", lambda *_: None)  # nothing is served from here

    def begin(place: Settings, real: bool = False):
        built(place, "translations")  # which a start finds to be of these very sources
        monkeypatch.setenv("LMS_VAR", str(place.var))
        monkeypatch.setenv("LMS_DATABASE_URL", place.database_url)
        return starting.make_ready(create_app, real)

    begin.fills = fills
    return begin


def everything(place, tmp_path, name):
    members = backup(place, tmp_path / name).members
    return {path: member.sha256 for path, member in members.items()}


@both
def test_the_second_run_changes_nothing(kind, start, places, tmp_path):
    place = places(kind)
    first, accounts = start(place)
    before = everything(place, tmp_path, "before.zip")
    again, shown = start(place)
    assert everything(place, tmp_path, "after.zip") == before
    assert again == first
    assert shown == accounts == ACCOUNTS


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_run_brings_the_newest_tables_and_the_eight_abilities(
    kind, start, places, monkeypatch
):
    monkeypatch.setattr(first_run, "upgrade", upgrade)  # by its steps
    place = places(kind)
    start(place)
    assert database.look(place).state is State.FITS
    with database.connected(place) as connection:
        assert connection.execute("select count(*) from competency").fetchone()[0] == 8


def test_what_is_made_is_for_the_owner_alone(start, places):
    place = places("sqlite")
    start(place)
    assert place.var.stat().st_mode & 0o777 == 0o700
    for name in ("secrets.json", "demonstration.json"):
        assert (place.var / name).stat().st_mode & 0o777 == 0o600


@both
def test_an_interrupted_first_run_begins_again(kind, start, places):
    place = places(kind)

    def stopped(*_):
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(start.fills, "demonstration", stopped)
        with pytest.raises(KeyboardInterrupt):
            start(place)
    assert database.look(place).state is State.EMPTY
    assert start(place)[1] == ACCOUNTS


@both
def test_a_power_cut_in_the_first_run_is_noticed_by_the_next(kind, start, places, monkeypatch):
    place = places(kind)

    def cut(*_):
        raise PowerCut

    with monkeypatch.context() as patch:
        patch.setitem(start.fills, "demonstration", cut)
        patch.setattr(database, "wipe", cut)
        with pytest.raises(PowerCut):
            start(place)
    assert database.look(place).state is State.FITS
    assert start(place)[1] == ACCOUNTS
    with database.connected(place) as connection:
        assert connection.execute("select count(*) from house").fetchone()[0] == 1


def test_a_demonstration_never_becomes_a_city(start, places):
    place = places("sqlite")
    start(place)
    with pytest.raises(Conflict, match="演示不能变成正式系统"):
        start(place, real=True)


@both
def test_nor_does_its_database_from_another_folder(kind, start, places, tmp_path):
    place = places(kind)
    start(place)
    other = tmp_path / "other"
    other.mkdir()
    (other / "secrets.json").write_text((place.var / "secrets.json").read_text())
    elsewhere = Settings(var=other, database_url=place.database)
    with pytest.raises(Conflict, match="演示不能变成正式系统"):
        start(elsewhere, real=True)


def test_a_city_never_becomes_a_demonstration(start, places):
    place = places("sqlite")
    start(place, real=True)
    assert not (place.var / "demonstration.json").exists()
    with pytest.raises(Conflict, match="不能当作演示"):
        start(place)


@both
def test_the_codes_of_a_city_are_said_once_one_for_each_administrator(kind, start, places, capsys):
    place = places(kind)
    start(place, real=True)
    said = capsys.readouterr().out
    codes = re.findall(r"(\S+管理员)：\d{6}  ((?:\d{4} ?){4})", said)
    assert [role for role, _ in codes] == ["系统管理员", "安全管理员", "审计管理员"]
    assert len({code for _, code in codes}) == 3
    start(place, real=True)
    assert "管理员" not in capsys.readouterr().out


def test_codes_that_were_not_said_are_not_kept(start, places, monkeypatch, capsys):
    place = places("sqlite")

    def closed(_):
        raise BrokenPipeError

    with monkeypatch.context() as patch:
        patch.setattr(first_run, "line_of", closed)
        with pytest.raises(BrokenPipeError):
            start(place, real=True)
    assert database.look(place).state is State.EMPTY


def test_a_city_refuses_weak_keys(start, places):
    place = places("sqlite")
    start(place, real=True)
    keys = json.loads((place.var / "secrets.json").read_text()) | {"session": "secret"}
    (place.var / "secrets.json").write_text(json.dumps(keys))
    with pytest.raises(Conflict, match="密钥太弱或缺少：session"):
        start(place, real=True)


def test_a_database_without_its_keys_is_not_opened_with_new_ones(start, places):
    place = places("sqlite")
    start(place)
    (place.var / "secrets.json").unlink()
    with pytest.raises(Conflict, match="密钥却不在"):
        start(place)
    assert not (place.var / "secrets.json").exists()


def test_the_keys_of_another_house_are_refused(start, places):
    place, other = places("sqlite"), places("sqlite")
    start(place)
    start(other)
    (place.var / "secrets.json").write_text((other.var / "secrets.json").read_text())
    with pytest.raises(Conflict, match="不是这个数据库的"):
        start(place)


@both
def test_a_database_newer_than_the_program_is_refused(kind, start, places):
    place = places(kind)
    start(place)
    with database.connected(place) as connection:
        connection.execute("update alembic_version set version_num = '9999'")
    with pytest.raises(Conflict, match="9999.*比程序新"):
        start(place)


@both
def test_tables_of_another_program_are_left_alone(kind, start, places):
    place = places(kind)
    place.var.mkdir()
    with database.connected(place) as connection:
        connection.execute("create table someone_elses (id integer)")
    with pytest.raises(Conflict, match="别的表"):
        start(place)


def test_after_a_pull_a_copy_is_kept_before_the_tables_change(start, places, monkeypatch):
    place = places("sqlite")
    start(place)
    steps = database.revisions()
    monkeypatch.setattr(database, "revisions", lambda *_: [*steps, "9999"])
    start(place)
    copies = list((place.var / "backups").iterdir())
    assert len(copies) == 1
    assert copies[0].name.endswith("-before-9999.zip")


def test_a_file_that_is_no_database_is_named_in_a_sentence(start, places):
    place = places("sqlite")
    place.var.mkdir()
    (place.var / "lms.sqlite").write_bytes(b"not a database, but long enough to look at" * 100)
    with pytest.raises(Conflict, match="读不了数据库文件"):
        start(place)


def test_only_one_prepares_a_folder_at_a_time(places):
    place = places("sqlite")
    with database.alone(place), pytest.raises(Conflict, match="另一个进程"), database.alone(place):
        raise AssertionError("two at once")


def test_a_look_makes_no_file(places):
    place = places("sqlite")
    assert database.look(place).state is State.EMPTY
    assert not place.var.exists()


def test_a_server_that_does_not_answer_is_named_in_a_sentence(tmp_path):
    nowhere = Settings(var=tmp_path, database_url=f"postgresql+psycopg://x@/x?host={tmp_path}")
    with pytest.raises(Conflict, match="连不上数据库"):
        database.look(nowhere)


def test_the_note_of_an_unfinished_run_counts_for_its_own_database_only(places, monkeypatch):
    place = places("sqlite")

    def cut(*_):
        raise PowerCut

    monkeypatch.setattr(database, "wipe", cut)
    with database.alone(place), pytest.raises(PowerCut), database.whole(place, "city"):
        raise PowerCut
    assert database.unfinished(place) == "city"
    assert database.unfinished(replace(place, database_url="sqlite:////elsewhere")) == ""
