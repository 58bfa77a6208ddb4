"""The accounts that a visitor signs in with: names of the plan, secrets made by chance."""

from sqlalchemy import update

from lms.access.permissions import Role
from lms.accounts import rules
from lms.accounts.issuing import demonstration_account, open_accounts_with_slips
from lms.accounts.models import Slip
from lms.accounts.rules import Secret
from lms.db import db
from lms.demonstration.city import City, Known
from lms.demonstration.officers import Office
from lms.demonstration.units import CITY
from lms.dice import code
from lms.errors import Invalid
from lms.people.queries import one
from lms.web import transaction
from lms.words import N_

Account = dict[str, str]  # role, name, sign_in, password; code where a slip is asked for too

COUNTY, TOWNSHIP = "140827", "140827101"  # 垣曲县, 历山镇
UPPER, LOWER = "ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghjkmnpqrstuvwxyz"  # none is read as another
# Whose passwords are made, in the order they are shown: role, unit.
SHOWN = (
    (Role.SYSTEM_ADMIN, CITY),
    (Role.SECURITY_ADMIN, CITY),
    (Role.AUDIT_ADMIN, CITY),
    (Role.CITY_OFFICER, CITY),
    (Role.COUNTY_OFFICER, COUNTY),
    (Role.TOWNSHIP_OFFICER, TOWNSHIP),
    (Role.HEAD, TOWNSHIP),
    (Role.TRAINER, CITY),
    (Role.REVIEWER, CITY),
    (Role.CLASS_MANAGER, COUNTY),
    (Role.INVIGILATOR, TOWNSHIP),
)
OFFICER_NAMES = {
    Role.CITY_OFFICER: N_("市培训管理员"),
    Role.COUNTY_OFFICER: N_("县培训管理员"),
    Role.TOWNSHIP_OFFICER: N_("乡培训管理员"),
}
WITH_PIN, WITH_SLIP = N_("村干部（PIN 码、凭条码）"), N_("村干部（第一次登录，凭条码）")


def visitors(city: City) -> tuple[Known, Known]:
    """The two cadres that a visitor plays: the 王书记 of 历山镇, 55 years old, and a neighbour.

    Both hold both posts (一肩挑). Nothing has happened to them yet.
    """
    both = [known for known in _in_township(city) if known in city.held[_village(known), "VCD"]]
    first = next(
        known for known in both if known.plan.name[0] == "王" and known.plan.birth.year == 1971
    )
    return first, next(known for known in both if known is not first)


def _in_township(city: City) -> list[Known]:
    return [
        known
        for unit, post in sorted(city.held)
        if post == "VPS" and unit.startswith(TOWNSHIP)
        for known in city.held[unit, post]
    ]


def _village(known: Known) -> str:
    return known.plan.postings[-1].unit_code


def open_accounts(city: City, offices: list[Office]) -> list[Account]:
    """Make the secrets, keep their hashes; the accounts as they are shown to the visitor."""
    by_place = {(office.role, office.unit): office for office in offices}
    found = [_with_password(city, by_place[place]) for place in SHOWN]
    with_slip, with_pin = visitors(city)
    found += [_with_pin(city, with_pin), _with_slip(city, with_slip)]
    transaction.finish()
    city.say(N_("演示账号"), len(found), len(found))
    return found


def _with_password(city: City, office: Office) -> Account:
    password = new_password()
    demonstration_account(office.person.id, password, Secret.PASSWORD, city.now, city.house)
    return _shown(OFFICER_NAMES.get(office.role, office.name), office.person, password)


def _with_pin(city: City, known: Known) -> Account:
    """On a device that is not remembered, the slip's code is asked for beside the PIN."""
    pin = new_pin(known.plan.birth.isoformat())
    codes = open_accounts_with_slips([known.id], None, city.now, city.house)
    demonstration_account(known.id, pin, Secret.PIN, city.now, city.house)
    db.session.execute(update(Slip).where(Slip.person_id == known.id).values(used_at=city.now))
    return _shown(WITH_PIN, known, pin) | {"code": rules.shown_code(codes[known.id])}


def _with_slip(city: City, known: Known) -> Account:
    codes = open_accounts_with_slips([known.id], None, city.now, city.house)
    return _shown(WITH_SLIP, known, rules.shown_code(codes[known.id]))


def _shown(role: str, known: Known, secret: str) -> Account:
    number = one(known.id).short_number
    return {"role": role, "name": known.plan.name, "sign_in": number, "password": secret}


def new_password() -> str:
    """Letters large and small, and digits: nothing that is misread from a screen."""
    return f"{code(UPPER, 3)}-{code(LOWER, 4)}-{code('23456789', 4)}"


def new_pin(born: str) -> str:
    """Six digits that are not guessed first."""
    while True:
        pin = code(rules.CODE_DIGITS, 6)
        try:
            rules.refuse_weak_pin(pin, born)
            return pin
        except Invalid:
            continue
