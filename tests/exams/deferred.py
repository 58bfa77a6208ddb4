"""Somebody is ill before an assessment: asked for by the township, decided by the county."""

from lms.access.permissions import Role
from lms.exams.deferred import Deferral
from lms.exams.models import Candidate


class Case:
    """Two of a village; the township's officer asks for the first, the county's decides."""

    def __init__(self, hall, sign_in, make, **facts):
        self.hall, self.sign_in, self.make = hall, sign_in, make
        self.ill, self.other = hall.cadre("王一"), hall.cadre("王二")
        self.assessment = hall.assessment(self.ill, self.other, **facts)
        self.town = make.officer(hall.village, Role.TOWNSHIP_OFFICER, name="乡管理员")
        self.url = f"/exams/assessments/{self.assessment.id}/deferrals"

    def ask(self, who=None, whom=None, **sent):
        candidate = next(
            one for one in self.make.all(Candidate) if one.person_id == (whom or self.ill).id
        )
        data = {"reason": "ill", "note": "", "from_on": "2026-11-23"} | sent
        web = self.sign_in(who or self.town)
        return web.post(f"{self.url}?candidate={candidate.id}", data)

    def decide(self, act="approve", who=None, **sent):
        return self.deciding(act, who, **sent)()

    def deciding(self, act="approve", who=None, **sent):
        """The page is open, all is typed: what presses the button."""
        one = self.make.all(Deferral)[-1]
        times = {"opens_at": "2026-11-30T09:00", "closes_at": "2026-12-01T18:00"}
        sent = {"act": act} | (times if act == "approve" else {"why": "材料不全"}) | sent
        sent = {"seen": one.allowance_id or ""} | sent
        web, url = self.sign_in(who or self.hall.officer), f"{self.url}/{one.id}"
        return lambda: web.post(url, sent)

    def start(self, person):
        url = f"/exams/assessments/{self.assessment.id}/attempts"
        return self.sign_in(person).post(url, {"pledged": "y"})
