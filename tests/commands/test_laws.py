"""`laws load` and `laws dump` from the shell."""

import pytest

from lms.laws.models import LawEdition
from lms.settings import HOME


@pytest.fixture
def run(app):
    return lambda *words: app.test_cli_runner().invoke(args=["laws", *map(str, words)])


def test_the_shipped_register_is_loaded_and_written_back(run, make, tmp_path):
    done = run("load")
    assert (done.exit_code, done.stderr) == (0, "")
    known = len(make.all(LawEdition))
    assert f"登记 {known} 个版本，已有 0 个" in done.output and known > 60
    assert f"登记 0 个版本，已有 {known} 个；写入 0 份条文" in run("load").output
    assert f"已写出 {known} 个版本" in run("dump", tmp_path / "out").output
    shipped = (HOME / "question_banks" / "laws.yaml").read_text()
    assert (tmp_path / "out" / "laws.yaml").read_text() == shipped


def test_a_folder_without_a_register_is_named(run, make, tmp_path):
    assert "没有 laws.yaml" in run("load", tmp_path).stderr
    assert "没有这个文件夹" in run("load", tmp_path / "nowhere").stderr
    assert make.all(LawEdition) == []
