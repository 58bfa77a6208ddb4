"""What one may do. The whole answer is this one table."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from lms.words import N_

View = TypeVar("View", bound=Callable[..., Any])


class Permission(StrEnum):
    """What a view may ask for."""

    LEARN = "learn"  # own tasks, lessons, record; a line to the township's officer
    SIT_EXAM = "sit exam"
    SEE_UNITS = "see units"  # the tree, its persons, a search
    KEEP_UNITS = "keep units"  # load divisions, confirm successors
    KEEP_ROSTER = "keep roster"  # import, postings, corrections
    CONFIRM_TRANSFER = "confirm transfer"  # the officer above both units
    ISSUE_SLIPS = "issue slips"
    ASK_RELIEF = "ask relief"  # 免训, 缓训; who runs training above the unit approves
    RUN_TRAINING = "run training"  # programmes, cohorts, enrolment
    KEEP_HOUR_RULES = "keep hour rules"  # what counts as an hour, and how many are owed
    SEE_REPORTS = "see reports"
    EXPORT_REPORTS = "export reports"
    CONFIRM_LIST = "confirm list"  # the head of a unit, in his own name
    SEE_BANK = "see bank"
    KEEP_BANK = "keep bank"
    KEEP_LAWS = "keep laws"  # the register of laws; one serves the whole city
    REVIEW = "review"
    MAKE_PAPERS = "make papers"
    KEEP_COURSES = "keep courses"
    RUN_EXAMS = "run exams"
    SET_QUIZ = "set quiz"  # 小测, for practice
    MARK = "mark"
    INVIGILATE = "invigilate"
    RUN_CLASS = "run class"
    GIVE_ROLES = "give roles"
    ANSWER_COMPLAINTS = "answer complaints"
    KEEP_SYSTEM = "keep system"
    KEEP_SECURITY = "keep security"
    READ_AUDIT = "read audit"


class Role(StrEnum):
    """What a person is for a unit. A current posting makes a cadre."""

    CADRE = "cadre"
    TRAINER = "trainer"
    REVIEWER = "reviewer"
    MARKER = "marker"
    CLASS_MANAGER = "class manager"
    INVIGILATOR = "invigilator"
    TOWNSHIP_OFFICER = "township officer"
    COUNTY_OFFICER = "county officer"
    CITY_OFFICER = "city officer"
    HEAD = "head of unit"
    SYSTEM_ADMIN = "system administrator"
    SECURITY_ADMIN = "security administrator"
    AUDIT_ADMIN = "audit administrator"


ROLE_NAMES: dict[Role, str] = {
    Role.CADRE: N_("学员"),
    Role.TRAINER: N_("教师"),
    Role.REVIEWER: N_("审题人"),
    Role.MARKER: N_("阅卷人"),
    Role.CLASS_MANAGER: N_("班主任"),
    Role.INVIGILATOR: N_("监考"),
    Role.TOWNSHIP_OFFICER: N_("培训管理员（乡）"),
    Role.COUNTY_OFFICER: N_("培训管理员（县）"),
    Role.CITY_OFFICER: N_("培训管理员（市）"),
    Role.HEAD: N_("单位主要负责人"),
    Role.SYSTEM_ADMIN: N_("系统管理员"),
    Role.SECURITY_ADMIN: N_("安全管理员"),
    Role.AUDIT_ADMIN: N_("审计管理员"),
}

_P = Permission
_TOWNSHIP = {
    _P.SEE_UNITS,
    _P.KEEP_ROSTER,
    _P.ISSUE_SLIPS,
    _P.ASK_RELIEF,
    _P.SEE_REPORTS,
    _P.EXPORT_REPORTS,
    _P.ANSWER_COMPLAINTS,
    _P.GIVE_ROLES,
    _P.SET_QUIZ,
}
_COUNTY = _TOWNSHIP | {
    _P.CONFIRM_TRANSFER,
    _P.RUN_TRAINING,
    _P.KEEP_UNITS,
    _P.RUN_EXAMS,
    _P.KEEP_COURSES,
}

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.CADRE: frozenset({_P.LEARN, _P.SIT_EXAM}),
    Role.TRAINER: frozenset(
        {
            _P.SEE_BANK,
            _P.KEEP_BANK,
            _P.KEEP_LAWS,
            _P.MAKE_PAPERS,
            _P.KEEP_COURSES,
            _P.SET_QUIZ,
        }
    ),
    Role.REVIEWER: frozenset({_P.SEE_BANK, _P.REVIEW}),
    Role.MARKER: frozenset({_P.MARK}),
    Role.CLASS_MANAGER: frozenset({_P.RUN_CLASS}),
    Role.INVIGILATOR: frozenset({_P.INVIGILATE}),
    Role.TOWNSHIP_OFFICER: frozenset(_TOWNSHIP),
    Role.COUNTY_OFFICER: frozenset(_COUNTY),
    Role.CITY_OFFICER: frozenset(_COUNTY | {_P.KEEP_LAWS, _P.KEEP_HOUR_RULES}),
    Role.HEAD: frozenset({_P.SEE_UNITS, _P.SEE_REPORTS, _P.CONFIRM_LIST}),
    Role.SYSTEM_ADMIN: frozenset({_P.KEEP_SYSTEM, _P.KEEP_LAWS}),
    Role.SECURITY_ADMIN: frozenset({_P.KEEP_SECURITY, _P.GIVE_ROLES}),
    Role.AUDIT_ADMIN: frozenset({_P.READ_AUDIT}),
}

ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
# Those who answer for the people of a unit. A trainer's unit opens content, never evidence.
ANSWERING = frozenset(
    {
        Role.TOWNSHIP_OFFICER,
        Role.COUNTY_OFFICER,
        Role.CITY_OFFICER,
        Role.HEAD,
        Role.SECURITY_ADMIN,
        Role.INVIGILATOR,  # for who sits in her room; of attempts she sees what she opens
    }
)
OFFICERS = (Role.TOWNSHIP_OFFICER, Role.COUNTY_OFFICER, Role.CITY_OFFICER)
# What an officer may give within her own units: what stands below her own role.
MAY_GIVE: dict[Role, frozenset[Role]] = {
    Role.SECURITY_ADMIN: frozenset(Role) - {Role.CADRE},
    Role.CITY_OFFICER: frozenset(Role) - ADMINISTRATORS - {Role.CADRE, Role.CITY_OFFICER},
    Role.COUNTY_OFFICER: frozenset(
        {
            Role.TRAINER,
            Role.REVIEWER,
            Role.MARKER,
            Role.CLASS_MANAGER,
            Role.INVIGILATOR,
            Role.TOWNSHIP_OFFICER,
            Role.HEAD,
        }
    ),
    Role.TOWNSHIP_OFFICER: frozenset({Role.INVIGILATOR, Role.CLASS_MANAGER}),
}

OPEN = "open to everyone"
SIGNED_IN = "open to everyone who is signed in"
TICKET = "open to whoever holds the ticket of an attempt"


def granting(permission: Permission) -> frozenset[Role]:
    """The roles that may do this."""
    return frozenset(role for role, may in ROLE_PERMISSIONS.items() if permission in may)


def needs(*permissions: Permission | str) -> Callable[[View], View]:
    """Label a view with what it needs, any one of these. The gate reads the label."""

    def label(view: View) -> View:
        view.needs = permissions  # type: ignore[attr-defined]
        return view

    return label
