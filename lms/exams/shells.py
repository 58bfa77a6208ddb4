"""The exam page around its questions: made once for all who sit, with gaps for one's own."""

import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from types import SimpleNamespace

from flask import current_app, get_flashed_messages, json, session
from markupsafe import Markup, escape

from lms.exams.kept import Kept
from lms.exams.models import Assessment, Attempt
from lms.exams.questions import Dealt
from lms.exams.rules import Shown
from lms.exams.showing import sections
from lms.web.forms import csrf_token, nobodys_page
from lms.web.headers import POLICY
from lms.web.language import locale, type_size
from lms.web.parts import MARK, gap

PAGE = "exams/sitting.html"
# All that the page says of its assessment: it is made anew where one of these is another.
FACTS = ("title", "quiz", "closes_at", "leaving", "leaves_most", "least_minutes", "publishing")
ANYBODYS = 899_999_999_999_999_917  # stands for the number of an attempt, in its addresses too
GAPS = re.compile(f"{MARK}(\\w+){MARK}|{ANYBODYS}")
EVER = datetime.min.replace(tzinfo=UTC)
SHELLS: Kept[tuple[str, ...]] = Kept(timedelta.max, most=100)


def page(
    attempt: Attempt,
    settled: Assessment,
    asked: Dealt,
    looks: Collection[Shown],
    device: str = "",
    held: int = 0,
    entered: Mapping[str, object] | None = None,
) -> str:
    """The page of one person. It may be opened again without the line, so it carries its policy.

    settled: the assessment, or as much of it as a page needs. device: on which it was opened last.
    held: how many answers there are. entered: with what it begins, where the press that began it
    opened it.
    """
    many = len(asked)
    make = partial(_pieces, settled, many, looks)
    if "_flashes" in session:  # what is said to one person is in nobody else's page
        pieces = make()
    else:
        facts = (getattr(settled, name) for name in FACTS)
        key = (*facts, many, frozenset(looks), locale(), type_size())
        pieces = SHELLS.get(key, EVER, make)
    own = {
        None: str(attempt.id),
        "token": csrf_token(),
        "questions": sections(asked),
        "held": str(held),
        "entering": entering(device, entered),
    }
    found = list(pieces)
    found[1::2] = [own[gap] for gap in pieces[1::2]]
    return "".join(found)


def entering(device: str, entered: Mapping[str, object] | None = None) -> Markup:
    """How the page begins: the device it was opened on, and what it is told with the press."""
    told = f' data-entered="{escape(json.dumps(entered))}"' if entered else ""
    return Markup(f' data-device="{escape(device)}"{told}')  # noqa: S704 - both are escaped


def _pieces(settled: Assessment, many: int, looks: Collection[Shown]) -> tuple[str, ...]:
    """Text, the name of a gap, text …; the name of the attempt's number is none."""
    facts = SimpleNamespace(**{name: getattr(settled, name) for name in FACTS})
    with nobodys_page(gap("token")):
        drawn = current_app.jinja_env.get_template(PAGE).render(
            attempt=SimpleNamespace(id=ANYBODYS, assessment=facts),
            asked=range(many),
            looks=looks,
            policy=POLICY,
            held=gap("held"),
            entering=gap("entering"),
            question_sections=lambda _asked: gap("questions"),
            locale=locale(),
            type_size=type_size(),
            demonstration=current_app.extensions["settings"].demonstration,
            messages=get_flashed_messages(with_categories=True),
        )
    return tuple(GAPS.split(drawn))
