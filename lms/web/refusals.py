"""Refusals become pages here, and only here: the rooms below know no HTTP."""

from flask import Flask, current_app, jsonify, render_template, request
from flask_babel import gettext as _
from sqlalchemy.exc import DataError, IntegrityError
from werkzeug.exceptions import HTTPException

from lms.errors import (
    Conflict,
    Invalid,
    Listed,
    NotAllowed,
    NotFound,
    NotSignedIn,
    Refusal,
    TooMany,
)
from lms.web.addresses import came_from, can_be_opened
from lms.web.transaction import AT_ONCE, READS
from lms.words import N_, filled

TOO_LARGE = "22003"  # PostgreSQL's word for a number that a column cannot hold
NOWHERE = N_("没有找到，或不在您的权限范围内。")
STATUS: dict[type[Refusal], int] = {
    NotFound: 404,
    NotSignedIn: 401,
    NotAllowed: 403,
    Conflict: 409,
    Invalid: 422,
    TooMany: 429,
}
HELP = {
    401: N_("请登录后再试。"),
    403: N_("如确需办理，请联系本单位或上一级的培训管理员。"),
    404: N_("请从首页重新进入；仍找不到时，请联系本单位的培训管理员。"),
    405: N_("请从页面上的按钮进入。"),
    409: N_("请返回并刷新页面，看清现在的情况后再办理。"),
    413: N_("请换一个小一些的文件。"),
    422: N_("请返回上一页改正后再提交。"),
    429: N_("请过一会儿再试。"),
    500: N_("已经记下这个问题。请稍后再试，或用页面下方的“投诉建议”告诉我们。"),
}
BACK = (409, 422)  # the page that one comes from is where it is mended
PLAIN = {
    404: N_("没有这个页面。"),
    405: N_("不能这样打开这个地址。"),
    413: N_("文件太大。"),
    500: N_("系统出了问题，刚才的操作没有生效。"),
}


def install(app: Flask) -> None:
    @app.errorhandler(Refusal)
    def refused(refusal: Refusal):
        return page(said(refusal), status(refusal))

    @app.errorhandler(IntegrityError)
    def crossed(_wrong: IntegrityError):
        """Two wrote the same at one moment, and the database kept the first."""
        return refused(Conflict(AT_ONCE))

    @app.errorhandler(OverflowError)
    @app.errorhandler(DataError)
    def too_large(wrong: OverflowError | DataError):
        """A number that no row can have: nothing stands under it. Each database says so its way."""
        state = getattr(getattr(wrong, "orig", None), "sqlstate", TOO_LARGE)
        return refused(NotFound(NOWHERE)) if state == TOO_LARGE else broken(wrong)

    @app.errorhandler(HTTPException)
    def failed(error: HTTPException):
        if error.code is None or error.code < 400:
            return error
        return page(_(PLAIN.get(error.code, PLAIN[500 if error.code >= 500 else 404])), error.code)

    @app.errorhandler(Exception)
    def broken(error: Exception):
        if current_app.extensions["settings"].testing:
            raise error
        current_app.logger.exception("a request broke")
        return page(_(PLAIN[500]), 500)


def status(refusal: Refusal) -> int:
    """What a refusal is in HTTP."""
    return next(STATUS[kind] for kind in type(refusal).mro() if kind in STATUS)


def said(refusal: Refusal) -> str:
    """The sentence of a refusal, in the reader's language, with its values."""
    text, values = _(refusal.text), {name: _word(one) for name, one in refusal.values.items()}
    return filled(text, values)


def _word(value: object) -> object:
    """A value as it stands in the sentence: words of the house are translated, too."""
    if isinstance(value, Listed):
        return _("；").join(str(_word(one)) for one in value)
    if isinstance(value, Refusal):
        return said(value)
    return _(value) if isinstance(value, str) and value else value


def page(why: str, status: int):
    """The refusal as a page, or as JSON to a script."""
    if request.accept_mimetypes.best == "application/json" or request.is_json:
        return jsonify(why=why), status
    help_ = _(HELP.get(status, HELP[404]))
    shown = render_template("refusal.html", why=why, status=status, help=help_, back=_back(status))
    return shown, status


def _back(status: int) -> str:
    """The page whose form was refused; what was typed waits there. "" where there is none."""
    found = came_from() if status in BACK and request.method not in READS else "/"
    return found if found != "/" and can_be_opened(found) else ""
