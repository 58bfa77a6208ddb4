"""Who answers for whom in the demonstration city: officers and heads everywhere, teachers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from lms.access import add_rows
from lms.access.permissions import ROLE_NAMES, Role
from lms.clock import day_of
from lms.demonstration.city import City, Known, counties_of
from lms.demonstration.units import CITY
from lms.people.models import RoleHeld
from lms.web import transaction
from lms.words import N_

# Of the posts of a township, who is its officer; a zone has no 组织委员.
TOWNSHIP_OFFICERS = ("TOC", "TOG", "STAFF")
TOWNSHIP_HEADS = ("TPS", "LEADER")
TOWNSHIP_INVIGILATORS = ("TOG",)  # the 组织干事, for who has no phone
CODE_OF_TOWNSHIP = 9  # digits


@dataclass(frozen=True)
class Office:
    """A role of one person for one unit. unit: its code."""

    role: Role
    unit: str
    person: Known

    @property
    def name(self) -> str:
        return ROLE_NAMES[self.role]


def of_city(city: City) -> list[Office]:
    """Those of the city itself. The administrators work elsewhere than in the 组织部."""
    return [
        Office(Role.SYSTEM_ADMIN, CITY, city.holder(f"{CITY}-ZFB", "STAFF")),
        Office(Role.SECURITY_ADMIN, CITY, city.holder(f"{CITY}-XWB", "STAFF")),
        Office(Role.AUDIT_ADMIN, CITY, city.holder(f"{CITY}-SJJ", "STAFF")),
        Office(Role.CITY_OFFICER, CITY, city.holder(f"{CITY}-ZZB", "STAFF")),
        Office(Role.TRAINER, CITY, city.holder(f"{CITY}-DX", "TECH")),
        Office(Role.REVIEWER, CITY, city.holder(f"{CITY}-DX", "TECH", 1)),
        Office(Role.MARKER, CITY, city.holder(f"{CITY}-DX", "TECH", 1)),
    ]


def of_county(city: City, county: str) -> list[Office]:
    """An officer of its 组织部, its first head, and two of its Party school: one runs classes."""
    return [
        Office(Role.COUNTY_OFFICER, county, city.holder(f"{county}-ZZB", "STAFF")),
        Office(Role.HEAD, county, city.holder(county, "LEADER")),
        Office(Role.TRAINER, county, city.holder(f"{county}-DX", "TECH")),
        Office(Role.REVIEWER, county, city.holder(f"{county}-DX", "TECH", 1)),
        Office(Role.CLASS_MANAGER, county, city.holder(f"{county}-DX", "TECH", 1)),
    ]


def of_townships(city: City) -> Iterator[Office]:
    """组织委员, 书记 and 组织干事 of every township, and who comes nearest elsewhere."""
    for code in sorted(city.units):
        if len(code) == CODE_OF_TOWNSHIP and code.isdigit():
            for role, posts in (
                (Role.TOWNSHIP_OFFICER, TOWNSHIP_OFFICERS),
                (Role.HEAD, TOWNSHIP_HEADS),
                (Role.INVIGILATOR, TOWNSHIP_INVIGILATORS),
            ):
                if person := _first(city, code, posts):
                    yield Office(role, code, person)


def _first(city: City, unit: str, posts: tuple[str, ...]) -> Known | None:
    return next((city.held[unit, post][0] for post in posts if (unit, post) in city.held), None)


def give_roles(city: City) -> list[Office]:
    """Give every role its holder; the list of them."""
    offices = of_city(city)
    for county in counties_of(city.units):
        offices += of_county(city, county)
    offices += of_townships(city)
    from_on = day_of(city.began) - timedelta(days=30)
    add_rows(
        RoleHeld,
        [
            {
                "role": one.role,
                "org_id": city.units[one.unit],
                "person_id": one.person.id,
                "from_on": from_on,
                "given_at": city.now,
            }
            for one in offices
        ],
    )
    transaction.finish()
    city.say(N_("角色"), len(offices), len(offices))
    return offices
