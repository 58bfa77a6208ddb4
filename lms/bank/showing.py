"""A picture as an answer to a browser; whoever asks has been asked whether they may see it."""

from flask import Response

from lms.bank.pictures import picture, weight
from lms.bank.shrinking import kind_of
from lms.errors import NotFound
from lms.web.here import secret, settings

FOR_EVER = "private, max-age=31536000, immutable"  # its name is what it is


def shown_picture(name: str) -> Response:
    """The picture, to be kept by the browser for ever."""
    data = picture(settings().var, name, secret("cipher"))
    answer = Response(data, mimetype=kind_of(data))
    answer.headers["Cache-Control"] = FOR_EVER
    return answer


def fitted(name: str) -> bytes | None:
    """The picture as it is shown, to be printed; none where its file is gone."""
    try:
        return picture(settings().var, name, secret("cipher"))
    except NotFound:
        return None


def weighed(name: str) -> int:
    """Bytes of a picture on the line."""
    return weight(settings().var, name)
