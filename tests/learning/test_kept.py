"""What a phone keeps of a lesson, to be read without a line."""


def test_the_page_that_is_kept_says_nothing_of_a_person(school, learner):
    text = school.course.lessons[0]
    page = learner.page(text, "/kept")
    assert "<h2>一</h2>" in page
    assert "王一" not in page
    assert learner.person.short_number not in page
    recording = school.recording()
    assert learner.web.get(f"/lessons/{recording.id}/kept").status_code == 404


def test_the_keeper_stands_above_the_lessons_and_nothing_else(learner):
    answer = learner.web.get("/lessons/keeper.js")
    assert answer.mimetype == "text/javascript"
    assert "Service-Worker-Allowed" not in answer.headers
