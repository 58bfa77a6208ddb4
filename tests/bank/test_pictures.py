"""A picture is made small, turned upright, bared of all else, and seen with its question."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from lms.access.scope import seeing_everything
from lms.bank import pictures
from lms.bank.models import Picture
from lms.bank.shrinking import MOST, fit, kind_of
from lms.ciphers import opened_bytes
from lms.errors import Invalid, NotFound
from lms.web.transaction import finish
from tests.conftest import SECRETS


def file_of(picture, kind="PNG", **how):
    file = BytesIO()
    picture.save(file, kind, **how)
    return file.getvalue()


def noise(wide, high):
    """What no format makes small."""
    return Image.effect_noise((wide, high), 90).convert("RGB")


def seen(data):
    return Image.open(BytesIO(fit(data)))


def test_a_drawing_stays_as_it_is_without_loss():
    drawing = Image.new("RGB", (400, 300), "white")
    drawing.paste("red", (50, 50, 100, 100))
    small = fit(file_of(drawing))
    assert kind_of(small) == "image/png" and len(small) < 2000
    assert Image.open(BytesIO(small)).convert("RGB").tobytes() == drawing.tobytes()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "WEBP", "GIF"])
def test_a_picture_too_heavy_becomes_light_enough(kind):
    small = fit(file_of(noise(1800, 1200), kind))
    assert len(small) <= MOST and max(Image.open(BytesIO(small)).size) <= 1600


def test_a_photograph_is_turned_upright_and_keeps_no_place():
    photograph = Image.new("RGB", (40, 20), "white")
    photograph.paste("blue", (0, 0, 10, 20))
    exif = Image.Exif()
    exif[0x0112] = 6  # taken with the telephone on its side
    exif[0x010F] = "a telephone"
    small = fit(file_of(photograph, "JPEG", exif=exif))
    upright = Image.open(BytesIO(small))
    assert upright.size == (20, 40) and not upright.getexif() and b"a telephone" not in small
    assert upright.getpixel((10, 2))[2] > 200 and upright.getpixel((10, 2))[0] < 60


def test_what_is_behind_is_white_and_not_black():
    assert seen(file_of(Image.new("RGBA", (9, 9), (0, 0, 0, 0)))).convert("RGB").getpixel(
        (4, 4)
    ) == (255, 255, 255)


def claiming(wide, high):
    """A small file that says it is a large picture."""
    data = file_of(Image.new("RGB", (9, 9)))
    head = b"IHDR" + struct.pack(">II", wide, high) + data[24:29]
    return data[:12] + head + struct.pack(">I", zlib.crc32(head)) + data[33:]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "不是可以显示的图片"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "不是可以显示的图片"),
        (b"GIF89a<script>alert(1)</script>", "不是可以显示的图片|不完整"),
        (file_of(noise(60, 60))[:900], "不完整或已损坏"),
        (file_of(noise(60, 60), "JPEG")[:900], "不完整或已损坏"),
        (claiming(60_000, 60_000), "60000×60000"),
        (b"\x89PNG" + b"0" * 15_000_000, "超过 15 MB"),
    ],
)
def test_what_is_no_picture_is_refused_in_a_sentence(data, why):
    with pytest.raises(Invalid, match=why):
        fit(data)


# ── kept, and seen ─────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def keep(app, clock, tmp_path):
    """keep(picture, by) → its name."""

    def kept(data, by=None):
        with app.app_context(), seeing_everything():
            name = pictures.keep_picture(tmp_path, data, SECRETS["cipher"], clock(), by and by.id)
            finish()
        return name

    return kept


def test_the_small_one_and_the_one_that_was_sent_are_kept_sealed(keep, make, tmp_path):
    sent, writer = file_of(noise(900, 900)), make.person()
    name = keep(sent, writer)
    assert keep(sent, writer) == name and len(make.all(Picture)) == 1
    folder = tmp_path / "uploads" / "pictures"
    assert {file.name for file in folder.iterdir()} == {name, f"{name}.original"}
    assert all(file.stat().st_mode & 0o77 == 0 for file in folder.iterdir())
    assert sent not in (folder / f"{name}.original").read_bytes()
    assert opened_bytes((folder / f"{name}.original").read_bytes(), SECRETS["cipher"]) == sent
    assert pictures.original(tmp_path, name, SECRETS["cipher"]) == sent
    assert pictures.picture(tmp_path, name, SECRETS["cipher"]) == fit(sent)
    assert 0 < pictures.weight(tmp_path, name) <= MOST + 100
    assert pictures.weight(tmp_path, "0" * 32) == 0


def test_a_picture_that_is_gone_is_named(app, tmp_path):
    with pytest.raises(NotFound, match="图片已不在"):
        pictures.picture(tmp_path, "0" * 32, SECRETS["cipher"])
