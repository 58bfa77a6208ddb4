"""Builders. Each makes one valid thing; a test names only what it is about.

They hold a session of their own, so that no request finds an object already in memory. What they
made is committed when somebody else begins to look: once for many things.
"""

from datetime import date, timedelta
from threading import Lock

from sqlalchemy import Engine, event, select

from lms.access.permissions import Role
from lms.access.scope import EVERYTHING
from lms.accounts.models import Means, SignIn
from lms.bank import finding
from lms.bank.files import read_draft
from lms.bank.models import Bank, BankNamed, Question, QuestionVersion, VersionSource
from lms.bank.rules import Pool, Right, State
from lms.bank.versions import columns, source_columns
from lms.bare import Lines
from lms.ciphers import digest
from lms.exams.models import Assessment
from lms.laws.models import LawEdition
from lms.laws.rules import Standing
from lms.orgs.models import OrgUnit, UnitSpan
from lms.orgs.rules import UnitKind
from lms.papers.models import Paper, PaperSlot
from lms.people.models import Person, Posting, RoleHeld
from lms.people.rules import Post
from lms.scoring.choice import Credit
from tests.together import Builders

BEGAN = date(2020, 1, 1)
ASKED = """---
id: {code}
type: single
points: 2
origin: own
sources:
  - {{law: {law}, edition: {edition}, article: 1, key: 应当}}
---
{stem}

- [x] 应当
- [ ] 可以
- [ ] 不得

> 见第一条。
"""


class Make:
    def __init__(self, engine, clock):
        mine = engine.execution_options(of_the_builders=True)
        self.session = Builders(mine, info={"scope": EVERYTHING}, expire_on_commit=False)
        self.turn = Lock()
        self.clock = clock
        self.count = 0
        event.listen(Engine, "begin", self.others_begin, insert=True)
        self.take, Lines.take = Lines.take, self.begin_bare(Lines.take)

    def others_begin(self, connection):
        if not connection.get_execution_options().get("of_the_builders"):
            self.kept()

    def kept(self):
        """What was made is there for others; mostly it is already."""
        with self.turn:
            if self.session.in_transaction():
                self.session.commit()

    def begin_bare(self, take):
        """The save path begins on a server without a word to SQLAlchemy."""

        def begin(lines):
            self.kept()
            return take(lines)

        return begin

    def close(self):
        event.remove(Engine, "begin", self.others_begin)
        Lines.take = self.take
        self.session.close()

    def keep(self, thing):
        self.session.keep(thing)
        return thing

    def next(self) -> int:
        self.count += 1
        return self.count

    def all(self, table):
        self.session.expire_all()
        return self.session.scalars(select(table).order_by(table.id)).all()

    # who ---------------------------------------------------------------

    def unit(self, name="某县", under=None, kind=UnitKind.COUNTY, code=None):
        parent = under.id if under else None
        unit = OrgUnit(name=name, kind=kind, parent_id=parent, path="", code=code, opened_on=BEGAN)
        unit.id = self.session.next(OrgUnit)  # it is part of its path
        unit.path = f"{under.path if under else '/'}{unit.id}/"
        self.session.add(UnitSpan(org_id=unit.id, name=name, parent_id=parent, from_on=BEGAN))
        return self.keep(unit)

    def person(self, org=None, post=Post.VPS, name="张三", **facts):
        """A person posted in a unit; post=None for one who is posted nowhere."""
        org = org or self.unit()
        number = self.next()
        person = self.keep(
            Person(
                name=name,
                pinyin="",
                short_number=f"{100000 + number}",
                org_id=org.id,
                recorded_at=self.clock(),
                **facts,
            )
        )
        if post is not None:
            self.posting(person, org, post)
        return person

    def posting(self, person, org, post=Post.VPS, from_on=BEGAN, to_on=None, **facts):
        return self.keep(
            Posting(
                person_id=person.id,
                org_id=org.id,
                post=post,
                from_on=from_on,
                to_on=to_on,
                recorded_at=self.clock(),
                **facts,
            )
        )

    def role(self, person, role, org, from_on=BEGAN, to_on=None):
        return self.keep(
            RoleHeld(
                person_id=person.id,
                role=role,
                org_id=org.id,
                from_on=from_on,
                to_on=to_on,
                given_at=self.clock(),
            )
        )

    def officer(self, org, role=Role.COUNTY_OFFICER, name="李四"):
        """Somebody who holds a role for a unit and is no cadre."""
        person = self.person(org, post=None, name=name)
        self.role(person, role, org)
        return person

    def sign_in(self, person) -> str:
        """An open session; its token."""
        from tests.conftest import SECRETS

        token = f"token {self.next()}"
        self.keep(
            SignIn(
                token_digest=digest(token, SECRETS["session"], "sign-in"),
                person_id=person.id,
                means=Means.PASSWORD,
                address="",
                started_at=self.clock(),
                seen_at=self.clock(),
            )
        )
        return token

    # what --------------------------------------------------------------

    def bank(self, org=None, code=None, title="试用题库"):
        """A bank of a unit, which is named on it for everything."""
        org, code = org or self.unit(), code or f"bank-{self.next()}"
        bank = self.keep(Bank(code=code, title=title, org_id=org.id, made_at=self.clock()))
        for right in Right:
            self.named(bank, right, org=org)
        return bank

    def named(self, bank, right, person=None, org=None):
        """Name a person or a unit on a bank."""
        who = {"person_id": person and person.id, "org_id": org and org.id}
        return self.keep(BankNamed(bank_id=bank.id, right=right, named_at=self.clock(), **who))

    def question(
        self,
        bank=None,
        pool=Pool.PRACTICE,
        state=State.FINAL,
        by=None,
        text=ASKED,
        stem="某事应当怎样办？",
        law="某法",
        edition="2020-01-01",
    ):
        """An entry with one version; by: the person who wrote it."""
        bank, code = bank or self.bank(), f"q-{self.next()}"
        entry = Question(
            bank_id=bank.id,
            code=code,
            pool=pool,
            state=state,
            latest=1,
            made_at=self.clock(),
            made_by=by and by.id,
        )
        asked = read_draft(text.format(code=code, stem=stem, law=law, edition=edition))
        version = QuestionVersion(number=1, **columns(asked, self.clock(), by and by.id))
        version.sources = [VersionSource(**row) for row in source_columns(asked)]
        entry.versions.append(version)
        for name, value in finding.columns(asked, {}).items():
            setattr(entry, name, value)
        return self.keep(entry)

    def edition(self, law="某法", edition="2020-01-01", **facts):
        """An edition of a law in the register, in force and without a text."""
        holds = {"from_on": BEGAN, "to_on": None, "status": Standing.IN_FORCE}
        title = facts.pop("title", f"中华人民共和国{law}")
        return self.keep(LawEdition(law=law, title=title, edition=edition, **holds | facts))

    def paper(self, bank, versions, title="试卷", points=2, minutes=60):
        """A paper that asks these versions, one part of each."""
        slots = [
            PaperSlot(
                number=number,
                version_id=version.id,
                part=0,
                points=points,
                credit=Credit.ALL_OR_NOTHING,
            )
            for number, version in enumerate(versions, start=1)
        ]
        whole = {"minutes": minutes, "points": points * len(slots), "made_at": self.clock()}
        return self.keep(Paper(bank_id=bank.id, title=title, slots=slots, **whole))

    def assessment(self, paper, org=None, title="测评", days=7):
        """A paper that is set, to be sat for a week from so many days from now."""
        opens = self.clock() + timedelta(days=days)
        bank = self.session.get(Bank, paper.bank_id)
        return self.keep(
            Assessment(
                org_id=org.id if org else bank.org_id,
                title=title,
                paper_id=paper.id,
                questions=len(paper.slots),
                points=paper.points,
                opens_at=opens,
                closes_at=opens + timedelta(days=7),
                minutes=paper.minutes,
                attempts=1,
                pass_mark=60,
                shuffled=False,
                confirmed_at=self.clock(),
                made_at=self.clock(),
            )
        )
