"""What a trainer types is what the page shows, and what the field shows again."""

import html
import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.bank.texts import (
    Shown,
    as_field,
    as_markdown,
    in_short,
    is_plain,
    names_in,
    numbered,
    pictures_in,
    written,
)
from lms.web.markdown import shown

NAME = "0123456789abcdef" * 2
PICTURES = {1: Shown(NAME, "村民会议的流程")}


def seen(markdown: str) -> str:
    """What a reader sees of a text: its lines, without the spaces that no page shows."""
    page = re.sub(r"<br>|</p>|</tr>", "\n", str(shown(markdown)))
    return html.unescape(re.sub(r"<[^<>]*>", "", page))


def bare(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.split("\n") if line.split()]


@pytest.mark.parametrize(
    "text",
    [
        "2*3*4 等于多少？",
        "1. 甲\n2. 乙\n# 不是标题\n> 不是引文\n- 不是列表\n+ 也不是",
        "a < b && b > c，&lt; 与 <sub>2</sub>",
        "应当经____同意，____以上通过；_一_，__二__。",
        "甲\n---\n乙\n===\n***",
        r"C:\temp\*.txt，\[注]\ 与 `命令`",
        "[注](见附件)，![图](无)，[1]: 甲",
        "甲 | 乙\n--- | ---\n丙 | 丁",
        "{{不是空}}，{甲}",
        "|\n|",
        "1|\n\\|",
        "<script>alert(1)</script> <b>粗</b>",
    ],
)
def test_it_is_shown_as_it_was_typed(text):
    assert bare(seen(as_markdown(text))) == bare(text)
    assert as_field(as_markdown(text)) == text


SIGNS = "村1. 2)#>-+*_`\\[]()!|:={}<&lt;~\"'/ \tsubr图" + "【】" + string.ascii_uppercase[:2]
TYPED = st.lists(st.text(st.sampled_from(SIGNS), max_size=12), max_size=5).map("\n".join)


@given(TYPED, st.booleans())
def test_whatever_is_typed_is_shown_and_comes_back(text, gaps):
    made = as_markdown(text, gaps=gaps)
    if not any(line.startswith("|") and line.endswith("|") for line in bare(text)):
        assert bare(seen(made)) == bare(text)
    again = as_field(made)
    assert bare(again) == bare(text) or "|" in text
    assert (
        as_markdown(again, gaps=gaps) == made and as_field(as_markdown(again, gaps=gaps)) == again
    )


def test_rows_between_bars_are_a_table():
    made = as_markdown("如下表：\n| 户 | 口 |\n| 三 | 十 |  \n谁对？")
    assert made == "如下表：\n\n| 户 | 口 |\n| --- | --- |\n| 三 | 十 |\n\n谁对？"
    assert "<td>十</td>" in str(shown(made))
    assert as_field(made) == "如下表：\n\n| 户 | 口 |\n| 三 | 十 |\n\n谁对？"


def test_a_row_that_is_too_short_is_filled_up():
    made = as_markdown("| 户 | 口 |\n| 三 |  |\n| 五 | 六 | 七 |")
    assert made.split("\n")[0] == "| 户 | 口 |  |"
    assert "<td>七</td>" in str(shown(made))


def test_a_picture_is_a_marker_in_the_field():
    made = as_markdown("看【图1】和【图2】", PICTURES)
    assert made == f"看![村民会议的流程](pic:{NAME})和【图2】"
    assert f'<img src="/p/{NAME}" alt="村民会议的流程">' in str(shown(made, "/p/"))
    assert "〔村民会议的流程〕" in str(shown(made))
    assert as_field(made, {NAME: 1}) == "看【图1】和【图2】"
    assert pictures_in([made], {NAME: 1}) == PICTURES


def test_a_number_that_stands_there_as_words_is_given_to_no_picture():
    texts = [f"如【图1】：![x](pic:{NAME})", f"![y](pic:{'f' * 32})![x](pic:{NAME})"]
    assert names_in(texts) == [NAME, "f" * 32]
    assert numbered(texts) == {NAME: 2, "f" * 32: 3}


@given(st.text(st.sampled_from("图[]()\\|*_`<>&\"' "), max_size=12))
def test_any_words_may_say_what_a_picture_shows(alt):
    picture = Shown(NAME, " ".join(alt.split()))
    made = as_markdown("甲【图1】乙", {1: picture})
    assert pictures_in([made], {NAME: 1}) == {1: picture}
    page = str(shown(made, "/p/"))
    assert html.unescape(re.search('alt="([^"]*)"', page)[1]) == picture.alt
    assert str(shown(f"| {written(picture)} | 乙 |\n| --- | --- |\n| 丙 | 丁 |")).count("<t") == 9


def test_only_pictures_of_ours_are_shown():
    for trick in ("![x](http://x/y.png)", "![x](pic:../x)", f'![x](pic:{NAME[:-1]}")'):
        assert "<img" not in str(shown(trick, "/p/"))
    tricky = shown(f'![" onerror=alert(1) x="](pic:{NAME})', "/p/")
    assert '" onerror' not in str(tricky)


def test_in_a_list_a_text_is_one_line():
    table = "| 户 | 口 |\n| --- | --- |\n| 三 |  |"
    assert in_short(f"如下表\n\n{table}\n\n2\\*3 ____ ![甲\\]](pic:{NAME})") == (
        "如下表 户 口 三 2*3 ____ 〔甲]〕"
    )
    assert in_short(f"见 ![](pic:{NAME})") == "见 〔图〕"


def test_bold_type_cannot_be_kept_in_a_field():
    assert is_plain("下列不正确的是（　）\n\n____") and is_plain(as_markdown("2*3*4"))
    assert is_plain("{{答案}}") and is_plain(f"![x](pic:{NAME})")
    assert not is_plain("下列**不**正确的是") and not is_plain("- 甲\n- 乙")
