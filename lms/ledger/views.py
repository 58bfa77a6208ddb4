"""The rules of hours, and lists of hours from outside."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from lms.access.permissions import Permission, needs
from lms.ledger import ruling, showing
from lms.ledger.forms import RuleForm
from lms.ledger.reckoning import dated, how_to_write, in_force
from lms.ledger.rules import OF_AUDIENCES
from lms.web.here import me, now, today

ledger = Blueprint("ledger", __name__, url_prefix="/hours")
LOOKS = (Permission.RUN_TRAINING, Permission.KEEP_HOUR_RULES)
KEEP = Permission.KEEP_HOUR_RULES


@ledger.get("/rules")
@needs(*LOOKS)
def rules():
    held = list(in_force(ruling.every(), today()).values())
    return render_template("ledger/rules.html", **showing.rules_page(held))


@ledger.get("/rules/<key>")
@needs(*LOOKS)
def rule(key: str):
    return _rule_page(key)


def _rule_page(name: str, form: RuleForm | None = None):
    key, _sep, audience = name.partition(":")
    known = dated(ruling.of_one(key, audience))
    last = known[0]
    form = form or RuleForm(value=last.value, posts=list(last.posts), from_on=today())
    page = showing.rules_page(known) | {"name": name, "form": form}
    of_posts = last.key in OF_AUDIENCES and bool(known[-1].posts)
    how = _(how_to_write(last.key))
    return render_template("ledger/rule.html", of_posts=of_posts, how=how, **page)


@ledger.post("/rules/<key>")
@needs(KEEP)
def say(key: str):
    name, _sep, audience = key.partition(":")
    known, form = ruling.of_one(name, audience), RuleForm.filled()
    if not form.validate():
        return _rule_page(key, form), 422
    ruling.say(known, **form.written(), by=me().id, now=now(), today=today())
    flash(_("已记下。从那一天起按新规则计，以前的学时不变。"), "ok")
    return redirect(url_for(".rule", key=key), 303)
