"""What the pages and the file of numbers show, in the reader's language."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from lms.clock import day_of
from lms.orgs import queries as orgs
from lms.people.rules import Me
from lms.reports import purposes, unmasking
from lms.reports.models import NumbersAsked
from lms.reports.purposes import NUMBERS_NAMES, PURPOSE_NAMES, STEP_NAMES
from lms.reports.showing import for_work, posts_said
from lms.reports.unmasking import Listed
from lms.sheets.pages import DEMONSTRATION, Column, Kind, Page, file_name
from lms.sheets.writing import workbook_bytes
from lms.web.here import settings
from lms.web.language import day, moment

STATES = {"waiting": "info", "agreed": "ok", "over": "none", "refused": "warn"}


def row(one: NumbersAsked, now: datetime) -> dict[str, Any]:
    """One request as the list shows it."""
    step = purposes.step(one.agreed, one.decided_at, now)
    return {
        "one": one,
        "numbers": _(NUMBERS_NAMES[one.numbers]),
        "purpose": _(PURPOSE_NAMES[one.purpose]),
        "state": (STATES[step.value], _(STEP_NAMES[step])),
        "step": step.value,
    }


def page(one: NumbersAsked, me: Me, now: datetime) -> dict[str, Any]:
    """What the page of one request shows."""
    shown = row(one, now)
    second = unmasking.second_unit(one, day_of(now)) if one.agreed is None else None
    units = {unit.id: unit.name for unit in orgs.line(one.org)}
    shown["second"] = units.get(second) if second else None
    shown["until"] = one.decided_at + purposes.LASTS if one.decided_at else None
    shown["may_decide"] = unmasking.may_decide(one, me, day_of(now))
    shown["may_take"] = shown["step"] == "agreed" and me.id == one.asked_by
    return shown


def workbook(
    one: NumbersAsked, people: Sequence[Listed], secret: str, now: datetime
) -> tuple[str, bytes]:
    """The name and the bytes of the file: who holds it, for what, and who agreed, at its foot."""
    numbers = {
        person: (phone, id_number)
        for person, phone, id_number in unmasking.numbers_of((p.person_id for p in people), secret)
    }
    columns = [
        Column(_("序号"), Kind.NUMBER, 6),
        Column(_("上级单位"), Kind.TEXT, 16),
        Column(_("单位"), Kind.TEXT, 18),
        Column(_("姓名"), Kind.TEXT, 12),
        Column(_("职务"), Kind.TEXT, 26),
    ]
    columns += [Column(_("手机号"), Kind.TEXT, 14)] if one.numbers.phones else []
    columns += [Column(_("身份证号"), Kind.TEXT, 22)] if one.numbers.ids else []
    rows = []
    for place, who in enumerate(people, start=1):
        phone, id_number = numbers.get(who.person_id, ("", ""))
        held = [phone] if one.numbers.phones else []
        held += [id_number] if one.numbers.ids else []
        rows.append([place, who.superior, who.unit, who.name, posts_said(who.posts), *held])
    mark = _(DEMONSTRATION) if settings().demonstration else ""
    sheet = Page(_("名单"), columns, rows, one.title, "", _below(one, now), mark)
    stem = f"{one.title}{_(NUMBERS_NAMES[one.numbers])}({now:%Y%m%d})"
    return file_name(stem), workbook_bytes([sheet], now)


def _below(one: NumbersAsked, now: datetime) -> list[str]:
    said = {"purpose": _(PURPOSE_NAMES[one.purpose]), "words": one.words}
    who = {"asker": one.asker, "decider": one.decider, "when": moment(one.decided_at)}
    return [
        _("用途：%(purpose)s。%(words)s", **said),
        _("%(asker)s申请，%(decider)s于%(when)s确认。", **who),
        for_work(one.asker),
        _("用完请删除，不得超出上述用途。名册截至%(day)s。", day=day(day_of(now))),
    ]
