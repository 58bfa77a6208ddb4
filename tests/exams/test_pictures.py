"""A cadre sees the pictures of the paper before them, and no others."""

from io import BytesIO

import pytest
from PIL import Image

from lms.access.scope import seeing_everything
from lms.bank.pictures import keep_picture
from lms.web.transaction import finish
from tests.conftest import SECRETS
from tests.exams.build import SINGLE, question


@pytest.fixture
def kept(app, clock, tmp_path):
    """kept(colour) → the name of a picture."""

    def keep(colour):
        file = BytesIO()
        Image.new("RGB", (20, 10), colour).save(file, "PNG")
        with app.app_context(), seeing_everything():
            name = keep_picture(tmp_path, file.getvalue(), SECRETS["cipher"], clock(), None)
            finish()
        return name

    return keep


def test_the_pictures_of_ones_own_paper_are_seen_and_kept(hall, sit, kept, sign_in):
    mine, other = kept("red"), kept("blue")
    body = SINGLE.replace("- [ ] 甲", f"- [ ] ![甲的图](pic:{mine})")
    cadre, paper = hall.cadre(), hall.paper([question("q-1", "single", body)])
    page = sit(cadre, hall.assessment(cadre, paper=paper))
    address = f"{page.url}/pictures"
    assert f'<img src="{address}/{mine}" alt="甲的图">' in page.web.get(page.url).text
    seen = page.web.get(f"{address}/{mine}")
    assert (seen.status_code, seen.mimetype) == (200, "image/png")
    assert "immutable" in seen.headers["Cache-Control"]
    assert page.web.get(f"{address}/{other}").status_code == 404
    assert page.web.get(f"/banks/pictures/{mine}").status_code == 403
    assert sign_in(hall.cadre("王二")).get(f"{address}/{mine}").status_code == 404
