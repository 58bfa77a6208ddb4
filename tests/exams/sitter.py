"""A person who sits an exam, by HTTP, as the page's scripts do it."""

from itertools import count

from lms.exams.rules import Operation


class Sitter:
    """One page on one device. `web` is the browser of a signed-in person."""

    def __init__(self, web, clock, assessment=None, attempt_id=None, device="device-one"):
        self.web, self.clock, self.device = web, clock, device
        self.attempt_id = attempt_id or self.begin(assessment.id)
        self.numbers = count(1)
        self.opened = None

    def begin(self, assessment_id) -> int:
        answer = self.web.post(f"/exams/assessments/{assessment_id}/attempts", {"pledged": "y"})
        assert answer.status_code == 303, answer.get_data(as_text=True)
        return int(answer.location.rsplit("/", 1)[1])

    @property
    def url(self):
        return f"/exams/attempts/{self.attempt_id}"

    def open(self):
        answer = self.web.post(f"{self.url}/turns", json={"device": self.device})
        assert answer.status_code == 200, answer.get_data(as_text=True)
        self.opened = answer.json
        return self

    def operation(self, slot, answer, turn=None, sequence=None, said_at=None):
        said_at = said_at or self.clock()
        return {
            "turn": turn or self.opened["turn"],
            "sequence": sequence or next(self.numbers),
            "slot": slot,
            "answer": answer,
            "said_at": int(said_at.timestamp() * 1000),
        }

    def send(self, *operations, ticket=None, attempt_id=None, **told):
        """Without the session: the ticket alone opens. told: unsent, leaves, word."""
        return self.web.client.application.test_client().post(
            f"/exams/attempts/{attempt_id or self.attempt_id}/answers",
            json={"operations": list(operations), **told},
            headers={"X-Ticket": self.opened["ticket"] if ticket is None else ticket},
        )

    def say(self, slot, *answer):
        sent = self.send(self.operation(slot, list(answer)))
        assert sent.status_code == 200, sent.get_data(as_text=True)
        return sent.json

    def submit(self):
        return self.web.post(f"{self.url}/submit", {})

    def result(self):
        return self.web.get(f"{self.url}/result")


def as_operation(sent) -> Operation:
    return Operation(
        sent["turn"], sent["sequence"], sent["slot"], tuple(sent["answer"]), sent["said_at"]
    )
