"""What a list of classes may be narrowed to. The address of the page is its state."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import DateField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, NumberRange, Optional, ValidationError

from lms.classes.finding import STAGE_NAMES, Sought, Stage
from lms.orgs.models import OrgUnit
from lms.web.forms import BaseForm, Mistyped

FIELDS = ("words", "project", "programme", "stage", "unit", "after", "until")


class ShelfForm(BaseForm):
    """Which classes to show, and which page of them."""

    words = StringField(lazy_gettext("班名"), validators=[Length(max=60)])
    project = SelectField(lazy_gettext("工程"), default="")
    programme = SelectField(lazy_gettext("项目"), default="")
    stage = SelectField(
        lazy_gettext("状态"),
        default="",
        choices=[
            SelectChoice("", lazy_gettext("全部")),
            *(SelectChoice(one.value, lazy_gettext(STAGE_NAMES[one])) for one in Stage),
        ],
    )
    unit = SelectField(lazy_gettext("单位"), default="")
    after = DateField(lazy_gettext("从哪天"), validators=[Optional()])
    until = DateField(lazy_gettext("到哪天（含当天）"), validators=[Optional()])
    page = IntegerField(default=1, validators=[Optional(), NumberRange(1, 10_000)])

    def __init__(
        self,
        *sent: Any,
        projects: Mapping[int, str],
        programmes: Mapping[int, str],
        units: Sequence[OrgUnit],
        **more: Any,
    ) -> None:
        super().__init__(*sent, **more)
        self._units = {str(one.id): one for one in units}
        self.project.choices = _options({str(key): name for key, name in projects.items()})
        self.programme.choices = _options({str(key): name for key, name in programmes.items()})
        self.unit.choices = _options({key: one.name for key, one in self._units.items()})

    def validate_until(self, field: DateField) -> None:
        if field.data and self.after.data and field.data < self.after.data:
            raise ValidationError(gettext("结束的一天不能早于开始的一天。"))

    def sought(self, manager_id: int | None) -> Sought:
        """As the query takes it. manager_id: whoever runs single classes sees those alone."""
        if not self.validate():
            raise Mistyped(self)
        return Sought(
            words=self.words.data or "",
            project_id=int(self.project.data or 0) or None,
            programme_id=int(self.programme.data or 0) or None,
            stage=Stage(self.stage.data) if self.stage.data else None,
            county=self._units.get(self.unit.data),
            after=self.after.data,
            until=self.until.data,
            manager_id=manager_id,
        )

    @property
    def narrowed(self) -> bool:
        return any(self[name].data for name in FIELDS)

    def kept(self, **changes: Any) -> dict[str, Any]:
        """The state of the page, with some of it changed, as an address carries it."""
        state = {name: self[name].data for name in FIELDS}
        return {name: value for name, value in (state | changes).items() if value}


class RosterForm(BaseForm):
    """What part of a roster to show. The words are posted: no name stands in an address."""

    q = StringField(lazy_gettext("姓名、拼音、编号或单位"), validators=[Length(max=60)])
    left = IntegerField(default=0, validators=[Optional(), NumberRange(0, 1)])
    page = IntegerField(default=1, validators=[Optional(), NumberRange(1, 1000)])

    def chosen(self) -> tuple[bool, int, str]:
        """Whether those who left, which page, and which words."""
        if not self.validate():
            raise Mistyped(self)
        return bool(self.left.data), self.page.data or 1, (self.q.data or "").strip()


def _options(named: Mapping[str, str]) -> list[SelectChoice]:
    return [
        SelectChoice("", lazy_gettext("全部")),
        *(SelectChoice(key, name) for key, name in named.items()),
    ]
