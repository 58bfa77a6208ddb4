"""A reviewer answers before seeing the key, says what it is worth, and decides."""

import pytest

from lms.access.permissions import Role
from lms.audit.models import AuditEntry
from lms.bank.models import Question
from lms.bank.rules import Pool, State
from lms.reviewing.models import Review
from lms.reviewing.rules import Decision

RATED = {"key": "yes", "stem": "yes", "options": "yes", "source": "yes", "level": "yes"}


def page(entry, act=""):
    return f"/reviewing/questions/{entry.id}{act}"


def say(browser, entry, letter="A"):
    return browser.post(page(entry, "/answer"), {"s0": letter})


def decide(browser, entry, decision="passed", **more):
    return browser.post(page(entry, "/decide"), RATED | {"decision": decision} | more)


def now(make, entry) -> Question:
    return next(one for one in make.all(Question) if one.id == entry.id)


def test_the_key_is_hidden_until_the_answer_is_given(sign_in, reviewer, waiting):
    browser, entry = sign_in(reviewer), waiting()
    before = browser.get(page(entry)).text
    assert "某事应当怎样办" in before and "见第一条" not in before and 'class="right"' not in before
    assert say(browser, entry).status_code == 303
    after = browser.get(page(entry)).text
    assert "见第一条" in after and 'class="right"' in after and "一致" in after


def test_what_has_passed_is_not_asked_again(sign_in, reviewer, waiting):
    entry = waiting(state=State.FINAL)
    answer = sign_in(reviewer).get(page(entry))
    assert answer.status_code == 409 and "不在待审状态" in answer.text


def test_nothing_is_decided_before_it_is_answered(make, sign_in, reviewer, waiting):
    browser, entry = sign_in(reviewer), waiting()
    assert browser.post(page(entry, "/answer"), {}).status_code == 422
    assert decide(browser, entry).status_code == 404
    assert now(make, entry).state is State.IN_REVIEW


def test_an_answer_is_never_changed(make, sign_in, reviewer, waiting):
    browser, entry = sign_in(reviewer), waiting()
    say(browser, entry, "B")
    assert say(browser, entry, "A").status_code == 422
    (kept,) = make.all(Review)
    assert (kept.answer, kept.agrees) == ([{"letters": ["B"]}], False)


def test_what_passes_is_in_use(make, sign_in, reviewer, waiting):
    browser, entry = sign_in(reviewer), waiting()
    say(browser, entry)
    assert decide(browser, entry).status_code == 303
    assert now(make, entry).state is State.FINAL
    (kept,) = make.all(Review)
    assert kept.decision is Decision.PASSED and kept.ratings["key"] == "yes"


def test_a_disagreement_is_shown_first_and_explained(make, sign_in, reviewer, waiting):
    browser, entry = sign_in(reviewer), waiting()
    say(browser, entry, "C")
    text = browser.get(page(entry)).text
    assert text.index("与标准答案不同") < text.index("见第一条")
    assert decide(browser, entry).status_code == 422
    assert decide(browser, entry, comment="我看错了题干。").status_code == 303
    assert now(make, entry).state is State.FINAL


def test_a_question_goes_back_to_its_writer_with_a_reason(make, sign_in, reviewer, writer, waiting):
    browser, entry = sign_in(reviewer), waiting()
    say(browser, entry)
    assert decide(browser, entry, "returned").status_code == 422
    assert decide(browser, entry, "returned", comment="题干有两种理解。").status_code == 303
    assert now(make, entry).state is State.RETURNED
    assert "题干有两种理解。" in sign_in(writer).get("/reviewing/returned").text
    assert "1 道题被退回" in sign_in(writer).get("/desk").text


def test_nobody_reviews_their_own(make, sign_in, reviewer, waiting):
    entry = waiting(by=reviewer)
    browser = sign_in(reviewer)
    assert entry.code not in browser.get("/reviewing/").text
    assert browser.get(page(entry)).status_code == 403
    assert say(browser, entry).status_code == 403
    assert make.all(Review) == []


def test_the_queue_is_the_oldest_first_and_leads_on(make, sign_in, reviewer, waiting, clock):
    first = waiting(stem="先写的题？")
    second = waiting(stem="后写的题？")
    browser = sign_in(reviewer)
    text = browser.get("/reviewing/").text
    assert text.index("先写的题") < text.index("后写的题")
    assert "待审" in text
    say(browser, first)
    assert decide(browser, first).headers["Location"] == page(second)


def test_what_a_colleague_has_answered_is_left_to_them(make, sign_in, school, reviewer, waiting):
    entry = waiting()
    say(sign_in(make.officer(school, Role.REVIEWER, "赵老师")), entry)
    browser = sign_in(reviewer)
    assert entry.code not in browser.get("/reviewing/").text
    assert "赵老师" in browser.get(page(entry)).text


def test_who_is_not_named_on_the_bank_reviews_nothing_of_it(make, sign_in, waiting):
    entry = waiting()
    stranger = make.officer(make.unit("邻市"), Role.REVIEWER, "外人")
    assert sign_in(stranger).get(page(entry)).status_code == 404
    assert entry.code not in sign_in(stranger).get("/reviewing/").text


def test_a_look_at_an_examination_question_is_logged(make, sign_in, reviewer, waiting):
    entry = waiting(pool=Pool.EXAM)
    assert sign_in(reviewer).get(page(entry)).status_code == 200
    sign_in(reviewer).get("/reviewing/")
    looks = ["look at examination question", "look at examination questions"]
    assert [row.act for row in make.all(AuditEntry)] == looks


def test_a_change_made_meanwhile_is_not_approved(app, make, sign_in, reviewer, waiting):
    browser, entry = sign_in(reviewer), waiting()
    say(browser, entry)
    entry.state = State.RETURNED
    make.keep(entry)
    assert decide(browser, entry).status_code == 422
    assert now(make, entry).state is State.RETURNED


@pytest.mark.parametrize("address", ["/reviewing/", "/reviewing/?ability=0", "/reviewing/?paper=9"])
def test_an_empty_queue_says_so(sign_in, reviewer, bank, address):
    assert "没有待您审的题" in sign_in(reviewer).get(address).text


def test_the_history_says_who_decided_what(make, sign_in, reviewer, writer, waiting):
    browser, entry = sign_in(reviewer), waiting()
    say(browser, entry, "C")
    decide(browser, entry, comment="我看错了。")
    text = sign_in(writer).get(page(entry, "/history")).text
    assert "李老师" in text and "我看错了。" in text and "通过" in text


def test_the_banks_own_page_hides_the_key_from_who_is_to_review(
    make, sign_in, reviewer, writer, waiting
):
    entry = waiting()
    address = f"/banks/versions/{entry.versions[0].id}"
    hidden, open_ = sign_in(reviewer).get(address).text, sign_in(writer).get(address).text
    assert "审这道题" in hidden and "见第一条" not in hidden and 'class="right"' not in hidden
    assert "见第一条" in open_
