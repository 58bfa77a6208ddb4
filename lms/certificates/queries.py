"""Looking up certificates. The scope is already on every query."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import Row, Select, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload
from sqlalchemy.sql.expression import ColumnElement

from lms.certificates.models import Certificate, CertificateBundle, CertificateEnd
from lms.certificates.rules import Kind, State, state
from lms.db import db, find
from lms.orgs.models import OrgUnit
from lms.people.models import Person

PAGE = 50
REVOKED: ColumnElement[bool] = exists().where(CertificateEnd.certificate_id == Certificate.id)


@dataclass(frozen=True)
class Known:
    """A certificate, and what it is worth today."""

    certificate: Certificate
    state: State


@cache
def replaced() -> ColumnElement[bool]:
    """Whether it was made anew. Built at first use: an alias wants every table prepared."""
    following = aliased(Certificate)
    return exists().where(following.replaces_id == Certificate.id)


def _known(query: Select) -> list[Known]:
    rows = db.session.execute(
        query.add_columns(REVOKED, replaced()), execution_options={"counted": Certificate}
    )
    return [Known(row[0], state(row[1], row[2])) for row in rows]


def own(person_id: int) -> list[Known]:
    """Everything that was certified of a person, the latest first."""
    mine = select(Certificate).where(Certificate.person_id == person_id)
    return _known(mine.order_by(Certificate.id.desc()))


def certificate(certificate_id: int) -> Known:
    """One certificate. Raises NotFound."""
    found = find(Certificate, certificate_id)
    return _known(select(Certificate).where(Certificate.id == found.id))[0]


def with_code(code: str) -> Known | None:
    """The certificate that bears a code, whoever asks. Asked inside `seeing_everything`."""
    return next(iter(_known(select(Certificate).where(Certificate.code == code))), None)


def of_year(person_id: int, year: int) -> Known | None:
    """The latest 学时证明 of a person for a year."""
    query = select(Certificate).where(
        Certificate.person_id == person_id,
        Certificate.kind == Kind.HOURS,
        Certificate.year == year,
    )
    return next(iter(_known(query.order_by(Certificate.id.desc()).limit(1))), None)


def turn(about: str) -> int:
    """How many certificates there are about one thing."""
    same = or_(Certificate.about == about, Certificate.about.startswith(f"{about} · "))
    return db.session.scalar(select(func.count(Certificate.id)).where(same)) or 0


@dataclass(frozen=True)
class Page:
    """A page of certificates, and how many there are in all."""

    rows: list[Known]
    first: int
    total: int

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1


def of_occasion(key: str, occasion_id: int, page: int) -> Page:
    """The certificates of a cohort or a class, a page of them, unit by unit."""
    its = getattr(Certificate, key) == occasion_id
    total = db.session.scalar(select(func.count(Certificate.id)).where(its)) or 0
    query = (
        select(Certificate)
        .join(OrgUnit, OrgUnit.id == Certificate.org_id)
        .where(its)
        .order_by(OrgUnit.path, Certificate.id)
        .options(joinedload(Certificate.person), joinedload(Certificate.org))
    )
    first = (page - 1) * PAGE
    return Page(_known(query.offset(first).limit(PAGE)), first + 1, total)


def found(sought: str) -> list[Known]:
    """Certificates in sight by number, or by the name of the person as it is or was."""
    words = sought.strip()
    if not words:
        return []
    query = (
        select(Certificate)
        .join(Person, Person.id == Certificate.person_id)
        .where(or_(Certificate.number == words.upper(), Person.name == words))
        .order_by(Certificate.id.desc())
        .limit(PAGE)
        .options(joinedload(Certificate.org))
    )
    return _known(query)


def issued_by_cohort(ids: Collection[int]) -> dict[int, int]:
    """Cohort → how many certificates of it are in sight."""
    return _issued("cohort_id", ids)


def issued_by_class(ids: Collection[int]) -> dict[int, int]:
    """Class → how many certificates of it are in sight."""
    return _issued("class_id", ids)


def _issued(key: str, ids: Collection[int]) -> dict[int, int]:
    column = getattr(Certificate, key)
    query = select(column, func.count(Certificate.id)).where(column.in_(ids)).group_by(column)
    return {row[0]: row[1] for row in db.session.execute(query)}


def ending(certificate_id: int) -> CertificateEnd | None:
    """When and why a certificate was revoked."""
    return db.session.scalar(
        select(CertificateEnd).where(CertificateEnd.certificate_id == certificate_id)
    )


def successor(certificate_id: int) -> Certificate | None:
    """The certificate that was made in its place."""
    return db.session.scalar(select(Certificate).where(Certificate.replaces_id == certificate_id))


# ── what is printed for many ────────────────────────────────────────────────────────────────────


def to_print(key: str, occasion_id: int) -> Sequence[int]:
    """The valid certificates of a cohort or a class, unit by unit."""
    query = (
        select(Certificate.id)
        .join(OrgUnit, OrgUnit.id == Certificate.org_id)
        .where(getattr(Certificate, key) == occasion_id, ~REVOKED, ~replaced())
        .order_by(OrgUnit.path, Certificate.id)
    )
    return db.session.scalars(query, execution_options={"counted": Certificate}).all()


def without(key: str, occasion_id: int, through: Select) -> list[str]:
    """Whose certificates are valid, unit by unit, though they are not among these persons."""
    query = (
        select(Certificate.facts)
        .join(OrgUnit, OrgUnit.id == Certificate.org_id)
        .where(getattr(Certificate, key) == occasion_id, ~REVOKED, ~replaced())
        .where(Certificate.person_id.not_in(through))
        .order_by(OrgUnit.path, Certificate.id)
    )
    rows = db.session.scalars(query, execution_options={"counted": Certificate})
    return [facts["name"] for facts in rows]


def printed(ids: Sequence[int]) -> list[Row]:
    """kind, number, code, facts of these certificates, in this order."""
    columns = (Certificate.kind, Certificate.number, Certificate.code, Certificate.facts)
    query = select(Certificate.id, *columns).where(Certificate.id.in_(ids))
    rows = {row.id: row for row in db.session.execute(query)}
    return [rows[one] for one in ids]


def bundles(key: str, occasion_id: int) -> Sequence[CertificateBundle]:
    """The files of a cohort or a class that are kept, the latest first."""
    its = getattr(CertificateBundle, key) == occasion_id
    query = select(CertificateBundle).where(its).order_by(CertificateBundle.id.desc())
    return db.session.scalars(query).all()


def ended_since(key: str, occasion_id: int, moment: datetime) -> int:
    """How many certificates of a cohort or a class were revoked or made anew since a moment."""
    its = getattr(Certificate, key) == occasion_id
    revoked = CertificateEnd.revoked_at > moment
    gone = exists().where(CertificateEnd.certificate_id == Certificate.id, revoked)
    following = aliased(Certificate)
    later = following.issued_at > moment
    anew = exists().where(following.replaces_id == Certificate.id, later)
    query = select(func.count(Certificate.id)).where(its, or_(gone, anew))
    return db.session.scalar(query, execution_options={"counted": Certificate}) or 0


def bundle(bundle_id: int) -> CertificateBundle:
    return find(CertificateBundle, bundle_id)


def bundles_before(moment: datetime) -> Sequence[CertificateBundle]:
    """Those made before a moment."""
    query = select(CertificateBundle).where(CertificateBundle.made_at < moment)
    return db.session.scalars(query).all()
