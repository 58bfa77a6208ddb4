"""The rooms a person may enter: the rail of a desk, the tabs of a phone."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import itemgetter

from flask import Flask, current_app, g, request

from lms.access.permissions import ROLE_PERMISSIONS, Permission, Role
from lms.jobs.rules import ASKING
from lms.web.addresses import address
from lms.web.language import gettext as _
from lms.web.language import locale
from lms.words import N_


@dataclass(frozen=True, eq=False)
class Entry:
    """A door in the menu: its label, the view it opens, and what one needs to see it.

    Each is itself: by its words it was hashed forty times a page.
    """

    label: str
    endpoint: str
    icon: str
    permissions: tuple[Permission, ...]
    group: str = ""


P = Permission
# What waits for a person each day, then by what one is looking for.
TODAY, PEOPLE, TRAINING = N_("今日"), N_("人员与单位"), N_("培训")
BANK, REPORTS, SYSTEM = N_("题库与测评"), N_("统计与上报"), N_("管理")
FEW = 9  # so many doors stand open together; of more, each group folds

RAIL = (
    Entry(N_("首页"), "today.desk", "home", (), TODAY),
    Entry(N_("名单确认"), "training.own_lists", "tick", (P.CONFIRM_LIST,), TODAY),
    Entry(N_("监考"), "exams.rooms", "eye", (P.INVIGILATE,), TODAY),
    Entry(N_("阅卷"), "marking.desk", "marking", (P.MARK, P.RUN_EXAMS), TODAY),
    Entry(N_("信息有误"), "notices.corrections", "info", (P.KEEP_ROSTER,), TODAY),
    Entry(N_("投诉建议"), "notices.complaints", "mail", (P.ANSWER_COMPLAINTS,), TODAY),
    Entry(
        N_("重大事项"),
        "incidents.shelf",
        "warn",
        (P.KEEP_ROSTER, P.RUN_CLASS, P.INVIGILATE, P.KEEP_BANK),
        TODAY,
    ),
    Entry(N_("人员"), "people.search", "people", (P.SEE_UNITS,), PEOPLE),
    Entry(N_("单位"), "orgs.tree", "tree", (P.SEE_UNITS,), PEOPLE),
    Entry(N_("名册导入"), "rosters.imports", "upload", (P.KEEP_ROSTER,), PEOPLE),
    Entry(N_("登录凭条"), "accounts.slips", "slip", (P.ISSUE_SLIPS, P.KEEP_SECURITY), PEOPLE),
    Entry(N_("项目与班次"), "training.programmes", "training", (P.RUN_TRAINING,), TRAINING),
    Entry(N_("培训班"), "classes.shelf", "calendar", (P.RUN_TRAINING, P.RUN_CLASS), TRAINING),
    Entry(N_("调训"), "callups.calls", "notice", (P.RUN_TRAINING,), TRAINING),
    Entry(N_("免训缓训"), "training.reliefs", "minus", (P.ASK_RELIEF,), TRAINING),
    Entry(N_("课程"), "courses.shelf", "course", (P.KEEP_COURSES,), TRAINING),
    Entry(N_("师资库"), "training.teachers", "star", (P.RUN_TRAINING,), TRAINING),
    Entry(N_("证书"), "certificates.issued", "certificate", (P.RUN_TRAINING,), TRAINING),
    Entry(N_("外部学时名单"), "ledger.brought", "table", (P.RUN_TRAINING,), TRAINING),
    Entry(N_("学时规则"), "ledger.rules", "settings", (P.RUN_TRAINING,), TRAINING),
    Entry(N_("测评"), "exams.assessments", "exam", (P.RUN_EXAMS,), BANK),
    Entry(N_("小测"), "training.quizzes", "practice", (P.SET_QUIZ,), BANK),
    Entry(N_("题库"), "bank.banks", "bank", (P.SEE_BANK,), BANK),
    Entry(N_("试卷"), "papers.shelf", "paper", (P.MAKE_PAPERS,), BANK),
    Entry(N_("审题"), "reviewing.queue", "search", (P.REVIEW,), BANK),
    Entry(N_("本题有误"), "practice.reports", "cross", (P.KEEP_BANK, P.REVIEW), BANK),
    Entry(N_("法规"), "laws.register", "file", (P.SEE_BANK, P.KEEP_LAWS), BANK),
    Entry(N_("完成情况"), "reports.cohorts", "report", (P.SEE_REPORTS,), REPORTS),
    Entry(N_("学时达标"), "records.yearly", "clock", (P.SEE_REPORTS,), REPORTS),
    Entry(N_("长期不训"), "callups.long_untrained", "hourglass", (P.SEE_REPORTS,), REPORTS),
    Entry(N_("基础工作"), "inspecting.basic", "list", (P.SEE_REPORTS,), REPORTS),
    Entry(N_("角色"), "people.roles", "key", (P.GIVE_ROLES,), SYSTEM),
    Entry(N_("登录会话"), "accounts.sessions", "lock", (P.KEEP_SECURITY,), SYSTEM),
    Entry(N_("后台任务"), "jobs.recent", "jobs", ASKING, SYSTEM),
    Entry(N_("审计日志"), "audit.log", "audit", (P.READ_AUDIT,), SYSTEM),
)
OF_A_DESK = frozenset(need for entry in RAIL for need in entry.permissions)
TABS = (
    Entry(N_("学习"), "today.tasks", "learn", (P.LEARN,)),
    Entry(N_("考试"), "exams.mine", "exam", (P.SIT_EXAM,)),
    Entry(N_("练习"), "practice.home", "practice", (P.LEARN,)),
    Entry(N_("我的"), "accounts.own", "person", ()),
)


def install(app: Flask) -> None:
    @app.context_processor
    def menu() -> dict[str, object]:
        me = g.get("me")
        if me is None:
            return {"me": None, "menu": NOTHING, "rail": NOTHING.rail, "tabs": NOTHING.tabs}
        found = _menu(me.roles, _here(RAIL), _here(TABS), locale())
        return {"me": me, "menu": found, "rail": found.rail, "tabs": found.tabs}


@dataclass(frozen=True, eq=False)
class Menu:
    """The doors of all who hold the same roles, on one page. It is drawn once, so it is itself."""

    rail: Sequence[dict[str, object]] = ()
    rail_groups: Sequence[dict[str, object]] = ()
    tabs: Sequence[dict[str, object]] = ()


NOTHING = Menu()


@lru_cache(2048)
def _menu(roles: frozenset[Role], here: Entry | None, tab: Entry | None, _locale: str) -> Menu:
    permissions = frozenset().union(*(ROLE_PERMISSIONS[role] for role in roles))
    rail = _shown(RAIL, permissions, here) if permissions & OF_A_DESK else []
    tabs = _shown(TABS, permissions, tab) if Role.CADRE in roles else []
    return Menu(rail, _groups(rail), tabs)


NUMBER = re.compile(r"/[0-9]+")


def _here(entries: tuple[Entry, ...]) -> Entry | None:
    """The door of this very view, else the first door of its room."""
    return _door(entries, request.endpoint or "", NUMBER.sub("/0", request.path))


@lru_cache(4096)
def _door(entries: tuple[Entry, ...], view: str, path: str) -> Entry | None:
    """path: without its numbers, so that each page of a kind asks once."""

    def shared(entry: Entry) -> int:
        """How much of this address lies behind a door: /people/roles/new behind 角色, not 人员."""
        door = address(entry.endpoint).rstrip("/")
        return len(door) if path.startswith(door) else 0

    same = [entry for entry in entries if entry.endpoint == view]
    if not same and view in {entry.endpoint for entry in (*RAIL, *TABS)}:
        return None  # the other menu has the very door
    of_room = [entry for entry in (*RAIL, *TABS) if _room(entry.endpoint) == _room(view)]
    near = sorted((entry for entry in of_room if entry in entries), key=shared, reverse=True)
    if not same and near and max(map(shared, of_room)) > shared(near[0]):
        return None  # a door of the other menu is nearer
    return next(iter(same + near), None)


def _room(endpoint: str) -> str:
    return endpoint.split(".")[0]


def _shown(
    entries: tuple[Entry, ...], permissions: frozenset[Permission], here: Entry | None
) -> list[dict[str, object]]:
    return [
        {
            "label": _(entry.label),
            "url": address(entry.endpoint),
            "icon": entry.icon,
            "here": entry is here,
            "group": _(entry.group) if entry.group else "",
        }
        for entry in entries
        if entry.endpoint in current_app.view_functions
        and (not entry.permissions or permissions.intersection(entry.permissions))
    ]


def _groups(rooms: list[dict[str, object]]) -> list[dict[str, object]]:
    """The rail by group: of many doors only those of today, and of one's own place, stand open."""
    groups = [(name, list(those)) for name, those in groupby(rooms, key=itemgetter("group"))]
    return [
        {
            "name": name,
            "rooms": those,
            "folds": len(rooms) > FEW and at > 0 and len(those) > 1,
            "open": any(room["here"] for room in those),
        }
        for at, (name, those) in enumerate(groups)
    ]
