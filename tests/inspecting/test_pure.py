"""Masks, digests and figures, without a database."""

import hashlib
import re
from datetime import date
from io import BytesIO
from zipfile import ZipFile

from hypothesis import given
from hypothesis import strategies as st

from lms.inspecting.figures import Fact, Topic, table
from lms.inspecting.masking import Masks
from lms.inspecting.zips import Bundle, checked, digest_of, entries, sums

NAMES = st.text("张王李赵建国华伟欧阳", min_size=2, max_size=4)
FACTS = st.builds(
    Fact,
    topic=st.sampled_from(Topic),
    org_id=st.integers(1, 6),
    what=st.just("x"),
    done=st.integers(0, 3),
    of=st.integers(3, 9),
    days=st.one_of(st.none(), st.integers(0, 99)),
)


@given(st.dictionaries(st.integers(1, 99), NAMES, min_size=1), st.sampled_from(["，", "和", " "]))
def test_no_name_of_a_bundle_is_left_in_a_text(people, between):
    masks = Masks(people)
    shown = masks.text(between.join(people.values()))
    assert not any(name in shown for name in people.values())
    assert len(set(masks.codes.values())) == len(people)
    assert not any(masks.name(key) == name for key, name in people.items())


def test_numbers_of_persons_are_masked_wherever_they_stand_and_other_numbers_are_not():
    shown = Masks({}, ["王来宾"]).text(
        "请王来宾打13812345678，证号140802197003051234，第20261123号"
    )
    assert shown == "请王*宾打138****5678，证号140802********1234，第20261123号"


def made() -> tuple[bytes, list]:
    bundle = Bundle()
    assert [*bundle.table("名单", "谁", ("甲", "乙"), [[(1, "=2")], [(3, "四")]])] == [1, 2]
    bundle.add("试卷.docx", "卷", b"paper")
    return bundle.bound("某班", ["说明"]), bundle.files


def bound() -> tuple[bytes, list]:
    """The same, and what a row keeps of it: the index too."""
    bundle = Bundle()
    bundle.add("试卷.docx", "卷", b"paper")
    return bundle.bound("某班", ["说明"]), entries(bundle.kept())


def test_an_index_that_was_rewritten_is_told():
    data, kept = bound()
    assert [one.name for one in kept] == ["01-试卷.docx", "索引.html"]
    assert checked(data, "a.zip", kept).whole
    with ZipFile(BytesIO(data)) as book:
        inside = {name: book.read(name) for name in book.namelist()}
    page = inside["索引.html"]
    assert checked(page, "索引.html", kept).same == ["索引.html"]
    for other in (page.replace("说明".encode(), "说谎".encode()), page + b" ", None):
        copy = BytesIO()
        with ZipFile(copy, "w") as book:
            for name, content in (inside | {"索引.html": other}).items():
                if content is not None:
                    book.writestr(name, content)
        assert checked(copy.getvalue(), "a.zip", kept).wrong == ["索引.html"]


def test_a_bundle_says_what_is_in_it_and_the_same_content_is_the_same_file():
    data, files = made()
    assert made()[0] == data
    with ZipFile(BytesIO(data)) as book:
        assert [one.name for one in files] == ["01-名单.csv", "02-试卷.docx"]
        assert all(digest_of(book.read(one.name)) == one.digest for one in files)
        assert book.read("校验SM3.txt") == sums(files)
        assert book.read("01-名单.csv").decode("utf-8-sig") == "甲,乙\r\n1,'=2\r\n3,四\r\n"
        page = book.read("索引.html").decode()
        assert all(one.name in page and one.digest in page for one in files)
        assert digest_of(sums(files)) in page
    assert (files[0].rows, files[1].rows) == (2, None)


def test_each_digest_of_the_index_is_reckoned_anew_from_the_zip_alone():
    """By a reader who has the zip and nothing of ours, as the index says how."""

    def sm3(content):
        return hashlib.new("sm3", content).hexdigest()

    data, _files = made()
    with ZipFile(BytesIO(data)) as book:
        inside = {name: book.read(name) for name in book.namelist()}
    page = inside.pop("索引.html").decode()
    told = dict(re.findall(r'<a href="[^"]+">([^<]+)</a></td>.*?<td>([0-9a-f]{64})</td>', page))
    lines = inside.pop("校验SM3.txt")
    assert told == {name: sm3(content) for name, content in inside.items()}
    assert dict(line.split("  ")[::-1] for line in lines.decode().splitlines()) == told
    assert f"<code>{sm3(lines)}</code>" in page
    assert "openssl dgst -sm3" in page and "sm3sum -c 校验SM3.txt" in page


def test_a_copy_is_read_anew_and_what_was_changed_is_named():
    data, files = made()
    kept = entries([one.kept() for one in files])
    assert checked(data, "a.zip", kept).whole
    assert checked(b"paper", "copy.docx", kept).same == ["02-试卷.docx"]
    assert checked(b"other", "copy.docx", kept).wrong == ["copy.docx"]
    other = BytesIO()
    with ZipFile(other, "w") as book:
        book.writestr("02-试卷.docx", b"PAPER")
        book.writestr("再来一个.csv", b"")
    found = checked(other.getvalue(), "a.zip", kept)
    assert found.wrong == ["01-名单.csv", "02-试卷.docx", "再来一个.csv", "校验SM3.txt"]
    assert not checked(b"no zip at all", "a.zip", kept).whole


@given(st.integers(0, 400), st.binary(min_size=1, max_size=9))
def test_whatever_is_broken_in_a_zip_is_told_and_never_breaks_the_page(place, bytes_):
    data, files = made()
    place %= len(data)
    broken = data[:place] + bytes_ + data[place + len(bytes_) :]
    found = checked(broken, "a.zip", files)
    assert set(found.same) | set(found.wrong) >= {one.name for one in files}


@given(st.lists(FACTS))
def test_the_lines_add_up_to_the_sum_and_what_lies_outside_is_in_none(facts):
    lines = {1: "1", 2: "1", 3: "3", 4: "0"}
    *parts, total = table(facts, lines, [("1", "甲县"), ("3", "乙县"), ("0", "其他")], "合计")
    for topic in Topic:
        mine = [line.figures[topic] for line in parts]
        whole = total.figures[topic]
        inside = [one for one in facts if one.topic is topic and one.org_id in lines]
        assert whole.facts == len(inside) == sum(one.facts for one in mine)
        assert whole.done == sum(one.done for one in inside) == sum(one.done for one in mine)
        assert whole.longest == max((d for o in inside if (d := o.days) is not None), default=None)


def test_a_mean_of_days_is_rounded_half_up_and_of_nothing_there_is_none():
    days = [Fact(Topic.FROZEN, 1, "x", date(2026, 1, 1), days=n) for n in (1, 2, 2, 2, None)]
    (line, _total) = table(days, {1: "1"}, [("1", "甲县")], "合计")
    frozen = line.figures[Topic.FROZEN]
    assert (frozen.facts, str(frozen.mean)) == (5, "1.8")
    assert line.figures[Topic.APPEALS].mean is None
