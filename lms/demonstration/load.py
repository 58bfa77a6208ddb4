"""Fills an empty database with the demonstration city. 演示数据，人名虚构."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select

from lms.access.permissions import Role
from lms.access.scope import seeing_everything
from lms.audit.services import record
from lms.db import db, look_anew
from lms.demonstration import contents, doings, people, programmes
from lms.demonstration.accounts import Account, open_accounts, visitors
from lms.demonstration.analysing import leave_analyses
from lms.demonstration.asking import leave_requests
from lms.demonstration.cadres import add_cadres
from lms.demonstration.calling import leave_calls
from lms.demonstration.certifying import leave_certificates
from lms.demonstration.changing import leave_changes
from lms.demonstration.city import City, Say
from lms.demonstration.classes import leave_classes
from lms.demonstration.freezing import freeze_again, freeze_first
from lms.demonstration.learned import leave_hours
from lms.demonstration.lessons import leave_lessons
from lms.demonstration.marking import leave_marking
from lms.demonstration.officers import Office, give_roles
from lms.demonstration.pledged import leave_improving
from lms.demonstration.practising import leave_practice
from lms.demonstration.reporting import leave_incidents
from lms.demonstration.reviews import leave_reviews
from lms.demonstration.territory import open_territory
from lms.demonstration.waiting import leave_waiting
from lms.errors import Conflict
from lms.orgs.models import OrgUnit
from lms.web import transaction


def load(app: Any, say: Say, counties: Collection[str] | None = None) -> list[Account]:
    """Lay down units, persons, officers, contents, programmes, and what has been done so far.

    Gives the accounts to sign in with: role, name, sign_in, password. say: told what is being
    done, with counts. counties: codes; none means all thirteen. Runs inside the app's context;
    kept in slices, so whoever calls it answers for what an interruption leaves behind. Raises
    Conflict where there are units already, and changes nothing.
    """
    with seeing_everything():
        _refuse_second()
        city = City(app.extensions["settings"], app.extensions["clock"](), say)
        open_territory(city, counties)
        add_cadres(city)
        people.people.cache_clear()  # twenty thousand that nobody asks for again
        look_anew()
        offices = give_roles(city)
        accounts = open_accounts(city, offices)
        _train(city, offices)
        leave_waiting(city, offices)
        leave_reviews(city, offices)
        leave_practice(city)
        leave_hours(city, offices)
        leave_lessons(city, offices)
        leave_marking(city, offices)
        leave_analyses(city, offices)
        look_anew()
        record("load demonstration", city.now, units=len(city.units))
        transaction.finish()
        return accounts


def _refuse_second() -> None:
    if db.session.scalar(select(OrgUnit.id).limit(1)) is not None:
        raise Conflict("数据库里已有单位，演示数据只能载入空的数据库。")


def _train(city: City, offices: list[Office]) -> None:
    """Contents, programmes with their lists, and what has become of them."""
    trainer, officer = (_first(offices, role) for role in (Role.TRAINER, Role.CITY_OFFICER))
    banks = contents.load_banks(city)
    papers = contents.release_papers(city, banks, trainer)
    courses = contents.load_lessons(city)
    main, others = programmes.open_all(city, courses, papers, officer)
    doings.happen(city, main, others, {known.id for known in visitors(city)})
    freeze_first(city, offices, main)
    leave_changes(city, offices, main)
    leave_calls(city, offices, main, others[0])
    leave_certificates(city, offices, main)
    leave_classes(city, offices, main, others)
    freeze_again(city, offices, main)
    leave_incidents(city, offices)
    leave_requests(city, offices, main)
    leave_improving(city, offices, main)


def _first(offices: list[Office], role: Role) -> int:
    return next(office.person.id for office in offices if office.role is role)
