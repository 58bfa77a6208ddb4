"""The roof: the rooms, in the order they are put together."""

from flask import Flask, g, get_flashed_messages, url_for
from jinja2 import StrictUndefined
from markupsafe import Markup
from werkzeug.middleware.proxy_fix import ProxyFix

from lms import access, chores, gate, menu
from lms.accounts.views import accounts
from lms.analyses.overviewing import reports
from lms.analyses.use import used
from lms.analyses.views import analyses
from lms.audit.views import audit
from lms.bank.shelves import bank
from lms.callups.lacking import callups
from lms.certificates.views import certificates
from lms.classes.judged import classes
from lms.clock import Clock, system_clock
from lms.commands import register
from lms.courses.writing import courses
from lms.db import db, engine_options
from lms.dice import Dice, system_dice
from lms.exams import door
from lms.exams.asked import asked_since
from lms.exams.excusing import exams
from lms.exams.kept import Kept
from lms.exams.queries import planned
from lms.exams.showing import sections
from lms.exchange.taking import taking
from lms.exchange.views import exchange
from lms.improving.pledges import improving
from lms.incidents.views import incidents
from lms.inspecting.looking import inspecting
from lms.jobs.views import jobs
from lms.laws.views import laws
from lms.learning import door as learning_door
from lms.learning.views import learning
from lms.ledger.bringing import ledger
from lms.ledger.ruling import of_minutes
from lms.marking.profiles import marking
from lms.notices.views import notices
from lms.orgs.views import orgs
from lms.papers.views import papers
from lms.people.queries import headcounts
from lms.people.views import people
from lms.practice.views import practice
from lms.records.on_paper import records
from lms.reviewing.currency import reviewing
from lms.rosters.views import rosters
from lms.settings import HOME, Settings
from lms.today.arranging import today
from lms.training.asked import asked_of, cohorts_in_sight
from lms.training.mine import training
from lms.web import (
    addresses,
    assets,
    compiled,
    headers,
    icons,
    language,
    packing,
    parts,
    refusals,
    transaction,
)
from lms.web.forms import csrf_token
from lms.web.markdown import in_line, rendered, shown
from lms.web.pages import Pages
from lms.web.program import Program
from lms.web.turnstile import Turnstile
from lms.web.views import web

MIB = 1024 * 1024
ROOMS = (
    web,
    reports,
    analyses,
    papers,
    bank,
    exchange,
    taking,
    laws,
    reviewing,
    audit,
    orgs,
    jobs,
    accounts,
    notices,
    courses,
    learning,
    training,
    ledger,
    classes,
    callups,
    incidents,
    inspecting,
    certificates,
    records,
    improving,
    today,
    exams,
    marking,
    practice,
    people,
    rosters,
)


def create_app(
    settings: Settings | None = None, clock: Clock = system_clock, dice: Dice = system_dice
) -> Flask:
    """The whole program, around one Settings. What a test may want to change is an argument."""
    settings = settings or Settings.from_env()
    Kept.drop_all()  # a house that opens knows nothing of another in this process
    app = Program(
        "lms",
        root_path=str(HOME),
        template_folder=str(HOME / "templates"),
        static_folder=None,  # served in front of the program, see web/assets.py
    )
    app.url_rule_class, app.jinja_environment = addresses.Address, Pages
    app.extensions.update(clock=clock, dice=dice, settings=settings)
    app.extensions.update(headcounts=headcounts, planned=planned, cohorts=cohorts_in_sight)
    app.extensions.update({"asked since": asked_since, "asked of": asked_of, "used": used})
    app.extensions["of minutes"] = of_minutes
    app.config.update(_config(settings))
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.filters["markdown"] = rendered
    app.jinja_env.filters["question_text"] = _question_text
    app.jinja_env.filters["question_line"] = lambda text: in_line(_question_text(text))
    app.jinja_env.globals.update(question_sections=sections, csrf_token=csrf_token)
    icons.install(app)
    addresses.install(app)
    parts.install(app)
    db.init_app(app)
    for room in ROOMS:
        app.register_blueprint(room)
    for part in (packing, gate, transaction, headers, refusals, menu, chores, register):
        part.install(app)
    Turnstile(app)
    door.install(app)
    learning_door.install(app)
    assets.install(app, settings)
    compiled.install(app, settings.var / "templates")
    if settings.behind_proxy:  # else every visitor would come from the proxy's address
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    language.install(app, settings.var / "translations")
    app.context_processor(lambda: _seen_everywhere(settings))
    return app


def _question_text(text: str) -> Markup:
    """A text of a question, its pictures from where this page may have them."""
    return shown(text, g.get("pictures") or url_for("bank.picture", name=""))


def _config(settings: Settings) -> dict[str, object]:
    return {
        "SECRET_KEY": settings.secrets.get("session"),
        "SQLALCHEMY_DATABASE_URI": settings.database,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(settings.database),
        "SESSION_COOKIE_NAME": "lms",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_REFRESH_EACH_REQUEST": False,  # no cookie with every answer
        "SESSION_COOKIE_SECURE": settings.secure_cookies,
        "MAX_CONTENT_LENGTH": 32 * MIB,
        "MAX_FORM_MEMORY_SIZE": 4 * MIB,
        "JSON_AS_ASCII": False,
        "TESTING": settings.testing,
    }


def _seen_everywhere(settings: Settings) -> dict[str, object]:
    """What every page may show."""
    return {
        "demonstration": settings.demonstration,
        "locale": language.locale(),
        "type_size": language.type_size(),
        "messages": get_flashed_messages(with_categories=True),
    }


__all__ = ["access", "create_app"]
