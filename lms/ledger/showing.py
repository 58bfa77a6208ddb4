"""How hours and their rules are said to people, in the reader's language."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _

from lms.ledger import lists, matching
from lms.ledger.models import HourList
from lms.ledger.reckoning import Rule
from lms.ledger.rules import (
    AUDIENCE_NAMES,
    KIND_NAMES,
    LINE_STATES,
    LIST_STATES,
    RULE_NAMES,
    Audience,
    LineState,
    RuleKey,
    in_hours,
)
from lms.people.queries import names
from lms.people.rules import POST_NAMES, Post
from lms.web.here import me, secret
from lms.web.language import day
from lms.words import N_, filled

READ = "lesson read to its end and confirmed"  # rules without a number
SIGNS = {"read": "wait", "handed on": "wait", "done": "ok", "returned": "none", "dropped": "none"}
WATCHED = "lesson watched and its gate passed"
PASSED = "gate of a lesson passed"
CLASS = "hours of the confirmed lists of a class"
OTHERS: dict[str, str] = {
    READ: N_("课程读完并确认，按课程标明的学时"),
    WATCHED: N_("课程看完、小测通过，按课程标明的学时"),
    PASSED: N_("课程小测通过，按课程标明的学时"),
    CLASS: N_("培训班经确认的名单上到课的学时"),
}


def rule_title(rule: Rule) -> str:
    """What a rule speaks of, and for whom."""
    name = _(RULE_NAMES[rule.key])
    return f"{name} · {_(AUDIENCE_NAMES[Audience(rule.audience)])}" if rule.audience else name


def value_said(rule: Rule) -> str:
    """What a rule says, in words."""
    if rule.key is RuleKey.CARRY:
        return _("结转") if rule.value == "1" else _("不结转")
    if not rule.value:
        return _("不分档") if rule.key is RuleKey.TIERS else _("不限")
    hours, _slash, years = rule.value.partition("/")
    if years:
        return _("%(years)s 年 %(hours)s 学时", years=years, hours=hours)
    return rule.value


def posts_said(rule: Rule) -> str:
    """The posts for which a rule holds."""
    if rule.audience == Audience.COUNTY_RANK:
        return _("职级为县处级以上的人员")
    return _("、").join(_(POST_NAMES[Post(post)]) for post in rule.posts if post in set(Post))


def made_by(name: str) -> str:
    """The rule that an entry names: “minutes per hour 45 since 2012-01-01” in words."""
    if name in OTHERS:
        return _(OTHERS[name])
    said, _since, first = name.partition(" since ")
    for key, title in RULE_NAMES.items():
        if first and said.startswith(f"{key} "):
            value = said.removeprefix(f"{key} ")
            since = day(date.fromisoformat(first))
            return _("%(rule)s：%(value)s（%(day)s起）", rule=_(title), value=value, day=since)
    return name


def rules_page(rules: list[Rule]) -> dict[str, Any]:
    """What the page of rules shows of each."""
    return {
        "rules": rules,
        "title": rule_title,
        "value": value_said,
        "posts": posts_said,
    }


# ── lists from outside ──────────────────────────────────────────────────────────────────────────


def lists_page(found: lists.Lists) -> dict[str, Any]:
    """What the page of lists shows."""
    people = names(person for one in found.rows for person in (one.sent_by, one.confirmed_by))
    return {"lists": found, "states_of": LIST_STATES, "people": people, "signs": SIGNS}


def list_page(one: HourList) -> dict[str, Any]:
    """What the page of one list shows: rows by what has been found of them."""
    held = {state: lists.lines_of(one.id, state) for state in LINE_STATES}
    ids = {person for rows in held.values() for line in rows for person in line.might_be}
    ids |= {line.about_id for rows in held.values() for line in rows if line.about_id}
    people = matching.named(ids)
    entries = lists.entries({line.twice_id for line in held[LineState.TWICE]})
    return {
        "one": one,
        "counts": lists.counts(one.id),
        "held": held,
        "line_states": LINE_STATES,
        "kinds": KIND_NAMES,
        "people": people,
        "who": names([one.sent_by, one.handed_by, one.confirmed_by, one.ended_by]),
        "words": lambda line: lists.said_by(line, secret("cipher")),
        "fault": fault_said,
        "entries": entries,
        "hours": lambda kept: f"{in_hours(kept or 0):.2f}".rstrip("0").rstrip("."),
        "may_confirm": me().id not in (one.sent_by, one.handed_by),
        "state_names": LIST_STATES,
        "signs": SIGNS,
    }


def fault_said(fault: Sequence[Any]) -> str:
    """One fault of a row: the column, and what is wrong with it."""
    column, why, values = fault
    return _("%(column)s：%(why)s", column=_(column), why=filled(_(why), values))
