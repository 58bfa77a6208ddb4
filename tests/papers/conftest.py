"""A bank in a folder, loaded; who makes papers of it."""

from pathlib import Path

import pytest

from lms.access.permissions import Role
from lms.access.scope import seeing_everything
from lms.bank.rules import Pool, State
from lms.bank.services import load_folder
from lms.competencies.services import load_reference
from lms.web.transaction import finish

QUESTION = """---
id: {id}
type: {type}
abilities: [{ability}]
points: 2
sources:
  - {{law: 某法, edition: 2020-01-01, article: 1, key: 应当}}
---
{stem}

- [x] 应当
- [{second}] 可以
- [ ] 不得

> 见第一条。
"""


def write(folder: Path, name="q1", ability="LAW", kind="single", stem="某事应当怎样办？"):
    (folder / f"{name}.md").write_text(
        QUESTION.format(
            id=name,
            type=kind,
            ability=ability,
            stem=stem,
            second="x" if kind == "multiple" else " ",
        )
    )


@pytest.fixture
def folder(tmp_path):
    """A bank of six questions: four of LAW, two of MAS, one of each with several right."""
    folder = tmp_path / "trial"
    folder.mkdir()
    (folder / "bank.yaml").write_text("code: trial\ntitle: 试用题库\n")
    for number in range(1, 4):
        write(folder, f"law-{number}", "LAW", stem=f"第{number}件事应当怎样办？")
    write(folder, "law-4", "LAW", "multiple")
    write(folder, "mas-1", "MAS")
    write(folder, "mas-2", "MAS", "multiple")
    return folder


@pytest.fixture
def city(make):
    return make.unit("某市")


@pytest.fixture
def load(app, folder, city, clock):
    """load() → what came of loading the folder, in a transaction of its own."""

    def now(pool=Pool.OPEN, state=State.FINAL):
        with app.app_context(), seeing_everything():
            load_reference(clock())
            loaded = load_folder(folder, city.id, clock(), pool, state)[1]
            finish()
            return loaded

    return now


@pytest.fixture
def trainer(make, city):
    return make.officer(city, Role.TRAINER, name="张老师")
