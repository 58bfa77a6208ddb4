"""`people import` from the shell: tried, taken, and every bad row named."""

import json

import pytest

from lms.audit.models import AuditEntry
from lms.people.models import Person, Posting
from lms.rosters.models import RosterImport
from lms.rosters.rules import State
from tests.rosters.conftest import City, workbook
from tests.rosters.lists import person

GOOD = [person("张三"), person("李四", 手机号="13800000001", 职务="支部书记、村委会主任")]
BAD = person("王五", 手机号="1380000", 村="没有这个村")


@pytest.fixture
def city(make):
    return City(make)


@pytest.fixture
def send(app, city, tmp_path):
    """send(rows, …, "--json") → what came of it: each list of rows is a file."""

    def run(*said):
        files = [one for one in said if isinstance(one, list)]
        paths = []
        for number, rows in enumerate(files, start=1):
            paths.append(tmp_path / f"名册{number}.xlsx")
            paths[-1].write_bytes(workbook(*rows))
        words = [one for one in said if isinstance(one, str)]
        args = ["people", "import", *map(str, paths), *words]
        return app.test_cli_runner().invoke(args=args)

    return run


def objects(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


def kept(tmp_path):
    return list((tmp_path / "uploads").rglob("*.*")) + list(
        (tmp_path / "uploads" / "rosters").glob("*")
    )


def test_good_rows_are_taken(send, make, city):
    done = send(GOOD)
    assert (done.exit_code, done.stderr) == (0, "")
    assert "新增 2，" in done.output
    assert {one.name for one in make.all(Person)} == {"张三", "李四"}
    assert len(make.all(Posting)) == 3
    assert make.all(RosterImport)[-1].state is State.DONE
    assert {"upload roster", "confirm roster"} <= {one.act for one in make.all(AuditEntry)}


def test_the_same_file_twice_changes_nothing(send, make, tmp_path):
    send(GOOD)
    done = send(GOOD)
    assert done.exit_code == 0 and "无变动 2，" in done.output
    assert len(make.all(Person)) == 2
    assert make.all(RosterImport)[-1].state is State.DROPPED
    assert kept(tmp_path) == []


def test_each_row_is_an_object_and_the_last_one_the_summary(send):
    rows = objects(send([*GOOD, BAD], "--json"))
    assert [(one["row"], one["status"]) for one in rows[:-1]] == [
        (2, "new"),
        (3, "new"),
        (4, "error"),
    ]
    assert rows[0]["errors"] == []
    assert {one["column"] for one in rows[2]["errors"]} >= {"手机号"}
    assert all(one["why"] for one in rows[2]["errors"])
    summary = rows[-1]["summary"]
    assert (summary["new"], summary["error"], summary["written"]) == (2, 1, True)


def test_a_bad_row_is_named_to_a_person_too(send, make):
    done = send([*GOOD, BAD])
    assert done.exit_code == 0
    assert "名册1.xlsx 名册 第 4 行" in done.output and "手机号：" in done.output
    assert len(make.all(Person)) == 2


def test_tried_first_nothing_is_written(send, make, tmp_path):
    done = send(GOOD, "--dry-run", "--json")
    assert objects(done)[-1]["summary"]["new"] == 2
    assert objects(done)[-1]["summary"]["written"] is False
    assert make.all(Person) == [] and make.all(RosterImport) == []
    assert make.all(AuditEntry) == []
    assert kept(tmp_path) == []


def test_several_files_are_one_import(send, make):
    rows = objects(send([GOOD[0]], [GOOD[1]], "--json"))
    assert [one["file"] for one in rows[:-1]] == ["名册1.xlsx", "名册2.xlsx"]
    assert len(make.all(RosterImport)) == 1


def test_who_is_missing_is_told_and_stays_where_the_file_is_complete(send, make, city):
    send(GOOD)
    done = send([GOOD[0]], "--complete-for", "140827", "--json", "--as-of", "2026-11-23")
    statuses = {one["status"]: one["row"] for one in objects(done)[:-1]}
    assert statuses["missing"] is None
    assert [one.to_on for one in make.all(Posting)] == [None, None, None]


def test_without_that_nobody_is_missing(send):
    send(GOOD)
    assert objects(send([GOOD[0]], "--json"))[-1]["summary"]["missing"] == 0


def test_where_no_row_is_good_the_command_fails(send, make, tmp_path):
    done = send([BAD])
    assert done.exit_code == 1
    assert "没有可以导入的行" in done.stderr and done.stderr.count("\n") == 1
    assert make.all(Person) == [] and kept(tmp_path) == []


def test_a_row_of_another_county_is_refused_where_a_unit_is_named(send, make):
    far = person("赵六", 县="平陆县", 乡镇="圣人涧镇", 村="南村")
    assert send([far], "--unit", "140827").exit_code == 1
    assert send([far], "--unit", "140829").exit_code == 0


@pytest.mark.parametrize("words", [("--unit", "999"), ("--complete-for", "999")])
def test_a_unit_that_does_not_exist_is_named(send, make, words, tmp_path):
    done = send(GOOD, *words)
    assert done.exit_code == 1 and "没有这个单位：999" in done.stderr
    assert make.all(RosterImport) == [] and kept(tmp_path) == []


def test_complete_for_a_unit_outside_is_refused_and_leaves_no_file(send, make, tmp_path):
    done = send(GOOD, "--unit", "140827", "--complete-for", "140829")
    assert done.exit_code == 1 and done.stderr.count("\n") == 1
    assert make.all(RosterImport) == [] and kept(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "data"),
    [("名册.xlsx", b"not a workbook"), ("名册.xlsx", b""), ("名册.pdf", b"%PDF-1.7")],
)
def test_what_is_no_roster_is_refused_in_one_line(app, city, make, tmp_path, name, data):
    file = tmp_path / name
    file.write_bytes(data)
    done = app.test_cli_runner().invoke(args=["people", "import", str(file)])
    assert done.exit_code == 1 and done.stderr.count("\n") == 1
    assert make.all(RosterImport) == []
