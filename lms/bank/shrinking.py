"""Pictures made small enough for a phone on a bad line, and bared of all else. Pure."""

from collections.abc import Iterator
from io import BytesIO

from PIL import Image, ImageOps

from lms.errors import Invalid

MOST_SENT = 15_000_000  # bytes of a picture as it comes
MOST = 150_000  # bytes of one as it is shown
MOST_PIXELS = {"JPEG": 50_000_000, "MPO": 50_000_000}  # a telephone's; others hold each pixel plain
FEWER_PIXELS = 25_000_000
WIDEST = 1600
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP")
SIGNED = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg"}


def fit(data: bytes) -> bytes:
    """The picture as PNG or JPEG of at most 150 KB: turned upright, without metadata.

    Raises Invalid for what is no picture, is broken, or would unfold to too many pixels.
    """
    if len(data) > MOST_SENT:
        raise Invalid("图片超过 15 MB，请先缩小再放入。")
    picture = _opened(data)
    drawn = picture.format in ("PNG", "GIF", "BMP")
    try:
        upright = _upright(picture)
    except Exception as wrong:  # each decoder fails in its own way
        raise Invalid("图片不完整或已损坏，请重新保存后再放入。") from wrong
    return next(one for one in _smaller_and_smaller(upright, drawn) if len(one) <= MOST)


def kind_of(data: bytes) -> str:
    """What a picture that was fitted is called on the line."""
    return next(kind for sign, kind in SIGNED.items() if data.startswith(sign))


def _opened(data: bytes) -> Image.Image:
    """Only its head is read."""
    Image.MAX_IMAGE_PIXELS = None  # the limit stands here
    try:
        picture = Image.open(BytesIO(data), formats=FORMATS)
    except Exception as wrong:
        raise Invalid(
            "这不是可以显示的图片。可以放入 PNG、JPEG、GIF、BMP、WebP 图片；"
            "WPS 或 Word 里的图形请先另存为图片。"
        ) from wrong
    if picture.width * picture.height > MOST_PIXELS.get(picture.format or "", FEWER_PIXELS):
        raise Invalid(
            "图片有 {wide}×{high} 个点，太大了，请先缩小再放入。",
            wide=picture.width,
            high=picture.height,
        )
    return picture


def _upright(picture: Image.Image) -> Image.Image:
    """As it is looked at, on white."""
    picture.draft("RGB", (WIDEST, WIDEST))
    picture.load()
    turned = ImageOps.exif_transpose(picture)
    turned.thumbnail((WIDEST, WIDEST))
    if turned.has_transparency_data:
        over = turned.convert("RGBA")
        turned = Image.new("RGB", over.size, "white")
        turned.paste(over, mask=over.getchannel("A"))
    return turned.convert("RGB")


def _smaller_and_smaller(picture: Image.Image, drawn: bool) -> Iterator[bytes]:
    """A drawing first without loss; then less and less exact, at last smaller."""
    if drawn:
        colours = picture.getcolors(256)
        yield _saved(picture.quantize(len(colours)) if colours else picture, "PNG", optimize=True)
    for share in (1, 0.75, 0.5, 0.3):
        size = (max(1, int(picture.width * share)), max(1, int(picture.height * share)))
        smaller = picture if share == 1 else picture.resize(size)
        for quality in (85, 70, 55):
            yield _saved(smaller, "JPEG", quality=quality, optimize=True)


def _saved(picture: Image.Image, kind: str, **how: int | bool) -> bytes:
    file = BytesIO()
    picture.info.clear()
    picture.save(file, kind, **how)
    return file.getvalue()
