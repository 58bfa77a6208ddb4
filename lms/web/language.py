"""Chinese first, English second; and the size of the type. Both are remembered in a cookie."""

from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from flask import Flask, g, request
from flask_babel import Babel, Domain, force_locale, get_locale, get_translations
from markupsafe import Markup, escape

from lms.clock import CITY_TIME
from lms.words import counted

LOCALES = {"zh": "zh_Hans_CN", "en": "en"}
SIZES = ("standard", "large", "largest")


def install(app: Flask, translations: Path) -> None:
    """translations: the folder of the compiled catalogues."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(translations)
    babel = Babel(
        app,
        default_locale="zh_Hans_CN",
        default_timezone="Asia/Shanghai",
        locale_selector=lambda: LOCALES[locale()],
    )
    babel.domain_instance = Counting()
    app.jinja_env.globals.update(gettext=gettext, _=gettext)  # no detour by a context of its own
    app.jinja_env.filters.update(
        moment=moment, clock=clock, day=day, month=month, written_day=written_day
    )


class Counting(Domain):
    """The catalogue, for what the code says: each count in its form."""

    def gettext(self, string: str, **variables: object) -> str:
        said = self.get_translations().ugettext(string)
        return counted(said, variables) % variables if variables else said


def locale() -> str:
    """The reader's language, zh or en: from the cookie; Chinese where there is none."""
    here = g._get_current_object()  # each look through a proxy is three calls
    if (known := here.get("locale")) is None:
        chosen = request.cookies.get("language", "zh") if request else "zh"
        known = here.locale = chosen if chosen in LOCALES else "zh"
    return known


def gettext(text: str, **words: object) -> Markup:
    """A text of a page. Chinese is what pages are written in: nothing is looked up for it."""
    here = g._get_current_object().get("locale") or locale()
    said = _known(text if here == "zh" else get_translations().ugettext(text))
    if not words:
        return said % words if "%" in said else said
    safe = {name: word if type(word) is int else escape(word) for name, word in words.items()}
    return Markup(str.__mod__(counted(said, words), safe))  # noqa: S704 - our own words, the others escaped


@lru_cache(8192)
def _known(text: str) -> Markup:
    return Markup(text)  # noqa: S704 - our own words


def speaking(language: str) -> Callable[[str], str]:
    """What says a text in a language, for a file that a job makes. language: zh or en."""

    @lru_cache(None)
    def say(text: str) -> str:
        with force_locale(LOCALES[language]):
            return get_translations().ugettext(text)

    return say


def type_size() -> str:
    """The size the reader chose."""
    chosen = request.cookies.get("size", "standard")
    return chosen if chosen in SIZES else "standard"


def moment(value: datetime | None) -> str:
    """2026年11月23日 09:30, in the city's time; — where there is none."""
    if value is None:
        return "—"
    here = value.astimezone(CITY_TIME)
    return f"{day(here.date())} {here:%H:%M}"


def clock(value: datetime | None) -> str:
    """09:30, in the city's time."""
    return "—" if value is None else f"{value.astimezone(CITY_TIME):%H:%M}"


def day(value: date | None) -> str:
    """2026年11月23日, or 23 Nov 2026 in English; — where there is none."""
    if value is None:
        return "—"
    if isinstance(value, datetime):
        value = value.astimezone(CITY_TIME).date()
    if str(get_locale()) == "en":
        return f"{value.day} {value:%b %Y}"
    return f"{value.year}年{value.month}月{value.day}日"


def written_day(value: str | None) -> str | None:
    """A day that is kept as text, 1970-03-05 or only 1970-03, as people write it."""
    try:
        known = date.fromisoformat(f"{value}-01"[:10])
    except ValueError:
        return value
    if value != f"{known:%Y-%m}":
        return day(known)
    return f"{known:%b %Y}" if str(get_locale()) == "en" else f"{known.year}年{known.month}月"


def month(value: date | None) -> str:
    """11月23日: a day of this year, short."""
    if value is None:
        return "—"
    if isinstance(value, datetime):
        value = value.astimezone(CITY_TIME).date()
    return (
        f"{value.day} {value:%b}" if str(get_locale()) == "en" else f"{value.month}月{value.day}日"
    )
