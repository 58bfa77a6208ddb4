"""The bundle in English: the program's own words are, names and records stand as written."""

import re
import shutil
from datetime import timedelta

import pytest

from lms.inspecting.zips import checked, entries
from lms.web import translations


@pytest.fixture
def app(own_app, once):
    """One with the catalogue compiled, as a start does it."""
    compiled = once("translations", translations.write)
    shutil.copytree(compiled, own_app.extensions["settings"].var / "translations")
    return own_app


CHINESE = re.compile("[\u4e00-\u9fff]")
WRITTEN = re.compile(  # names, titles and sources, as they were written
    "某市|垣曲县|甲县|上岗测评|村党组织书记培训班|万人计划|县委党校|第.讲|[一-龥]\\*+[一-龥]?|,[^,\n]*《.*"
)


def said_in(files):
    """Names of the files, and what stands in those that are no Word documents."""
    texts = [data.decode("utf-8-sig") for name, data in files.items() if name[-5:] != ".docx"]
    return "\n".join([*files, *texts])


@pytest.mark.parametrize("of", ["assessment", "class"])
def test_an_english_officer_gets_it_in_english_and_names_as_they_are(
    room, make, sign_in, bundle, held, taught, clock, of
):
    clock.time += timedelta(days=2)
    web, page = sign_in(room.officer), f"/inspecting/assessments/{held.id}"
    if of == "class":
        web, page = sign_in(make.officer(taught[0])), f"/inspecting/classes/{taught[2].id}"
    web.client.set_cookie("language", "en")
    kept, data, files = bundle(web, page)
    assert {"index.html", "SM3SUMS.txt"} < set(files)
    index = files["index.html"].decode()
    assert '<html lang="en">' in index and "sm3sum -c SM3SUMS.txt" in index
    assert CHINESE.findall(WRITTEN.sub("", said_in(files))) == []
    assert checked(data, "a.zip", entries(kept.files)).whole
    assert ("欧**国" if of == "assessment" else "孙**0") in said_in(files)
