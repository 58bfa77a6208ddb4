"""The questions of an exam page as HTML: each made once, its options put into everybody's order."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from string import ascii_uppercase

from flask import current_app, g
from flask_babel import gettext as _
from markupsafe import Markup

from lms.exams.questions import Asked
from lms.web.language import locale

KEPT = 4096  # questions, in each language
PART = "_parts/hall.html"
SEAM = "\ue001\ue002\ue001"  # stands in no text: where an option begins, and for its letter


@dataclass(frozen=True)
class Made:
    """A question as HTML: before its options, each of them by its letter in the file, after."""

    before: str
    options: dict[str, tuple[str, str]]
    after: str

    def in_order(self, letters: Sequence[str]) -> str:
        """With the options in this order; the first is A on the page."""
        found = [self.before]
        for shown, letter in zip(ascii_uppercase, letters, strict=False):
            head, tail = self.options[letter]
            found += (head, shown, tail) if tail else (head,)
        return "".join((*found, self.after))


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
    plain = one.plain or one
    made = (_made if plain.pictured else _known)(plain, said)
    return made.in_order([letter for letter, _text in one.options])


@lru_cache(KEPT)
def _known(one: Asked, said: str) -> Made:
    return _made(one, said)


def _made(one: Asked, _said: str) -> Made:
    part = g.get("hall_part")
    if part is None:  # made once for this page, in the language of who reads
        part = g.hall_part = current_app.jinja_env.get_template(PART).make_module()
    pieces = part.body(one, SEAM).split(SEAM)
    if len(pieces) == 1:
        return Made(pieces[0], {}, "")
    before, *options, after = pieces
    lettered = len(options) == 2 * len(one.options)  # 正确 and 错误 have none
    heads, tails = (options[::2], options[1::2]) if lettered else (options, [""] * len(options))
    letters = [letter for letter, _text in one.options]
    return Made(before, dict(zip(letters, zip(heads, tails, strict=True), strict=True)), after)
