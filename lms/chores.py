"""What is done in the background: the jobs people ask for, and what is due by the clock."""

from datetime import datetime, timedelta

from flask import Flask, current_app

from lms.access.permissions import Permission
from lms.accounts.services import clear_old
from lms.analyses import tallying
from lms.audit.services import seal
from lms.bank import setting, twins
from lms.callups import services as callups
from lms.certificates import issuing
from lms.db import look_anew
from lms.exams import late, rekeying, releasing
from lms.exams.services import finish_due
from lms.exchange.jobs import HANDLERS as QUESTIONS
from lms.holidays.keeping import calendar
from lms.inspecting import making as inspections
from lms.jobs import worker
from lms.jobs.rules import Due, Handler
from lms.marking import services as marking
from lms.marking.gathering import gather
from lms.notices.services import forget_senders
from lms.rosters.jobs import HANDLERS as ROSTERS
from lms.today import reminders
from lms.today.channels import InFile, OnPage
from lms.training import fixing, following, noticing, quizzing
from lms.training.enrolling import enrol, list_candidates
from lms.web.transaction import finish
from lms.words import N_

RUN = Permission.RUN_TRAINING
HANDLERS: dict[str, Handler] = {
    **ROSTERS,
    **QUESTIONS,
    twins.FIND: Handler(N_("查找相似题"), twins.work, Permission.KEEP_BANK),
    setting.SET: Handler(N_("批量设置试题"), setting.work, Permission.KEEP_BANK),
    "enrol": Handler(N_("按规则列入名单"), enrol, RUN),
    quizzing.LIST: Handler(N_("列入小测名单"), quizzing.list_the_rest, Permission.SET_QUIZ),
    releasing.PUBLISH: Handler(N_("公布成绩"), releasing.publish_all, Permission.RUN_EXAMS),
    rekeying.REKEY: Handler(N_("按更正的答案重新计分"), rekeying.mark_anew, Permission.RUN_EXAMS),
    marking.REPAY: Handler(N_("按新的要点分值重新计分"), marking.pay_anew, Permission.RUN_EXAMS),
    late.MARK: Handler(N_("计入迟到的答案"), late.mark_the_rest, Permission.RUN_EXAMS),
    **{
        kind: Handler(N_("生成检查材料"), inspections.make, needed)
        for kind, needed in inspections.NEEDS.items()
    },
    issuing.ISSUE: Handler(N_("颁发证书并制作打印文件"), issuing.issue, RUN),
    following.FOLLOW: Handler(N_("办理名单变动"), noticing.follow, RUN),
    callups.SPLIT: Handler(N_("分期分班"), callups.solve, RUN),
    callups.MAKE: Handler(N_("开设分好的班"), callups.make_classes, RUN),
    "list candidates": Handler(N_("把名单告诉测评"), list_candidates, RUN),
}


def _seal(now: datetime) -> None:
    seal(now, current_app.extensions["settings"].secrets["digest"])


def _end_attempts(now: datetime) -> None:
    """Each slice in a transaction of its own, so that others save meanwhile."""
    for _ in finish_due(now):
        finish()


def _lay_out(now: datetime) -> None:
    """Written answers, for those who read them."""
    for _ in gather(now, current_app.extensions["dice"]):
        finish()


def _count_late(now: datetime) -> None:
    for _ in late.count_by_rule(now):
        finish()


def _remind(now: datetime) -> None:
    """Each slice in a transaction of its own; what is done today is not done again."""
    here = current_app.extensions["settings"]
    channels = (OnPage(), InFile(here.var, here.secrets["cipher"]))
    for _ in reminders.remind(now, calendar(here.var), channels):
        finish()


def _count_changes(now: datetime) -> None:
    for _ in noticing.count_changes(now):
        finish()


def _tally(now: datetime) -> None:
    for _ in tallying.tally_due(now):
        finish()


def _drop_lists(now: datetime) -> None:
    """Files with names: of certificates, of who was reminded; what was bundled for inspections."""
    here = current_app.extensions["settings"]
    issuing.drop_old(now, here)
    reminders.drop_old_files(now, here.var)
    inspections.let_go_of_old(now, here)


DUE = (
    Due("seal the audit log", timedelta(seconds=5), _seal),
    Due("end attempts whose time is over", timedelta(seconds=10), _end_attempts),
    Due("publish who was overlooked", timedelta(seconds=10), releasing.publish_left),
    Due("lay out written answers", timedelta(seconds=10), _lay_out),
    Due("count what came late by rule", timedelta(seconds=30), _count_late),
    Due("remind of what is not done", timedelta(minutes=5), _remind),
    Due("let go of files with names", timedelta(hours=1), _drop_lists),
    Due("fix lists of what has begun", timedelta(hours=1), fixing.fix_begun),
    Due("count what the roster changes of lists", timedelta(hours=1), _count_changes),
    Due("add up what was answered", timedelta(hours=1), _tally),
    Due("forget from where complaints came", timedelta(minutes=10), forget_senders),
    Due("let go of old signs of who signed in", timedelta(hours=24), clear_old),
    Due("see how the rows lie", timedelta(hours=1), lambda _: look_anew()),
)


def install(app: Flask) -> None:
    worker.install(app)
    app.extensions["job handlers"].update(HANDLERS)
    app.extensions["due things"].extend(DUE)
