"""`people import` from the shell: an object a row, then a summary; refused in one line."""

import json

import pytest

from lms.orgs.rules import UnitKind
from lms.people.models import Person, Posting
from lms.rosters.models import RosterImport
from tests.rosters.conftest import City, workbook
from tests.rosters.lists import id_number, person


@pytest.fixture
def city(make):
    return City(make)


@pytest.fixture
def run(app):
    return lambda *words: app.test_cli_runner().invoke(
        args=["people", "import", *(str(word) for word in words)]
    )


@pytest.fixture
def file(tmp_path):
    def write(*rows, name="名册.xlsx", **more):
        path = tmp_path / name
        path.write_bytes(workbook(*rows, **more))
        return path

    return write


def objects(done):
    assert (done.exit_code, done.stderr) == (0, ""), done.stderr
    *rows, last = [json.loads(line) for line in done.output.splitlines()]
    return rows, last["summary"]


def test_each_row_is_an_object_and_the_last_is_a_summary(run, file, city, make):
    rows, summary = objects(run(file(person(), person("李四", 手机号="138")), "--json"))
    assert [(row["row"], row["status"]) for row in rows] == [(2, "new"), (3, "error")]
    assert rows[0]["errors"] == []
    (error,) = rows[1]["errors"]
    assert error["column"] == "手机号" and "138" in error["why"]
    assert (summary["new"], summary["error"], summary["written"]) == (1, 1, True)
    assert [one.name for one in make.all(Person)] == ["张三"] and len(make.all(Posting)) == 1


def test_the_same_file_again_changes_nothing(run, file, city, make):
    path = file(person(身份证号=id_number()))
    run(path)
    rows, summary = objects(run(path, "--json"))
    assert [row["status"] for row in rows] == ["same"] and summary["same"] == 1
    assert len(make.all(Person)) == 1


def test_a_dry_run_writes_nothing_at_all(run, file, city, make, app):
    rows, summary = objects(run(file(person()), "--dry-run", "--json"))
    assert [row["status"] for row in rows] == ["new"] and summary["written"] is False
    assert make.all(Person) == [] and make.all(RosterImport) == []
    assert not (app.extensions["settings"].var / "uploads").exists()


def test_whoever_is_missing_is_told_and_stays(run, file, city, make):
    run(file(person(), person("李四", 手机号="13800000001", 村="上王村")))
    words = ("--complete-for", "140827", "--as-of", "2026-11-23", "--json")
    rows, summary = objects(run(file(person()), *words))
    assert [(row["row"], row["status"]) for row in rows] == [(2, "same"), (None, "missing")]
    assert rows[1]["name"] == "李四" and summary["missing"] == 1
    assert [one.ended_at for one in make.all(Posting)] == [None, None]


def test_for_one_county_somebody_of_another_is_a_transfer(run, file, city):
    number = id_number()
    run(file(person(身份证号=number, 县="平陆县", 乡镇="圣人涧镇", 村="南村")))
    words = ("--unit", "140827", "--dry-run", "--json")
    rows, _summary = objects(run(file(person(身份证号=number)), *words))
    assert [row["status"] for row in rows] == ["transfer"]
    rows, _summary = objects(run(file(person(身份证号=number)), "--dry-run", "--json"))
    assert [row["status"] for row in rows] == ["moved"]


def test_several_files_are_one_import(run, file, city, make):
    done = run(file(person()), file(person("李四", 手机号="13800000001"), name="乙.xlsx"))
    assert done.exit_code == 0 and "新增 2" in done.output
    assert len(make.all(RosterImport)) == 1


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("名册.xlsx", b"", "空文件"),
        ("名册.xlsx", b"no workbook", "纯文本"),
        ("名册.csv", "绝密★\n姓名,单位\n张三,同善村\n".encode(), "密"),
        ("统计.csv", "一,二\n1,2\n".encode(), "没有找到名册"),
    ],
)
def test_a_file_that_is_refused_ends_in_one_line(run, tmp_path, city, make, name, content, said):
    path = tmp_path / name
    path.write_bytes(content)
    done = run(path)
    assert done.exit_code == 1 and said in done.stderr and done.stderr.count("\n") == 1
    assert make.all(Person) == [] and make.all(RosterImport) == []


def test_rows_that_are_all_wrong_are_refused(run, file, city, make):
    done = run(file(person("李四", 手机号="138")))
    assert done.exit_code == 1 and "每一行都有错误" in done.stderr
    assert "手机号应为 11 位" in done.output and make.all(Person) == []


@pytest.mark.parametrize(
    "words", [("--unit", "999"), ("--complete-for", "140829", "--unit", "140827")]
)
def test_a_unit_that_does_not_fit_is_refused(run, file, city, words):
    done = run(file(person()), *words)
    assert done.exit_code == 1 and done.stderr.count("\n") == 1


def test_without_a_city_it_says_what_to_do_first(run, file):
    done = run(file(person()))
    assert done.exit_code == 1 and "orgs load" in done.stderr


def test_the_help_says_what_comes_out(run):
    done = run("--help")
    assert done.exit_code == 0
    assert all(word in done.output for word in ("--dry-run", "--json", "summary", "missing"))


def test_a_closed_unit_is_no_unit_to_import_for(run, file, make, city, clock):
    gone = make.unit("旧县", city.city, UnitKind.COUNTY, "140899")
    gone.closed_on = clock().date()
    make.session.commit()
    assert run(file(person()), "--unit", "140899").exit_code == 1
