"""The page that asks to sign in, wherever it is asked, and what it keeps meanwhile."""

from typing import Any, NamedTuple

from flask import g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lms.access.permissions import ADMINISTRATORS, ROLE_NAMES
from lms.accounts import choosing, cookies, entering, queries
from lms.accounts.entering import Entered, Known
from lms.accounts.forms import OWN, ChangeForm, ChooseForm, CodeForm, EnterForm, GoingOn, PrintForm
from lms.accounts.rolls import Roll
from lms.accounts.rules import DEVICES, LONGEST, SLIP_STATES, SlipState, idle_limit, shown_code
from lms.errors import NotSignedIn, Refusal
from lms.web import refusals
from lms.web.addresses import came_from
from lms.web.forms import BaseForm, Mistyped
from lms.web.here import me, now, settings

MOST_KEPT = 200_000  # characters of what was typed


def page(
    form: BaseForm, known: Known | None, *, step: str = "", why: str = "", code: int = 200
) -> tuple[str, int]:
    """step: name or secret; by itself, the name is asked of those who are not known."""
    page = render_template(
        "accounts/sign_in.html",
        form=form,
        known=known,
        step=step or ("secret" if known else "name"),
        why=why,
        kept=kept() if request.method == "POST" else [],
    )
    return page, code


def kept() -> list[tuple[str, str]]:
    """What was typed for the act whose session had ended: it goes on together with signing in."""
    return [
        (name, value)
        for name, value in request.form.items(multi=True)
        if not name.startswith(OWN) and name != "csrf_token"
    ]


def who_knocks() -> Known | None:
    """Who it is, without having said so."""
    return entering.known(cookies.door(), now(), settings())


def interrupted(refusal: NotSignedIn):
    """Nobody is signed in, or the page has locked: ask here, and then do what was asked for."""
    why = refusals.said(refusal)
    if request.accept_mimetypes.best == "application/json" or request.is_json:
        return refusals.page(why, 401)
    then, again = request.full_path.rstrip("?"), ""
    if request.method == "POST":
        then, again, more = _act(then)
        why += more
    form = EnterForm(data={"then": then, "again": again})
    return page(form, who_knocks(), why=why, code=401)


def _act(address: str) -> tuple[str, str, str]:
    """An act is carried out afterwards; a file cannot be kept, and is chosen again.

    A form that says `keep-typed` has more in it than its file: the rest of it goes on.
    """
    files = any(file.filename for file in request.files.values())
    too_long = sum(len(value) for _name, value in kept()) > MOST_KEPT
    if too_long or (files and "keep-typed" not in request.form):
        return came_from(), "", _("文件需要在登录后重新选择。")
    return address, "1", _("文件需要在登录后重新选择。") if files else ""


def again(refusal: Refusal):
    """A wrong answer: the same page, with what was wrong."""
    form, why = _kept_form(refusal, EnterForm)
    name = request.form.get(f"{OWN}name", "")
    named = entering.remembered_as(name, cookies.door(), now(), settings()) if name else None
    naming = request.endpoint == "accounts.name"
    step = "name" if naming else "secret" if name else ""
    known = named if name else who_knocks()
    return page(form, known, step=step, why=why, code=refusals.status(refusal))


def slip_again(refusal: Refusal):
    """A code that does not hold: the page of the code again."""
    form, why = _kept_form(refusal, CodeForm)
    return render_template("accounts/slip.html", form=form, why=why), refusals.status(refusal)


def choose_again(refusal: Refusal):
    """A PIN or password that will not do: the page of the choice again."""
    found = choosing.chooser(cookies.door(), now(), settings())
    form, why = _kept_form(refusal, ChooseForm, kind=found.secret)
    page = render_template("accounts/choose.html", form=form, found=found, why=why)
    return page, refusals.status(refusal)


def change_again(refusal: Refusal):
    """The same, where one changes one's own."""
    asked = queries.asked(me().id, now(), settings())
    form, why = _kept_form(refusal, ChangeForm, kind=asked)
    return render_template(
        "accounts/secret.html", form=form, asked=asked, why=why
    ), refusals.status(refusal)


def _kept_form(refusal: Refusal, of: type[BaseForm], **given: Any) -> tuple[BaseForm, str]:
    """The form as it was sent, and the sentence that belongs to no field."""
    if isinstance(refusal, Mistyped):
        return refusal.form, ""
    return of.filled(**given), refusals.said(refusal)


def entered(found: Entered, form: GoingOn) -> Response:
    """On with it: to what was asked for, or to the choice that must be made first."""
    session["then"] = form.next
    if found.slip_id:
        cookies.begin("slip", found.slip_id)
        return redirect(url_for("accounts.introduction"), 303)
    if found.chooser_id:
        cookies.begin("chooser", found.chooser_id)
        return redirect(url_for("accounts.choose"), 303)
    return opened(found, 307 if form.again.data else 303)


def opened(found: Entered, status: int = 303) -> Response:
    """On to what was asked for before signing in; the first page where nothing was."""
    return cookies.keep(found, redirect(session.pop("then", "/"), status))


def idle() -> dict[str, object]:
    """For the page: after how many minutes it locks; out: an administrator is signed out."""
    me = g.get("me")
    if me is None:
        return {"idle": None}
    minutes = int(idle_limit(me.roles).total_seconds() // 60)
    return {"idle": Idle(minutes, bool(me.roles & ADMINISTRATORS))}


class Idle(NamedTuple):
    """When a page that nobody touches is covered, or left."""

    minutes: int
    out: bool


# ── pages of slips and sessions ─────────────────────────────────────────────────────────────────


def slip_address() -> str:
    """Where a slip leads; the code follows after #."""
    return url_for("accounts.slip", _external=True)


def printed(template: str, **page: Any) -> str:
    """A page that shows codes, and where to type them."""
    return render_template(template, shown=shown_code, address=slip_address(), **page)


def roll(found: Roll) -> str:
    """The page of slips of a unit, or of those who were sought."""
    form = PrintForm(data={"unit": found.unit.id})
    return render_template(
        "accounts/slips.html",
        roll=found,
        form=form,
        State=SlipState,
        states_of=SLIP_STATES,
        roles=ROLE_NAMES,
    )


def sessions(words: str, number: int) -> str:
    """The page of open sessions. number: which page, from 1."""
    skip = (max(1, number) - 1) * queries.PAGE
    rows = queries.sessions(now() - LONGEST, words.strip(), skip)
    return render_template(
        "accounts/sessions.html",
        rows=rows[: queries.PAGE],
        words=words,
        kinds=DEVICES,
        more=len(rows) > queries.PAGE,
        number=max(1, number),
    )
