"""What the papers of the house point to is there."""

import re
from pathlib import Path

import pytest

PAPERS = [*Path("docs").rglob("*.md"), Path("README.md"), Path("README.zh-CN.md")]
PLACES = re.compile(r"`((?:lms|tests|static|templates|docs|question_banks|benchmarks)/[\w./-]+)`")
LINKS = re.compile(r"\]\((?!https?:|#)([^)#]+)")


@pytest.mark.parametrize("paper", PAPERS, ids=str)
def test_every_file_that_is_named_exists(paper):
    named = PLACES.findall(paper.read_text())
    assert [place for place in named if not Path(place).exists()] == []


@pytest.mark.parametrize("paper", PAPERS, ids=str)
def test_every_link_leads_somewhere(paper):
    links = LINKS.findall(paper.read_text())
    assert [link for link in links if not (paper.parent / link).exists()] == []
