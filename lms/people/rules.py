"""Posts, and what follows from them. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lms.access.permissions import ROLE_PERMISSIONS, Permission, Role
from lms.words import N_


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
    def is_cadre(self) -> bool:
        return any(held.role is Role.CADRE for held in self.assignments)


def in_force(from_on: date, to_on: date | None, day: date) -> bool:
    """Whether something dated holds on a day. The last day is not included."""
    return from_on <= day and (to_on is None or day < to_on)
