"""What the papers of the house point to is there."""

import re
from pathlib import Path

PAPERS = [*Path("docs").rglob("*.md"), Path("README.md"), Path("README.zh-CN.md")]
PLACES = re.compile(r"`((?:lms|tests|static|templates|docs|question_banks|benchmarks)/[\w./-]+)`")
LINKS = re.compile(r"\]\((?!https?:|#)([^)#]+)")


def missing(found, there) -> dict[str, list[str]]:
    """By paper, what it points to that is not there. found(text): what it points to."""
    lost = {}
    for paper in PAPERS:
        gone = [place for place in found(paper.read_text()) if not there(paper, place)]
        lost |= {str(paper): gone} if gone else {}
    return lost


def test_every_file_that_is_named_exists():
    assert missing(PLACES.findall, lambda _, place: Path(place).exists()) == {}


def test_every_link_leads_somewhere():
    assert missing(LINKS.findall, lambda paper, link: (paper.parent / link).exists()) == {}
