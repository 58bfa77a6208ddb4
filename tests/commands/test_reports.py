"""`reports completion` from the shell: the same table as on the page, for the whole city."""

from datetime import date

import pytest
from python_calamine import CalamineWorkbook

from lms.audit.models import AuditEntry
from lms.people.rules import Post
from lms.training.models import Cohort, Programme
from tests.reports.conftest import City


@pytest.fixture
def city(make):
    """Two counties; of five cadres two have completed."""
    city = City(make)
    city.cadre(city.villages[0], Post.VPS, Post.VCD, name="一挑", read=True, passed=True)
    city.cadre(city.villages[0], Post.VCM, name="甲乙", read=True, passed=False)
    city.cadre(city.villages[2], name="戊己")
    city.cadre(city.far, name="庚辛", read=True, passed=True)
    city.cadre(city.office, Post.STAFF, name="壬癸")
    return city


@pytest.fixture
def code(city, make):
    return make.all(Programme)[0].code


@pytest.fixture
def write(app, code, tmp_path):
    """write("--by", "county") → what came of it; the workbook lies at write.out."""

    def run(*words, out=None):
        out = out or run.out
        line = ["reports", "completion", "--programme", code, "--out", str(out), *words]
        return app.test_cli_runner().invoke(args=line)

    run.out = tmp_path / "table.xlsx"
    return run


def sheets(file):
    book = CalamineWorkbook.from_path(file)
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def rows(file):
    (sheet,) = sheets(file).values()
    return sheet


def counts(file):
    """The name of each line → listed and completed."""
    named = [row for row in rows(file) if isinstance(row[2], float)]
    return {row[1]: (row[2], row[5]) for row in named}


def test_the_whole_city_by_county(write, make):
    done = write()
    assert (done.exit_code, done.stderr) == (0, "")
    assert "已写入" in done.output and "1 个班次" in done.output
    found = counts(write.out)
    assert found == {"甲县": (3, 1), "乙县": (1, 1), "市直及其他": (1, 0), "合计": (5, 2)}
    assert make.all(AuditEntry)[-1].act == "export"


def test_by_township_village_and_post(write):
    write("--by", "township")
    assert counts(write.out)["东镇"] == (2, 1)
    write("--by", "village")
    assert counts(write.out)["上村"] == (2, 1)
    write("--by", "post")
    assert counts(write.out)["村委会主任"] == (1, 1)


def test_the_workbook_says_that_it_is_a_demonstration_and_as_of_when(write):
    write("--as-of", "2026-11-20")
    said = "\n".join(str(cell) for row in rows(write.out) for cell in row)
    assert "演示数据，人名虚构" in said and "2026年11月20日" in said


def test_a_programme_with_several_cohorts_gives_a_sheet_each(write, city, make):
    first = make.all(Cohort)[0]
    make.keep(
        Cohort(
            org_id=first.org_id,
            programme_id=first.programme_id,
            title="第二期：补训 [12月]",
            opens_on=first.opens_on,
            closes_on=date(2026, 12, 20),
            required_hours=1,
            made_at=make.clock(),
        )
    )
    assert "2 个班次" in write().output
    assert list(sheets(write.out)) == ["第一期", "第二期：补训  12月"]


def test_an_unknown_programme_is_named_with_those_there_are(app, code, tmp_path):
    out = tmp_path / "x.xlsx"
    words = ["reports", "completion", "--programme", "NOBODY", "--out", str(out)]
    done = app.test_cli_runner().invoke(args=words)
    assert done.exit_code == 1 and done.stderr.count("\n") == 1
    assert "NOBODY" in done.stderr and code in done.stderr
    assert not out.exists()


def test_a_programme_without_a_cohort_is_refused(write, make, app, tmp_path):
    first = make.all(Programme)[0]
    make.keep(
        Programme(
            org_id=first.org_id,
            code="EMPTY",
            title="空计划",
            opens_on=first.opens_on,
            made_at=make.clock(),
        )
    )
    words = ["reports", "completion", "--programme", "EMPTY", "--out", str(tmp_path / "x.xlsx")]
    assert "“空计划”还没有班次" in app.test_cli_runner().invoke(args=words).stderr


def test_a_day_that_has_not_come_is_refused_before_anything_is_written(write):
    done = write("--as-of", "2026-11-24")
    assert done.exit_code == 1 and "还没有到" in done.stderr
    assert not write.out.exists()


@pytest.mark.parametrize("name", ["table.csv", "nowhere/table.xlsx"])
def test_a_place_that_cannot_be_written_is_refused(write, tmp_path, name):
    done = write(out=tmp_path / name)
    assert done.exit_code == 1 and done.stderr.count("\n") == 1
    assert list(tmp_path.rglob("*table*")) == []


def test_what_was_there_stays_when_the_new_one_fails(write, monkeypatch):
    write.out.write_text("the old one")

    def broken(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("lms.sheets.writing.workbook_bytes", broken)
    assert write().exit_code == 1
    assert write.out.read_text() == "the old one"
    assert [file.name for file in write.out.parent.glob(".*xlsx*")] == []
