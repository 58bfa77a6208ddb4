"""Text that people typed is shown, and never run."""

import pytest

from lms.web.markdown import rendered

TRICKS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "[看这里](javascript:alert(1))",
    "<a href='data:text/html,x'>看</a>",
    "<p style='background:url(x)' onclick=alert(1)>段</p>",
    "<iframe src=//x></iframe>",
    "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
)


@pytest.mark.parametrize("trick", TRICKS)
def test_no_script_and_no_attribute_survives(trick):
    html = str(rendered(trick)).lower()
    for part in ("<script", "<img", "<svg", "<iframe", "<a", "javascript:", "onclick", "style="):
        assert part not in html


def test_headings_lists_tables_and_emphasis_stay():
    html = str(rendered("## 一、家底\n\n- **甲**\n- 乙\n\n| 子 | 丑 |\n|---|---|\n| 1 | 2 |\n"))
    for part in ("<h2>一、家底</h2>", "<strong>甲</strong>", "<table>", "<td>1</td>"):
        assert part in html


def test_a_name_with_signs_in_it_is_shown_as_it_is_written(make, sign_in):
    unit = make.unit("甲县")
    person = make.person(unit, name="<b>张</b>三")
    page = sign_in(person).get("/own").text
    assert "<b>张</b>三" not in page
    assert "&lt;b&gt;张&lt;/b&gt;三" in page


def test_a_tag_that_is_part_of_the_question_is_shown():
    assert str(rendered(r"\<div id=a> 与 \<H1>题\</H1>")) == (
        "<p>&lt;div id=a&gt; 与 &lt;H1&gt;题&lt;/H1&gt;</p>"
    )
