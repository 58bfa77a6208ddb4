"""The questions of an exam page as HTML: made once for each order of options, for all who sit."""

from collections.abc import Sequence
from functools import lru_cache

from flask import current_app, g
from flask_babel import gettext as _
from markupsafe import Markup

from lms.bank.texts import names_in
from lms.exams.questions import Asked
from lms.web.language import locale

KEPT = 16_384  # a paper of 50 in every order of four options is 1,200
PART = "_parts/hall.html"


def sections(asked: Sequence[Asked]) -> Markup:
    """All questions, numbered as they stand."""
    said, head = locale(), _("第 %(n)s 题")
    whole = "".join(
        f'<section class="card asked" id="q{n}" data-slot="{one.slot}" aria-labelledby="h{n}" '
        f'hidden>\n<h2 id="h{n}" tabindex="-1">{head % {"n": n}}{_body(one, said)}'
        for n, one in enumerate(asked, start=1)
    )
    return Markup(whole)  # noqa: S704 - numbers, our own words, and what the template has made


def _body(one: Asked, said: str) -> str:
    """What stands below the number. A picture has the address of its attempt: never kept."""
    texts = (one.case, one.stem, *(text for _letter, text in one.options))
    return _made(one) if names_in(texts) else _known(one, said)


@lru_cache(KEPT)
def _known(one: Asked, said: str) -> str:
    return _made(one)


def _made(one: Asked) -> str:
    part = g.get("hall_part")
    if part is None:  # made once for this page, in the language of who reads
        part = g.hall_part = current_app.jinja_env.get_template(PART).make_module()
    return part.body(one)
