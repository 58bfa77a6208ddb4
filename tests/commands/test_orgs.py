"""`orgs load` from the shell: one line of what changed, or one line of what is wrong."""

import pytest

from lms.demonstration.units import DATA
from lms.orgs.models import OrgUnit

HEAD = "code,name,parent_code,level\n1408,运城市,14,city\n"


@pytest.fixture
def load(app):
    return lambda *words: app.test_cli_runner().invoke(
        args=["orgs", "load", *(str(word) for word in words)]
    )


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # tests/orgs asks both
def test_the_change_from_2018_to_2023_is_told(load, make):
    first = load(DATA / "yuncheng_2018.csv", "--as-of", "2018-12-31")
    assert (first.exit_code, first.stderr) == (0, "")
    second = load(DATA / "yuncheng_2023.csv", "--as-of", "2023-12-31")
    assert "新设 333（村级 313）" in second.output and "撤销 1,300" in second.output
    assert "建议了" in second.output
    assert len(make.all(OrgUnit)) == 3528 + 333
    again = load(DATA / "yuncheng_2023.csv", "--as-of", "2024-06-30")
    assert "新设 0（村级 0），更名 0（村级 0），改隶 0，撤销 0" in again.output


def test_a_dry_run_writes_nothing(load, make, tmp_path):
    file = tmp_path / "list.csv"
    towns = "".join(f"{1408 * 100 + n},第{n}县,1408,county\n" for n in range(11, 61))
    file.write_text(HEAD + towns)
    done = load(file, "--dry-run")
    assert done.exit_code == 0 and "试运行" in done.output and "新设 51（" in done.output
    assert make.all(OrgUnit) == []
    assert load(file).exit_code == 0 and len(make.all(OrgUnit)) == 51


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "空"),
        (HEAD + "140827,,1408,county\n", "第 3 行（共 1 处）：名称为空"),
        (HEAD + "140827,=SUM(A1),1408,county\n", "第 3 行（共 1 处）：名称像是公式"),
    ],
)
def test_a_bad_file_is_refused_in_one_line(load, make, tmp_path, text, said):
    file = tmp_path / "list.csv"
    file.write_text(text)
    done = load(file)
    assert done.exit_code == 1 and said in done.stderr and done.stderr.count("\n") == 1
    assert make.all(OrgUnit) == []


def test_a_file_that_is_not_there_is_said_to_be_missing(load):
    done = load("nowhere.csv")
    assert done.exit_code == 1 and "没有这个文件" in done.stderr


def test_the_help_says_what_the_file_must_hold(load):
    done = load("--help")
    assert done.exit_code == 0 and "parent_code" in done.output and "--as-of" in done.output
