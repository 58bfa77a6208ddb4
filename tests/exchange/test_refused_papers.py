"""What is no paper, is broken or means harm is refused in a sentence, in little memory."""

import re
import tracemalloc
import zipfile
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.hostile_papers import LONG_SIGNS, MANY_LINES, long_lines
from lms.exchange.reading import read_file, read_pasted
from lms.sheets import converting
from lms.sheets.guards import MIB
from tests.counting import growth
from tests.exchange.papers import (
    DOCUMENT,
    body_xml,
    members_of,
    read,
    refused,
    told_all,
    with_part,
    word,
)
from tests.exchange.test_layouts import KEY, LAYOUTS, question
from tests.sheets.old import container

PAPER = word(*LAYOUTS[KEY][0].split("\n"))
TEXT = LAYOUTS[KEY][0].encode()
PEOPLE = "姓名 身份证号 手机\n" + "".join(
    f"张{n} 3301021990010112{n % 10}X 1380000{n:04}\n" for n in range(10, 20)
)
PAGE = "".join(f"<div class='q'>{n}、甲？</div>\n<li>A、一</li>\n" for n in range(1, 9))


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("题.txt", b"", "空文件"),
        ("题.txt", "\n \r\n　\n".encode(), "空文件|没有文字"),
        ("题.docx", word(""), "没有文字"),
        ("题.txt", "\n".join(f"{n}.A {n + 1}.B" for n in range(1, 40, 2)).encode(), "只有答案"),
        ("题.txt", "参考答案\n一、单选题\n1-5 ABCDA\n6-10 BCDAB\n".encode(), "只有答案"),
        ("题.txt", "1、甲是什么？\n答案：A\n2、乙？\n答案：B\n".encode(), "没有选项"),
        ("题.docx", word("一、单选题", "1、甲（A）。", "2、乙（B）。"), "没有选项"),
        ("题.txt", b"\n\n<!DOCTYPE html>\n<html><body>1</body></html>", "网页"),
        ("题.txt", PAGE.encode(), "网页"),
        ("题.doc", b"<html><body><p>1", "网页"),
        ("题.txt", PEOPLE.encode(), "人员名单"),
        ("题.docx", word(*PEOPLE.split("\n")), "人员名单"),
        ("题.txt", "机密★5年\n1、甲？（A）\nA、一\nB、二\n".encode(), "密级"),
        ("题.docx", word("秘密★", *TEXT.decode().split("\n")), "密级"),
        ("题.txt", "今天开会。\n布置工作。\n1. 学习文件\n2. 讨论\n".encode(), "没有读到题目"),
        ("题.wps", PAPER, "WPS"),
        ("题.wps", container({"WordDocument": b"x"}), "WPS"),
        ("题.et", PAPER, "WPS"),
        ("题.docm", PAPER, "宏"),
        ("题.docx", with_part(PAPER, "word/vbaProject.bin", b"x"), "宏"),
        ("题.docx", b"%PDF-1.7", "PDF"),
        ("题.rtf", b"{\\rtf1 x}", "RTF"),
        ("题.docx", b"\x89PNG\r\n\x1a\n", "图片"),
        ("题.rar", b"Rar!\x1a\x07\x00", "rar"),
        ("题.docx", b"\x00\x01\x02\x03", "无法识别"),
        ("题.txt", b"\xff\xfe\x00\xd8\x00\xd8", "编码"),
        ("题.docx", with_part(word("x"), DOCUMENT, b""), "损坏"),
        ("题.docx", with_part(word("x"), DOCUMENT, b"<w:document"), "损坏"),
        ("题.docx", container({"EncryptionInfo": b"x", "EncryptedPackage": b"y"}), "密码"),
        ("题.doc", container({"WordDocument": b"x"}), "损坏"),
        ("题.doc", container({"Something": b"x"}), "旧版"),
        ("题.zip", PAPER[:40], "损坏"),
    ],
)
def test_what_is_no_paper_is_refused_with_a_sentence(name, data, why):
    said = refused(name, data)
    assert re.search(why, said) and said.endswith("。"), said
    assert read_file(name, data).found == []


def old(flags: int = 0, **streams: bytes) -> bytes:
    head = bytearray(64)
    head[0:2] = (0xA5EC).to_bytes(2, "little")
    head[10:12] = flags.to_bytes(2, "little")
    return container({"WordDocument": bytes(head) * 100, **streams})


def test_old_word_files_with_a_password_or_a_program_are_not_opened(monkeypatch):
    monkeypatch.setattr(converting, "converted", lambda *_: pytest.fail("opened"))
    assert "密码" in refused("题.doc", old(0x0100))
    assert "宏" in refused("题.doc", old(_VBA_PROJECT=b"x"))


def test_without_libreoffice_an_old_word_file_asks_for_a_docx(monkeypatch):
    monkeypatch.setattr(converting.shutil, "which", lambda _: None)
    assert ".docx" in refused("题.doc", old())


def test_an_old_word_file_goes_through_the_same_reader(monkeypatch):
    monkeypatch.setattr(converting.shutil, "which", lambda _: "/usr/bin/office")
    monkeypatch.setattr(converting, "converted", lambda *_: PAPER)
    assert told_all(read_file("题.doc", old())) == LAYOUTS[KEY][1]


def test_a_program_that_does_not_end_is_ended(monkeypatch):
    monkeypatch.setattr(converting.shutil, "which", lambda _: "/bin/sleep")
    monkeypatch.setattr(converting, "SECONDS", 0.1)
    monkeypatch.setattr(converting, "_command", lambda *_: ["/bin/sleep", "1d"])  # nobody waits
    assert "超时" in refused("题.doc", old())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r", "\r\r\n"])
def test_any_encoding_and_any_line_ends_are_the_same_paper(encoding, ends):
    data = LAYOUTS[KEY][0].replace("\n", ends).encode(encoding)
    assert told_all(read_file("题.txt", data)) == LAYOUTS[KEY][1]


def test_a_text_of_two_encodings_is_read_line_by_line():
    first, second = LAYOUTS[KEY][0].split("二、多项选择题（", 1)
    data = first.encode() + ("二、多项选择题（" + second).encode("gb18030")
    assert told_all(read_file("题.txt", data)) == LAYOUTS[KEY][1]


def test_what_is_pasted_is_read_as_a_text():
    assert told_all(read_pasted(LAYOUTS[KEY][0])) == LAYOUTS[KEY][1]


# ── harm ───────────────────────────────────────────────────────────────────────────────────────

HEAD = b'<?xml version="1.0"?>'
BOMB = b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = b'<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("declared", [BOMB, OUTSIDE])
@pytest.mark.parametrize("part", [DOCUMENT, "word/numbering.xml", "word/styles.xml"])
def test_entities_are_never_expanded(declared, part):
    inner = members_of(PAPER)[part].partition(b"?>")[2].replace("甲".encode(), b"&b;")
    assert "损坏" in refused("题.docx", with_part(PAPER, part, HEAD + declared + inner))


@pytest.mark.usefixtures("looks_for_rings")
@pytest.mark.parametrize(
    ("data", "why"),
    [
        (lambda: body_xml(b"<w:p/>" * 100_000), "段"),
        (lambda: body_xml(b"<w:sdt>" * 5000 + b"</w:sdt>" * 5000), "损坏"),
        (lambda: with_part(PAPER, DOCUMENT, b"0" * 200_000_000), "过大"),
        (lambda: with_part(PAPER, "word/media/a.png", bytes(9**8)), "过大"),
        (lambda: b"1\xe3\x80\x81x\n" * 200_000, "行"),
        (lambda: b"x" * 50_000, "字"),
        (lambda: b"a" * (21 * MIB), "MB"),
    ],
)
def test_what_is_enormous_is_refused_in_little_memory(data, why):
    data = data()
    name = "题.docx" if data.startswith(b"PK") else "题.txt"
    tracemalloc.start()
    said = refused(name, data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert why in said and peak < 300 * MIB, (said, peak)


# How long such files take, `make torture` looks at; here it is counted, so that no machine is too
# slow for it.
@pytest.mark.parametrize("sign", LONG_SIGNS)
def test_a_long_line_of_any_sign_is_no_burden(sign):
    for place, paper in enumerate(long_lines(sign, 1500)):
        assert growth(lambda signs, at=place: read(long_lines(sign, signs)[at]), 750) < 2.5
        assert read(paper).found or read(paper).refused


@pytest.mark.parametrize("line", MANY_LINES)
def test_thousands_of_lines_of_any_kind_are_no_burden(line):
    assert growth(lambda lines: read(f"{line}\n" * lines), 300) < 2.5


@pytest.mark.parametrize("cut", [30, 200, len(PAPER) // 2, len(PAPER) - 10])
def test_a_broken_package_is_called_broken(cut):
    assert "损坏" in refused("题.docx", PAPER[:cut])


def test_null_bytes_and_unseen_signs_change_nothing():
    text = LAYOUTS[KEY][0]
    assert told_all(read(text.replace("行政处罚", "行政\u200b处\x01罚\ufeff"))) == LAYOUTS[KEY][1]
    assert refused("题.txt", text.encode() + b"\0" * 10) or read_file("题.txt", text.encode())


LINES = st.sampled_from(
    [line for text, _ in list(LAYOUTS.values())[:30] for line in text.split("\n")]
    + ["", "答案：", "A、", "1、", "一、单选题", "@@@", "参考答案", "（ ）", "案例一："]
)


@given(st.lists(LINES | st.text(max_size=20), max_size=40))
def test_any_lines_are_read_or_refused(lines):
    found = read_file("题.txt", "\n".join(lines).encode("utf-8", "replace"))
    for one in found.found:
        assert one.place.file and (one.answer is None or one.type or one.parts)
        if isinstance(one.answer, frozenset):
            assert one.answer <= set(one.options)


@settings(max_examples=40)
@given(st.data())
def test_a_word_file_with_wrong_bytes_is_read_or_refused(data):
    bad = bytearray(PAPER)
    for _ in range(data.draw(st.integers(1, 6))):
        bad[data.draw(st.integers(0, len(bad) - 1))] = data.draw(st.integers(0, 255))
    found = read_file("题.docx", bytes(bad))
    assert found.refused or found.found


XML = members_of(PAPER)[DOCUMENT]


@settings(max_examples=40)
@given(st.data())
def test_a_word_file_with_wrong_xml_is_read_or_refused(data):
    xml = bytearray(XML)
    start = data.draw(st.integers(0, len(xml) - 1))
    length = data.draw(st.integers(1, 400))
    other = data.draw(st.integers(0, len(xml) - 1))
    xml[start : start + length] = XML[other : other + data.draw(st.integers(0, 400))]
    found = read_file("题.docx", with_part(PAPER, DOCUMENT, bytes(xml)))
    assert found.refused or found.found


def test_a_package_without_a_document_is_refused():
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr("a.txt", "x")
    assert "压缩包" in refused("题.docx", target.getvalue())
    assert question()
