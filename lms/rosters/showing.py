"""What the page of an import shows: counts, questions, and the rows of one kind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _

from lms.people.keeping import Keys
from lms.people.models import Person, Posting
from lms.people.queries import lines as lines_of
from lms.people.rules import POST_NAMES, Post, masked_id, masked_phone
from lms.rosters import queries
from lms.rosters.drafts import Begin, Draft
from lms.rosters.models import RosterImport, RosterLine
from lms.rosters.opening import facts_before, made_of, opened_draft
from lms.rosters.rules import Fault, Status
from lms.rosters.vocabulary import FIELD_NAMES, Field
from lms.web.language import day
from lms.words import N_, filled

# What needs a person's eye comes first.
ORDER = tuple(Status(word) for word in ("error", "transfer", "missing", "moved", "changed"))
ORDER += (Status.NEW, Status.SAME)
FACTS: dict[str, str] = {
    "name": FIELD_NAMES[Field.NAME],
    "number": FIELD_NAMES[Field.NUMBER],
    "sex": FIELD_NAMES[Field.SEX],
    "born": FIELD_NAMES[Field.BORN],
    "id_number": FIELD_NAMES[Field.ID_NUMBER],
    "phone": FIELD_NAMES[Field.PHONE],
    "rank": FIELD_NAMES[Field.RANK],
    "term_number": FIELD_NAMES[Field.TERM],
    "to_on": FIELD_NAMES[Field.UNTIL],
    "home_org_id": FIELD_NAMES[Field.HOME_UNIT],
}
MASKS = {"id_number": masked_id, "phone": masked_phone}
HIDDEN_DIFFERENCE = N_("中间几位有变化")


@dataclass(frozen=True)
class Change:
    """One thing that becomes another. Masked where it is a number."""

    what: str
    old: str
    new: str


@dataclass(frozen=True)
class Shown:
    """A line as a page shows it. where: its place in the files; loose: what would end."""

    line: RosterLine
    where: str
    name: str
    unit: str
    post: str
    phone: str
    changes: list[Change]
    begins: list[str]
    loose: list[str]
    faults: list[tuple[str, str]]
    notes: list[str]


@dataclass(frozen=True)
class View:
    """One kind of rows of an import, a page of them."""

    status: Status
    rows: list[Shown]
    page: int
    total: int

    @property
    def first(self) -> int:
        return (self.page - 1) * queries.PAGE + 1

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1


def sentence(fault: Fault) -> str:
    """What is wrong, in the reader's language."""
    return filled(_(fault.why), fault.values)


def view(one: RosterImport, status: Status, page: int, keys: Keys) -> View:
    """The rows of one kind, opened for the page. A few statements."""
    found = queries.lines(one, status, page)
    drafts = {line.id: opened_draft(line, keys["cipher"]) for line in found}
    wanted = {key for line in found for key in line.loose}
    wanted |= {key for draft in drafts.values() for key in draft.fills}
    known = _Known(
        queries.persons({line.about_id for line in found if line.about_id}),
        queries.postings(wanted),
        keys,
    )
    rows = [_shown(one, line, drafts[line.id], known) for line in found]
    return View(status, rows, page, one.counts.get(status.value, 0))


class _Known:
    """What is known of those on the page."""

    def __init__(
        self, persons: Mapping[int, Person], postings: Mapping[int, Posting], keys: Keys
    ) -> None:
        self.persons = persons
        self.postings = postings
        self.keys = keys
        self.lines = lines_of({posting.org for posting in postings.values()}) if postings else {}

    def written(self, column: str, value: Any) -> str:
        """What is filled in, as one reads it."""
        if column == "home_org_id":
            return queries.unit_names([value]).get(value, "")
        return day(value) if isinstance(value, date) else str(value)

    def before(self, line: RosterLine, names: Sequence[str]) -> dict[str, Any]:
        """What was known before the import, of these facts."""
        if line.written_at:
            return made_of(line, self.keys["cipher"]).before
        person = self.persons.get(line.about_id or 0)
        return facts_before(person, self.keys, names) if person else {}


def _shown(one: RosterImport, line: RosterLine, draft: Draft, known: _Known) -> Shown:
    loose = [known.postings[key] for key in line.loose if key in known.postings]
    unit = draft.unit_text
    if not unit and loose:
        unit = known.lines[loose[0].org_id]
    phone = draft.facts.phone if draft.facts else ""
    return Shown(
        line=line,
        where=_where(one, line),
        name=draft.name or _("（未能识别）"),
        unit=unit,
        post=draft.post_text,
        phone=masked_phone(phone) if phone else "",
        changes=[*_facts(line, draft, known), *_fills(draft, known)],
        begins=[_begins(begin) for begin in draft.begins],
        loose=[_posting(posting, known) for posting in loose],
        faults=[(fault.column, sentence(fault)) for fault in draft.faults],
        notes=[sentence(note) for note in draft.notes],
    )


def _where(one: RosterImport, line: RosterLine) -> str:
    """Where a row stands: the row, and the sheet and file where there are several."""
    if line.source < 0:
        return ""
    sheets = one.found["sheets"]
    file, sheet = sheets[line.source]
    row = _("第 %(n)s 行", n=line.row)
    if len(sheets) == 1:
        return row
    several = len({name for name, _sheet in sheets}) > 1
    return " · ".join([*([file] if several else []), sheet, row])


def _facts(line: RosterLine, draft: Draft, known: _Known) -> list[Change]:
    if not draft.changes or draft.facts is None:
        return []
    before = known.before(line, draft.changes)
    found = []
    for name in draft.changes:
        new, old = getattr(draft.facts, name), before.get(name)
        if name == "own_columns":
            was = old or {}
            for column, value in new.items():
                if was.get(column) != value:
                    found.append(Change(column, str(was.get(column) or ""), value))
        else:
            found.append(_change(name, old or "", new))
    return found


def _change(name: str, old: str, new: str) -> Change:
    mask = MASKS.get(name)
    if mask is None:
        return Change(_(FACTS[name]), old, new)
    was, becomes = mask(old) if old else "", mask(new)
    if was == becomes:
        becomes = _("%(what)s（%(why)s）", what=becomes, why=_(HIDDEN_DIFFERENCE))
    return Change(_(FACTS[name]), was, becomes)


def _fills(draft: Draft, known: _Known) -> list[Change]:
    """What a posting did not say."""
    return [
        Change(_(FACTS[column]), "", known.written(column, value))
        for values in draft.fills.values()
        for column, value in values.items()
    ]


def _begins(begin: Begin) -> str:
    return _(
        "%(post)s（%(day)s 起）", post=_(POST_NAMES[begin.post]), day=begin.from_on.isoformat()
    )


def _posting(posting: Posting, known: _Known) -> str:
    post = _(POST_NAMES[Post(posting.post)])
    unit = known.lines.get(posting.org_id, "")
    return _(
        "%(unit)s %(post)s（%(day)s 起）", unit=unit, post=post, day=posting.from_on.isoformat()
    )


def notes(one: RosterImport) -> list[str]:
    """What the reading found in the sheets beside rows."""
    found = []
    for file, sheet, row, text, values in one.found.get("notes", []):
        where = f"{file} · {sheet}" + (f" · {_('第 %(n)s 行', n=row)}" if row else "")
        said = filled(_(text), values)
        found.append(_("%(where)s：%(what)s", where=where, what=said))
    return found
