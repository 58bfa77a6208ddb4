"""Builders of the exam hall: a paper from the texts of its questions, set for a list of people."""

from datetime import timedelta
from decimal import Decimal

from lms.bank.files import content_hash, read_question
from lms.bank.models import Bank, Question, QuestionVersion
from lms.bank.rules import Origin, Pool, State
from lms.exams.models import Assessment, Attempt, Candidate, NamedOfficer
from lms.papers.models import Paper, PaperRelease, PaperSlot
from lms.scoring.choice import Credit

HEAD = "---\nid: {id}\ntype: {type}\nabilities: [{abilities}]\npoints: {points}\n---\n"
SINGLE = "甲乙丙丁中哪一个对？\n\n- [ ] 甲\n- [x] 乙\n- [ ] 丙\n- [ ] 丁\n"
MULTIPLE = "哪两个对？\n\n- [x] 甲\n- [ ] 乙\n- [x] 丙\n- [ ] 丁\n"
TRUE_FALSE = "天是蓝的。\n\n- [x] 正确\n- [ ] 错误\n"
BLANK = "村民会议须有{{过半数}}的村民参加，决定须经到会人员的{{过半数 或 半数以上}}通过。\n"
SHORT = "说一说。\n\n- [1] 说了\n- [1] 说清了\n"


def question(id, kind, body, abilities="LAW", points=2):
    return HEAD.format(id=id, type=kind, abilities=abilities, points=points) + body


FOUR = (
    question("q-1", "single", SINGLE),
    question("q-2", "multiple", MULTIPLE, "LAW, MAS"),
    question("q-3", "true_false", TRUE_FALSE, "MAS"),
    question("q-4", "blank", BLANK, "RSK"),
)
# What earns every point of FOUR, by slot.
RIGHT = {1: ["B"], 2: ["A", "C"], 3: ["A"], 4: ["过半数", "半数以上"]}


class Hall:
    """A county with a paper of four questions, released to its officers."""

    def __init__(self, make):
        self.make, self.clock = make, make.clock
        self.county = make.unit("甲县")
        self.village = make.unit("上王村", under=self.county)
        self.officer = make.officer(self.county)

    def paper(self, texts=FOUR, credit=Credit.HALF_IF_INCOMPLETE):
        now, number = self.clock(), self.make.next()
        bank = self.make.keep(
            Bank(code=f"bank-{number}", title="题库", org_id=self.county.id, made_at=now)
        )
        versions = [self.version(bank, text) for text in texts]
        slots = [
            PaperSlot(number=n, version_id=one.id, part=0, points=one.points, credit=credit)
            for n, one in enumerate(versions, start=1)
        ]
        return self.make.keep(
            Paper(
                bank_id=bank.id,
                title="试卷甲",
                minutes=60,
                points=sum((one.points for one in versions), Decimal(0)),
                made_at=now,
                slots=slots,
            )
        )

    def version(self, bank, text):
        read, now = read_question(text), self.clock()
        entry = self.make.keep(
            Question(
                bank_id=bank.id,
                code=read.id,
                pool=Pool.EXAM,
                state=State.FINAL,
                latest=1,
                made_at=now,
            )
        )
        return self.make.keep(
            QuestionVersion(
                question_id=entry.id,
                number=1,
                content_hash=content_hash(read),
                text=text,
                stem=read.parts[0].stem[:400],
                type=read.type,
                points=read.points,
                origin=Origin.OWN,
                made_at=now,
            )
        )

    def release(self, paper=None, org=None):
        paper = paper or self.paper()
        return self.make.keep(
            PaperRelease(
                org_id=(org or self.county).id,
                paper_id=paper.id,
                title=paper.title,
                questions=len(paper.slots),
                minutes=paper.minutes,
                points=paper.points,
                released_at=self.clock(),
            )
        )

    def assessment(self, *people, paper=None, org=None, named=None, **facts):
        """Open for a day from now, an hour long, three attempts; `people` may sit it."""
        paper, now = paper or self.paper(), self.clock()
        values = {
            "title": "上岗测评",
            "opens_at": now,
            "closes_at": now + timedelta(days=1),
            "minutes": 60,
            "attempts": 3,
            "pass_mark": 60,
            "shuffled": True,
            **facts,
        }
        made = self.make.keep(
            Assessment(
                org_id=(org or self.county).id,
                paper_id=paper.id,
                questions=len(paper.slots),
                points=paper.points,
                confirmed_at=now,
                made_at=now,
                **values,
            )
        )
        self.make.keep(
            NamedOfficer(assessment_id=made.id, person_id=(named or self.officer).id, named_at=now)
        )
        for person in people:
            self.list(made, person)
        return made

    def list(self, assessment, person):
        return self.make.keep(
            Candidate(
                assessment_id=assessment.id,
                person_id=person.id,
                org_id=person.org_id,
                listed_at=self.clock(),
            )
        )

    def cadre(self, name="王一", org=None):
        return self.make.person(org or self.village, name=name)

    def attempts(self):
        return self.make.all(Attempt)
