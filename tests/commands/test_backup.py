"""One archive holds a house; it comes back whole, on either database, or not at all."""

import json
import shutil
import zipfile
from dataclasses import replace

import pytest

from lms.commands import database, restore
from lms.commands.archive import MANIFEST
from lms.commands.backup import backup
from lms.commands.database import State
from lms.db import Base, db
from lms.errors import Conflict, Invalid
from lms.keys import make_keys
from lms.orgs.models import OrgUnit
from tests.make import Make

KINDS = ("sqlite", "postgresql")
both = pytest.mark.parametrize("kind", KINDS)


def quiet(*_):
    """Nobody is watching."""


def digests(manifest):
    return {path: member.sha256 for path, member in manifest.members.items()}


@pytest.fixture
def kept(archived, tmp_path):
    """An archive of a city on SQLite."""
    return shutil.copy(archived("sqlite")[1], tmp_path / "kept.zip")


@pytest.fixture
def put_back(apps, tables_at_hand):
    """put_back(settings, file) restores the archive there."""
    return lambda settings, file: restore.restore(apps(settings), file, quiet)


@pytest.mark.parametrize("other", KINDS)
@both
def test_what_is_restored_is_what_was_kept(kind, other, archived, places, put_back, tmp_path):
    kept, file = archived(kind)
    place = places(other)
    put_back(place, file)
    again = backup(place, tmp_path / "again.zip")
    assert digests(again) == digests(kept)
    assert {table.rows for table in again.tables().values()} == {2}
    assert len(again.tables()) == len(Base.metadata.tables)
    assert (place.var / "uploads/ab/roster.xlsx").read_bytes() == b"PK\x03\x04 a roster"


@both
def test_a_restored_house_takes_new_rows(kind, archived, places, put_back, apps, clock):
    place = places(kind)
    put_back(place, archived(kind)[1])
    with apps(place).app_context():
        make = Make(db.engine, clock)
        unit = make.unit("蒲掌乡")
        numbers = {one.id for one in make.all(OrgUnit)}
        make.close()
    assert numbers == {1, 2, unit.id}


@both
def test_an_archive_holds_one_moment_whatever_is_written_meanwhile(
    kind, city, apps, clock, tmp_path
):
    settings = city(kind)
    with apps(settings).app_context():
        make = Make(db.engine, clock)

        def meanwhile(*_):
            make.unit("后来的")
            make.session.commit()

        kept = backup(settings, tmp_path / "kept.zip", meanwhile)
        assert len(make.all(OrgUnit)) > 2
        make.close()
    assert kept.tables()["org_unit"].rows == 2


def test_no_key_is_in_the_archive(city, tmp_path):
    settings = city("sqlite")
    backup(settings, tmp_path / "kept.zip")
    with zipfile.ZipFile(tmp_path / "kept.zip") as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert not [name for name, key in settings.secrets.items() if key.encode() in everything]


def test_the_archive_is_for_its_owners_eyes_only(city, tmp_path):
    backup(city("sqlite"), tmp_path / "kept.zip")
    assert (tmp_path / "kept.zip").stat().st_mode & 0o777 == 0o600


def test_a_backup_overwrites_no_file(city, tmp_path):
    (tmp_path / "kept.zip").write_text("something dear")
    with pytest.raises(Conflict, match="已经存在"):
        backup(city("sqlite"), tmp_path / "kept.zip")
    assert (tmp_path / "kept.zip").read_text() == "something dear"


@both
def test_nothing_is_restored_over_rows(kind, city, kept, put_back, tmp_path):
    full = city(kind)
    with pytest.raises(Conflict, match="空的地方"):
        put_back(full, kept)
    assert backup(full, tmp_path / "full.zip").tables()["org_unit"].rows == 2


def test_nothing_is_restored_over_uploaded_files(kept, places, put_back):
    place = places("sqlite")
    (place.var / "uploads").mkdir(parents=True)
    (place.var / "uploads/dear.docx").write_text("dear")
    with pytest.raises(Conflict, match="空的地方"):
        put_back(place, kept)
    assert (place.var / "uploads/dear.docx").read_text() == "dear"


def rewritten(source, target, **changed):
    """The archive with other bytes in some members; None takes a member out."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = changed.get(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    return target


@both
@pytest.mark.parametrize("content", [b'[1, "\xe5\x81\x87"]\n', b"", None])
def test_a_damaged_archive_is_refused_and_the_place_stays_empty(
    kind, content, kept, places, put_back, tmp_path
):
    bad = rewritten(kept, tmp_path / "bad.zip", **{"database/org_unit.jsonl": content})
    place = places(kind)
    with pytest.raises(Invalid, match="备份文件"):
        put_back(place, bad)
    assert database.look(place).state is State.EMPTY


@both
def test_a_restore_that_breaks_in_the_middle_leaves_the_place_empty(
    kind, kept, places, put_back, monkeypatch
):
    place = places(kind)

    def broken(*_):
        raise OSError("no space left")

    with monkeypatch.context() as broken_disk:
        broken_disk.setattr(restore, "put_upload", broken)
        with pytest.raises(OSError, match="no space"):
            put_back(place, kept)
    assert database.look(place).state is State.EMPTY
    put_back(place, kept)
    assert database.look(place).state is State.FITS


def test_an_upload_cannot_leave_its_folder(city, places, tmp_path):
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as archive:
        archive.writestr("uploads/../../outside", "x")
        with pytest.raises(Invalid, match="路径"):
            restore.put_upload(places("sqlite"), archive, "uploads/../../outside")


def changed_manifest(source, target, **facts):
    with zipfile.ZipFile(source) as archive:
        manifest = json.loads(archive.read(MANIFEST)) | facts
    return rewritten(source, target, **{MANIFEST: json.dumps(manifest).encode()})


def test_an_archive_of_a_newer_program_is_refused(kept, places, put_back, tmp_path):
    newer = changed_manifest(kept, tmp_path / "newer.zip", revision="9999")
    with pytest.raises(Invalid, match="更新的程序"):
        put_back(places("sqlite"), newer)


def test_any_other_zip_is_refused(places, put_back, tmp_path):
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    with pytest.raises(Invalid, match="不是本系统的备份"):
        put_back(places("sqlite"), tmp_path / "other.zip")


def test_an_archive_is_refused_where_other_keys_lie(kept, places, put_back):
    place = places("sqlite")
    make_keys(place.var)
    with pytest.raises(Conflict, match="密钥"):
        put_back(place, kept)


def test_a_restored_demonstration_is_one_still(places, put_back, tmp_path, city):
    settings = city("sqlite")
    with database.connected(settings) as connection:
        connection.execute("update house set kind = 'demonstration'")
    backup(settings, tmp_path / "kept.zip")
    place = places("sqlite")
    put_back(place, tmp_path / "kept.zip")
    assert (place.var / "demonstration.json").exists()


def test_an_empty_house_has_nothing_to_keep(places, tmp_path):
    with pytest.raises(Conflict, match="空的"):
        backup(places("sqlite"), tmp_path / "kept.zip")


def run(app, *words):
    return app.test_cli_runner().invoke(args=[str(word) for word in words])


def test_the_command_says_where_the_keys_lie(city, apps, tmp_path):
    settings = city("sqlite")
    done = run(apps(settings), "backup", tmp_path / "kept.zip")
    assert done.exit_code == 0
    assert str(settings.var / "secrets.json") in done.stdout


def test_a_command_that_fails_says_so_in_one_line(city, apps, tmp_path):
    app = apps(city("sqlite"))
    failed = run(app, "restore", tmp_path / "nowhere.zip")
    assert failed.exit_code == 1
    assert failed.stdout == ""
    assert failed.stderr.count("\n") == 1
    assert "没有这个文件" in failed.stderr
    wrong = run(app, "restore")
    assert wrong.exit_code == 2
    assert wrong.stderr.count("\n") == 1


def test_the_command_restores_into_a_new_place(city, places, apps, tmp_path):
    settings = city("sqlite")
    run(apps(settings), "backup", tmp_path / "kept.zip")
    place = places("sqlite")
    done = run(apps(replace(place, secrets=settings.secrets)), "restore", tmp_path / "kept.zip")
    assert done.exit_code == 0, done.output
    assert "secrets.json" in done.stdout
