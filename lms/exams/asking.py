"""What an organiser sets, changes, and excepts from."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from flask_babel import lazy_gettext
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    IntegerField,
    SelectField,
    StringField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from lms.clock import CITY_TIME
from lms.competencies.rules import PROJECT_NAMES
from lms.exams import rules
from lms.exams.forms import DEVICE
from lms.exams.models import Assessment
from lms.exams.rules import Counting, Leaving, Publishing, Shown, When
from lms.exams.setting import Setting
from lms.papers.models import PaperRelease
from lms.web.forms import BaseForm, CheckboxesField, neutral

COUNTING_NAMES = {
    Counting.BEST: lazy_gettext("最好的一次"),
    Counting.LAST: lazy_gettext("最后一次"),
    Counting.FIRST: lazy_gettext("第一次"),
}
LEAVING_NAMES = {
    Leaving.COUNTED: lazy_gettext("计次，并当场提醒"),
    Leaving.IGNORED: lazy_gettext("不计"),
    Leaving.COLLECTED: lazy_gettext("满几次就收卷（考前告知）"),
}
PUBLISHING_NAMES = {
    Publishing.AT_ONCE: lazy_gettext("交卷后马上公布"),
    Publishing.IN_ONE_ACT: lazy_gettext("由指定人员统一公布"),
}
SHOWN_NAMES = {
    Shown.RIGHT: lazy_gettext("对错"),
    Shown.POINTS: lazy_gettext("每题得分"),
    Shown.KEY: lazy_gettext("答案"),
    Shown.EXPLANATION: lazy_gettext("解析"),
}


def _named(names: dict[Any, Any]) -> list[SelectChoice]:
    return [SelectChoice(one.value, name) for one, name in names.items()]


def _one_of(label: Any, names: dict[Any, Any]) -> SelectField:
    """The first where nothing was sent."""
    first = next(iter(names)).value
    return SelectField(
        label, choices=_named(names), default=first, filters=[lambda sent: sent or first]
    )


def _category(none: Any) -> SelectField:
    named = [SelectChoice(code, lazy_gettext(name)) for code, name in PROJECT_NAMES.items()]
    return SelectField(
        lazy_gettext("测评类别"),
        choices=[SelectChoice("", none), *named],
        filters=[lambda sent: sent or ""],
    )


def _moment(typed: datetime | None) -> datetime | None:
    """What was typed is the city's time."""
    return typed and typed.replace(tzinfo=CITY_TIME).astimezone(UTC)


def _typed(moment: datetime | None) -> datetime | None:
    """A moment as a form shows it."""
    return moment and moment.astimezone(CITY_TIME).replace(tzinfo=None)


def _word(typed: str | None) -> str | None:
    return (typed or "").strip() or None


# ── setting and changing ────────────────────────────────────────────────────────────────────────


class ShownForm(BaseForm):
    """Until when it can be sat, and what of its questions is shown when."""

    closes_at = DateTimeLocalField(lazy_gettext("截止时间"), validators=[InputRequired()])
    during = CheckboxesField(lazy_gettext("答题时可以逐题看"), choices=_named(SHOWN_NAMES))
    after = CheckboxesField(lazy_gettext("交卷后马上给本人看"), choices=_named(SHOWN_NAMES))
    closed = CheckboxesField(lazy_gettext("截止后再给本人看"), choices=_named(SHOWN_NAMES))

    def facts(self) -> dict[str, Any]:
        """The fields as the service takes them."""
        ticked = {When.DURING: self.during, When.AFTER: self.after, When.CLOSED: self.closed}
        return {
            "closes_at": _moment(self.closes_at.data),
            "shown": {when.value: list(what.data) for when, what in ticked.items() if what.data},
        }

    @staticmethod
    def of(assessment: Assessment) -> dict[str, Any]:
        """An assessment as the fields show it."""
        return {
            "closes_at": _typed(assessment.closes_at),
            "during": assessment.shown.get(When.DURING, []),
            "after": assessment.shown.get(When.AFTER, []),
            "closed": assessment.shown.get(When.CLOSED, []),
        }


class TermsForm(ShownForm):
    """Everything of an assessment but its unit and its papers."""

    title = StringField(
        lazy_gettext("测评名称"), validators=[InputRequired(), Length(max=100), neutral]
    )
    opens_at = DateTimeLocalField(lazy_gettext("开放时间"), validators=[InputRequired()])
    minutes = IntegerField(
        lazy_gettext("考试时长（分钟）"), validators=[Optional(), NumberRange(5, 300)]
    )
    pass_mark = IntegerField(
        lazy_gettext("合格线（满分按 100 分计）"),
        default=60,
        validators=[InputRequired(), NumberRange(1, 100)],
    )
    attempts = IntegerField(
        lazy_gettext("可以考几次"), default=3, validators=[InputRequired(), NumberRange(1, 20)]
    )
    which_counts = _one_of(lazy_gettext("以哪一次为准"), COUNTING_NAMES)
    category = _category(lazy_gettext("按试卷的命题蓝图"))
    audience = StringField(lazy_gettext("给谁考"), validators=[Length(max=200)])
    place = StringField(lazy_gettext("考试地点"), validators=[Length(max=100)])
    password = StringField(lazy_gettext("入场口令"), validators=[Length(max=40)])
    least_minutes = IntegerField(
        lazy_gettext("开考几分钟后才能交卷"), validators=[Optional(), NumberRange(0, 300)]
    )
    shuffled = BooleanField(lazy_gettext("每人的题目顺序不同"), default=True)
    options_shuffled = BooleanField(lazy_gettext("每人的选项顺序不同"), default=True)
    leaving = _one_of(lazy_gettext("答题中离开页面"), LEAVING_NAMES)
    leaves_most = IntegerField(
        lazy_gettext("离开几次后收卷"), validators=[Optional(), NumberRange(1, 50)]
    )
    merit = IntegerField(
        lazy_gettext("良好线"),
        default=rules.MERIT[1],
        validators=[Optional(), NumberRange(1, 100)],
    )
    distinction = IntegerField(
        lazy_gettext("优秀线"),
        default=rules.DISTINCTION[1],
        validators=[Optional(), NumberRange(1, 100)],
    )
    publishing = _one_of(lazy_gettext("成绩什么时候公布"), PUBLISHING_NAMES)
    late_until = DateTimeLocalField(
        lazy_gettext("断网的答案最迟收到什么时候"), validators=[Optional()]
    )
    late_counts = BooleanField(lazy_gettext("结束后才传到的答案自动有效，不用逐个审核"))

    def facts(self) -> dict[str, Any]:
        leaving = Leaving(self.leaving.data)
        return super().facts() | {
            "title": self.title.data.strip(),
            "opens_at": _moment(self.opens_at.data),
            "minutes": self.minutes.data,
            "pass_mark": self.pass_mark.data,
            "attempts": self.attempts.data,
            "which_counts": Counting(self.which_counts.data),
            "category": self.category.data or None,
            "audience": _word(self.audience.data),
            "place": _word(self.place.data),
            "password": _word(self.password.data),
            "least_minutes": self.least_minutes.data or 0,
            "shuffled": self.shuffled.data,
            "options_shuffled": self.options_shuffled.data,
            "leaving": leaving,
            "leaves_most": self.leaves_most.data if leaving is Leaving.COLLECTED else None,
            "merit": self.merit.data or rules.MERIT[1],
            "distinction": self.distinction.data or rules.DISTINCTION[1],
            "publishing": Publishing(self.publishing.data),
            "late_until": _moment(self.late_until.data),
            "late_counts": self.late_counts.data,
        }

    @staticmethod
    def of(assessment: Assessment) -> dict[str, Any]:
        plain = {name: getattr(assessment, name) for name in PLAIN}
        chosen = {name: getattr(assessment, name).value for name in CHOSEN}
        moments = {name: _typed(getattr(assessment, name)) for name in ("opens_at", "late_until")}
        return ShownForm.of(assessment) | plain | chosen | moments


CHOSEN = ("which_counts", "leaving", "publishing")
PLAIN = (
    *("title", "minutes", "pass_mark", "attempts", "category", "audience", "place", "password"),
    *("least_minutes", "shuffled", "options_shuffled", "leaves_most", "merit", "distinction"),
    "late_counts",
)


class ChangeForm(TermsForm):
    """An assessment that nobody has sat yet: everything may be said anew."""

    minutes = IntegerField(
        lazy_gettext("考试时长（分钟）"), validators=[InputRequired(), NumberRange(1, 10_000)]
    )
    category = _category(lazy_gettext("不分类"))


class AssessmentForm(TermsForm):
    """Released papers, set for a window of time."""

    org_id = SelectField(lazy_gettext("组织单位"), coerce=int)
    release = SelectField(lazy_gettext("试卷"), coerce=int)
    dealt = CheckboxesField(lazy_gettext("轮流发的平行卷"), coerce=int)
    resits = CheckboxesField(lazy_gettext("补考卷"), coerce=int)
    confirmed = BooleanField(
        lazy_gettext("我确认：这是培训测评，不是录用、选拔、晋升考试"),
        validators=[
            InputRequired(
                lazy_gettext("请确认是培训测评。录用、选拔、晋升的试题启用前属国家秘密，不得录入。")
            )
        ],
    )

    def offer(self, units: dict[int, str], releases: Sequence[PaperRelease]) -> "AssessmentForm":
        """The units and the papers to choose from."""
        self.org_id.choices = [SelectChoice(key, name) for key, name in units.items()]  # type: ignore[arg-type]
        papers = [SelectChoice(one.id, one.title) for one in releases]  # type: ignore[arg-type]
        self.release.choices = papers
        self.dealt.choices = self.resits.choices = papers
        self.releases = {one.id: one for one in releases}
        return self

    @property
    def chosen(self) -> PaperRelease:
        return self.releases[self.release.data]

    @property
    def beside(self) -> tuple[list[PaperRelease], list[PaperRelease]]:
        """The papers dealt with the first, and those for who sits again."""
        ticked = [field.data or [] for field in (self.dealt, self.resits)]
        dealt, resits = ([self.releases[key] for key in keys] for keys in ticked)
        return [one for one in dealt if one.id != self.release.data], resits

    def setting(self) -> Setting:
        """The assessment as the service takes it. Without minutes, the paper's own count."""
        facts = self.facts()
        facts["minutes"] = facts["minutes"] or self.chosen.minutes
        return Setting(org_id=self.org_id.data, **facts)


# ── exceptions ──────────────────────────────────────────────────────────────────────────────────


class AllowForm(BaseForm):
    """An exception: what it gives, and why. For whom stands in the address."""

    more_minutes = IntegerField(
        lazy_gettext("延长几分钟"), validators=[Optional(), NumberRange(1, 600)]
    )
    more_attempts = IntegerField(
        lazy_gettext("增加几次"), validators=[Optional(), NumberRange(1, 20)]
    )
    opens_at = DateTimeLocalField(lazy_gettext("另定开放时间"), validators=[Optional()])
    closes_at = DateTimeLocalField(lazy_gettext("另定截止时间"), validators=[Optional()])
    reason = StringField(lazy_gettext("原因"), validators=[InputRequired(), Length(max=200)])

    def given(self) -> dict[str, Any]:
        """The fields as the service takes them."""
        return {
            "more_minutes": self.more_minutes.data,
            "more_attempts": self.more_attempts.data,
            "opens_at": _moment(self.opens_at.data),
            "closes_at": _moment(self.closes_at.data),
            "reason": self.reason.data,
        }


class WhomForm(BaseForm):
    """For whom an exception shall be: a candidate, or those under a unit."""

    candidate = IntegerField(validators=[Optional()])
    unit = IntegerField(validators=[Optional()])


class SearchForm(BaseForm):
    """A candidate, by a part of the name."""

    q = StringField(lazy_gettext("姓名"), validators=[InputRequired(), Length(max=60)])


# ── entering ────────────────────────────────────────────────────────────────────────────────────


class StartForm(BaseForm):
    """What who begins says: the pledge, and the word that was said in the room."""

    pledged = BooleanField(lazy_gettext("我承诺独立作答，不请人代考，不抄录、不外传试题"))
    password = StringField(lazy_gettext("入场口令"), validators=[Length(max=40)])
    device = StringField(filters=[lambda sent: sent if DEVICE.fullmatch(sent or "") else ""])
