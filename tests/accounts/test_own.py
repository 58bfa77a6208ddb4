"""我的: what the roster knows, changing one's secret, and what is kept how."""

from dataclasses import replace
from functools import partial
from threading import Barrier, Lock, Thread

from argon2 import extract_parameters

from lms.accounts import hashing
from lms.accounts.models import Account, PastPassword
from lms.accounts.rules import Secret
from lms.audit.models import AuditEntry
from tests.accounts.people import PASSWORD, PIN, words
from tests.conftest import AS_IN_USE


def change(phone, present, new, again=None):
    return phone.post("/own/secret", {"present": present, "secret": new, "again": again or new})


def test_the_page_shows_what_the_roster_knows_and_asks_nothing(accounts, make, phone):
    from lms.ciphers import sealed

    seal = sealed("13800000001", accounts.house.secrets["cipher"])
    unit = make.unit("上王村", under=make.unit("历山镇", under=make.unit("某市")))
    person, code = accounts.cadre(org=unit, phone_seal=seal, number="140800-17")
    phone.enter(person.short_number, PIN, code)
    page = phone.get("/own")
    said = words(page)
    for part in (
        "王建国 历山镇 上王村",
        "村党组织书记",
        "138****0001",
        person.short_number,
        "140800-17",
    ):
        assert part in said
    assert "13800000001" not in page.text
    assert "信息有误" in said and "更改 PIN 码" in said and "退出登录" in said
    assert "特大" in said and "English" in said


def test_a_pin_is_changed_with_the_present_one(accounts, make, phone):
    person, code = accounts.cadre()
    phone.remember(person, code)
    other = accounts.phone()
    other.enter(person.short_number, PIN, code)
    phone.enter()
    assert change(phone, "918273", "815704").status_code == 422
    assert change(phone, PIN, "815704", "815705").status_code == 422
    assert change(phone, PIN, "123456").status_code == 422
    assert change(phone, PIN, "815704").status_code == 303
    assert phone.inside() and not other.inside()
    phone.post("/sign-out")
    assert phone.enter(secret=PIN).status_code == 422
    assert phone.enter(secret="815704").status_code == 303
    assert "change pin" in [row.act for row in make.all(AuditEntry)]


def test_the_present_secret_cannot_be_tried_without_end(accounts, phone):
    person, code = accounts.cadre()
    phone.enter(person.short_number, PIN, code)
    answers = [change(phone, "918273", "815704").status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]


def test_the_last_five_passwords_are_not_used_again(accounts, make, phone):
    officer = accounts.officer(make.unit())
    phone.enter(officer.short_number, PASSWORD)
    passwords = [PASSWORD, *(f"Ting-yun-{year}" for year in range(2030, 2035))]
    for old, new in zip(passwords, passwords[1:], strict=False):
        assert change(phone, old, new).status_code == 303
    for used in passwords[1:]:
        answer = change(phone, passwords[-1], used)
        assert answer.status_code == 422 and "最近 5 次" in answer.text
    assert change(phone, passwords[-1], PASSWORD).status_code == 303
    assert len(make.all(PastPassword)) == 6


def test_secrets_are_kept_as_slow_hashes(accounts, make, phone, monkeypatch):
    monkeypatch.setattr(hashing, "ARGON", AS_IN_USE)
    _, code = accounts.newcomer()
    phone.show(code)
    phone.choose(PIN)
    (account,) = make.all(Account)
    parameters = extract_parameters(account.pin_hash)
    kept = (parameters.type.name, parameters.memory_cost, parameters.time_cost)
    assert (*kept, parameters.parallelism) == ("ID", 19456, 2, 1)


def test_a_pin_is_mixed_with_a_key_that_is_not_in_the_database(accounts):
    kept = hashing.hashed(PIN, Secret.PIN, accounts.house)
    other = replace(accounts.house, secrets={**accounts.house.secrets, "pin": "another key"})
    assert hashing.matches(kept, PIN, Secret.PIN, accounts.house)
    assert not hashing.matches(kept, PIN, Secret.PIN, other)
    assert not hashing.matches(None, "nobody's", Secret.PASSWORD, accounts.house)


def test_only_so_many_secrets_are_looked_at_at_once(accounts, monkeypatch):
    looking = Looking()
    monkeypatch.setattr(hashing, "ARGON", looking)
    house = replace(accounts.house, password_checks_at_once=3)
    look = partial(hashing.matches, "kept", PIN, Secret.PASSWORD, house)
    threads = [Thread(target=look) for _ in range(9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert looking.most == 3


class Looking:
    """Waits with each look until as many look as may; counts how many do at once."""

    def __init__(self):
        self.now, self.most, self.lock = 0, 0, Lock()
        self.together = Barrier(3)

    def verify(self, kept, text):
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        self.together.wait(timeout=300)
        with self.lock:
            self.now -= 1
        return True
