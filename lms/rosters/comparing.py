"""What a row would change, given what is known: new, same, changed, moved. Pure."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date

from lms.people.facts import PersonFacts
from lms.people.numbers import id_digest, phone_digest
from lms.people.rules import Post
from lms.rosters.drafts import Begin, Draft
from lms.rosters.grouping import merged
from lms.rosters.knowing import SENT, Held, Known, Terms, should_be_named
from lms.rosters.rules import Fault, Status
from lms.rosters.vocabulary import FIELD_NAMES, Field
from lms.sheets.days import Day
from lms.words import N_

LATER = N_("之前担任过同一职务，任职时间按 {day} 起记。")
TITLE = 120  # characters


def compare(group: Sequence[Draft], known: Known | None, terms: Terms) -> None:
    """Decide what the good lines about one person would do."""
    first = group[0]
    facts = merged(group)
    elsewhere = next((line for line in group if line.status is Status.TRANSFER), None)
    if elsewhere:
        for line in group:
            line.status, line.person_id = Status.TRANSFER, elsewhere.person_id
            line.begins = [_begin(post, line, terms) for post in _posts(line)]
    elif known is None:
        first.facts = facts
        for line in group:
            line.status = Status.NEW
            line.begins = [_begin(post, line, terms) for post in _posts(line)]
    else:
        _compare_known(group, known, facts, terms)


def _compare_known(group: Sequence[Draft], known: Known, facts: PersonFacts, terms: Terms) -> None:
    first = group[0]
    differs = first.differs if len(group) == 1 else None
    first.changes = changed(facts, known, terms.secret, differs)
    if first.changes:
        first.facts = _only(facts, first.changes, known)
    going = [one for one in known.held if one.goes_on(terms.day)]
    named: set[int] = set()
    for line in group:
        line.person_id = known.id
        for post in _posts(line):
            place = line.unit_id, post
            there = next((one for one in going if (one.unit_id, one.post) == place), None)
            if there is None:
                line.begins.append(_after(_begin(post, line, terms), known, line))
            else:
                named.add(there.id)
                if _says_more(line):
                    _compare_posting(line, there, _begin(post, line, terms), terms)
    for line in group:
        line.status = _status(line, known, going)
    if rest := [one for one in going if one.id not in named]:
        _loosen(group, rest, terms)


def changed(
    facts: PersonFacts, known: Known, secret: str, differs: Collection[str] | None = None
) -> list[str]:
    """Which facts the roster says otherwise, or for the first time.

    differs: of number and phone those that are known to differ; None: they are compared here.
    """
    said = (
        ("name", facts.name, known.name),
        ("number", facts.number, known.number),
        ("sex", facts.sex, known.sex),
        ("born", "" if _within(facts.born, known.born) else facts.born, known.born),
    )
    found = [fact for fact, new, old in said if new and new != old]
    sealed = (
        ("id_number", facts.id_number, known.id_digest, id_digest),
        ("phone", facts.phone, known.phone_digest, phone_digest),
    )
    for fact, new, old, digested in sealed:
        if new and (not old or _other(fact, new, old, digested, secret, differs)):
            found.append(fact)
    if not facts.own_columns.items() <= known.own.items():
        found.append("own_columns")
    return found


def _other(
    fact: str,
    new: str,
    old: str,
    digested: Callable[[str, str], str],
    secret: str,
    differs: Collection[str] | None,
) -> bool:
    return digested(new, secret) != old if differs is None else fact in differs


def _within(said: str, known: str | None) -> bool:
    """A month says nothing against a day in it."""
    return bool(known) and str(known).startswith(said)


def _only(facts: PersonFacts, changes: Collection[str], known: Known) -> PersonFacts:
    """The facts that change; the others empty, and so left as they are."""
    kept = {name: value for name, value in vars(facts).items() if name in changes}
    return PersonFacts(**{"name": known.name, **kept})


def _posts(line: Draft) -> Iterator[Post]:
    return (Post(code) for code in (line.said.posts if line.said else ()))


def _begin(post: Post, line: Draft, terms: Terms) -> Begin:
    row = line.said
    assert row is not None
    written = row.post_text if len(row.posts) == 1 else ""
    key = (post, row.since, row.until, row.rank, written, row.term, row.home_unit)
    known = terms.begun.get(key)
    return known or terms.begun.setdefault(key, _new_begin(*key, terms))


def _new_begin(
    post: Post,
    since: Day | None,
    until: Day | None,
    rank: str,
    written: str,
    term: int | None,
    home: str,
    terms: Terms,
) -> Begin:
    return Begin(
        post=post,
        from_on=since.first if since else terms.as_of,
        to_on=until.first if until else None,
        rank=rank[:TITLE],
        title=" ".join(written.split())[:TITLE],
        term=term,
        home_id=terms.homes.get(home),
    )


def _after(begin: Begin, known: Known, line: Draft) -> Begin:
    """A posting that was held before begins again only when that one was over."""
    ends = [
        one.to_on
        for one in known.held
        if (one.unit_id, one.post) == (line.unit_id, begin.post)
        and one.to_on
        and one.to_on > begin.from_on
    ]
    if not ends:
        return begin
    line.notes.append(Fault(FIELD_NAMES[Field.SINCE], LATER, {"day": max(ends).isoformat()}))
    return replace(begin, from_on=max(ends))


def _says_more(line: Draft) -> bool:
    """Whether a row says of a posting more than who, what and where."""
    row = line.said
    return row is not None and bool(row.rank or row.term or row.until or row.home_unit)


def _compare_posting(line: Draft, there: Held, said: Begin, terms: Terms) -> None:
    """What was not known is filled in; another rank or term is a posting after the one before."""
    pairs = {
        "rank": (said.rank, there.rank),
        "term_number": (said.term, there.term),
        "home_org_id": (said.home_id, there.home_id),
        "to_on": (said.to_on, there.to_on),
    }
    empty = {column: new for column, (new, old) in pairs.items() if new and not old}
    other = any(new and old and new != old for new, old in (pairs["rank"], pairs["term_number"]))
    if not other:
        if empty:
            line.fills[there.id] = empty
        return
    row = line.said
    start = row.since.first if row and row.since else terms.as_of
    start = start if start > there.from_on else terms.as_of
    if start > there.from_on:
        rank, term = said.rank or there.rank or "", said.term or there.term
        home_id = said.home_id or there.home_id
        after = replace(said, rank=rank, term=term, home_id=home_id)
        line.begins.append(replace(after, from_on=start, ends=there.id))
    else:
        line.fills[there.id] = {column: new for column, (new, _) in pairs.items() if new}


def _status(line: Draft, known: Known, going: Sequence[Held]) -> Status:
    fresh = [begin for begin in line.begins if begin.ends is None]
    if fresh and not any(one.unit_id == line.unit_id for one in going):
        sent = all(begin.post in SENT for begin in fresh)
        if not sent and (going or known.home_id != line.unit_id):
            return Status.MOVED
    return Status.CHANGED if line.begins or line.changes or line.fills else Status.SAME


def _loosen(group: Sequence[Draft], rest: Sequence[Held], terms: Terms) -> None:
    """Which of the postings that the roster does not name the officer may end."""
    moved = any(line.status is Status.MOVED for line in group)
    begun = [line for line in group if any(begin.ends is None for begin in line.begins)]
    units = {line.unit_id for line in begun}
    loose = [
        one
        for one in rest
        if one.unit_id in terms.mine
        and (
            (moved and one.post not in SENT) or one.unit_id in units or should_be_named(one, terms)
        )
        and one.from_on <= terms.as_of
    ]
    if loose:
        bearer = next(iter(begun), group[0])
        bearer.loose, bearer.ends_on = [one.id for one in loose], _end(loose, bearer, terms)
        if bearer.status is Status.SAME:
            bearer.status = Status.CHANGED


def _end(loose: Sequence[Held], bearer: Draft, terms: Terms) -> date:
    """What ends does so when what follows begins, if that can be."""
    begins = max((begin.from_on for begin in bearer.begins), default=terms.as_of)
    sound = begins <= terms.day and all(one.from_on < begins for one in loose)
    return begins if sound else terms.as_of
