"""What a certificate says, what it is called, and what may become of it. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from lms.errors import Conflict, Invalid
from lms.orgs.rules import UnitKind
from lms.words import N_

# Read off paper and typed: no sign that looks like another.
CODE_SIGNS, CODE_LENGTH = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ", 16
CODE_PART = 4
LONGEST_WHY = 200
OFFICE = N_("{unit}委组织部")


class Kind(StrEnum):
    """What a certificate is for."""

    COMPLETION = "completion"  # 结业证书, of a class
    HOURS = "hours"  # 学时证明, of a year


KIND_NAMES: dict[Kind, str] = {
    Kind.COMPLETION: N_("结业证书"),
    Kind.HOURS: N_("学时证明"),
}
PREFIXES = {Kind.COMPLETION: "JY", Kind.HOURS: "XS"}


class State(StrEnum):
    """What a certificate is worth today."""

    VALID = "valid"
    REPLACED = "replaced"
    REVOKED = "revoked"


STATE_NAMES: dict[State, str] = {
    State.VALID: N_("有效"),
    State.REPLACED: N_("已换发"),
    State.REVOKED: N_("已撤销"),
}


def state(revoked: bool, replaced: bool) -> State:
    """A revoked certificate stays revoked; one that was made anew is no longer shown."""
    if revoked:
        return State.REVOKED
    return State.REPLACED if replaced else State.VALID


@dataclass(frozen=True)
class Facts:
    """What is printed, frozen when the certificate is issued. issuer: who stands for it."""

    name: str
    unit: str
    issuer: str
    issued_on: date

    def kept(self) -> dict[str, Any]:
        """As the database keeps it: plain values alone."""
        return {name: _plain(value) for name, value in asdict(self).items()}


@dataclass(frozen=True)
class Completion(Facts):
    """结业: a class was gone through. assessed: an assessment was passed as well."""

    title: str
    began_on: date
    ended_on: date
    hours: Decimal
    assessed: bool

    @classmethod
    def read(cls, kept: dict[str, Any]) -> "Completion":
        days = {name: date.fromisoformat(kept[name]) for name in ("issued_on", *_DAYS)}
        return cls(**kept | days | {"hours": Decimal(kept["hours"])})


_DAYS = ("began_on", "ended_on")


@dataclass(frozen=True)
class HourLine:
    """One training of a year. how: 集中培训, 网络自学 or 其他."""

    title: str
    how: str
    hours: Decimal
    ended_on: date


@dataclass(frozen=True)
class HoursOfYear(Facts):
    """学时: what was earned in a year, as of a day."""

    year: int
    lines: list[HourLine]

    @classmethod
    def read(cls, kept: dict[str, Any]) -> "HoursOfYear":
        lines = [
            HourLine(
                one["title"],
                one["how"],
                Decimal(one["hours"]),
                date.fromisoformat(one["ended_on"]),
            )
            for one in kept["lines"]
        ]
        return cls(**kept | {"issued_on": date.fromisoformat(kept["issued_on"]), "lines": lines})

    @property
    def total(self) -> Decimal:
        return sum((one.hours for one in self.lines), Decimal(0))

    @property
    def by_kind(self) -> dict[str, Decimal]:
        """How → hours, in the order of the lines."""
        found: dict[str, Decimal] = {}
        for one in self.lines:
            found[one.how] = found.get(one.how, Decimal(0)) + one.hours
        return found

    def says_the_same(self, other: "HoursOfYear") -> bool:
        """Whether both certify the same of the same person, whatever the day of issue."""
        mine, theirs = self.kept(), other.kept()
        return {**mine, "issued_on": ""} == {**theirs, "issued_on": ""}


READERS: dict[Kind, Callable[[dict[str, Any]], Completion | HoursOfYear]] = {
    Kind.COMPLETION: Completion.read,
    Kind.HOURS: HoursOfYear.read,
}


def read_facts(kind: Kind, kept: dict[str, Any]) -> Completion | HoursOfYear:
    """The facts of a certificate as they were frozen."""
    return READERS[kind](kept)


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def number(kind: Kind, year: int, serial: int) -> str:
    """JY-2026-000123: one series for each kind and year."""
    return f"{PREFIXES[kind]}-{year}-{serial:06d}"


def series(kind: Kind, year: int) -> str:
    """What the series of numbers is called where the last one is kept."""
    return f"certificate {PREFIXES[kind]} {year}"


def in_parts(code: str) -> str:
    """A code as it is printed: ABCD EFGH JKLM NPQR."""
    return " ".join(code[at : at + CODE_PART] for at in range(0, len(code), CODE_PART))


def read_code(text: str | None) -> str:
    """A code as it was typed or scanned: small letters and gaps do not matter."""
    return "".join(sign for sign in (text or "").upper() if sign.isalnum())[: 2 * CODE_LENGTH]


def issuer(name: str, kind: UnitKind) -> str:
    """Who stands for a certificate of a unit: of a city or a county, its 组织部."""
    return OFFICE.format(unit=name) if kind in (UnitKind.CITY, UnitKind.COUNTY) else name


def whole_unit(names: Sequence[str]) -> str:
    """County, township, village in one; the city above them is left out. names: from above."""
    return "".join(names[1:] if len(names) > 1 else names)


def refuse_not_valid(now_is: State) -> None:
    """What is no longer valid is neither printed nor revoked again."""
    if now_is is State.REVOKED:
        raise Conflict("这份证书已撤销。")
    refuse_replaced(now_is)


def refuse_replaced(now_is: State) -> None:
    """A certificate is made anew once; after that, its successor is."""
    if now_is is State.REPLACED:
        raise Conflict("这份证书已换发，请办理新的一份。")


def refuse_without_why(why: str) -> str:
    """The reason, without what surrounds it."""
    said = why.strip()
    if not said:
        raise Invalid("请写明原因。")
    return said


def refuse_unprintable(name: str, signs: Sequence[str]) -> None:
    """A name is printed as it is written, or not at all."""
    if signs:
        raise Conflict(
            "“{name}”里的“{signs}”在证书的字库里没有，现在印不出来；请联系系统管理员。",
            name=name,
            signs="".join(signs),
        )


def refuse_no_hours(lines: Sequence[HourLine]) -> None:
    if not lines:
        raise Conflict("这一年还没有记入学时，不能开具学时证明。")
