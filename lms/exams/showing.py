"""The questions of an exam page as HTML: each made once, its options put into everybody's order."""

from dataclasses import dataclass
from functools import lru_cache
from string import ascii_uppercase

from flask import current_app, g
from markupsafe import Markup

from lms.exams.questions import Asked, Dealt, Slot
from lms.web.language import gettext as _
from lms.web.language import locale

PART = "_parts/hall.html"
KNOWN = 4096  # questions in an order, less than a kilobyte each
SEAM = "\ue001\ue002\ue001"  # stands in no text: where an option begins, and for its letter


@dataclass(frozen=True, eq=False)  # each is itself: looked up by what it is, not by its text
class Made:
    """A question as HTML: before its options, each of them by its letter in the file, after."""

    before: str
    options: dict[str, tuple[str, str]]
    after: str


@lru_cache(maxsize=KNOWN)
def put(made: Made, letters: tuple[str, ...]) -> str:
    """With the options in this order; the first is A there. Of four there are 24 orders."""
    page = [made.before]
    for shown, letter in zip(ascii_uppercase, letters, strict=False):
        head, tail = made.options[letter]
        page += (head, shown, tail) if tail else (head,)
    return "".join((*page, made.after))


SECTION = """<section class="card asked" id="q{0}" data-slot="{1}" aria-labelledby="h{0}" hidden>
<h2 id="h{0}" tabindex="-1">{2}"""


def sections(dealt: Dealt) -> Markup:
    """All questions, numbered as they stand."""
    said, head = locale(), str(_("第 %(n)s 题", n=SEAM))
    page: list[str] = []
    for n, (slot, letters) in enumerate(dealt, start=1):
        made = slot.made.get(said) or _made(slot, said)
        page += (
            SECTION.format(n, slot.number, head.replace(SEAM, str(n))),
            put(made, tuple(letters)),
        )
    return Markup("".join(page))  # noqa: S704 - numbers, our own words, and what the template has made


def _made(slot: Slot, said: str) -> Made:
    """What stands below the number; kept, unless a picture in it has the address of its attempt."""
    made = _drawn(slot.plain)
    if not slot.plain.pictured:
        slot.made[said] = made
    return made


def _drawn(one: Asked) -> Made:
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
