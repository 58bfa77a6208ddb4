"""What may be sent about a difference, a plan and a pledge."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import (
    DateField,
    DecimalField,
    FieldList,
    Form,
    FormField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from lms.improving.dissecting import BESIDE_NAMES, Beside
from lms.improving.pledging import Wanted as PledgeWanted
from lms.improving.queries import Owner
from lms.improving.rules import PLEDGED, Mark
from lms.improving.services import Step, Wanted
from lms.people.rules import POST_NAMES
from lms.reports.dictionary import SHIPPED
from lms.reports.progress import Lack
from lms.web.forms import BaseForm, Mistyped
from lms.web.here import today

REQUIRED = lazy_gettext("请填写。")
CHOSEN = lazy_gettext("请选择。")


class AskedForm(BaseForm):
    """Of which list, under which unit, as of which day, beside whom."""

    cohort = IntegerField(validators=[Optional()])
    under = IntegerField(validators=[Optional()])
    as_of = DateField(lazy_gettext("统计日"), validators=[Optional()])
    beside = SelectField(lazy_gettext("对照"), validators=[Optional()])
    lack = SelectField(choices=[one.value for one in Lack], validators=[Optional()])
    first = IntegerField(default=0, validators=[Optional(), NumberRange(min=0)])

    def __init__(self, *sent: Any, **more: Any) -> None:
        super().__init__(*sent, **more)
        self.beside.choices = [
            SelectChoice(one.value, lazy_gettext(BESIDE_NAMES[one])) for one in Beside
        ]

    def validate_as_of(self, field: DateField) -> None:
        if field.data and field.data > today():
            raise ValidationError(_("统计日不能晚于今天。"))

    @property
    def day(self) -> date:
        return self.as_of.data or today()

    @property
    def others(self) -> Beside:
        return Beside(self.beside.data) if self.beside.data else Beside.SUPERIOR

    @classmethod
    def given(cls):
        """The form as the address fills it, already valid; else Mistyped."""
        form = cls.asked()
        if not form.validate():
            raise Mistyped(form)
        return form


def _owners(people: Sequence[Owner]) -> list[SelectChoice]:
    found = [
        SelectChoice(
            one.id,  # type: ignore[arg-type]
            _(
                "%(unit)s %(name)s（%(post)s）",
                unit=one.unit,
                name=one.name,
                post=_(POST_NAMES[one.post]),
            ),
        )
        for one in people
    ]
    return [SelectChoice(0, _("请选择")), *found]  # type: ignore[arg-type]


class OwnedForm(BaseForm):
    """Something with a responsible person of the unit."""

    owner = SelectField(lazy_gettext("责任人"), coerce=int, default=0)

    def __init__(self, *sent: Any, people: Sequence[Owner] = (), **more: Any) -> None:
        super().__init__(*sent, **more)
        self.owner.choices = _owners(people)

    def validate_owner(self, field: SelectField) -> None:
        if not field.data:
            raise ValidationError(_("请选择责任人。"))


class StepForm(Form):
    """One thing to be done; an empty one is none."""

    what = StringField(validators=[Optional(), Length(max=200)])
    due_on = DateField(validators=[Optional()])
    owner = SelectField(coerce=int, default=0, choices=[], validate_choice=False)


class PlanForm(OwnedForm):
    """A plan of improvement with its steps."""

    causes = TextAreaField(
        lazy_gettext("原因分析"), validators=[InputRequired(REQUIRED), Length(max=400)]
    )
    aim = DecimalField(
        lazy_gettext("目标完成率（%）"),
        places=2,
        validators=[InputRequired(REQUIRED), NumberRange(0, 100)],
    )
    review_on = DateField(lazy_gettext("复看日期"), validators=[InputRequired(REQUIRED)])
    ability = SelectField(lazy_gettext("重点提升的能力"), default="", validators=[Optional()])
    steps = FieldList(FormField(StepForm), min_entries=3, max_entries=12)

    def __init__(
        self,
        *sent: Any,
        people: Sequence[Owner] = (),
        abilities: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(*sent, people=people, **more)
        self.ability.choices = [
            SelectChoice("", _("不指定")),
            *(SelectChoice(code, name) for code, name in (abilities or {}).items()),
        ]
        for step in self.steps:
            step.owner.choices = self.owner.choices

    def validate_steps(self, field: FieldList) -> None:
        """A step that was begun is whole; each mistake stands once, above the steps."""
        for number, one in enumerate(field, start=1):
            if one.what.data and not one.due_on.data:
                raise ValidationError(_("第 %(n)s 条措施没有完成日期，请补上。", n=number))

    @property
    def wanted(self) -> Wanted:
        return Wanted(
            self.aim.data,
            self.review_on.data,
            self.owner.data,
            self.causes.data,
            self.ability.data or "",
        )

    @property
    def to_do(self) -> list[Step]:
        """The steps that were filled in; without an owner of its own, that of the plan."""
        return [
            Step(one.what.data, one.due_on.data, one.owner.data or self.owner.data)
            for one in self.steps
            if one.what.data
        ]


class NewStepForm(OwnedForm):
    """One more step of a plan."""

    what = StringField(lazy_gettext("措施"), validators=[InputRequired(REQUIRED), Length(max=200)])
    due_on = DateField(lazy_gettext("完成日期"), validators=[InputRequired(REQUIRED)])

    @property
    def wanted(self) -> Step:
        return Step(self.what.data, self.due_on.data, self.owner.data)


class MarkForm(BaseForm):
    """What became of a step."""

    mark = RadioField(
        lazy_gettext("结果"),
        choices=[
            SelectChoice(Mark.DONE.value, lazy_gettext("已完成")),
            SelectChoice(Mark.DROPPED.value, lazy_gettext("取消")),
        ],
        default=Mark.DONE.value,
    )
    on = DateField(lazy_gettext("日期"), validators=[InputRequired(REQUIRED)])
    note = StringField(lazy_gettext("说明"), validators=[Optional(), Length(max=200)])


class TermsForm(OwnedForm):
    """What is pledged: a number, by a day."""

    code = SelectField(lazy_gettext("指标"), default=PLEDGED[0])
    value = DecimalField(
        lazy_gettext("承诺达到"),
        places=2,
        validators=[InputRequired(REQUIRED), NumberRange(0, 99999)],
    )
    by_on = DateField(lazy_gettext("承诺日期"), validators=[InputRequired(REQUIRED)])
    words = StringField(lazy_gettext("承诺事项"), validators=[Optional(), Length(max=200)])

    def __init__(self, *sent: Any, **more: Any) -> None:
        super().__init__(*sent, **more)
        self.code.choices = [
            SelectChoice(code, lazy_gettext(SHIPPED[code].name)) for code in PLEDGED
        ]

    @property
    def wanted(self) -> PledgeWanted:
        return PledgeWanted(
            self.code.data,
            self.value.data,
            self.by_on.data,
            self.owner.data,
            self.words.data or "",
        )


class PledgeForm(TermsForm):
    """A new pledge, of one of the lists."""

    cohort = SelectField(lazy_gettext("班次"), coerce=int, validators=[InputRequired(CHOSEN)])

    def __init__(self, *sent: Any, cohorts: Mapping[int, str], **more: Any) -> None:
        super().__init__(*sent, **more)
        self.cohort.choices = [SelectChoice(key, title) for key, title in cohorts.items()]  # type: ignore[arg-type]


class ReplaceForm(TermsForm):
    """Another pledge in the place of one; why."""

    why = StringField(
        lazy_gettext("调整原因"), validators=[InputRequired(REQUIRED), Length(max=200)]
    )
