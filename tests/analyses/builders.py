"""A city that has sat an assessment: rows as the exam hall leaves them, without sitting."""

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from lms.access.permissions import Role
from lms.bank.models import VersionAbility
from lms.bank.rules import Pool
from lms.competencies.models import Competency, Framework
from lms.exams.models import Answer, Assessment, Attempt, Candidate, Mark, Result, Verdict
from lms.exams.rules import bands, pass_line
from lms.orgs.rules import UnitKind
from lms.people.rules import Post
from lms.scoring.totals import level

TOPICS = ("村民自治", "集体资产", "信访", "村民自治")
ABILITIES = (("LAW",), ("LAW", "MAS"), ("MAS",), ("RSK",))
LAWS = ("村民委员会组织法", "农村集体经济组织法", "信访工作条例", "村民委员会组织法")


class Sat:
    """A city of two counties with two towns each, and a paper of four questions of two points."""

    def __init__(self, make, pool=Pool.EXAM):
        self.make, self.clock = make, make.clock
        self.city = make.unit("某市", kind=UnitKind.CITY)
        self.office = make.unit("市委组织部", under=self.city, kind=UnitKind.DEPARTMENT)
        self.counties = [make.unit(name, under=self.city) for name in ("甲县", "乙县")]
        self.towns = [
            make.unit(name, under=county, kind=UnitKind.TOWNSHIP)
            for county, names in zip(self.counties, ("东镇 西镇", "南镇 北镇"), strict=True)
            for name in names.split()
        ]
        self.villages = [
            make.unit(f"{town.name[0]}村", under=town, kind=UnitKind.VILLAGE) for town in self.towns
        ]
        self.bank = make.bank(self.city)
        self.entries = [
            make.question(self.bank, pool=pool, stem=f"第{n}个问题怎样办？", law=law)
            for n, law in enumerate(LAWS, start=1)
        ]
        self._say()
        self.paper = make.paper(self.bank, [one.versions[0] for one in self.entries], title="甲卷")
        now = self.clock()
        self.assessment = make.keep(
            Assessment(
                title="上岗测评",
                org_id=self.city.id,
                paper_id=self.paper.id,
                questions=4,
                points=Decimal(8),
                opens_at=now,
                closes_at=now + timedelta(days=20),
                minutes=60,
                attempts=3,
                pass_mark=60,
                shuffled=False,
                confirmed_at=now,
                made_at=now,
            )
        )
        self.officer = make.officer(self.city, Role.CITY_OFFICER, name="市管理员")
        self.county_officer = make.officer(self.counties[0], name="县管理员")
        self.town_officer = make.officer(self.towns[0], Role.TOWNSHIP_OFFICER, name="乡管理员")
        self.trainer = make.officer(self.city, Role.TRAINER, name="张老师")
        self.people = []

    def _say(self):
        framework = Framework(
            code="EIGHT", name="八种本领", source="报告", issued_on=self.clock().date()
        )
        self.make.keep(framework)
        known = {
            code: self.make.keep(
                Competency(
                    framework_id=framework.id, code=code, name=name, meaning="…", place=place
                )
            )
            for place, (code, name) in enumerate(
                (("LAW", "依法执政本领"), ("MAS", "群众工作本领"), ("RSK", "驾驭风险本领"))
            )
        }
        for entry, topic, codes in zip(self.entries, TOPICS, ABILITIES, strict=True):
            version = entry.versions[0]
            version.topic = topic
            for code in codes:
                row = VersionAbility(version_id=version.id, competency_id=known[code].id)
                self.make.session.add(row)
        self.make.session.flush()

    def person(self, unit, *posts, listed=True):
        """A candidate posted in a unit."""
        posts = posts or (Post.VPS,)
        person = self.make.person(unit, posts[0], name=f"考生{self.make.next()}")
        for post in posts[1:]:
            self.make.posting(person, unit, post)
        if listed:
            self.make.keep(
                Candidate(
                    assessment_id=self.assessment.id,
                    person_id=person.id,
                    org_id=unit.id,
                    listed_at=self.clock(),
                )
            )
        self.people.append((person, unit, posts))
        return person

    def sit(self, person, shares, number=1, days=0, letters=None):
        """One attempt: the share of each question, of two points; letters: what was chosen."""
        now = self.clock() + timedelta(days=days, minutes=30)
        who = {
            "person_id": person.id,
            "org_id": person.org_id,
            "assessment_id": self.assessment.id,
        }
        attempt = self.make.keep(
            Attempt(
                **who,
                number=number,
                paper_id=self.paper.id,
                seed=1,
                started_at=now - timedelta(minutes=30),
                ends_at=now + timedelta(minutes=30),
                submitted_at=now,
            )
        )
        for slot, share in enumerate(shares, start=1):
            self._answer(attempt, slot, Fraction(share), (letters or {}).get(slot), now)
        earned = Decimal(float(sum(map(Fraction, shares)) * 2)).quantize(
            Decimal("0.01"), ROUND_HALF_UP
        )
        line, own = pass_line(Decimal(8), 60), bands(60)
        passed = earned >= line
        self.make.keep(
            Result(
                **who,
                attempt_id=attempt.id,
                earned=earned,
                points=Decimal(8),
                passed=passed,
                level=level(earned, Decimal(8), own),
                abilities={},
                published_at=now,
            )
        )
        self.make.keep(
            Verdict(**who, attempt_id=attempt.id, passed=passed, sat_at=now, recorded_at=now)
        )
        return attempt

    def _answer(self, attempt, slot, share, letter, now):
        """The right option is A; who earned nothing chose B, unless it is said otherwise."""
        said = letter if letter is not None else ("A" if share else "B")
        if said:
            self.make.session.add(
                Answer(
                    attempt_id=attempt.id,
                    turn=1,
                    sequence=slot,
                    slot=slot,
                    content=[said],
                    said_at=now,
                    saved_at=now,
                    counts=True,
                )
            )
        self.make.session.add(
            Mark(
                attempt_id=attempt.id,
                slot=slot,
                share=share.numerator,
                share_of=share.denominator,
                points=Decimal(2),
                marked_at=now,
            )
        )

    @property
    def address(self):
        return f"/analyses/assessments/{self.assessment.id}"
