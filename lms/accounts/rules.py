"""What a good PIN, password and code are; how long a page stays open; who may issue. Pure."""

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from lms.access.permissions import ADMINISTRATORS, ROLE_PERMISSIONS, Permission, Role
from lms.clock import CITY_TIME
from lms.errors import Conflict, Invalid, NotAllowed, TooMany
from lms.people.rules import Assignment, may_give
from lms.words import N_

# ── how long ────────────────────────────────────────────────────────────────────────────────────

IDLE = timedelta(minutes=30)  # then the page locks behind the PIN and loses nothing
IDLE_ADMINISTRATOR = timedelta(minutes=15)  # then an administrator is signed out
LONGEST = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)  # how often the last contact is written down
REMEMBERED = timedelta(days=30)  # so long a device asks only the PIN or the password
STEP = timedelta(minutes=10)  # between the code and the choice of a PIN


class State(StrEnum):
    """What has become of a session since its last contact."""

    OPEN = "open"
    LOCKED = "locked"  # the PIN opens it again
    OVER = "over"  # a new one must be opened


class Means(StrEnum):
    """How a session was opened."""

    PIN = "pin"
    SLIP = "slip"
    PASSWORD = "password"


def idle_limit(roles: Iterable[Role]) -> timedelta:
    """How long a page may lie idle before it asks again."""
    return IDLE_ADMINISTRATOR if ADMINISTRATORS & set(roles) else IDLE


def idle(seen_at: datetime, now: datetime, roles: Iterable[Role]) -> bool:
    """Whether a session has lain idle too long."""
    return now - seen_at > idle_limit(roles)


def state(
    started_at: datetime, seen_at: datetime, now: datetime, held: Collection[Assignment]
) -> State:
    """What a session is now, for one who holds these roles. Who holds none has no account."""
    roles = {one.role for one in held}
    if not roles or now - started_at > LONGEST:
        return State.OVER
    if not idle(seen_at, now, roles):
        return State.OPEN
    return State.OVER if ADMINISTRATORS & roles else State.LOCKED


def carried(means: Means, held: tuple[Assignment, ...]) -> tuple[Assignment, ...]:
    """The roles that a session carries: what a PIN opened is only ever the cadre's own."""
    if means is Means.PASSWORD:
        return held
    return tuple(one for one in held if one.role is Role.CADRE)


# ── what is asked ───────────────────────────────────────────────────────────────────────────────


class Secret(StrEnum):
    """What a person signs in with."""

    PIN = "pin"
    PASSWORD = "password"


def required(roles: Iterable[Role], passwords_for_all: bool) -> Secret:
    """A cadre needs a PIN; whoever is more than a cadre, a password."""
    more = passwords_for_all or set(roles) - {Role.CADRE}
    return Secret.PASSWORD if more else Secret.PIN


PIN_FORM = re.compile(r"\d{6}")
GUESSED_FIRST = frozenset({"147258", "258369", "147369", "159357", "159753", "520131", "131452"})


def typed_digits(text: str) -> str:
    """The digits of what was typed: full-width ones made plain, spaces and dashes left out."""
    return re.sub(r"[\s\-－—_.]", "", unicodedata.normalize("NFKC", text))


def refuse_weak_pin(pin: str, born: str = "", numbers: Iterable[str] = ()) -> None:
    """Refuse a PIN that others guess first. born: 1970-03-05; numbers: known ones of the person."""
    if not PIN_FORM.fullmatch(pin):
        raise Invalid("PIN 码应为 6 位数字。")
    if _regular(pin) or pin in GUESSED_FIRST:
        raise Invalid("这组数字太容易被猜到（连续、重复的数字），请换一组。")
    if pin in _birthdays(born):
        raise Invalid("生日太容易被猜到，请换一组数字。")
    if any(pin in number for number in numbers if number):
        raise Invalid("手机号、短号里的数字太容易被猜到，请换一组。")


def _regular(pin: str) -> bool:
    """123456, 999999, 123123, 112233, 454545 and the like."""
    steps = {(int(after) - int(before)) % 10 for before, after in zip(pin, pin[1:], strict=False)}
    pairs = pin[0] == pin[1] and pin[2] == pin[3] and pin[4] == pin[5]
    return len(steps) == 1 or len(set(pin)) <= 2 or pin[:3] == pin[3:] or pairs


def _birthdays(born: str) -> set[str]:
    """Every way to write a day of birth in six digits."""
    year, month, day = (*born.split("-"), "", "")[:3]
    whole = (year + month + day, day + month + year, month + day + year)
    short = {year[2:] + month + day, day + month + year[2:], month + day + year[2:]}
    return short | {text[at : at + 6] for text in whole for at in range(len(text) - 5)}


SHORTEST, LONGEST_PASSWORD = 8, 128
KEPT_PASSWORDS = 5  # so many last ones may not be used again


def refuse_weak_password(password: str, names: Iterable[str] = ()) -> None:
    """Refuse a password that is short, or of fewer than 3 kinds of signs, or holds a name."""
    if not SHORTEST <= len(password) <= LONGEST_PASSWORD:
        raise Invalid("密码应为 8 至 128 个字符。")
    kinds = (str.islower, str.isupper, str.isdigit, lambda sign: not sign.isalnum())
    if sum(any(kind(sign) for sign in password) for kind in kinds) < 3:
        raise Invalid("密码应含大写字母、小写字母、数字、符号中的三种。")
    if any(name and name in password for name in names):
        raise Invalid("密码里不要用手机号、短号或姓名。")


# ── the code of a slip ──────────────────────────────────────────────────────────────────────────

# Digits alone: read out over the phone without doubt, typed without changing the keyboard.
CODE_DIGITS = "0123456789"
CODE_LENGTH = 15  # 49.8 bits, and a check digit
# Damm's table: finds every single wrong digit and every swap of neighbours.
_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)


def check_digit(digits: str) -> str:
    """The digit that makes a code whole."""
    interim = 0
    for digit in digits:
        interim = int(_DAMM[interim][int(digit)])
    return str(interim)


def read_code(text: str) -> str:
    """The sixteen digits of a code as it was typed; refuses a slip of the finger."""
    code = typed_digits(text)
    if not re.fullmatch(r"[0-9]{16}", code):
        raise Invalid("凭条码是 16 位数字，请对照凭条再输一遍。")
    if check_digit(code) != "0":
        raise Invalid("凭条码有一位不对，请对照凭条再输一遍。")
    return code


def shown_code(code: str) -> str:
    """Four by four, as on a bank card."""
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


# ── wrong answers ───────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Bound:
    """How many wrong answers in a row something may give before it must wait so long."""

    key: str
    most: int
    wait: timedelta
    cleared: bool = True  # by a right answer; otherwise the right one is only not counted


MOST = 5
WAIT = timedelta(minutes=15)
FORGET = 20  # so many wrong answers in a row, and a device is remembered no more


class Wrong(Invalid):
    """A name, code or secret that does not fit. who: for the log; bounds: where it was counted."""

    def __init__(self, text: str, who: str, bounds: list[Bound], **values: object) -> None:
        super().__init__(text, **values)
        self.who = who
        self.bounds = bounds


class Unfit(Invalid):
    """The present secret was right, but the new one will not do. bounds: where it was counted."""

    def __init__(self, refusal: Invalid, bounds: list[Bound]) -> None:
        super().__init__(refusal.text, **refusal.values)
        self.bounds = bounds


class Locked(TooMany):
    """Too many wrong answers, until a moment."""

    def __init__(self, until: datetime) -> None:
        super().__init__(
            N_("连续输错次数过多，请在 {until} 以后再试。"),
            until=f"{until.astimezone(CITY_TIME):%H:%M}",
        )


def own_bounds(key: str) -> list[Bound]:
    """The counts of a remembered device, or of a session that locked: nobody else fills them."""
    return [Bound(key, MOST, WAIT), Bound(f"{key} in a row", FORGET + MOST, REMEMBERED)]


def shared_bounds(who: str, address: str) -> list[Bound]:
    """The counts of everyone else: of an account (or a typed name) at an address, and wider."""
    return [
        Bound(f"{who} at {address}", MOST, WAIT),
        Bound(f"{who} anywhere", 60, WAIT * 24, cleared=False),
        Bound(f"address {address}", 600, WAIT, cleared=False),
    ]


def code_bounds(address: str) -> list[Bound]:
    """The count of codes alone: a hall full of people shares an address."""
    return [Bound(f"codes at {address}", 60, WAIT, cleared=False)]


# ── slips ───────────────────────────────────────────────────────────────────────────────────────


class SlipState(StrEnum):
    """How far a person has come with signing in."""

    NONE = "none"  # no slip was ever made
    ISSUED = "issued"  # a slip is out, nothing was chosen with it
    IN_USE = "in use"  # a PIN or a password is there
    RESET = "reset"  # a new code was given out, and waits to be used
    ENDED = "ended"


SLIP_STATES = {
    SlipState.NONE: N_("未发凭条"),
    SlipState.ISSUED: N_("已发，未登录"),
    SlipState.IN_USE: N_("已设 PIN 或密码"),
    SlipState.RESET: N_("已重发，待重设"),
    SlipState.ENDED: N_("已停用"),
}


def slip_state(ended: bool, chosen: bool, issued: bool, resets: bool) -> SlipState:
    """How far, by what the account and the slip say."""
    if ended:
        return SlipState.ENDED
    if issued and resets:
        return SlipState.RESET
    if chosen:
        return SlipState.IN_USE
    return SlipState.ISSUED if issued else SlipState.NONE


# ── who may issue ───────────────────────────────────────────────────────────────────────────────


def may_issue(mine: Iterable[Assignment], theirs: Collection[Assignment]) -> bool:
    """Whether one may issue a slip to another, and so open the way into that account.

    An officer may, where she may give every role that the other holds beside cadre: nobody gets
    into an account that answers for more than her own. The security administrator issues to
    those who hold a role.
    """
    issuing = [one for one in mine if ROLE_PERMISSIONS[one.role] & ISSUERS]
    more = [one for one in theirs if one.role is not Role.CADRE]
    if not more:
        return any(one.role is not Role.SECURITY_ADMIN for one in issuing)
    return all(one.role in may_give(issuing, one.path) for one in more)


ISSUERS = frozenset({Permission.ISSUE_SLIPS, Permission.KEEP_SECURITY})


ENDED = N_("此人现在没有任职和角色，账号已停用，不能发凭条。")


def refuse_issuing(mine: Iterable[Assignment], theirs: Collection[Assignment]) -> None:
    if not theirs:
        raise Conflict(ENDED)
    if not may_issue(mine, theirs):
        raise NotAllowed("此人担任的角色不低于您，凭条由上一级培训管理员或安全管理员签发。")


# ── what is shown ───────────────────────────────────────────────────────────────────────────────

DEVICES = {
    "wechat android": N_("安卓手机，微信"),
    "wechat iphone": N_("苹果手机，微信"),
    "wechat": N_("电脑，微信"),
    "android": N_("安卓手机"),
    "iphone": N_("苹果手机"),
    "windows": N_("Windows 电脑"),
    "mac": N_("苹果电脑"),
    "linux": N_("Linux 电脑"),
    "other": N_("其他设备"),
}


def device_kind(agent: str) -> str:
    """The kind of a device, one of `DEVICES`, by what its browser says of itself."""
    said = agent.lower()
    if "harmony" in said or "openharmony" in said:
        system = "android"
    elif "iphone" in said or "ipad" in said:
        system = "iphone"
    else:
        words = {"android": "android", "windows": "windows", "macintosh": "mac", "linux": "linux"}
        system = next((kind for word, kind in words.items() if word in said), "other")
    if "micromessenger" in said:
        return f"wechat {system}" if system in ("android", "iphone") else "wechat"
    return system


def local_path(address: str) -> str:
    """An address of this house to go on to; the first page where it is none."""
    if not re.fullmatch(r"/(?![/\\])[^\\\x00-\x1f]*", address) or address.startswith("/sign-"):
        return "/"
    return address
