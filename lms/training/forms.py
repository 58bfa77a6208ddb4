"""What may be sent about programmes, cohorts, rules and lists."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import (
    DateField,
    DateTimeLocalField,
    DecimalField,
    IntegerField,
    SelectField,
    StringField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp, ValidationError

from lms.clock import CITY_TIME
from lms.people.rules import POST_NAMES, Post
from lms.training.rules import COMING_NAMES, MOST_ASKED, Asked, Coming
from lms.web.forms import BaseForm, ChangingForm, CheckboxesField, neutral

CODE = lazy_gettext("用 2 至 40 位字母、数字或短横。")


def _options(named: dict[int, str]) -> list[SelectChoice]:
    return [SelectChoice(key, name) for key, name in named.items()]  # type: ignore[arg-type]


class ProgrammeForm(BaseForm):
    """A programme inside one of the projects."""

    unit = SelectField(lazy_gettext("主办单位"), coerce=int)
    projects = CheckboxesField(
        lazy_gettext("所属工程"),
        coerce=int,
        validators=[InputRequired(lazy_gettext("请至少选择一个工程。"))],
    )
    title = StringField(
        lazy_gettext("项目名称"), validators=[InputRequired(), Length(max=120), neutral]
    )
    code = StringField(
        lazy_gettext("项目编码"),
        validators=[
            InputRequired(),
            Regexp(
                r"^[A-Za-z0-9-]{2,40}$", message=lazy_gettext("用 2 至 40 位字母、数字或短横。")
            ),
        ],
    )
    opens_on = DateField(lazy_gettext("开始日期"), validators=[InputRequired()])

    def __init__(
        self,
        *sent: Any,
        units: dict[int, str],
        projects: dict[int, str],
        taken: Callable[[str], bool],
        **more: Any,
    ) -> None:
        super().__init__(*sent, **more)
        self.unit.choices, self.projects.choices = _options(units), _options(projects)
        self.taken = taken

    def validate_code(self, field: StringField) -> None:
        if self.taken(field.data or ""):
            raise ValidationError(gettext("这个编码已被使用，请换一个。"))

    def written(self) -> dict[str, Any]:
        """The fields as the service takes them."""
        return {
            "org_id": self.unit.data,
            "code": self.code.data,
            "title": self.title.data,
            "project_ids": self.projects.data,
            "opens_on": self.opens_on.data,
        }


class CohortForm(ChangingForm):
    """The plan of a cohort."""

    unit = SelectField(lazy_gettext("主办单位"), coerce=int)
    title = StringField(
        lazy_gettext("班次名称"), validators=[InputRequired(), Length(max=120), neutral]
    )
    opens_on = DateField(lazy_gettext("开始日期"), validators=[InputRequired()])
    closes_on = DateField(lazy_gettext("截止日期"), validators=[InputRequired()])
    required_hours = DecimalField(
        lazy_gettext("要求学时"), places=2, validators=[InputRequired(), NumberRange(0, 2000)]
    )
    courses = CheckboxesField(lazy_gettext("课程"), coerce=int)
    assessments = CheckboxesField(lazy_gettext("测评"), coerce=int)

    def __init__(
        self,
        *sent: Any,
        units: dict[int, str],
        courses: dict[int, str],
        assessments: dict[int, str],
        **more: Any,
    ) -> None:
        super().__init__(*sent, **more)
        self.unit.choices = _options(units)
        self.courses.choices, self.assessments.choices = _options(courses), _options(assessments)

    def validate_closes_on(self, field: DateField) -> None:
        if self.opens_on.data and field.data and field.data < self.opens_on.data:
            raise ValidationError(gettext("截止日期不能早于开始日期。"))

    def written(self) -> dict[str, Any]:
        """The fields as the service takes them."""
        plain = ("title", "opens_on", "closes_on", "required_hours")
        return {
            **{name: self[name].data for name in plain},
            "course_ids": self.courses.data,
            "assessment_ids": self.assessments.data,
        }


class RuleForm(BaseForm):
    """Whom to list: a unit with everything under it × posts × term × label of units.

    No post chosen means every post. came_by: the reason, where the list is fixed.
    """

    unit = SelectField(lazy_gettext("单位（含下级单位）"), coerce=int)
    posts = CheckboxesField(
        lazy_gettext("职务"),
        choices=[SelectChoice(post.value, lazy_gettext(POST_NAMES[post])) for post in Post],
    )
    since = DateField(lazy_gettext("任职不早于"), validators=[Optional()])
    label = SelectField(lazy_gettext("单位标签"), default="", validators=[Optional()])
    came_by = SelectField(
        lazy_gettext("增加的原因"),
        default=Coming.ADDED.value,
        choices=[
            SelectChoice(one.value, lazy_gettext(COMING_NAMES[one]))
            for one in Coming
            if one is not Coming.INITIAL
        ],
    )

    def __init__(
        self, *sent: Any, units: list[SelectChoice], labels: Sequence[str], **more: Any
    ) -> None:
        super().__init__(*sent, **more)
        self.unit.choices = units
        self.label.choices = [
            SelectChoice("", gettext("不限")),
            *(SelectChoice(one, one) for one in labels),
        ]

    @property
    def chosen(self) -> Asked:
        posts = tuple(Post(word) for word in self.posts.data or ())
        return Asked(posts, self.since.data, self.label.data or None)


class QuizForm(BaseForm):
    """小测: a bank, how many questions, for whom, until when. askable: bank → how many it has."""

    bank = SelectField(lazy_gettext("题库"), coerce=int)
    questions = IntegerField(
        lazy_gettext("题数"), default=10, validators=[InputRequired(), NumberRange(1, MOST_ASKED)]
    )
    unit = SelectField(
        lazy_gettext("单位（含下级单位）"),
        coerce=int,
        validators=[NumberRange(1, message=lazy_gettext("请选择单位。"))],
    )
    posts = CheckboxesField(
        lazy_gettext("职务"),
        choices=[SelectChoice(post.value, lazy_gettext(POST_NAMES[post])) for post in Post],
    )
    closes_at = DateTimeLocalField(lazy_gettext("截止时间"), validators=[InputRequired()])

    def __init__(
        self,
        *sent: Any,
        banks: dict[int, str],
        askable: dict[int, int],
        units: list[SelectChoice],
        **more: Any,
    ) -> None:
        super().__init__(*sent, **more)
        # Nobody sends to a whole city because its name stood first.
        none = [SelectChoice(0, gettext("请选择"))] if len(units) > 1 else []
        self.askable, self.unit.choices = askable, none + units
        # Those that have something to ask stand first.
        self.bank.choices = _options(
            {
                key: gettext("%(bank)s（可出 %(n)s 题）", bank=title, n=f"{askable[key]:,}")
                for key, title in sorted(banks.items(), key=lambda one: not askable[one[0]])
            }
        )

    def validate_bank(self, field: SelectField) -> None:
        if self.askable.get(field.data) == 0:
            raise ValidationError(
                gettext(
                    "这个题库没有能出小测的题：要放在练习题库或公开题库里、已定稿、机器能判。"
                    "请换一个题库。"
                )
            )

    def validate_questions(self, field: IntegerField) -> None:
        there = self.askable.get(self.bank.data)
        if field.data and there and field.data > there:
            raise ValidationError(
                gettext("这个题库能出小测的题只有 %(n)s 道，请减少题数。", n=there)
            )

    @property
    def chosen_posts(self) -> list[Post]:
        return [Post(word) for word in self.posts.data or () if word in set(Post)]

    @property
    def chosen_unit(self) -> int | None:
        """The unit, if it is one of those to choose from."""
        known = [one.value for one in self.unit.choices]
        return self.unit.data if self.unit.data in known else known[0] if known else None

    @property
    def ends(self) -> datetime:
        """What was typed is the city's time."""
        return self.closes_at.data.replace(tzinfo=CITY_TIME).astimezone(UTC)


class UnitForm(BaseForm):
    """A part of the name of a unit, or its code."""

    other = StringField(lazy_gettext("单位名称或代码"), validators=[Length(max=40)])


class NamesForm(BaseForm):
    """What part of a list to show. The words are posted: no name stands in an address."""

    q = StringField(lazy_gettext("姓名、拼音、编号或单位"), validators=[Length(max=60)])
    off = IntegerField(validators=[Optional()])
    page = IntegerField(default=1, validators=[Optional(), NumberRange(1, 10_000)])

    def chosen(self) -> dict[str, Any]:
        """The fields as the query takes them."""
        return {"words": self.q.data or "", "off": bool(self.off.data), "page": self.page.data or 1}
