"""Reads the lines of any document as questions: the way from lines to what was found."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from lms.bank.rules import QuestionType
from lms.exchange.cases import grouped, with_parts
from lms.exchange.deciding import Context, decide
from lms.exchange.inline import held_by_last
from lms.exchange.keys import cut_keys
from lms.exchange.laying import lay
from lms.exchange.lines import Line, wrap_width
from lms.exchange.looking import Look, look_at
from lms.exchange.pageheads import without_page_heads
from lms.exchange.pairs import with_rows_joined
from lms.exchange.raw import Raw
from lms.exchange.rules import Doubt, Found, Read
from lms.exchange.sections import TYPES
from lms.exchange.splitting import Block, Splitter, style_of
from lms.exchange.suspects import suspect
from lms.exchange.unnumbered import Unnumbered, fused
from lms.exchange.wholes import refuse_whole
from lms.words import N_

LEFT_OUT = N_("有 {count} 行像选项或答案，却不属于任何题目，没有读取，第一行是“{line}”。请核对。")


def read_lines(
    name: str,
    lines: Sequence[Line],
    paragraphs: bool = False,
    pictures: Mapping[str, bytes] | None = None,
    tabled: Sequence[Found] = (),
) -> Read:
    """The questions in the lines of a document. paragraphs: the lines are Word's paragraphs.

    tabled: questions that stood in the rows of tables.

    Raises Invalid where the whole is no list of questions.
    """
    kept, notes = (list(lines), []) if paragraphs else without_page_heads(lines)
    kept = with_rows_joined(kept)
    wrap = wrap_width(kept)
    looks, keys = cut_keys([look_at(line) for line in kept])
    blocks, outside = split(looks)
    notes += _left_out(outside)
    raws = grouped([with_parts(block, wrap) for block in blocks])
    notes += lay(keys, _flattened(raws))
    context = Context(name, _type_in(name), paragraphs, pictures=pictures or {})
    context.last_holds = _last_holds(raws)
    context.dress_tells = _dress_tells(raws)
    found = [_decided(raw, context) for raw in raws]
    refuse_whole(name, kept, [*found, *tabled], keys)
    read = Read(name, found, notes=notes)
    suspect(read, raws)
    if tabled:
        read.found = [one for one in found if one.options or one.answer is not None]
        read.found += tabled
    return read


def split(looks: Sequence[Look]) -> tuple[list[Block], list[Look]]:
    """The blocks of the questions, by their numbers where they have any, and what is in none."""
    style = style_of(looks)
    if style:
        splitter = Splitter(looks, style)
        blocks = splitter.split()
        opened = sum(look.opens for look in looks)
        if blocks and len(blocks) * 3 >= opened:
            return blocks, splitter.outside
    return fused(Unnumbered(looks).split()), []


def _left_out(outside: Sequence[Look]) -> list[Doubt]:
    """Lines with options or answers that stand before any question are named."""
    told = [look for look in outside if look.opens or look.letter or look.answered]
    if not told:
        return []
    return [Doubt(LEFT_OUT, {"line": told[0].text.strip()[:40], "count": len(told)})]


def _flattened(raws: Sequence[Raw]) -> list[Raw]:
    """Questions that a key may number: the parts of a case that follow its text as well."""
    return [one for raw in raws for one in ((raw, *raw.parts) if raw.block.shares else (raw,))]


def _type_in(name: str) -> QuestionType | None:
    """The type that the name of a file says: …_判断题.txt."""
    found = {kind for pattern, kind in TYPES if kind and re.search(f"(?:{pattern})", name)}
    return found.pop() if len(found) == 1 else None


def _last_holds(raws: Sequence[Raw]) -> bool:
    """Whether all questions have their answer behind the last option."""
    unanswered = [raw for raw in raws if raw.options.texts and not raw.answers]
    held = [raw for raw in unanswered if held_by_last(raw)]
    return len(held) >= 3 and len(held) * 10 >= len(unanswered) * 9


def _dress_tells(raws: Sequence[Raw]) -> bool:
    """Whether in all questions some options, and never all, are in a colour or bold."""
    unanswered = [raw for raw in raws if raw.options.texts and not raw.answers]
    dressed = [raw for raw in unanswered if 0 < len(raw.options.shown) < len(raw.options.texts)]
    return len(dressed) >= 3 and len(dressed) * 10 >= len(unanswered) * 9


def _decided(raw: Raw, context: Context) -> Found:
    found = decide(raw, context)
    if raw.parts:
        found.type = QuestionType.CASE
        found.parts = [_decided(_as_part(part), context) for part in raw.parts]
        found.guessed = {name for name in found.guessed if name not in ("type", "answer")}
    return found


def _as_part(part: Raw) -> Raw:
    """A part of a case: the heading of the case says nothing of its own type."""
    section = part.block.section
    if section and section.type is QuestionType.CASE:
        plain = replace(section, type=None, typed=True)
        part.block = replace(part.block, section=plain)
    return part
