"""What a lesson can be: a PDF, a recording, a Word document brought in; files in pieces."""

from datetime import timedelta
from io import BytesIO

import docx
import pytest
from PIL import Image

from lms.access.permissions import Role
from lms.courses.models import Lesson, LessonFile, LessonVersion
from lms.courses.store import PIECE, path
from tests.courses.test_courses import LESSON
from tests.training import builders as build

PDF = b"%PDF-1.4\n" + b"a page " * 400_000  # 2.8 MB: two pieces
WAV = b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(2000)


@pytest.fixture
def county(make):
    return make.unit("甲县")


@pytest.fixture
def course(make, county):
    return build.course(make, county, lessons=0)


@pytest.fixture
def browser(make, county, sign_in):
    return sign_in(make.officer(county, Role.TRAINER))


def upload(browser, data=PDF, called="第一讲.pdf"):
    """As the page does it; the answer to the end."""
    begun = browser.post("/courses/uploads").json
    at = 0
    while at < len(data):
        body = BytesIO(data[at : at + PIECE])
        sent = browser.post(f"{begun['url']}?at={at}", input_stream=body, content_length=PIECE)
        assert sent.status_code == 200, sent.text
        at = sent.json["size"]
    return browser.post(f"{begun['url']}/end", query_string={"called": called})


def save(browser, course, **facts):
    return browser.post(f"/courses/{course.id}/lessons/new", LESSON | facts)


def pdf_lesson(browser, course):
    sent = upload(browser).json
    facts = {"kind": "pdf", "text": "", "main": sent["name"], "main_called": sent["called"]}
    assert save(browser, course, **facts).status_code == 302
    return sent


def test_a_pdf_comes_in_pieces_and_becomes_a_lesson(make, course, browser, app, county, sign_in):
    sent = pdf_lesson(browser, course)
    row = make.all(LessonFile)[0]
    assert (row.called, row.size) == ("第一讲.pdf", len(PDF))
    assert path(app.extensions["settings"].var, row.name).read_bytes() == PDF
    assert "第一讲.pdf" in browser.get("/courses/lessons/1").text
    page = sign_in(make.person(county)).get("/lessons/1").text
    assert "打开 PDF（2.7 MB）" in page
    assert sent["name"] in page


def test_a_file_comes_whole_or_from_where_it_broke_off_and_asks_no_table(
    make, course, browser, county, sign_in, statements, clock
):
    pdf_lesson(browser, course)
    cadre = sign_in(make.person(county))
    url = cadre.get("/lessons/1").text.split('href="/learning/files/')[1].split('"')[0]
    url = f"/learning/files/{url}"
    with statements() as seen:
        first = cadre.get(url, headers={"Range": "bytes=0-"})
        assert (first.status_code, first.data) == (206, PDF)
        half = len(PDF) // 2
        again = {"Range": f"bytes={half}-", "If-Range": first.headers["ETag"]}
        rest = cadre.get(f"{url}?save=1", headers=again)
        assert rest.data == PDF[half:] and rest.headers["ETag"] == first.headers["ETag"]
        assert rest.headers["Content-Range"] == f"bytes {half}-{len(PDF) - 1}/{len(PDF)}"
        last = cadre.get(url, headers={"Range": "bytes=-5"})
        assert (last.status_code, last.data) == (206, PDF[-5:])
        assert cadre.get(url, headers={"Range": "bytes=5-8"}).data == PDF[5:9]
        beyond = cadre.get(url, headers={"Range": f"bytes={len(PDF)}-"})
        assert beyond.status_code == 416
        whole = cadre.get(url)
        assert (whole.status_code, whole.data) == (200, PDF)
    assert seen == []
    assert whole.headers["Content-Type"] == "application/pdf"
    assert whole.headers["X-Content-Type-Options"] == "nosniff"
    assert cadre.get(f"{url}?save=1").headers["Content-Disposition"] == "attachment"
    ticket, name = url.split("/")[3:]
    other = name.replace(name[0], "f" if name[0] != "f" else "0", 1)
    assert cadre.get(f"/learning/files/{ticket}/{other}").status_code == 403
    assert cadre.get(f"/learning/files/{ticket[:-1]}x/{name}").status_code == 403
    assert cadre.get(f"/learning/files/{ticket}/..%2Fparts").status_code in (403, 404)
    clock.time += timedelta(days=2)
    assert cadre.get(url).status_code == 403


@pytest.mark.parametrize(
    ("data", "called", "why"),
    [
        (b"PK\x03\x04 slides", "第一讲.pptx", "“另存为” PDF"),
        (b"MZ\x90 program", "第一讲.pdf", "内容不是 PDF"),
        (b"<html>", "第一讲.mp4", "内容不是 PDF"),
        (b"", "第一讲.pdf", "内容不是 PDF"),
    ],
)
def test_what_no_lesson_takes_says_what_to_do(browser, data, called, why):
    refused = upload(browser, data, called)
    assert refused.status_code == 422
    assert why in refused.json["why"] if refused.is_json else refused.text


def test_a_piece_that_comes_again_is_passed_over_and_another_person_adds_nothing(
    make, county, browser, sign_in
):
    url = browser.post("/courses/uploads").json["url"]
    for _ in range(2):
        again = browser.post(f"{url}?at=0", input_stream=BytesIO(b"%PDF-"), content_length=5)
        assert again.json == {"size": 5}
    other = sign_in(make.officer(county, Role.TRAINER))
    sent = other.post(f"{url}?at=5", input_stream=BytesIO(b"x"), content_length=1)
    assert sent.status_code == 404


def test_a_recording_without_script_comes_with_its_form(make, course, browser):
    facts = {"kind": "audio", "text": "", "main_file": (BytesIO(WAV), "录音.wav")}
    wrong = save(browser, course, **facts)
    assert "时长请写成 分:秒" in wrong.text
    kept = wrong.text.split('name="main" type="hidden" value="')[1].split('"')[0]
    facts = {"kind": "audio", "main": kept, "main_called": "录音.wav", "length": "1:02:03"}
    assert save(browser, course, **facts).status_code == 302
    assert [one.seconds for one in make.all(LessonVersion)] == [3723]


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"kind": "pdf"}, "请上传这一课的文件"),
        ({"kind": "pdf", "main": f"{'0' * 32}.pdf"}, "已不在，请重新上传"),
        ({"kind": "live", "address": "javascript:x"}, "请填写直播间的网址"),
        ({"kind": "text", "text": " "}, "请写正文"),
    ],
)
def test_what_is_missing_is_said(make, course, browser, facts, why):
    answer = save(browser, course, **facts)
    assert answer.status_code == 422
    assert why in answer.text
    assert make.all(Lesson) == []


def test_a_video_is_no_pdf(make, course, browser):
    sent = upload(browser).json
    facts = {"kind": "video", "main": sent["name"], "main_called": "甲.pdf", "length": "1:00"}
    assert (
        "“甲.pdf”不能用在这里：视频课的“标准”文件应是 MP4、WEBM。"
        in save(browser, course, **facts).text
    )


def word() -> bytes:
    paper, picture, file = docx.Document(), BytesIO(), BytesIO()
    Image.new("RGB", (40, 30), "red").save(picture, "PNG")
    paper.add_heading("履行职责", 2)
    paper.add_paragraph("第一条。", style="List Bullet")
    paper.add_picture(BytesIO(picture.getvalue()))
    paper.save(file)
    return file.getvalue()


def test_a_word_document_is_brought_in_with_its_picture(make, course, browser, county, sign_in):
    page = save(
        browser, course, act="word", text="前面。", word=(BytesIO(word()), "讲稿.docx")
    ).text
    text = page.split("<textarea")[1].split(">", 1)[1].split("</textarea>")[0].strip()
    assert text.startswith("前面。")
    assert "## 履行职责" in text
    assert "第一条。" in text
    assert make.all(Lesson) == []
    save(browser, course, text=text)
    name = text.split("(pic:")[1][:32]
    page = sign_in(make.person(county)).get("/lessons/1")
    assert f'/pictures/{name}"' in page.text
    shown = sign_in(make.person(county)).get(f"/lessons/versions/1/pictures/{name}")
    assert shown.data.startswith(b"\x89PNG")
    stranger = sign_in(make.person(make.unit("乙县")))
    assert stranger.get(f"/lessons/versions/1/pictures/{name}").status_code == 404
    for bad, called in ((b"PK", "x.docx"), (b"text", "x.doc"), (b"", "")):
        refused = save(browser, course, act="word", word=(BytesIO(bad), called))
        assert "-error" in refused.text


def test_a_page_is_pasted_as_markdown_and_runs_nothing(browser):
    html = "<h2 onclick=x>标题</h2><p>一<b>二</b></p><script>alert(1)</script><img src='file:///a'>"
    read = browser.post("/courses/paste", json={"html": html}).json
    assert read["text"] == "## 标题\n\n一**二**"
    assert "1 张图片没有带来" in read["notes"][0]
    assert browser.post("/courses/paste", json={"html": 1}).status_code == 422


def test_a_lesson_that_waits_for_itself_is_refused(make, county, browser):
    first, second = build.course(make, county, lessons=2).lessons
    browser.post(f"/courses/lessons/{second.id}/edit", LESSON | {"after": first.id})
    ring = browser.post(f"/courses/lessons/{first.id}/edit", LESSON | {"after": second.id})
    assert ring.status_code == 422
    assert "前后循环" in ring.text
    assert [one.after_id for one in make.all(Lesson)] == [None, first.id]
