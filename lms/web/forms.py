"""The form every form extends."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from hashlib import sha256
from hmac import compare_digest
from typing import Any, Self

from flask import current_app, g, request, session
from flask_babel import gettext
from markupsafe import Markup, escape
from werkzeug.datastructures import CombinedMultiDict
from wtforms import DateTimeField, Field, Form, HiddenField, SelectMultipleField
from wtforms.csrf.session import SessionCSRF
from wtforms.meta import DefaultMeta
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget, Select

from lms.clock import FIRST_YEAR, LAST_YEAR
from lms.errors import Invalid, Listed
from lms.sheets.promise import refuse_title
from lms.web.language import locale
from lms.web.refusals import said
from lms.words import N_


class Box(CheckboxInput):
    """One of several boxes. A browser would want each of those that are required ticked."""

    validation_attrs = ("disabled",)


class CheckboxesField(SelectMultipleField):
    """Several of some, each with a box."""

    widget = ListWidget(prefix_label=False)
    option_widget = Box()


class Options(Select):
    """A choice from a list, drawn as the library draws it, its options remembered.

    A filter has dozens of them, and each page draws them anew.
    """

    @classmethod
    def _dispatch_render_option(cls) -> Callable[..., str]:
        return cls.render_option

    @classmethod
    def render_option(cls, choice: Any, **more: Any) -> Markup:
        if choice.render_kw or more or isinstance(choice.value, bool):
            return super().render_option(choice, **more)
        label = choice.value if choice.label is None else choice.label
        said = label if isinstance(label, str) else str(label)  # once: each time it is looked up
        return _option(choice.value, said or choice.value, bool(choice.selected))


@lru_cache(4096, typed=True)  # a text may be marked as safe, and another of the same signs not
def _option(value: object, label: object, selected: bool) -> Markup:
    mark = "selected " if selected else ""
    return Markup(f'<option {mark}value="{escape(value)}">{escape(label)}</option>')  # noqa: S704 - escaped


OPTIONS = Options()


class Token(Form):
    """What each form has: the token of its session, without which a press is nobody's."""

    class Meta(DefaultMeta):
        csrf = True
        csrf_class: type[SessionCSRF] = SessionCSRF
        csrf_field_name = "csrf_token"
        csrf_time_limit = None

        @property
        def csrf_secret(self) -> bytes:
            return current_app.extensions["settings"].secrets["session"].encode()

        @property
        def csrf_context(self) -> Any:
            return session


class Remembered(SessionCSRF):
    """The library's check of a token, which is made once for each session."""

    def generate_csrf_token(self, csrf_token_field: Field) -> str:
        return csrf_token()


class BaseForm(Form):
    """Checks the token, speaks the reader's language, and keeps what was typed."""

    class Meta(Token.Meta):
        csrf_class = Remembered

        @property
        def locales(self) -> list[str]:
            return [locale()]

        def render_field(self, field: Field, render_kw: Mapping[str, Any]) -> Markup:
            if type(field.widget) is Select and not field.widget.multiple:
                field.widget = OPTIONS
            return super().render_field(field, render_kw)

    def validate(self, *checks: Any) -> bool:
        """A day of a year that nobody means is a slip: nothing is reckoned from it."""
        good = super().validate(*checks)
        slips = [one for one in self if not FIRST_YEAR <= _year(one) <= LAST_YEAR]
        for one in slips:
            one.errors = [*one.errors, gettext("年份不对，请核对这个日期。")]
        return good and not slips

    @classmethod
    def sent(cls, **given: Any) -> Self:
        """The posted form, already valid; else Invalid, and the page shows the form again.

        given: what the form's constructor takes besides (defaults, choices).
        """
        form = cls.filled(**given)
        if not form.validate():
            raise Mistyped(form)
        return form

    @classmethod
    def filled(cls, **given: Any) -> Self:
        """The form with what was posted, not validated; before that, with what it is given.

        Files are among the fields. An empty post is a post: boxes that nobody ticked are empty.
        """
        if request.method != "POST":
            return cls(None, **given)
        files, words = request.files, request.form
        return cls(CombinedMultiDict([files, words]) if files else words, **given)

    @classmethod
    def asked(cls, **given: Any) -> Self:
        """The form as the address fills it: filters of a table."""
        return cls(request.args, meta={"csrf": False}, **given)


class ChangingForm(BaseForm):
    """A form that changes what is there: who saves after somebody else is told, and saves again.

    as_it_is: what it shows of the thing now; without it nothing is compared.
    """

    based_on = HiddenField()

    def __init__(self, *sent: Any, as_it_is: Mapping[str, Any] | None = None, **more: Any) -> None:
        super().__init__(*sent, **more)
        self.sign = _sign(as_it_is) if as_it_is else ""
        self.based_on.data = self.based_on.data or self.sign

    def validate(self, *checks: Any) -> bool:
        good, before = super().validate(*checks), self.based_on.data
        if self.sign and before != self.sign:
            self.based_on.data = self.sign
            told = gettext(
                "您打开这一页以后，已有人改过。下面是您填的，请另开一页对照；以您的为准的，再按一次保存。"
            )
            self.based_on.errors = [*self.based_on.errors, told]
            return False
        return good


def _sign(shown: Mapping[str, Any]) -> str:
    """A few signs that differ where what is shown differs; the order of several says nothing."""
    plain = [(key, sorted(one) if isinstance(one, list) else one) for key, one in shown.items()]
    return sha256(repr(sorted(plain, key=str)).encode()).hexdigest()[:16]


def neutral(_form: Form, field: Field) -> None:
    """What a training is called stands in the record of everybody in it, and marks nobody."""
    try:
        refuse_title(field.data or "")
    except Invalid as wrong:
        raise ValidationError(said(wrong)) from wrong


def _year(field: Field) -> int:
    """The year of a typed day; of anything else one that is right."""
    return getattr(field.data if isinstance(field, DateTimeField) else None, "year", FIRST_YEAR)


class Mistyped(Invalid):
    """A form with mistakes in it. `form` keeps what was typed and what is wrong beside it."""

    def __init__(self, form: BaseForm) -> None:
        self.form = form
        found = Listed(
            Invalid("{field}：{why}", field=form[name].label.text, why=why)
            for name, whys in form.errors.items()
            if name in form._fields
            for why in whys
            if not isinstance(why, list | dict)
        )
        super().__init__(N_("填写有误：{faults}"), faults=found)


def csrf_token() -> str:
    """The token of this session, for forms written by hand and for who asks with one."""
    if (nobodys := g._get_current_object().get("nobodys_token")) is not None:
        return nobodys
    if (seed := session.get("csrf")) is None:
        return _made()  # and its seed with it
    return _known(seed, current_app.extensions["settings"].secrets["session"])


@contextmanager
def nobodys_page(instead: str) -> Iterator[None]:
    """What is drawn within is kept for many: no form of it has a token of who happens to read."""
    before = g.get("nobodys_token")
    g.nobodys_token = instead
    try:
        yield
    finally:
        if before is None:
            del g.nobodys_token
        else:
            g.nobodys_token = before


@lru_cache(4096)
def _known(_seed: str, _secret: str) -> str:
    """It follows from these two alone: a page asks for each of its forms."""
    return _made()


def _made() -> str:
    return Token()["csrf_token"].current_token


def refuse_forged() -> None:
    """Every post carries the token of its session. The gate asks, for every view."""
    given = request.headers.get("X-CSRF-Token") or request.form.get("csrf_token", "")
    if not compare_digest(given.encode(), csrf_token().encode()):
        raise Invalid("页面已过期，请返回上一页，刷新后再提交。")
