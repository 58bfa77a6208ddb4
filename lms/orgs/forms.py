"""What may be sent about units."""

from typing import Any

from flask_babel import lazy_gettext
from wtforms import DateField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from lms.orgs.models import OrgUnit
from lms.orgs.systems import GIVEN, SYSTEM_NAMES, System
from lms.web.forms import BaseForm

# How sure a proposal is: the word in the address → from, to.
BANDS = {"all": (0, 100), "sure": (85, 100), "likely": (40, 84), "unsure": (1, 39), "none": (0, 0)}
SURE = BANDS["sure"][0]


class SearchForm(BaseForm):
    """A part of a unit's name, or its code."""

    q = StringField(lazy_gettext("单位名称或代码"), [Length(max=60)])


class SuccessorsForm(BaseForm):
    """Which closed units to show. units: those the officer may choose from, hers first."""

    unit = SelectField(lazy_gettext("单位"), coerce=int)
    band = SelectField(
        lazy_gettext("把握"),
        choices=[
            SelectChoice("all", lazy_gettext("全部")),
            SelectChoice("sure", lazy_gettext("较大（85% 以上）")),
            SelectChoice("likely", lazy_gettext("一般（40%–84%）")),
            SelectChoice("unsure", lazy_gettext("较小（不到 40%）")),
            SelectChoice("none", lazy_gettext("没有建议")),
        ],
        default="all",
    )
    page = IntegerField(validators=[Optional(), NumberRange(1, 10_000)], default=1)

    def __init__(self, *sent: Any, units: list[OrgUnit], **more: Any) -> None:
        super().__init__(*sent, **more)
        self.units = {unit.id: unit for unit in units}
        self.unit.choices = [SelectChoice(unit.id, unit.name) for unit in units]
        if self.unit.data is None:
            self.unit.data = units[0].id

    def chosen(self) -> dict[str, Any]:
        """What `queries.undecided` takes; everything, where the address asks for what is not."""
        if not self.validate():
            self.unit.data, self.band.data, self.page.data = next(iter(self.units)), "all", 1
        least, most = BANDS[self.band.data]
        unit, page = self.units[self.unit.data], self.page.data or 1
        return {"unit": unit, "least": least, "most": most, "page": page}

    def kept(self) -> dict[str, Any]:
        """The filters as an address carries them on."""
        return {"unit": self.unit.data, "band": self.band.data}


class LabelForm(BaseForm):
    """A unit bears a label from a day on."""

    unit = IntegerField(lazy_gettext("单位"), [InputRequired()])
    label = StringField(lazy_gettext("标签"), [InputRequired(), Length(max=40)])
    from_on = DateField(lazy_gettext("从哪天"), [InputRequired()])


class SystemForm(BaseForm):
    """To which system a unit belongs, from a day on; nothing chosen: by its kind and name."""

    system = SelectField(lazy_gettext("系统（条线）"), validators=[Optional()])
    from_on = DateField(lazy_gettext("从哪天"), [InputRequired()])

    def __init__(self, *sent: Any, **more: Any) -> None:
        super().__init__(*sent, **more)
        named = [SelectChoice(one.value, lazy_gettext(SYSTEM_NAMES[one])) for one in GIVEN]
        self.system.choices = [SelectChoice("", lazy_gettext("按单位类别和名称归类")), *named]

    @property
    def chosen(self) -> System | None:
        return System(self.system.data) if self.system.data else None


class SuccessorForm(BaseForm):
    """The unit that took over."""

    successor = IntegerField(lazy_gettext("承接单位"), [InputRequired()])


class SureForm(BaseForm):
    """Under which unit to accept what is sure."""

    unit = IntegerField(lazy_gettext("单位"), [InputRequired()])
