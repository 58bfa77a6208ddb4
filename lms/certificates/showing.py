"""Certificates as files that leave the house, and what the pages about a cohort or a class need."""

from functools import partial
from io import BytesIO
from typing import Any

from flask import Response, send_file, url_for

from lms.access.permissions import Permission
from lms.audit.services import record
from lms.certificates import earning, keeping, queries
from lms.certificates.earning import Occasion
from lms.certificates.fonts import missing
from lms.certificates.forms import PageForm
from lms.certificates.issuing import FOLDER, KEPT
from lms.certificates.models import CertificateBundle
from lms.certificates.queries import Known
from lms.certificates.rules import KIND_NAMES, STATE_NAMES, refuse_not_valid
from lms.errors import Conflict, NotAllowed, NotFound
from lms.web import transaction
from lms.web.here import me, now, secret, settings, today
from lms.web.uploads import kept

PDF = "application/pdf"
FEW = 100  # so many open ones are looked through for names that cannot be printed
RUNS = Permission.RUN_TRAINING
SIGNS = {"valid": "ok", "replaced": "none", "revoked": "bad"}
NAMES = {"kinds": KIND_NAMES, "state_names": STATE_NAMES, "signs": SIGNS}


def check_address() -> str:
    """What a code stands behind."""
    return url_for("certificates.confirm", code="-", _external=True)[:-1]


def pdf(known: Known) -> Response:
    """One certificate, as it was drawn from what was frozen when it was first asked for."""
    refuse_not_valid(known.state)
    found = known.certificate
    data = BytesIO(keeping.file_of(found, check_address(), settings()))
    name = f"{KIND_NAMES[found.kind]} {found.number}.pdf"
    return send_file(data, mimetype=PDF, as_attachment=True, download_name=name)


def noted_pdf(known: Known) -> Response:
    """The same, taken by an officer: that is written down."""
    found = known.certificate
    facts: dict[str, Any] = {"whom": found, "org_id": found.org_id, "number": found.number}
    transaction.afterwards(partial(record, "download certificate", now(), **facts))
    return pdf(known)


def part(bundle: CertificateBundle) -> Response:
    """One file of a bundle: the one that the address names, else the first."""
    number = page_asked()
    if not 1 <= number <= len(bundle.files):
        raise NotFound("没有找到，或不在您的权限范围内。")
    stored, many, _size = bundle.files[number - 1]
    try:
        data = BytesIO(kept(settings().var, FOLDER, stored, secret("cipher")))
    except (Conflict, ValueError) as gone:
        raise Conflict("打印文件已不在，请在证书页重新制作。") from gone
    facts = {"whom": bundle, "org_id": bundle.org_id, "part": number, "count": many}
    transaction.afterwards(partial(record, "download certificates", now(), **facts))
    name = f"{KIND_NAMES['completion']} {bundle.made_at:%Y%m%d}-{number}.pdf"  # type: ignore[index]
    return send_file(data, mimetype=PDF, as_attachment=True, download_name=name)


def page_asked() -> int:
    """Which page of a list, which file of a bundle."""
    form = PageForm.asked()
    return (form.page.data or 1) if form.validate() else 1


def about(of: Occasion) -> dict[str, Any]:
    """What the page about a cohort or a class shows."""
    page, counts = page_asked(), earning.counts(of, today())
    bundles = queries.bundles(of.key, of.id)
    return {
        "of": of,
        "counts": counts,
        "bundles": bundles,
        "ended": {one.id: queries.ended_since(of.key, of.id, one.made_at) for one in bundles},
        "days": KEPT.days,
        "left_out": _left_out(of) if bundles and 0 < counts.open <= FEW else [],
        "no_more": earning.no_more(of, today()),
        "page": queries.of_occasion(of.key, of.id, page),
        "number": page,
        "mine": me().covers(of.path, RUNS),
        **NAMES,
    }


def _left_out(of: Occasion) -> list[str]:
    """Who has earned one, and bears a name that cannot be printed."""
    var = settings().var
    found = (one for part in earning.earned(of, today()) for one in part)
    wrong = [one for one in found if missing(one.name, var)]
    return [one.name for one in sorted(wrong, key=earning.UNIT_BY_UNIT)]


def of_mine(of: Occasion) -> Occasion:
    """What this person's unit organises; others see their own people's certificates."""
    if not me().covers(of.path, RUNS):
        raise NotAllowed("证书由主办单位颁发，您可以查看，不能颁发。")
    return of


def mine(certificate_id: int) -> Known:
    """A certificate that this person's unit stands for."""
    known = queries.certificate(certificate_id)
    if not me().covers(known.certificate.issuer.path, RUNS):
        raise NotAllowed(
            "这份证书由“{unit}”颁发，您可以查看，不能改动。", unit=known.certificate.issuer.name
        )
    return known
