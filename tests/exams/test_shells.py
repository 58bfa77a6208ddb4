"""The page of one who sits is made in part once for all: nothing of anybody else stands in it."""

import re

from lms.exams.shells import ANYBODYS, MARK

DEVICES = "device-of-wang-yi", "device-of-li-er"


def page(sitter):
    return sitter.web.get(sitter.url).text


def without_own(page, attempt_id):
    """The page without what is its reader's: number, token, device, the order of the questions."""
    page = re.sub(r'((?:value|data-token)=")[^"]{60,}"', r"\1…", page)
    page = re.sub(r'<section class="card asked".*?</section>', "", page, flags=re.DOTALL)
    page = re.sub(r'data-device="[^"]*"', "data-device", page)
    return re.sub(rf'(attempts/|data-attempt="){attempt_id}\b', r"\1…", page)


def test_of_two_who_sit_each_has_the_same_page_with_the_own_number_and_device(hall, sit):
    people = [hall.cadre("王一"), hall.cadre("李二")]
    assessment = hall.assessment(*people)
    one, other = (
        sit(who, assessment, device=device) for who, device in zip(people, DEVICES, strict=True)
    )
    first, second = page(one), page(other)
    assert without_own(first, one.attempt_id) == without_own(second, other.attempt_id)
    for shown, mine, theirs in ((first, one, other), (second, other, one)):
        assert f'data-attempt="{mine.attempt_id}"' in shown and mine.device in shown
        assert f"attempts/{theirs.attempt_id}" not in shown and theirs.device not in shown
        assert MARK not in shown and str(ANYBODYS) not in shown


def test_every_form_of_a_page_has_the_token_of_its_reader(hall, sit):
    people = [hall.cadre("王一"), hall.cadre("李二")]
    assessment = hall.assessment(*people)
    found = []
    for n, one in enumerate([sit(who, assessment) for who in people]):
        with one.web.client.session_transaction() as cookie:
            cookie["csrf"] = f"the seed of {n}"
        found.append(set(re.findall(r'(?:name="csrf_token" value|data-token)="(.+?)"', page(one))))
    assert [len(tokens) for tokens in found] == [1, 1] and found[0].isdisjoint(found[1])


def test_what_is_said_of_the_assessment_is_said_as_it_is_now(hall, sit):
    who = hall.cadre()
    assessment = hall.assessment(who)
    sitter = sit(who, assessment)
    page(sitter)
    assessment.title = "改了名称的测评"
    hall.make.keep(assessment)
    assert "改了名称的测评" in page(sitter)


def test_a_language_and_a_size_have_a_page_of_their_own(hall, sit):
    who = hall.cadre()
    sitter = sit(who, hall.assessment(who))
    assert '<html lang="zh-Hans" data-size="standard">' in page(sitter)
    sitter.web.post("/language", {"language": "en"})
    sitter.web.post("/type-size", {"size": "largest"})
    assert '<html lang="en" data-size="largest">' in page(sitter)


def test_a_word_to_one_person_stands_in_nobody_elses_page(hall, sit):
    people = [hall.cadre("王一"), hall.cadre("李二")]
    assessment = hall.assessment(*people)
    one, other = (sit(who, assessment) for who in people)
    with one.web.client.session_transaction() as cookie:
        cookie["_flashes"] = [("ok", "只对王一说的话")]
    assert "只对王一说的话" in page(one)
    assert "只对王一说的话" not in page(other) and "只对王一说的话" not in page(one)
