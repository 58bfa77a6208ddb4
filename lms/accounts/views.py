"""The doors to sign in and out, to one's own account, and to the slips and sessions of others."""

from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _

from lms.access.permissions import OPEN, ROLE_NAMES, SIGNED_IN, Permission, needs
from lms.accounts import (
    asking,
    choosing,
    cookies,
    entering,
    issuing,
    queries,
    rolls,
    services,
    trying,
)
from lms.accounts.forms import (
    ChangeForm,
    ChooseForm,
    CodeForm,
    EnterForm,
    FindForm,
    NameForm,
    PrintForm,
    RollForm,
    SessionsForm,
    WhyForm,
)
from lms.accounts.rolls import ISSUERS
from lms.accounts.rules import DEVICES, SLIP_STATES, Unfit, Wrong
from lms.errors import Invalid, NotSignedIn, Refusal, TooMany
from lms.notices import queries as notices
from lms.people.rules import POST_NAMES
from lms.web import refusals, transaction
from lms.web.here import me, now, settings, today

accounts = Blueprint("accounts", __name__)
accounts.app_errorhandler(NotSignedIn)(asking.interrupted)
accounts.app_context_processor(asking.idle)

# ── signing in ──────────────────────────────────────────────────────────────────────────────────


@accounts.get("/sign-in")
@needs(OPEN)
def sign_in():
    known = asking.who_knocks()
    if me() is not None and (known is None or known.by is not entering.By.SLIP):
        return redirect("/")
    return asking.page(EnterForm(), None if request.args.get("other") else known)


@accounts.post("/sign-in/name")
@needs(OPEN)
def name():
    sent = NameForm.sent()
    known = entering.remembered_as(sent.name.data or "", cookies.door(), now(), settings())
    return asking.page(EnterForm.filled(), known, step="secret")


@accounts.post("/sign-in")
@needs(OPEN)
def enter():
    form, door = EnterForm.sent(), cookies.door()
    counted = partial(entering.take_try, door, form.typed(), now(), settings())
    tried = transaction.beforehand(counted)
    return asking.entered(entering.enter(tried, form.typed(), door, now(), settings()), form)


@accounts.post("/sign-in/lock")
@needs(SIGNED_IN)
def lock():
    lock = partial(services.lock, cookies.door(), now(), settings())
    transaction.afterwards(lock)  # after the gate has written this contact down
    return "", 204


@accounts.post("/sign-in/here")
@needs(SIGNED_IN)
def here():
    """Somebody is reading: the gate writes the contact down."""
    return "", 204


@accounts.post("/sign-out")
@needs(OPEN)
def sign_out():
    entering.sign_out(cookies.door().token, now(), settings())
    session.pop("token", None)
    cookies.forget_steps()
    return redirect(url_for(".sign_in"), 303)


@accounts.get("/sign-in/forgotten")
@needs(OPEN)
def forgotten():
    return render_template("accounts/forgotten.html")


@accounts.get("/sign-in/notice")
@needs(OPEN)
def notice():
    return render_template("accounts/notice.html")


# ── the slip ────────────────────────────────────────────────────────────────────────────────────


@accounts.get("/sign-in/slip")
@needs(OPEN)
def slip():
    return render_template("accounts/slip.html", form=CodeForm(), why="")


@accounts.post("/sign-in/slip")
@needs(OPEN)
def show():
    code = CodeForm.sent().code.data or ""
    bounds = transaction.beforehand(partial(choosing.take_code_try, cookies.door(), now()))
    cookies.begin("slip", choosing.show_code(code, bounds, now(), settings()))
    return redirect(url_for(".introduction"), 303)


@accounts.get("/sign-in/introduction")
@needs(OPEN)
def introduction():
    found = choosing.introduction(cookies.door(), now())
    if found.chosen:
        return redirect(url_for(".sign_in"))
    return render_template("accounts/introduction.html", found=found, names=POST_NAMES)


@accounts.post("/sign-in/stranger")
@needs(OPEN)
def stranger():
    choosing.note_stranger(cookies.door(), now())
    cookies.forget_steps()
    return render_template("accounts/stranger.html")


@accounts.get("/sign-in/choose")
@needs(OPEN)
def choose():
    found = choosing.chooser(cookies.door(), now(), settings())
    return render_template(
        "accounts/choose.html", form=ChooseForm(kind=found.secret), found=found, why=""
    )


@accounts.post("/sign-in/choose")
@needs(OPEN)
def chosen():
    door = cookies.door()
    found = choosing.chooser(door, now(), settings())
    form = ChooseForm.sent(kind=found.secret)
    new, remember = form.secret.data or "", form.remember.data
    return asking.opened(choosing.choose(found, new, door, remember, now(), settings()))


# ── one's own ───────────────────────────────────────────────────────────────────────────────────


@accounts.get("/own")
@needs(SIGNED_IN)
def own():
    here = entering.session_of(cookies.door(), settings())
    page = queries.own(me().id, here, now(), settings())
    said = notices.own(me().id)
    return render_template(
        "accounts/own.html", own=page, said=said, posts=POST_NAMES, roles=ROLE_NAMES, kinds=DEVICES
    )


@accounts.get("/own/secret")
@needs(SIGNED_IN)
def secret():
    asked = queries.asked(me().id, now(), settings())
    form = ChangeForm(kind=asked)
    return render_template("accounts/secret.html", form=form, asked=asked, why="")


@accounts.post("/own/secret")
@needs(SIGNED_IN)
def change():
    form = ChangeForm.sent(kind=queries.asked(me().id, now(), settings()))
    typed = form.present.data or "", form.secret.data or ""
    bounds = transaction.beforehand(partial(choosing.take_change_try, me().id, now()))
    choosing.change(me().id, *typed, bounds, cookies.door(), now(), settings())
    flash(_("已更改。其他设备上的登录已退出。"), "ok")
    return redirect(url_for(".own"), 303)


@accounts.post("/own/sessions/<int:sign_in_id>/end")
@needs(SIGNED_IN)
def end_own(sign_in_id: int):
    services.end_own_session(sign_in_id, me().id, now())
    flash(_("已退出那台设备上的登录。"), "ok")
    return redirect(url_for(".own"), 303)


@accounts.post("/own/devices/<int:device_id>/forget")
@needs(SIGNED_IN)
def forget(device_id: int):
    services.forget_device(device_id, me().id, now())
    flash(_("那台设备下次登录要输凭条码和 PIN 码，或密码。"), "ok")
    return redirect(url_for(".own"), 303)


# ── slips and accounts of others ────────────────────────────────────────────────────────────────


@accounts.get("/slips")
@needs(*ISSUERS)
def slips():
    form = RollForm.asked()
    roll = rolls.of_unit(form.unit.data if form.validate() else None, me(), today())
    return asking.roll(roll)


@accounts.post("/slips/found")
@needs(*ISSUERS)
def found():
    return asking.roll(rolls.of_words(FindForm.sent().q.data or "", me(), today()))


@accounts.post("/slips/sheets")
@needs(*ISSUERS)
def sheets():
    form = PrintForm.sent()
    which = {"unused": form.unused.data, "used": form.used.data}
    drawn = issuing.drawn(
        rolls.to_print(form.unit.data, me(), today(), **which), asking.slip_address()
    )
    page = asking.printed("accounts/sheets.html", sheets=drawn)
    issuing.keep_drawn(drawn, me().id, now(), settings())
    return page


@accounts.post("/slips/<int:person_id>/reissue")
@needs(*ISSUERS)
def reissue(person_id: int):
    mine = me().granting(ISSUERS)
    new = issuing.reissue(person_id, mine, me().id, now(), settings())
    picture = issuing.picture(asking.slip_address(), new.code)
    return asking.printed("accounts/reissue.html", new=new, picture=picture)


@accounts.get("/accounts/<int:person_id>")
@needs(*ISSUERS)
def account(person_id: int):
    found = issuing.about(person_id, me().granting(ISSUERS), now())
    return render_template(
        "accounts/account.html", found=found, states_of=SLIP_STATES, kinds=DEVICES, form=WhyForm()
    )


@accounts.post("/accounts/<int:person_id>/end")
@needs(*ISSUERS)
def end(person_id: int):
    why = WhyForm.sent().why.data or ""
    person = issuing.end_account(person_id, why, me().granting(ISSUERS), now())
    flash(_("已停用%(name)s的账号。", name=person.name), "ok")
    return redirect(url_for(".account", person_id=person_id), 303)


@accounts.post("/accounts/<int:person_id>/reopen")
@needs(*ISSUERS)
def reopen(person_id: int):
    why = WhyForm.sent().why.data or ""
    person = issuing.reopen_account(person_id, why, me().granting(ISSUERS), now())
    flash(_("已恢复%(name)s的账号。", name=person.name), "ok")
    return redirect(url_for(".account", person_id=person_id), 303)


# ── sessions of others ──────────────────────────────────────────────────────────────────────────


@accounts.get("/sessions")
@needs(Permission.KEEP_SECURITY)
def sessions():
    form = SessionsForm.asked()
    return asking.sessions("", form.page.data or 1 if form.validate() else 1)


@accounts.post("/sessions/found")
@needs(Permission.KEEP_SECURITY)
def found_sessions():
    return asking.sessions(FindForm.sent().q.data or "", 1)


@accounts.post("/sessions/<int:sign_in_id>/end")
@needs(Permission.KEEP_SECURITY)
def end_session(sign_in_id: int):
    services.end_session(sign_in_id, "ended by the security administrator", now())
    flash(_("已结束这个登录会话。"), "ok")
    return redirect(url_for(".sessions"), 303)


# ── what does not fit ───────────────────────────────────────────────────────────────────────────

SHOWN_AGAIN = {
    "accounts.name": asking.again,
    "accounts.enter": asking.again,
    "accounts.show": asking.slip_again,
    "accounts.chosen": asking.choose_again,
    "accounts.change": asking.change_again,
}


@accounts.errorhandler(Invalid)
@accounts.errorhandler(TooMany)
def wrong(refusal: Refusal):
    """What was typed does not fit: the same page again, nothing else lost."""
    if isinstance(refusal, Wrong):
        transaction.afterwards(partial(entering.note_failure, refusal, now()))
    if isinstance(refusal, Unfit):
        transaction.afterwards(partial(trying.give_back, refusal.bounds))
    again = SHOWN_AGAIN.get(request.endpoint or "")
    if again is None or request.accept_mimetypes.best == "application/json":
        return refusals.page(refusals.said(refusal), refusals.status(refusal))
    return again(refusal)
