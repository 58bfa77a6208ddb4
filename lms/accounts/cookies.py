"""What the browser keeps of signing in: a signed session, and the token of the device."""

from datetime import datetime

from flask import request, session
from werkzeug.wrappers import Response

from lms.accounts import rules
from lms.accounts.entering import Door, Entered
from lms.web.here import address, now, settings

DEVICE = "device"
DEVICE_AGE = 400 * 24 * 3600  # seconds: as long as browsers allow
STEPS = ("slip", "chooser")


def door() -> Door:
    """What this request brings along."""
    return Door(
        token=session.get("token", ""),
        device=request.cookies.get(DEVICE, "")[:80],
        slip_id=_step("slip"),
        chooser_id=_step("chooser"),
        address=address(),
        agent=request.user_agent.string,
    )


def begin(step: str, row_id: int) -> None:
    """Remember for a few minutes that a code, or a PIN, was shown."""
    session[step] = [row_id, (now() + rules.STEP).isoformat()]


def _step(name: str) -> int | None:
    row_id, until = session.get(name, (None, ""))
    return row_id if row_id and datetime.fromisoformat(until) > now() else None


def forget_steps() -> None:
    for step in STEPS:
        session.pop(step, None)


def keep(entered: Entered, response: Response) -> Response:
    """Let the browser keep an open session, and know this device again."""
    forget_steps()
    session["token"] = entered.token
    session.permanent = True  # the token of forms must outlive a closed window; the house ends it
    response.set_cookie(
        DEVICE,
        entered.device,
        max_age=DEVICE_AGE,
        secure=settings().secure_cookies,
        httponly=True,
        samesite="Lax",
    )
    return response
