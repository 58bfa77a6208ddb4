"""Blank tables from above are filled, and no number is wrong: each against a second computation."""

import shutil
import subprocess
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache
from io import BytesIO
from random import Random

import pandas as pd
import pytest
from openpyxl import load_workbook

from lms.orgs.rules import VILLAGE_LEVEL, UnitKind
from lms.reports.cells import People, Planner
from lms.reports.dictionary import SHIPPED
from lms.reports.grids import blocks
from lms.reports.meanings import Above, Words, asked, read, unit_names
from lms.reports.measures import Count, Kind
from lms.reports.rules import Placed
from lms.reports.tables import Tree
from lms.reports.vocabulary import Meaning
from lms.sheets.books import Sheet
from lms.sheets.filled import filled
from lms.sheets.reading import read_book
from tests.reports.blanks import (
    BLANKS,
    COUNTIES,
    REST,
    TOWNS,
    VCD,
    VDS,
    VPS,
    by_programme,
)
from tests.reports.blanks_more import MORE

COUNTS = [
    *("listed", "required", "exempted", "attended", "completed", "open", "scheduled", "sat"),
    *("passed", "first_passed", "resit_passed", "excellent", "deferred", "reached", "covered"),
    *("hundredths", "organised", "online"),
]


def city() -> Tree:
    """The city, its counties, the townships of one and two of another, three villages each."""
    rows = [Placed(1, "某市", UnitKind.CITY, None, 0, "", False)]

    def add(name, kind, above):
        rows.append(Placed(len(rows) + 1, name, kind, above, len(rows), f"{len(rows):05}", False))
        return len(rows)

    for county in COUNTIES:
        above = add(county, UnitKind.COUNTY, 1)
        towns = {"垣曲县": TOWNS, "盐湖区": ["东郭镇", "泓芝驿镇"]}.get(county, ["城关镇"])
        add("县委组织部", UnitKind.DEPARTMENT, above)
        for town in towns:
            place = add(town, UnitKind.TOWNSHIP, above)
            for village in ("上王村", "下王村", "北窑庄村"):
                add(village, UnitKind.VILLAGE, place)
    return Tree(rows)


TREE = city()
ABOVE = {unit: row.parent_id for unit, row in TREE.units.items()}


def roster(seed: int) -> list[dict]:
    """Persons with all that is counted of them, by fixed dice."""
    dice, found = Random(seed), []
    homes = [
        n for n, row in TREE.units.items() if row.kind in (*VILLAGE_LEVEL, UnitKind.DEPARTMENT)
    ]
    for number in range(1, 400):
        exempted = dice.random() < 0.05
        due, sat = not exempted, dice.random() < 0.8
        passed, reached, came = (
            sat and dice.random() < 0.8,
            dice.random() < 0.7,
            dice.random() < 0.8,
        )
        first, high = dice.random() < 0.7, dice.random() < 0.3
        online, organised = dice.randint(0, 3000), dice.choice([0, 800, 1600])
        one = {
            "person_id": number,
            "enrolment_id": 1000 * seed + number,
            "org_id": dice.choice(homes),
            "posts": set(dice.choice([[VPS], [VDS], [VCD], [VPS, VCD], ["VCM"]])),
            "listed": 1,
            "exempted": exempted,
            "required": due,
            "attended": due and came,
            "reached": due and reached,
            "completed": due and reached and passed,
            "open": due and not (reached and passed),
            "scheduled": due,
            "sat": due and sat,
            "passed": due and passed,
            "first_passed": due and passed and first,
            "resit_passed": due and passed and not first,
            "excellent": due and passed and high,
            "deferred": due and not came and dice.random() < 0.5,
            "covered": due and reached and passed,
            "online": online * due,
            "organised": organised * due,
            "hundredths": (online + organised) * due,
        }
        found.append(one)
    return found


LISTS = {"one": roster(1), "two": [one for one in roster(2) if one["person_id"] > 300]}


@cache
def people(names: tuple[str, ...]) -> People:
    """Everybody of these lists; nobody changes them, so each is put together once."""
    frames, posts = [], []
    for name in names:
        rows = LISTS[name]
        keys = ["person_id", "enrolment_id", "org_id"]
        frames.append(
            pd.DataFrame(
                [[one[k] for k in (*keys, *COUNTS)] for one in rows], columns=[*keys, *COUNTS]
            ).astype(int)
        )
        held = [(one["enrolment_id"], post) for one in rows for post in sorted(one["posts"])]
        posts.append(pd.DataFrame(held, columns=["enrolment_id", "post"]))
    return People(frames, pd.concat(posts))


def unit_named(name: str) -> int:
    return next(n for n, row in TREE.units.items() if row.name == name)


def read_and_fill(blank, answers=True):
    """The filled file, the cells, and the words that had to be asked."""
    learned = {word: Meaning.read(kept) for word, kept in blank.answers.items()} if answers else {}
    root = unit_named(blank.root)
    activities = {"万人计划": "one", "青年干部计划": "two"}
    names = unit_names(TREE.units[n] for n in TREE.inside(root))
    words = Words(names, activities, learned)
    book = read_book("表.xlsx", blank.data)
    cells, readings = {}, []
    for place, sheet in enumerate(book.sheets):
        if sheet.hidden:
            continue
        mine = [read(block, words, Above(ABOVE)) for block in blocks(sheet)]
        readings += mine
        cells[place] = [
            cell
            for one in mine
            for cell in Planner(
                one,
                root,
                TREE,
                SHIPPED,
                set(Count) - {Count.QUOTA},
                lambda a: people(tuple(sorted(a)) or ("one",)),
            ).cells()
        ]
    values = {n: {c.at: c.value for c in held if c.value is not None} for n, held in cells.items()}
    marked = {n: [c.at for c in held if c.why] for n, held in cells.items()}
    return filled("表.xlsx", blank.data, values, marked), cells, asked(readings)


# ── the second computation: over persons, by whole numbers ──────────────────────────────────────


def lies_in(org: int, units, root: str) -> bool:
    """The naive way up."""
    names, at = [], org
    while at is not None:
        names.append(TREE.units[at].name)
        at = ABOVE[at]
    if units is None:
        return root in names
    if units == REST:
        return root in names and not any(town in names for town in TOWNS)
    return any(unit in names and root in names for unit in units)


def naive(measure, units, posts, lists, root):
    rows = [one for name in lists or ["one"] for one in LISTS[name]]
    rows = [one for one in rows if lies_in(one["org_id"], units, root)]
    if measure == "villages":
        villages = [n for n, row in TREE.units.items() if row.kind in VILLAGE_LEVEL]
        return sum(lies_in(one, units, root) for one in villages)
    if posts:
        rows = [one for one in rows if one["posts"] & set(posts)]
    if measure == "both":
        return sum(one["required"] and one["posts"] >= {VPS, VCD} for one in rows)
    made = SHIPPED[measure]

    def total(count):
        every = lists and len(lists) > 1
        if not every:
            return sum(one[count.value] for one in rows)
        mine = {}
        for one in rows:
            mine.setdefault(one["person_id"], []).append(one)
        if count is Count.COMPLETED:
            due = [[one for one in held if one["required"]] for held in mine.values()]
            return sum(all(one["completed"] for one in held) for held in due if held)
        return sum(max(one[count.value] for one in held) for held in mine.values())

    part = total(made.numerator)
    if made.denominator is None:
        return part
    whole = total(made.denominator)
    if not whole:
        return "—"
    scale = 10000 if made.kind is Kind.RATE else 1
    exact = Fraction(int(part) * scale, int(whole))
    digits = Decimal((2 * exact.numerator + exact.denominator) // (2 * exact.denominator))
    if made.kind is Kind.RATE:
        return digits / 10000
    return (Decimal(int(part)) / int(whole) / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)


def looks(cell) -> str:
    return f"{cell.font!r} {cell.border!r} {cell.alignment!r}"


@pytest.mark.parametrize("made", [*BLANKS, *MORE], ids=lambda one: one.__name__)
def test_no_number_of_twenty_unlike_tables_is_wrong(made):
    blank = made()
    data, cells, words = read_and_fill(blank)
    assert set(words) == blank.left
    book, before = load_workbook(BytesIO(data)), load_workbook(BytesIO(blank.data))
    for (sheet, place), (measure, units, posts, lists) in blank.want.items():
        cell = book[sheet][place]
        expected = naive(measure, units, posts, lists, blank.root)
        rate = measure.endswith("rate") or measure == "pass_rate_of_sat"
        if rate and expected != "—" and "%" not in cell.number_format:
            expected = expected * 100
        got = (
            cell.value
            if isinstance(cell.value, str) or cell.value is None
            else Decimal(str(cell.value))
        )
        assert got == expected, (sheet, place, measure, units, posts)
        assert cell.number_format == before[sheet][place].number_format
    for sheet in before:
        for row in sheet.iter_rows():
            for cell in row:
                now = book[sheet.title][cell.coordinate]
                if (sheet.title, cell.coordinate) not in blank.want:
                    assert now.value == cell.value, (sheet.title, cell.coordinate)
                at = (sheet.title, cell.coordinate)
                yellow = now.fill.fgColor.rgb == "FFFFFF00"
                assert yellow == (at in blank.open), at
                assert looks(now) == looks(cell)
        now = book[sheet.title]
        assert now.merged_cells.ranges == sheet.merged_cells.ranges


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_libreoffice_opens_the_ten_filled_tables_and_reads_the_same_numbers(tmp_path):
    """As an office opens them: formulas are reckoned anew, and none comes to an error."""
    made, outcome = {one.__name__: one() for one in BLANKS}, tmp_path / "opened"
    for name, blank in made.items():
        (tmp_path / f"{name}.xlsx").write_bytes(read_and_fill(blank)[0])
    command = ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless"]
    command += ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(outcome)]
    files = [str(tmp_path / f"{name}.xlsx") for name in made]
    subprocess.run([*command, *files], check=True, capture_output=True, timeout=900)
    for name, blank in made.items():
        filled_in = load_workbook(tmp_path / f"{name}.xlsx")
        opened = load_workbook(outcome / f"{name}.xlsx", data_only=True)
        for sheet, place in blank.want:
            expected, got = filled_in[sheet][place].value, opened[sheet][place].value
            same = got == expected if isinstance(expected, str) else float(got) == float(expected)
            assert same, (name, sheet, place, expected, got)
        said = [str(cell.value) for sheet in opened for row in sheet.iter_rows() for cell in row]
        assert not [one for one in said if one.startswith(("#", "Err:"))], name


def facets(*heads, lines=("新城镇",)):
    """A small table of these heads, read without any answer."""
    names = unit_names(TREE.units[n] for n in TREE.inside(unit_named("垣曲县")))
    sheet = Sheet("表", [["乡镇", *heads], *([line, *[""] * len(heads)] for line in lines)])
    words = Words(names, {}, {})
    (block,) = blocks(sheet)
    return words, read(block, words, Above(ABOVE))


def test_what_nobody_explained_is_asked_and_never_guessed():
    words, found = facets(
        "应训人数", "实训人数", "上年度参训人数", "合格率", lines=["新城镇", "新成镇"]
    )
    assert asked([found]) == {
        "实训人数": ["C"],
        "上年度参训人数": ["D"],
        "合格率": ["E"],
        "新成镇": ["3"],
    }
    both = {one.value for one in words.proposals("合格率")[:2]}
    assert both == {"pass_rate_of_sat", "pass_rate"}
    assert words.proposals("新成镇")[0].value == str(unit_named("新城镇"))


def test_a_number_that_its_head_speaks_against_is_asked_and_not_taken_for_an_exam():
    names = unit_names(TREE.units[n] for n in TREE.inside(unit_named("垣曲县")))
    rows = [["乡镇", "学时情况", "", "测评情况", ""], ["", "合格人数", "应训人数", "合格人数", ""]]
    sheet = Sheet("表", [*rows, ["新城镇", "", "", "", ""]], merged=((1, 1, 2, 1), (1, 2, 1, 3)))
    (block,) = blocks(sheet)
    found = read(block, Words(names, {}, {}), Above(ABOVE))
    assert asked([found]) == {"学时情况合格人数": ["B"]}
    assert [found.columns[n].measure for n in (3, 4)] == ["required", "passed"]
    learned = {"学时情况合格人数": Meaning.read("skip:")}
    assert read(block, Words(names, {}, learned), Above(ABOVE)).columns[2].skip


def test_of_one_name_the_unit_that_stands_is_meant_and_not_the_closed_one():
    rows = [
        Placed(1, "某县", UnitKind.COUNTY, None, 0, "", False),
        Placed(2, "历山镇", UnitKind.TOWNSHIP, 1, 0, "", True),
        Placed(3, "历山镇", UnitKind.TOWNSHIP, 1, 1, "", False),
        Placed(4, "旧乡", UnitKind.TOWNSHIP, 1, 2, "", True),
    ]
    found = unit_names(rows)
    assert (found["历山镇"], found["历山"], found["某县历山镇"]) == ([3], [3], [3])
    assert found["旧乡"] == [4]


def test_a_line_of_another_list_leads_to_no_names_of_this_one():
    """The names behind a number are those of the chosen list; a programme's are others."""
    blank = by_programme()
    _data, cells, _words = read_and_fill(blank)
    assert {cell.unit for cell in cells[0] if cell.value is not None} == {None}


def test_heads_that_contradict_one_another_give_no_number():
    _words, found = facets("应训人数", "参训人数")
    found.rows[2] = replace(found.rows[2], measure="exempted")
    cells = Planner(found, unit_named("垣曲县"), TREE, SHIPPED, set(Count), people).cells()
    assert {cell.why for cell in cells} == {"contradiction"}


def test_a_village_name_of_two_townships_is_told_apart_by_the_township():
    _words, alone = facets("应训人数", "参训人数", lines=["上王村"])
    assert alone.rows[2].unknown == ("上王村",)
    names = unit_names(TREE.units[n] for n in TREE.inside(unit_named("垣曲县")))
    sheet = Sheet("表", [["乡镇", "村", "应训", "参训"], ["历山镇", "上王村", "", ""]])
    (block,) = blocks(sheet)
    found = read(block, Words(names, {}, {}), Above(ABOVE))
    unit = int(found.rows[2].units[-1])
    assert (TREE.name(unit), TREE.name(ABOVE[unit])) == ("上王村", "历山镇")
