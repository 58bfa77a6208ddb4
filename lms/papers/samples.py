"""The five categories of assessment, a blueprint each: to begin with, and to change. Data."""

from decimal import Decimal

from lms.bank.rules import QuestionType
from lms.papers.rules import Cell, Rule
from lms.words import N_

Known = dict[str, tuple[int, str]]  # ability code → id, name
SINGLE, MULTIPLE = QuestionType.SINGLE, QuestionType.MULTIPLE
JUDGED, BLANK = QuestionType.TRUE_FALSE, QuestionType.BLANK
POINTS = {SINGLE: Decimal(2), MULTIPLE: Decimal(3), JUDGED: Decimal(1), BLANK: Decimal(2)}

# By project: the title, the minutes, and for each ability how many single, multiple, true or
# false, blank. Each paper is worth a hundred points.
SAMPLES: dict[str, tuple[str, int, dict[str, tuple[int, int, int, int]]]] = {
    "P1": (
        N_("党政领导干部履职能力测评"),
        90,
        {
            "POL": (4, 2, 1, 0),
            "LAW": (5, 3, 1, 1),
            "DEV": (3, 2, 1, 0),
            "INN": (3, 1, 1, 0),
            "IMP": (3, 2, 1, 0),
            "RSK": (3, 2, 1, 0),
            "MAS": (2, 1, 0, 0),
            "LRN": (2, 1, 0, 0),
        },
    ),
    "P2": (
        N_("机关干部专业能力测评"),
        90,
        {
            "LAW": (7, 4, 2, 1),
            "IMP": (4, 2, 2, 0),
            "RSK": (4, 2, 1, 0),
            "MAS": (3, 2, 1, 0),
            "INN": (3, 1, 1, 0),
            "LRN": (2, 1, 1, 0),
            "DEV": (2, 0, 0, 0),
            "POL": (2, 0, 0, 0),
        },
    ),
    "P3": (
        N_("基层干部履职能力测评"),
        60,
        {
            "MAS": (7, 2, 1, 1),
            "LAW": (8, 2, 1, 1),
            "IMP": (5, 2, 1, 0),
            "RSK": (5, 1, 1, 0),
            "DEV": (4, 1, 0, 0),
            "POL": (3, 1, 1, 0),
        },
    ),
    "P4": (
        N_("企业事业管理人员思维创新测评"),
        90,
        {
            "INN": (8, 3, 1, 0),
            "DEV": (6, 3, 1, 0),
            "LAW": (6, 3, 1, 1),
            "RSK": (5, 2, 1, 0),
            "IMP": (4, 1, 0, 0),
        },
    ),
    "P5": (
        N_("专业技术人才知识更新测评"),
        90,
        {
            "LRN": (6, 3, 1, 0),
            "INN": (8, 3, 1, 0),
            "LAW": (6, 3, 1, 1),
            "RSK": (5, 2, 1, 0),
            "DEV": (4, 1, 0, 0),
        },
    ),
}


def sample(project: str, banks: tuple[int, ...], abilities: Known) -> Rule:
    """The blueprint shipped for a project, on some banks."""
    title, minutes, rows = SAMPLES[project]
    kinds = (SINGLE, MULTIPLE, JUDGED, BLANK)
    cells = tuple(
        Cell(kind, counts[n], POINTS[kind], *abilities[code])
        for n, kind in enumerate(kinds)
        for code, counts in rows.items()
        if counts[n]
    )
    return Rule(title, minutes, banks, cells, project)
