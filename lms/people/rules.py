"""Posts, and what follows from them. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lms.access.permissions import ADMINISTRATORS, MAY_GIVE, ROLE_PERMISSIONS, Permission, Role
from lms.errors import Conflict, Invalid
from lms.orgs.rules import UnitKind
from lms.words import N_

Span = tuple[date, date | None]  # from a day to a day (not included; none: it goes on)


class Post(StrEnum):
    """What a person does in a unit."""

    VPS = "VPS"
    VDS = "VDS"
    VCD = "VCD"
    VCV = "VCV"
    VPM = "VPM"
    VCM = "VCM"
    VSD = "VSD"
    FIRST_SEC = "FIRST_SEC"
    AID_TEAM = "AID_TEAM"
    SECONDED = "SECONDED"
    TPS = "TPS"
    THD = "THD"
    TLD = "TLD"
    TOC = "TOC"
    TOG = "TOG"
    LEADER = "LEADER"
    STAFF = "STAFF"
    MANAGER = "MANAGER"
    TECH = "TECH"
    PARTY_WORKER = "PARTY_WORKER"
    FLOAT_SEC = "FLOAT_SEC"


POST_NAMES: dict[Post, str] = {
    Post.VPS: N_("村党组织书记"),
    Post.VDS: N_("村党组织副书记"),
    Post.VCD: N_("村委会主任"),
    Post.VCV: N_("村委会副主任"),
    Post.VPM: N_("村党组织委员"),
    Post.VCM: N_("村委会委员"),
    Post.VSD: N_("村务监督委员会主任"),
    Post.FIRST_SEC: N_("第一书记"),
    Post.AID_TEAM: N_("驻村工作队员"),
    Post.SECONDED: N_("挂职干部"),
    Post.TPS: N_("乡镇党委书记"),
    Post.THD: N_("乡镇长"),
    Post.TLD: N_("乡镇班子成员"),
    Post.TOC: N_("组织委员"),
    Post.TOG: N_("组织干事"),
    Post.LEADER: N_("党政领导干部"),
    Post.STAFF: N_("机关工作人员"),
    Post.MANAGER: N_("企业事业管理人员"),
    Post.TECH: N_("专业技术人员"),
    Post.PARTY_WORKER: N_("非公党组织书记"),
    Post.FLOAT_SEC: N_("流动党员党组织书记"),
}

VILLAGE_CADRES = frozenset({Post.VPS, Post.VDS, Post.VCD, Post.VCV, Post.VPM, Post.VCM})


@dataclass(frozen=True)
class Assignment:
    """A role held for a unit today. A current posting makes a cadre of that unit."""

    role: Role
    org_id: int
    path: str
    unit: str


@dataclass(frozen=True)
class Me:
    """The signed-in person, as a request knows them."""

    id: int
    name: str
    org_id: int
    assignments: tuple[Assignment, ...]

    def may(self, *permissions: Permission) -> bool:
        return any(
            permission in ROLE_PERMISSIONS[held.role]
            for held in self.assignments
            for permission in permissions
        )

    def granting(self, permissions: Iterable[Permission]) -> list[Assignment]:
        """The assignments that grant one of these permissions, and no others."""
        wanted = set(permissions)
        return [held for held in self.assignments if ROLE_PERMISSIONS[held.role] & wanted]

    def units(self, *permissions: Permission) -> dict[int, str]:
        """The units for which this person may do one of these, by id, with their names."""
        return {held.org_id: held.unit for held in self.granting(permissions)}

    def covers(self, path: str, *permissions: Permission) -> bool:
        """Whether a unit lies under one for which this person may do one of these."""
        return any(path.startswith(held.path) for held in self.granting(permissions))

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset([held.role for held in self.assignments])

    @property
    def is_cadre(self) -> bool:
        return any(held.role is Role.CADRE for held in self.assignments)


def in_force(from_on: date, to_on: date | None, day: date) -> bool:
    """Whether something dated holds on a day. The last day is not included."""
    return from_on <= day and (to_on is None or day < to_on)


def overlaps(one: Span, other: Span) -> bool:
    """Whether two spans share a day. The last day is not included; none: it goes on."""
    return (other[1] is None or one[0] < other[1]) and (one[1] is None or other[0] < one[1])


def disentangled(one: Span, other: Span) -> tuple[Span, Span]:
    """Two spans of one thing that was recorded twice, without a day in common.

    One that lies within the other becomes empty; else the earlier ends where the later begins.
    """
    if not overlaps(one, other):
        return one, other
    if _within(other, one):
        return one, (other[0], other[0])
    if _within(one, other):
        return (one[0], one[0]), other
    if one[0] < other[0]:
        return (one[0], other[0]), other
    return one, (other[0], one[0])


def _within(inner: Span, outer: Span) -> bool:
    ends_before = outer[1] is None or (inner[1] is not None and inner[1] <= outer[1])
    return outer[0] <= inner[0] and ends_before


def home_of(current: int, held: Iterable[tuple[int, int | None]]) -> int:
    """The home unit after a change. held: (unit, unit sent from) of each posting that goes on.

    It stays while a posting still speaks for it, and when none is left.
    """
    homes = [sent_from or unit for unit, sent_from in held]
    return current if current in homes or not homes else homes[0]


# ── masks ──────────────────────────────────────────────────────────────────────────────────────


def masked_name(name: str) -> str:
    """张建国 → 张*国, 张三 → 张*."""
    middle = "*" * max(1, len(name) - 2)
    return name[:1] + middle + (name[-1] if len(name) > 2 else "")


def masked_id(number: str) -> str:
    """140802197003051234 → 140802********1234."""
    return f"{number[:6]}{'*' * (len(number) - 10)}{number[-4:]}" if len(number) > 10 else "****"


def masked_phone(phone: str) -> str:
    """13812345678 → 138****5678."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) > 7 else "****"


# ── two records of one person ──────────────────────────────────────────────────────────────────

# What the rows of a table are called where an officer reads how many there are.
TABLE_NAMES: dict[str, str] = {
    "posting": N_("任职"),
    "role_held": N_("角色"),
    "transfer": N_("调动"),
    "account": N_("登录账号"),
    "slip": N_("登录凭条"),
    "device": N_("用过的手机、电脑"),
    "sign_in": N_("登录"),
    "enrolment": N_("列入名单"),
    "nomination": N_("调训报名"),
    "relief": N_("免训缓训"),
    "teacher": N_("师资"),
    "lesson_read": N_("读完的课"),
    "hour_entry": N_("学时"),
    "record_copy": N_("培训档案打印件"),
    "reminder": N_("提醒"),
    "certificate": N_("证书"),
    "list_confirmation": N_("名单确认"),
    "training_class": N_("任班主任"),
    "class_member": N_("培训班"),
    "candidate": N_("应考"),
    "attempt": N_("答卷"),
    "result": N_("成绩"),
    "verdict": N_("合格情况"),
    "bank_named": N_("题库授权"),
    "named_officer": N_("测评授权"),
    "job": N_("后台任务"),
}


# ── roles ──────────────────────────────────────────────────────────────────────────────────────


def may_give(held: Iterable[Assignment], path: str) -> frozenset[Role]:
    """The roles that somebody with these assignments may give for the unit at a path."""
    found: set[Role] = set()
    for one in held:
        if path.startswith(one.path):
            found |= MAY_GIVE.get(one.role, frozenset())
    return frozenset(found)


def refuse_mixed(role: Role, held: Iterable[Role]) -> None:
    """The three administrators exclude one another, and hold no business role."""
    others = [other for other in held if other not in (role, Role.CADRE)]
    administrators = ADMINISTRATORS & set(others)
    if role in ADMINISTRATORS and administrators:
        raise Conflict("系统、安全、审计三类管理员不能由同一人担任。请先结束原有角色，或另选一人。")
    if role in ADMINISTRATORS and others:
        raise Conflict("管理员不能同时担任业务角色。请先结束其业务角色，或另选一人。")
    if administrators:
        raise Conflict("此人是系统、安全或审计管理员，不能再担任业务角色。请另选一人。")


def refuse_level(role: Role, kind: UnitKind) -> None:
    """An officer's role belongs to a unit of its own level, an administrator's to the city."""
    of_city = kind is UnitKind.CITY
    if role in ADMINISTRATORS | {Role.CITY_OFFICER} and not of_city:
        raise Invalid("这一角色只能授予全市范围，请把单位改为市。")
    if role is Role.COUNTY_OFFICER and of_city:
        raise Invalid("培训管理员（县）不能管理全市，请选择县（市、区）或部门。")
    if role is Role.TOWNSHIP_OFFICER and (of_city or kind is UnitKind.COUNTY):
        raise Invalid("培训管理员（乡）不能管理全县、全市，请选择乡镇、街道或其他基层单位。")


# ── transfers ──────────────────────────────────────────────────────────────────────────────────


class TransferState(StrEnum):
    """How far a transfer between units of different officers has come."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


TRANSFER_NAMES: dict[TransferState, str] = {
    TransferState.ASKED: N_("待确认"),
    TransferState.CONFIRMED: N_("已确认"),
    TransferState.REFUSED: N_("未同意"),
    TransferState.WITHDRAWN: N_("已撤回"),
}


def refuse_end(from_on: date, ended: bool, on: date) -> None:
    """A posting ends once, and not before it began."""
    if ended:
        raise Conflict("这项任职已经结束，请刷新页面。")
    if on < from_on:
        raise Invalid("结束日期不能早于任职日期 {from_on}，请改正。", from_on=from_on)
