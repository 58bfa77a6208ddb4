"""What a reader has chosen of a table, in words: of whom it tells, and in which order."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from lms.orgs.rules import KIND_NAMES
from lms.orgs.systems import SYSTEM_NAMES, WORDS
from lms.reports.forms import post_choices
from lms.reports.measures import Definition
from lms.reports.rules import TIER_NAMES, Only


def only_said(only: Only) -> str:
    """Of whom a table tells, where it is not everybody: 只含村党组织书记、村级."""
    if only.everybody:
        return ""
    named = dict(post_choices()).get(only.post), only.tier and TIER_NAMES[only.tier]
    parts = [_(one) for one in (*named, only.kind and KIND_NAMES[only.kind]) if one]
    return _("（只含：%(what)s）", what=_("、").join(parts))


@dataclass(frozen=True)
class Sort:
    """The way to the same table sorted by a column; how it stands now, for eye and ear."""

    url: str
    mark: str
    said: str  # the value of aria-sort


def sort(present: str, at: Callable[..., str], one: Definition) -> Sort:
    """The first press sorts from the greatest down, the second upward, the third not at all.

    present: how the table is sorted now, as `Report.sort`.
    """
    if present == f"-{one.code}":
        return Sort(at(sort=one.code), "▼", "descending")
    if present == one.code:
        return Sort(at(sort=None), "▲", "ascending")
    return Sort(at(sort=f"-{one.code}"), "", "none")


def sorted_said(present: str, columns: Sequence[Definition]) -> str:
    """By what the lines stand, where it is not the order in which they are shipped."""
    code = present.removeprefix("-")
    name = next((_(one.name) for one in columns if one.code == code), "")
    if not name:
        return ""
    if present.startswith("-"):
        return _("各行按“%(name)s”从大到小排列，不是行政区划顺序。", name=name)
    return _("各行按“%(name)s”从小到大排列，不是行政区划顺序。", name=name)


def systems_said() -> str:
    """How units are told apart by system, in words."""
    parts = [
        _("%(system)s（%(words)s）", system=_(SYSTEM_NAMES[one]), words=_("、").join(words))
        for one, words in WORDS.items()
    ]
    return _(
        "系统（条线）：有管理员指定的照指定；其余按单位类别和名称中的字样归类，"
        "本身没有这些字样的下属单位随上级：%(parts)s。",
        parts=_("；").join(parts),
    )
