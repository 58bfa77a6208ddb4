"""Hours of last year and of this one, and a list from outside that waits for a second person."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, time, timedelta
from decimal import Decimal

from lms.access.permissions import Role
from lms.db import find
from lms.demonstration.accounts import COUNTY, TOWNSHIP
from lms.demonstration.city import City, Known, at
from lms.demonstration.officers import Office
from lms.demonstration.units import CITY
from lms.dice import Stream
from lms.ledger import lists
from lms.ledger.lists import Sent
from lms.ledger.reading import Row
from lms.ledger.reckoning import in_force, organised
from lms.ledger.rules import Credit, HourKind, LineState, RuleKey
from lms.ledger.services import credit
from lms.ledger.shipped import SHIPPED
from lms.orgs.models import OrgUnit
from lms.people.rules import VILLAGE_CADRES, Post
from lms.web import transaction
from lms.words import N_

SEED = 20261123
LATER = timedelta(days=3)  # when what was organised is entered
OUTSIDE = in_force(SHIPPED, date(2025, 1, 1))[RuleKey.OUTSIDE, ""].name
CADRES = (Post.TPS, Post.THD, Post.TLD, Post.TOC, Post.LEADER, Post.STAFF)
# month, days and name of what a year had for each; of ten, how many came.
FOR_VILLAGES = ((4, 3, N_("春季村干部集中轮训"), 9), (10, 4, N_("秋季村干部集中轮训"), 8))
FOR_CADRES = ((3, 5, N_("春季干部进修班"), 9), (6, 4, N_("党性教育专题班"), 8))
MORE_FOR_CADRES = (9, 3, N_("业务能力专题班"), 7)
ACADEMY, COURSE = N_("山西干部在线学院"), N_("网络自学年度课程")
FILE = N_("省委党校结业名单.xlsx")
SCHOOL, SEMINAR = N_("省委党校"), N_("乡镇领导干部任职培训班")


def leave_hours(city: City, offices: list[Office]) -> None:
    """Two years of organised and online hours, and one list that waits."""
    by = _officer(offices, Role.CITY_OFFICER, CITY).person.id
    given = defaultdict(list)
    for one in _credits(city):
        # what the academy sends comes late, and stands in the record as such
        late = one.kind is HourKind.ONLINE
        given[city.today - timedelta(days=20) if late else one.earned_on + LATER].append(one)
    for done, (day, some) in enumerate(sorted(given.items()), start=1):
        credit(some, at(day, time(10)), by=by)
        transaction.finish()
        city.say(N_("学时"), done, len(given))
    _leave_list(city, offices)
    transaction.finish()


def _officer(offices: list[Office], role: Role, unit: str) -> Office:
    return next(one for one in offices if (one.role, one.unit) == (role, unit))


def _credits(city: City) -> Iterator[Credit]:
    stream = Stream(SEED)
    seen: set[int] = set()
    for (_unit, word), people in city.held.items():
        post = Post(word)
        for known in people:
            if known.id not in seen and (post in VILLAGE_CADRES or post in CADRES):
                seen.add(known.id)
                for year in (city.today.year - 1, city.today.year):
                    yield from _year(city, known, post, year, stream)


def _year(city: City, known: Known, post: Post, year: int, stream: Stream) -> Iterator[Credit]:
    of_village = post in VILLAGE_CADRES
    trainings = FOR_VILLAGES if of_village else (*FOR_CADRES, MORE_FOR_CADRES)
    for month, days, name, of_ten in trainings:
        ended = date(year, month, 12) + timedelta(days=days - 1)
        if stream.number(1, 10) <= of_ten and ended < city.today - timedelta(days=20):
            hours, rule = organised(Decimal(days), in_force(SHIPPED, ended))
            began = ended - timedelta(days=days - 1)
            yield _one(known, post, hours, HourKind.ORGANISED, ended, rule, name, began)
    if not of_village and year < city.today.year:
        hours, ended = Decimal(stream.number(42, 60)), date(year, 12, 20)
        yield _one(known, post, hours, HourKind.ONLINE, ended, OUTSIDE, COURSE, None)


def _one(
    known: Known,
    post: Post,
    hours: Decimal,
    kind: HourKind,
    ended: date,
    rule: str,
    name: str,
    began: date | None,
) -> Credit:
    return Credit(
        person_id=known.id,
        org_id=known.unit_id,
        hours=hours,
        kind=kind,
        earned_on=ended,
        rule=rule,
        activity=name,
        post=post,
        planned=hours,
        began_on=began,
        evidence=ACADEMY if kind is HourKind.ONLINE else name,
    )


def _leave_list(city: City, offices: list[Office]) -> None:
    """What the Party school of the province sent to the county, as its officer has handed it on."""
    county = _officer(offices, Role.COUNTY_OFFICER, COUNTY)
    ended = city.today - timedelta(days=9)
    rows = [
        Row(
            place,
            name=known.plan.name,
            unit="",
            activity=SEMINAR,
            kind=HourKind.ORGANISED,
            hours=Decimal(40),
            began_on=ended - timedelta(days=4),
            ended_on=ended,
        )
        for place, known in enumerate(_leaders(city), start=2)
    ]
    sent = Sent(FILE, b"", rows, SEMINAR, SCHOOL)
    moment, by = city.now - timedelta(days=2), county.person.id
    unit = find(OrgUnit, city.units[COUNTY])
    one = lists.receive(unit, sent, city.house.secrets, by, moment)
    doubts = lists.lines_of(one.id, LineState.DOUBT)
    lists.answer(one, {line.row: line.might_be[0] for line in doubts}, {})
    twins = lists.lines_of(one.id, LineState.TWICE)
    lists.answer(one, {}, {line.row: False for line in twins})
    lists.hand_on(one, by, moment)


def _leaders(city: City) -> list[Known]:
    """The leaders of the townships of the county."""
    places = sorted(unit for unit, post in city.held if post == Post.TLD and unit[:6] == COUNTY[:6])
    return [city.held[unit, Post.TLD][0] for unit in places if unit != TOWNSHIP]
