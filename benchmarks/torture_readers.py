"""Spoils question files at random, and feeds what is hostile: every reader must refuse in time.

python -m benchmarks.torture_readers [--seconds 300] [--seed 1]
Real files are taken from LMS_REAL_FILES where they are at hand, look-alikes always. What fails, is
slow or swells is said with the seed that makes it again, and makes the exit code 1.
"""

import argparse
import json
import os
import random
import resource
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import xlsxwriter

from benchmarks.hostile_papers import (
    HOSTILE_PAGES,
    burdens,
    hostile_papers,
    paper,
    spoilt_lines,
)
from lms.bank.pasting import read_paste
from lms.exchange.contract import printed
from lms.exchange.reading import read_file

REAL = Path(os.environ.get("LMS_REAL_FILES", "../shared/fixtures"))
FOLDERS = ("question_files", "gift", "gift/peg", "aiken", "moodle_xml")
SECONDS, MEGABYTES = 10, 500
LONG = 30_000  # signs of one cell or line
SIGNS = (
    "A",
    "(",
    "（",
    " ",
    "1",
    "1 ",
    "A、",
    "正确",
    "。",
    '"',
    "[",
    "{",
    "}",
    "|",
    "$$",
    "=",
    "~",
)
SIGNS += ("{=", "#", "::", "\\", "<", "<b>", "&", "*", "_", "故选", "因此", "1为", "第", "答案：")
SIGNS += ("A.", "选项", "，", "；", "【", "难度", "\t", "-", "/", "√", "(A)", "\n", "\0", "\u3000")
HEAD = ("序号", "题型", "题干", "选项A", "选项B", "选项", "答案", "解析", "分值")
Case = tuple[str, str, bytes]  # what it is, name, contents


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    end = time.monotonic() + asked.seconds
    tried, wrong = _pages()
    for what, name, data in _cases(asked.seed):
        said = tried_once(name, data)
        tried += 1
        if said:
            wrong += 1
            print(f"{what} ({name}): {said}", flush=True)
        if time.monotonic() > end:
            break
    print(f"{tried} files, {wrong} wrong, {_megabytes()} MB at most", flush=True)
    return 1 if wrong or _megabytes() > MEGABYTES else 0


def _pages() -> tuple[int, int]:
    """What is pasted has a reader of its own: how many pages were tried, how many were slow."""
    wrong = 0
    for what, (make, parts) in HOSTILE_PAGES.items():
        page, began = make(parts), time.process_time()
        read_paste(page)
        if (took := time.process_time() - began) > SECONDS:
            wrong += 1
            print(f"a page that is pasted, {what}: {took:.1f} s", flush=True)
    return len(HOSTILE_PAGES), wrong


def tried_once(name: str, data: bytes) -> str:
    """What is wrong with how a file is read; empty where nothing is."""
    began = time.process_time()
    try:
        read = read_file(name, data)
        printed(read)
    except Exception as failure:  # noqa: BLE001 - whatever comes up is what is looked for
        return f"{type(failure).__name__}: {str(failure)[:200]}"
    took = time.process_time() - began
    if not read.refused and not read.found and not read.notes:
        return "neither questions nor a reason"
    return f"{took:.1f} s" if took > SECONDS else ""


def _megabytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _cases(seed: int) -> Iterator[Case]:
    yield from _hostile()
    files = list(_files())
    while True:
        for name, data in files:
            dice = random.Random(seed)
            yield f"seed {seed}", name, spoilt(dice, name, data)
            yield f"lines of seed {seed}", "paper.txt", spoilt_lines(dice)
            seed += 1


def _files() -> Iterator[tuple[str, bytes]]:
    for folder in FOLDERS:
        for file in sorted((REAL / folder).glob("*")):
            if file.is_file() and file.suffix != ".json" and file.name != "ORIGIN.md":
                yield file.name, file.read_bytes()
    yield "look-alike.docx", paper()
    yield "look-alike.xlsx", _workbook([HEAD, *_rows(40)])
    yield (
        "look-alike.json",
        json.dumps([dict(zip(HEAD, row, strict=True)) for row in _rows(9)]).encode(),
    )
    yield "look-alike.csv", "\n".join(",".join(row) for row in (HEAD, *_rows(40))).encode("gb18030")


def _rows(count: int) -> list[tuple[str, ...]]:
    return [
        (str(n), "单选题", f"第{n}问？", "甲", "乙", "", "A", "故选A。", "2") for n in range(count)
    ]


def _workbook(rows: list[tuple[str, ...]]) -> bytes:
    target = BytesIO()
    book = xlsxwriter.Workbook(target, {"strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return target.getvalue()


# ── spoiling ───────────────────────────────────────────────────────────────────────────────────


def spoilt(dice: random.Random, name: str, data: bytes) -> bytes:
    """The file with something cut, doubled, changed or put in; in a package, one of its parts."""
    if data.startswith(b"PK") and dice.random() < 0.7:
        return _spoilt_package(dice, data)
    for _ in range(dice.randint(1, 6)):
        data = dice.choice(WAYS)(dice, data)
    return data


def _spoilt_package(dice: random.Random, data: bytes) -> bytes:
    with zipfile.ZipFile(BytesIO(data)) as package:
        parts = {part: package.read(part) for part in package.namelist()}
    part = dice.choice([part for part in parts if part.endswith((".xml", ".rels"))])
    for _ in range(dice.randint(1, 4)):
        parts[part] = dice.choice(WAYS)(dice, parts[part])
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return target.getvalue()


def _cut(dice: random.Random, data: bytes) -> bytes:
    return data[: dice.randrange(len(data) + 1)]


def _dropped(dice: random.Random, data: bytes) -> bytes:
    start = dice.randrange(len(data) + 1)
    return data[:start] + data[start + dice.randrange(200) :]


def _doubled(dice: random.Random, data: bytes) -> bytes:
    start = dice.randrange(len(data) + 1)
    piece = data[start : start + dice.randrange(2000)]
    return data[:start] + piece * dice.randint(2, 20) + data[start:]


def _changed(dice: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(dice.randint(1, 30)):
        if changed:
            changed[dice.randrange(len(changed))] = dice.randrange(256)
    return bytes(changed)


def _put_in(dice: random.Random, data: bytes) -> bytes:
    start = dice.randrange(len(data) + 1)
    signs = dice.choice(SIGNS) * dice.choice((1, 3, 50, 2000))
    return data[:start] + signs.encode() + data[start:]


def _swapped(dice: random.Random, data: bytes) -> bytes:
    lines = data.split(b"\n")
    dice.shuffle(lines)
    return b"\n".join(lines)


WAYS: tuple[Callable[[random.Random, bytes], bytes], ...] = (
    *(_cut, _dropped, _doubled, _changed, _put_in, _swapped),
)


# ── what is hostile ────────────────────────────────────────────────────────────────────────────


def _hostile() -> Iterator[Case]:
    yield from _bombs()
    yield from hostile_papers()
    yield from burdens()
    for sign in SIGNS:
        long = (sign * LONG)[:LONG]
        for ending in ("txt", "json", "csv", "gift", "xml", "md"):
            yield f"a line of {sign!r}", f"a.{ending}", long.encode()
            yield f"lines of {sign!r}", f"a.{ending}", "\n".join([sign * 20] * 3000).encode()
        yield f"GIFT of {sign!r}", "a.gift", f"q{{={long}}}".encode()
        yield f"cloze of {sign!r}", "a.xml", _quiz(long).encode()
        value = [{"question": long, "options": long, "answer": long, "explanation": long}]
        yield f"JSON of {sign!r}", "a.json", json.dumps(value).encode()
        for place in (2, 3, 5, 6, 7):
            row = ["1", "", "哪件事？", "甲", "乙", "", "A", "", ""]
            row[place] = long.replace("\0", "?")
            yield f"a cell of {sign!r}", "a.xlsx", _workbook([HEAD, tuple(row)])


def _quiz(stem: str) -> str:
    inside = stem.replace("]]>", "")
    text = f"<questiontext format='html'><text><![CDATA[{inside}{{1:MC:{inside}}}]]></text>"
    return f"<quiz><question type='cloze'>{text}</questiontext></question></quiz>"


def _bombs() -> Iterator[Case]:
    yield "JSON without bottom", "a.json", b"[" * 100_000 + b"]" * 100_000
    yield "JSON without end", "a.txt", b'{"a":' * 100_000
    yield "a number without end", "a.json", b'[{"question":"?","answer":' + b"9" * 1_000_000 + b"}]"
    yield "many numbers", "a.json", b"[" + b"1e999," * 1_000_000 + b"1]"
    yield "a row without end", "a.csv", b"a," * 1_000_000
    yield "rows without end", "a.csv", b"\xe9\xa2\x98,A\n" * 1_000_000
    yield "a tree without end", "a.xml", b"<quiz>" + b"<question>" * 200_000
    laughs = "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12))
    yield (
        "a laugh",
        "a.xml",
        f"<!DOCTYPE quiz [<!ENTITY a0 'ha'>{laughs}]><quiz>&a11;</quiz>".encode(),
    )
    yield "another's file", "a.xml", b"<!DOCTYPE q SYSTEM 'file:///etc/passwd'><quiz>&q;</quiz>"
    yield "tags without end", "a.xml", _quiz("<em>x" * 200_000).encode()
    yield "questions without end", "a.gift", b"a{=b~c}\n\n" * 300_000
    yield "nulls", "a.txt", b"\0" * 100_000
    yield "broken UTF-8", "a.txt", "1、题目\n".encode() + b"\xff\xfe\xff" * 3000
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", b"<workbook/>")
        package.writestr("xl/worksheets/sheet1.xml", b" " * 300_000_000)
    yield "a zip bomb", "a.xlsx", target.getvalue()
    wide = [tuple(f"选项{n}" for n in range(16_000))]
    yield "columns without end", "a.xlsx", _workbook(wide)


if __name__ == "__main__":
    sys.exit(main())
