"""`bank load` and `bank read` from the shell."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from lms.app import create_app
from lms.audit.models import AuditEntry
from lms.bank.models import Bank, Question, QuestionVersion
from lms.bank.rules import Pool, State
from lms.competencies.services import load_reference
from lms.orgs.rules import UnitKind
from lms.settings import Settings

SINGLE = """---
id: soil-0001
type: single
abilities: [LAW]
projects: [P3]
layer: knowledge
level: recall
difficulty: easy
points: 2
origin: own
sources:
  - {law: 土地管理法, edition: 2019-08-26, article: 62, key: 一处宅基地}
---
农村村民一户只能拥有几处宅基地？

- [x] 一处
- [ ] 两处

> 一户一处。
"""
SHIPPED = Path("question_banks")


@pytest.fixture
def run(app):
    return lambda *words: app.test_cli_runner().invoke(
        args=["bank", *(str(word) for word in words)]
    )


@pytest.fixture
def city(app, make, clock):
    """A city with the eight abilities."""
    from lms.access.scope import seeing_everything
    from lms.web.transaction import finish

    with app.app_context(), seeing_everything():
        load_reference(clock())
        finish()
    return make.unit("某市", kind=UnitKind.CITY, code="1408")


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "soil"
    (place / "land").mkdir(parents=True)
    (place / "bank.yaml").write_text("code: soil\ntitle: 农地题库\n")
    (place / "land" / "one.md").write_text(SINGLE)
    return place


def test_a_folder_becomes_a_bank_of_the_city_open_and_final(run, city, folder, make):
    done = run("load", folder)
    assert (done.exit_code, done.stderr) == (0, "")
    assert "soil  农地题库：新增 1 题，更新 0 题，未变 0 题。" in done.output
    assert [bank.org_id for bank in make.all(Bank)] == [city.id]
    assert [(one.pool, one.state) for one in make.all(Question)] == [(Pool.OPEN, State.FINAL)]


def test_loaded_again_it_changes_nothing(run, city, folder, make):
    run("load", folder)
    assert "新增 0 题，更新 0 题，未变 1 题" in run("load", folder).output
    assert len(make.all(QuestionVersion)) == 1


def test_a_folder_of_banks_is_loaded_whole(run, city, folder, make):
    assert run("load", folder.parent).exit_code == 0
    assert len(make.all(Bank)) == 1


def test_questions_may_wait_for_review_and_belong_to_another_unit(run, city, folder, make):
    county = make.unit("甲县", under=city, code="140827")
    done = run("load", folder, "--unit", "140827", "--pool", "practice", "--in-review")
    assert done.exit_code == 0
    assert [bank.org_id for bank in make.all(Bank)] == [county.id]
    waiting = [(one.pool, one.state) for one in make.all(Question)]
    assert waiting == [(Pool.PRACTICE, State.IN_REVIEW)]


def test_in_a_real_city_whatever_is_loaded_waits_for_review(run, app, city, folder, make):
    app.extensions["settings"] = replace(app.extensions["settings"], demonstration=False)
    assert run("load", folder).exit_code == 0
    assert [(one.pool, one.state) for one in make.all(Question)] == [(Pool.OPEN, State.IN_REVIEW)]
    assert [bank.public for bank in make.all(Bank)] == [True]


@pytest.mark.parametrize(
    ("break_it", "said"),
    [
        (lambda place: (place / "land" / "two.md").write_text("no head"), "two.md"),
        (lambda place: (place / "bank.yaml").unlink(), "没有 bank.yaml"),
        (lambda place: (place / "bank.yaml").write_text("code: [soil"), "bank.yaml"),
    ],
)
def test_a_folder_with_a_fault_loads_nothing_and_says_which(
    run, city, folder, make, break_it, said
):
    break_it(folder)
    done = run("load", folder)
    assert done.exit_code == 1
    assert said in done.stderr and done.stderr.count("\n") == 1
    assert make.all(Bank) == []


def test_without_units_one_is_told_what_to_do_first(run, folder):
    done = run("load", folder)
    assert (done.exit_code, done.stderr) == (
        1,
        "系统里还没有单位，请先用 orgs load 载入区划名单。\n",
    )


def test_an_unknown_unit_and_an_unknown_folder_are_named(run, city, folder):
    assert "没有编码为 999 的单位" in run("load", folder, "--unit", "999").stderr
    assert "没有这个文件夹" in run("load", folder / "nowhere").stderr


# ── writing ────────────────────────────────────────────────────────────────────────────────────


def test_a_bank_is_written_as_a_folder_that_loads_again_without_a_change(
    run, city, folder, make, tmp_path
):
    run("load", folder)
    done = run("dump", "soil", tmp_path / "home")
    assert (done.exit_code, done.stderr) == (0, "")
    assert "写出 1 题" in done.output
    assert (tmp_path / "home" / "soil-0001.md").read_text() == SINGLE
    before = len(make.all(QuestionVersion))
    assert "新增 0 题，更新 0 题，未变 1 题" in run("load", tmp_path / "home").output
    assert len(make.all(QuestionVersion)) == before


def test_the_examination_pool_is_written_only_when_asked_and_then_logged(
    run, city, folder, make, tmp_path
):
    run("load", folder)
    (entry,) = make.all(Question)
    entry.pool = Pool.EXAM
    make.session.commit()
    assert "写出 0 题" in run("dump", "soil", tmp_path / "open").output
    assert "写出 1 题" in run("dump", "soil", tmp_path / "all", "--exam").output
    assert [entry.act for entry in make.all(AuditEntry)][-1] == "export"


def test_nothing_is_written_over(run, city, folder):
    run("load", folder)
    assert "里已有内容" in run("dump", "soil", folder).stderr
    assert "没有编码为 nothing 的题库" in run("dump", "nothing", folder / "x").stderr


# ── reading ────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def bare(tmp_path):
    """A house with neither database nor keys."""
    app = create_app(Settings(var=tmp_path / "nowhere"))
    return lambda *words: app.test_cli_runner().invoke(
        args=["bank", "read", *(str(word) for word in words)]
    )


def test_a_question_is_read_without_a_database_or_keys(bare, folder, tmp_path):
    done = bare(folder / "land" / "one.md", "--json")
    assert (done.exit_code, done.stderr) == (0, "")
    question, summary = [json.loads(line) for line in done.stdout.splitlines()]
    assert question["type"] == "single" and question["answer"] == ["A"]
    assert question["options"] == {"A": "一处", "B": "两处"}
    assert question["explanation"] == "一户一处。" and question["errors"] == []
    assert summary == {"summary": {"read": 1, "with_errors": 0, "refused": None}}
    assert not (tmp_path / "nowhere").exists()


def test_read_by_a_person_it_stands_there_as_a_question(bare, folder):
    said = bare(folder / "land" / "one.md").stdout
    assert "农村村民一户只能拥有几处宅基地？" in said
    assert "  A. 一处" in said and '  答案：["A"]' in said


def test_what_is_wrong_in_a_question_is_told_beside_it(bare, tmp_path):
    file = tmp_path / "two.md"
    file.write_text(SINGLE.replace("- [ ] 两处", "- [x] 两处"))
    question, summary = [json.loads(line) for line in bare(file, "--json").stdout.splitlines()]
    assert question["errors"] and summary["summary"]["with_errors"] == 1
    assert "待核：" in bare(file).stdout


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("one.et", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "one.et"),
        ("one.md", b"x" * (20 * 1024 * 1024 + 1), "超过 20 MB"),
        ("one.md", b"", "空文件"),
        ("one.md", b"---\nid: x\ntype: single\n---\n", "one.md"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(bare, tmp_path, name, data, said):
    file = tmp_path / name
    file.write_bytes(data)
    done = bare(file, "--json")
    assert done.exit_code == 1
    assert said in done.stderr and done.stderr.count("\n") == 1


def test_a_refused_file_still_ends_with_a_summary_for_the_machine(bare, tmp_path):
    file = tmp_path / "one.md"
    file.write_text("---\nid: x\ntype: single\n---\n")
    done = bare(file, "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout.splitlines()[-1])["summary"]["refused"]


def test_a_shipped_question_reads_from_the_shell(bare):
    file = next(SHIPPED.glob("village/*/*.md"))
    assert bare(file).exit_code == 0


@pytest.mark.parametrize(
    "words",
    [
        ("bank", "load"),
        ("bank", "read"),
        ("bank", "dump"),
        ("orgs", "load"),
        ("people", "import"),
        ("reports", "completion"),
        ("audit", "verify"),
    ],
)
def test_help_speaks_chinese_and_adds_a_line_of_english(app, words):
    said = app.test_cli_runner().invoke(args=[*words, "--help"]).output
    assert any("一" <= sign <= "鿿" for sign in said)
    assert any(len(line.split()) > 6 and line.isascii() for line in said.splitlines()[2:])
