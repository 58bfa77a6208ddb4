"""What waits on the desks of the officers, so that a visitor finds something to decide."""

from datetime import timedelta

from lms.access.permissions import Role
from lms.demonstration.accounts import COUNTY, TOWNSHIP
from lms.demonstration.city import City, Known
from lms.demonstration.officers import Office
from lms.demonstration.units import CITY
from lms.notices.services import Sender, complain, correct
from lms.people.rules import Post
from lms.people.transfers import NewPost, Wanted, ask_transfers
from lms.web import transaction
from lms.words import N_

NEIGHBOUR = "140827100"  # 新城镇
# Lines that two cadres of the township wrote, and who of a village wrote them.
CORRECTIONS = (
    ("VDS", N_("我的手机号已换，名册上还是旧号，请更正。")),
    ("VCV", N_("我的任职时间写早了一年，请更正。")),
)
COMPLAINTS = (
    (COUNTY, N_("测评题里有一题的字太小，老花镜也看不清，能不能放大一些？")),
    (CITY, N_("建议课程配上录音，开车、干活时也能听。")),
)


def leave_waiting(city: City, offices: list[Office]) -> None:
    """Corrections for the township, transfers for county and city, complaints for both."""
    village = next(code for code in sorted(city.units) if code[:9] == TOWNSHIP != code)
    for days, (post, said) in enumerate(CORRECTIONS, start=1):
        correct(city.holder(village, post).id, said, city.now - timedelta(days=days))
    for days, (unit, said) in enumerate(COMPLAINTS, start=1):
        moment = city.now - timedelta(days=days)
        sender = Sender(None, False, f"visitor {days}")
        complain(city.units[unit], said, "", sender, moment, city.house)
    by = {(office.role, office.unit): office.person.id for office in offices}
    inside = _going(city, city.holder(TOWNSHIP, "TLD", 1), NEIGHBOUR, Post.TLD)
    outside = _going(city, city.holder(f"{COUNTY}-CZJ", "STAFF"), f"{CITY}-CZJ", Post.STAFF)
    ask_transfers([inside], by[Role.TOWNSHIP_OFFICER, TOWNSHIP], city.now - timedelta(days=2))
    ask_transfers([outside], by[Role.COUNTY_OFFICER, COUNTY], city.now - timedelta(days=1))
    transaction.finish()


def _going(city: City, known: Known, unit: str, post: Post) -> Wanted:
    return Wanted(known.id, city.units[unit], city.today, (NewPost(post),), why=N_("工作需要"))
