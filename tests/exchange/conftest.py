"""A county's party school with a bank, a trainer at her desk, and files that she sends."""

from io import BytesIO

import pytest
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from lms.access.permissions import Role
from lms.access.scope import seeing_everything
from lms.competencies.services import load_reference
from lms.exchange.models import BankImport, BankLine
from lms.jobs import worker
from lms.web.transaction import finish

# A paper as a teacher keeps it: two chapters, four questions that are well.
PAPER = """第一章 村民自治
一、单项选择题（每题2分，共2题）
1. 村民会议由谁召集？
A. 村民委员会
B. 乡镇人民政府
C. 县人民政府
答案：A
解析：由村民委员会召集。
2. 村民小组长由谁推选？
A. 村民小组会议
B. 村党组织
C. 乡镇人民政府
答案：A
第二章 信访工作
一、判断题（每题1分，共2题）
1. 信访事项应当按照属地管理、分级负责的原则办理。
答案：正确
2. 信访人可以委托任何人代替自己提出信访事项而不用说明。
答案：错误
"""


@pytest.fixture
def school(make):
    """The unit that owns the bank."""
    return make.unit("垣曲县委党校")


@pytest.fixture
def bank(app, make, school, clock):
    with app.app_context(), seeing_everything():
        load_reference(clock())
        finish()
    return make.bank(school, code="yq", title="党校题库")


@pytest.fixture
def trainer(make, school):
    return make.officer(school, Role.TRAINER, "张老师")


@pytest.fixture
def desk(app, make, sign_in, trainer, bank):
    """The trainer at her desk, with her bank."""
    return Desk(app, make, sign_in(trainer), bank)


class Desk:
    """A trainer's browser, and the worker behind the house."""

    def __init__(self, app, make, browser, bank):
        self.app = app
        self.make = make
        self.browser = browser
        self.bank = bank

    def work(self):
        """Let the worker do all that waits."""
        while worker.run_job(self.app):
            pass

    def send(self, *files, pasted=""):
        """Upload files: (name, bytes)."""
        sent = [FileStorage(BytesIO(content), name) for name, content in files]
        fields = {"files": sent, "pasted": pasted, "csrf_token": self.browser.token()}
        boundary, body = encode_multipart(MultiDict(fields))
        return self.browser.client.post(
            f"/banks/{self.bank.id}/bring",
            data=body,
            content_type=f'multipart/form-data; boundary="{boundary}"',
        )

    def read(self, text=PAPER, name="题库.txt") -> BankImport:
        """Upload a text, or the bytes of another file, and have it read."""
        data = text if isinstance(text, bytes) else text.encode()
        sent = self.send((name, data))
        assert sent.status_code == 302, sent.text
        self.work()
        return self.last()

    def last(self) -> BankImport:
        return self.make.all(BankImport)[-1]

    def lines(self, one=None) -> list[BankLine]:
        """The questions of an import, the last one's where none is named."""
        one = one or self.last()
        return [
            line
            for line in self.make.all(BankLine)
            if (line.import_id, line.reading) == (one.id, one.reading)
        ]

    def post(self, one, what, **data):
        """Press a button on the page of an import, and let the worker do what follows."""
        answer = self.browser.post(f"/banks/imports/{one.id}/{what}", data)
        self.work()
        return answer

    def confirm(self, one, pool="practice"):
        return self.post(one, "confirm", reading=one.reading, pool=pool)

    def page(self, one, **query) -> str:
        answer = self.browser.get(f"/banks/imports/{one.id}", query_string=query)
        assert answer.status_code == 200, answer.text
        return answer.text

    def take(self, text=PAPER, **more) -> BankImport:
        """Upload, read and confirm."""
        one = self.read(text)
        assert self.confirm(one, **more).status_code == 302
        return self.last()


def counts(one) -> dict[str, int]:
    return {status: n for status, n in one.counts.items() if n}
