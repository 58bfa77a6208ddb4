"""Time on line, points, ranks and streaks are made no merit of: nothing of the house says so."""

import re

from lms.settings import HOME

# What a State Council rule of 2026 forbids such programs to count.
FORBIDDEN = re.compile("积分|排名|排行|名次|打卡|勋章|在线时长|连续学习|连续签到|达人|学霸")
PLACES = (("templates", "*.html"), ("static", "*.js"), ("lms", "*.py"))


def test_no_page_counts_points_ranks_streaks_or_minutes():
    files = [file for folder, kind in PLACES for file in (HOME / folder).rglob(kind)]
    assert len(files) > 200
    found = {
        f"{file.relative_to(HOME)}: {words[0]}"
        for file in files
        if (words := FORBIDDEN.findall(file.read_text("utf-8")))
    }
    assert found == set()


def test_the_wall_itself_would_see_a_slip():
    assert FORBIDDEN.search("您的在线时长排名第三")
