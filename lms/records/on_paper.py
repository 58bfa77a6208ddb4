"""A printed copy of a record as PDF: what stands on it, and its doors."""

from collections.abc import Iterator
from functools import partial
from io import BytesIO

from flask import send_file, url_for
from flask_babel import gettext as _

from lms.access.permissions import SIGNED_IN, needs
from lms.audit.services import record as note
from lms.certificates.rules import KIND_NAMES as CERTIFICATES
from lms.certificates.rules import State, in_parts
from lms.people.rules import POST_NAMES
from lms.records import papers, services
from lms.records.models import RecordCopy
from lms.records.papers import Paper, Section
from lms.records.rules import YearLine
from lms.records.services import Record
from lms.records.showing import hours, missing_said
from lms.records.views import EXPORTS, records
from lms.sheets.pages import DEMONSTRATION
from lms.web import transaction
from lms.web.here import me, now, settings, today
from lms.web.language import day

POSTS, MISSING, TRAININGS, ASSESSED = 6, 6, 10, 8  # as on the page that a browser prints


@records.get("/records/mine/copies/<int:record_copy_id>.pdf")
@needs(SIGNED_IN)
def pdf_mine(record_copy_id: int):
    found = services.record_of(me().id, me(), today())
    return _sent(found, services.copy_of(record_copy_id, found.person.id))


@records.get("/records/<int:person_id>/copies/<int:record_copy_id>.pdf")
@needs(EXPORTS)
def pdf_of(person_id: int, record_copy_id: int):
    found = services.record_of(person_id, me(), today())
    copy = services.copy_of(record_copy_id, found.person.id)
    transaction.afterwards(partial(note, "export", now(), whom=copy, org_id=copy.org_id))
    return _sent(found, copy)


def _sent(found: Record, copy: RecordCopy):
    data = BytesIO(papers.pdf(paper(found, copy), settings().var))
    file = _("培训档案-%(name)s.pdf", name=found.person.name)
    return send_file(data, mimetype="application/pdf", as_attachment=True, download_name=file)


def paper(found: Record, copy: RecordCopy) -> Paper:
    """What the page in print says, as tables."""
    return Paper(
        title=_("干部教育培训档案"),
        whose=f"{found.person.name} · {found.unit}",
        as_of=_("截至 %(day)s", day=day(copy.made_at)),
        link=url_for("records.confirm", code=copy.code, _external=True),
        scan=_("扫码或输入核验码"),
        code=in_parts(copy.code),
        sections=[one for one in _sections(found) if one.rows],
        mark=_(DEMONSTRATION) if settings().demonstration else "",
    )


def _sections(found: Record) -> Iterator[Section]:
    yield Section(
        _("任职"),
        [_("单位"), _("职务"), _("起"), _("止")],
        [5, 4, 2, 2],
        [
            [
                one.unit,
                one.title or _(POST_NAMES[one.post]),
                day(one.from_on),
                day(one.to_on) if one.to_on else "—",
            ]
            for one in found.held[:POSTS]
        ],
    )
    yield Section(
        _("各年学时"),
        [
            _("年度"),
            _("集中培训 / 应完成"),
            _("网络自学 / 应完成"),
            _("其他"),
            _("合计"),
            _("情况"),
        ],
        [2, 4, 4, 2, 2, 3],
        [_year(line) for line in found.years],
        _("网络自学不抵集中培训。"),
    )
    yield Section(
        _("还缺什么"),
        [_("项目"), _("班次"), _("截止"), _("还缺")],
        [4, 6, 3, 5],
        [
            [one.programme, one.title, day(one.closes_on), missing_said(one)]
            for one in found.missing[:MISSING]
        ],
    )
    yield _trainings(found)
    yield _assessed(found)
    if found.abilities is not None:
        yield _abilities(found)
    yield Section(
        _("证书"),
        [_("种类"), _("编号"), _("颁发时间"), _("状态")],
        [3, 4, 3, 2],
        [
            [
                _(CERTIFICATES[one.certificate.kind]),
                one.certificate.number,
                day(one.certificate.issued_at),
                _state(one.state),
            ]
            for one in found.certificates
        ],
    )


def _year(line: YearLine) -> list[str]:
    stands = line.stands
    owing = _("达标") if stands.is_met else _("未达标")
    met = _("无规定学时") if stands.owes_nothing else owing
    pairs = [
        hours(earned) + (f" / {hours(owed.asked)}" if owed else "")
        for earned, owed in (
            (line.hours["organised"], stands.organised),  # type: ignore[index]
            (line.hours["online"], stands.online),  # type: ignore[index]
        )
    ]
    other = hours(line.hours["other"])  # type: ignore[index]
    return [str(line.year), *pairs, other, hours(line.total), met]


def _trainings(found: Record) -> Section:
    rows = [*found.classes, *found.cohorts][:TRAININGS]
    outcomes = {None: "—", True: _("结业"), False: _("未结业")}
    return Section(
        _("项目和班次"),
        [_("项目"), _("班次"), _("起止日期"), _("结果")],
        [4, 6, 5, 2],
        [
            [
                one.programme,
                one.title,
                f"{day(one.from_on)}—{day(one.to_on)}",
                outcomes[one.outcome],
            ]
            for one in rows
        ],
    )


def _assessed(found: Record) -> Section:
    return Section(
        _("测评"),
        [_("测评"), _("日期"), _("结果")],
        [7, 3, 2],
        [
            [one.title, day(one.sat_at), _("合格") if one.passed else _("未合格")]  # type: ignore[attr-defined]
            for one in found.assessed[:ASSESSED]
        ],
    )


def _abilities(found: Record) -> Section:
    over = found.abilities
    assert over is not None
    heads = [f"{title} {day(at)}" for title, at in over.sat]
    return Section(
        _("各项本领：对题数 / 题数"),
        [_("本领"), *heads],
        [3, *[3] * len(heads)],
        [
            [_(name), *(f"{pair[0]}/{pair[1]}" if pair else "—" for pair in pairs)]
            for name, pairs in over.rows
        ],
        _("只有本人和市级培训管理员看得到；供学习参考，不作为任用、评先依据。"),
    )


def _state(state: State) -> str:
    named = {State.VALID: _("有效"), State.REPLACED: _("已换发")}
    return named.get(state, _("已撤销"))
