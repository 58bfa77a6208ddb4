"""Making a bundle in slices, keeping it for a while, letting go of it.

Nothing is written before the last slice; a bundle that was broken off is begun anew.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select

from lms.access.permissions import Permission
from lms.access.scope import scope_in
from lms.audit.services import record
from lms.classes.models import TrainingClass
from lms.db import db, find
from lms.exams.models import Assessment
from lms.exams.queries import named
from lms.inspecting import items, of_assessments, of_classes, rules
from lms.inspecting import vocabulary as words
from lms.inspecting.gathering import Part, at
from lms.inspecting.models import InspectionBundle
from lms.inspecting.zips import Bundle, digest_of
from lms.jobs.rules import Progress
from lms.orgs.models import OrgUnit
from lms.settings import Settings
from lms.sheets.pages import DEMONSTRATION
from lms.web.here import secret, settings
from lms.web.language import speaking
from lms.web.uploads import keep, let_go_of_strays, remove
from lms.words import N_

FOLDER = "inspections"
# One kind of job for each permission: it is asked anew when the job starts.
OF_CLASS, OF_ASSESSMENT, FOR_AUDIT = "bundle class", "bundle assessment", "bundle for audit"
NEEDS = {
    OF_CLASS: Permission.RUN_TRAINING,
    OF_ASSESSMENT: Permission.RUN_EXAMS,
    FOR_AUDIT: Permission.READ_AUDIT,
}
GATHERING, DONE = N_("正在汇集材料…"), N_("检查材料已生成。")

Args = dict[str, Any]
Found = TrainingClass | Assessment


def about(args: Args) -> Found:
    """What a bundle is about, in the scope of who asked."""
    if "class_id" in args:
        return find(TrainingClass, args["class_id"])
    return find(Assessment, args["assessment_id"])


def refuse_strangers(found: Found, person_id: int, audits: bool) -> None:
    """Who runs it, and of an assessment is named for it; or who reads the audit log."""
    if audits:
        return
    scope = scope_in(db.session())
    units = select(OrgUnit.id).where(OrgUnit.id == found.org_id)
    mine = scope is None or db.session.scalar(units.where(OrgUnit.id.in_(scope.subtree)))
    rules.refuse_others(bool(mine), found.org.name)
    if isinstance(found, Assessment):
        rules.refuse_unnamed(named(found.id, person_id) is not None)


def make(args: Args, state: Args, now: datetime) -> Iterator[Progress]:
    """args: class_id or assessment_id, by, name and language (of who asks), audits, url."""
    language = args.get("language", "zh")
    found, bundle = about(args), Bundle(language, speaking(language))
    refuse_strangers(found, args["by"], args["audits"])
    parts = _parts(found, now)
    for done, part in enumerate(parts):
        for _rows in bundle.table(*part.spec, part.batches):
            yield Progress(done, len(parts), line=GATHERING)
    keys = isinstance(found, Assessment) and items.keys_may_leave(found, now)
    if isinstance(found, Assessment) and keys:
        for document in items.documents(found, _demonstration(), bundle.say):
            bundle.add(*document)
            yield Progress(len(parts), len(parts), line=GATHERING)
    _keep(found, bundle, keys, args, now)
    yield Progress(len(parts), len(parts), line=DONE, result={"url": args["url"]})


def _parts(found: Found, now: datetime) -> list[Part]:
    if isinstance(found, Assessment):
        return of_assessments.parts(of_assessments.gathered(found, now))
    return of_classes.parts(of_classes.gathered(found, now))


def _demonstration() -> str:
    return DEMONSTRATION if settings().demonstration else ""


def _keep(found: Found, bundle: Bundle, keys: bool, args: Args, now: datetime) -> None:
    """Seal the file, keep its index, note the act. What cannot be kept leaves no file."""
    title = f"{found.title} {bundle.say(words.TITLE)}"
    data = bundle.bound(title, _lines(found, keys, bundle.say, now))
    house = settings()
    stored = keep(house.var, FOLDER, data, secret("cipher"))
    made = InspectionBundle(
        org_id=found.org_id,
        class_id=args.get("class_id"),
        assessment_id=args.get("assessment_id"),
        title=found.title,
        keys=keys,
        files=bundle.kept(),
        over_all=bundle.whole,
        digest=digest_of(data),
        size=len(data),
        stored=stored,
        made_at=now,
        made_by=args["by"],
        maker=args["name"],
    )
    try:
        db.session.add(made)
        db.session.flush()
    except Exception:
        remove(house.var, FOLDER, stored)
        raise
    facts: dict[str, Any] = {"files": len(bundle.files), "digest": made.digest, "keys": keys}
    facts["over_all"] = made.over_all
    record("make inspection bundle", now, whom=found, org_id=found.org_id, **facts)


def _lines(found: Found, keys: bool, say: Callable[[str], str], now: datetime) -> list[str]:
    """What the index says beside the files."""
    lines = [say(words.MADE).format(unit=found.org.name, at=at(now)), *map(say, words.LINES)]
    if isinstance(found, Assessment):
        lines.append(say(words.WITH_KEYS if keys else words.WITHOUT_KEYS))
    return [*([say(_demonstration())] if _demonstration() else []), *lines]


def let_go_of_old(now: datetime, house: Settings) -> None:
    """The files go; the indexes stay, so that a copy can still be checked. Nor what a job left."""
    old = InspectionBundle.made_at < now - rules.KEPT
    there = select(InspectionBundle).where(InspectionBundle.stored.is_not(None))
    for one in db.session.scalars(there.where(old)).all():
        remove(house.var, FOLDER, one.stored)
        one.stored = None
    db.session.flush()
    kept = {one.stored or "" for one in db.session.scalars(there)}
    let_go_of_strays(house.var, FOLDER, kept, now - rules.STRAY)
