"""Question files: text in, Question out, and back. Pure; says in Chinese what is wrong."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from lms.bank.front import (
    HEAD,
    LONGEST,
    Facts,
    kind_and_points,
    name_of,
    read_facts,
    split_file,
    write_facts,
)
from lms.bank.rules import (
    BLANK,
    LETTERS,
    TRUE_FALSE,
    TYPE_NAMES,
    Line,
    Part,
    Question,
    QuestionType,
    faults,
)
from lms.errors import Invalid
from lms.laws.rules import numeral
from lms.scoring.totals import plain

OPTION = re.compile(r"- \[( |x|X)\] ?(.*)")
RUBRIC = re.compile(r"- \[([0-9]{1,4}(?:\.[0-9]{1,2})?)\] ?(.*)")
HEADING = re.compile(r"## 问题\S* · ([0-9]{1,4}(?:\.[0-9]{1,2})?) 分(?: · (\S+))?\s*")
MARK = re.compile(r"\\*(?:- \[|>|## )")  # a line that begins so is a mark, unless escaped
GAP = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
# Of the facts: what who answers meets, or is paid by.
MET = re.compile(r"^(?:type|points|credit): .*\n", re.MULTILINE)
TYPE_OF_NAME = {name: kind for kind, name in TYPE_NAMES.items() if kind is not QuestionType.CASE}
Head = tuple[QuestionType | None, Decimal]  # of a part; without a type its marks show it


def read_question(text: str) -> Question:
    """The question of a file. Raises Invalid with its first fault."""
    question = read_draft(text)
    for fault in faults(question):
        raise fault
    return question


def read_draft(text: str) -> Question:
    """The question as far as it is written; ask `faults` what it lacks.

    Raises Invalid where the file cannot be understood at all.
    """
    facts, body = split_file(text)
    kind, points = kind_and_points(facts)
    known = read_facts(facts)
    lines = body.split("\n")
    if kind is QuestionType.CASE:
        case, parts = _read_case(facts, lines)
        return Question(type=kind, points=points, case=case, parts=parts, **known)
    part = _read_part(facts, lines, (kind, points))
    return Question(type=kind, points=points, parts=(part,), **known)


def write_question(question: Question) -> str:
    """The file of a question, in the one form that `read_question` gives back unchanged."""
    pieces: list[str] = []
    if question.type is QuestionType.CASE:
        pieces.append(_escaped(question.case))
        for number, part in enumerate(question.parts, start=1):
            told = "" if part.type is _likely_type(part) else f" · {TYPE_NAMES[part.type]}"
            pieces.append(f"## 问题{numeral(number)} · {plain(part.points)} 分{told}")
            pieces += _body(part)
    else:
        pieces += _body(question.parts[0])
    return f"---\n{write_facts(question)}---\n" + "\n\n".join(filter(None, pieces)) + "\n"


def refuse_unwritable(question: Question) -> None:
    """What a file could not give back is not kept."""
    try:
        kept = read_draft(write_question(question)) == question
    except Invalid:
        kept = False
    if not kept:
        raise Invalid("这道题存不下：全文不超过 {n} 字，请删短后再保存。", n=LONGEST)


def content_hash(question: Question) -> str:
    """What makes a version: SHA-256 of the file as it would be written."""
    return hash_of(write_question(question))


def hash_of(text: str) -> str:
    """The same, of the file itself."""
    return hashlib.sha256(text.encode()).hexdigest()


def as_met(text: str) -> str:
    """What who answers meets, and is paid by. text: as `write_question` writes it.

    Two versions of which this is the same differ in facts alone, and are as hard.
    """
    head = HEAD.match(text)
    return "".join(MET.findall(head[1])) + text[head.end() :] if head else text


def _read_case(facts: Facts, lines: list[str]) -> tuple[str, tuple[Part, ...]]:
    """The shared text and the parts."""
    chunks: list[list[str]] = [[]]
    heads: list[Head] = []
    for line in lines:
        if line.startswith("## "):
            heads.append(_read_heading(facts, line))
            chunks.append([])
        else:
            chunks[-1].append(line)
    case, *rest = chunks
    parts = (_read_part(facts, one, head) for one, head in zip(rest, heads, strict=True))
    return _unescaped(case), tuple(parts)


def _read_heading(facts: Facts, line: str) -> Head:
    found = HEADING.fullmatch(line)
    if not found or (found[2] and found[2] not in TYPE_OF_NAME):
        raise Invalid(
            "{id}：小题标题“{line}”应写成“## 问题一 · 2 分”。", id=name_of(facts), line=line[:40]
        )
    return TYPE_OF_NAME.get(found[2] or ""), Decimal(found[1])


def _read_part(facts: Facts, lines: list[str], head: Head) -> Part:
    """Each line is an option, a point of the rubric, the rest of one, an explanation, or stem."""
    stem: list[str] = []
    told: list[str] = []
    marked: list[list[str]] = []  # [what stands in the brackets, text]
    just_marked = False
    for line in lines:
        mark = OPTION.fullmatch(line) or RUBRIC.fullmatch(line)
        if mark:
            marked.append([mark[1].lower(), mark[2].strip()])
        elif line.startswith("- ["):
            raise Invalid(
                "{id}：“{line}”的方括号里只能是空格、x 或分值。", id=name_of(facts), line=line[:40]
            )
        elif just_marked and line.startswith("  ") and line.strip():
            marked[-1][1] += "\n" + line[2:].rstrip()
            continue
        elif line.startswith(">"):
            told.append(line[1:].removeprefix(" "))
        else:
            stem.append(line)
        just_marked = bool(mark)
    return _part(head, _unescaped(stem), marked, "\n".join(told).strip())


def _part(head: Head, stem: str, marked: list[list[str]], told: str) -> Part:
    choices = [one for one in marked if one[0] in (" ", "x")][: len(LETTERS)]
    lettered = list(zip(LETTERS, choices, strict=False))
    part = Part(
        type=head[0] or QuestionType.SHORT,
        stem=stem,
        points=head[1],
        options={letter: text for letter, (_, text) in lettered},
        right=frozenset(letter for letter, (mark, _) in lettered if mark == "x"),
        rubric=tuple(Line(Decimal(pay), text) for pay, text in marked if pay not in (" ", "x")),
        explanation=told,
    )
    part = replace(part, type=head[0] or _likely_type(part))
    if part.type is not QuestionType.BLANK:
        return part
    gaps = tuple(tuple(one.strip() for one in gap.split(" 或 ")) for gap in GAP.findall(stem))
    return replace(part, stem=GAP.sub(BLANK, stem), blanks=gaps)


def _likely_type(part: Part) -> QuestionType:
    """The type that a part of a case shows by its marks; another is named in its heading."""
    if part.options == TRUE_FALSE:
        return QuestionType.TRUE_FALSE
    if part.options:
        return QuestionType.SINGLE if len(part.right) < 2 else QuestionType.MULTIPLE
    if not part.rubric and (part.blanks or GAP.search(part.stem)):
        return QuestionType.BLANK
    return QuestionType.SHORT


def _body(part: Part) -> Iterator[str]:
    """Stem, options or rubric, explanation; empty where there is none."""
    stem = part.stem
    for variants in part.blanks:
        stem = stem.replace(BLANK, "{{" + " 或 ".join(variants) + "}}", 1)
    yield _escaped(stem)
    marks = [("x" if a in part.right else " ", text) for a, text in part.options.items()]
    marks += [(plain(line.points), line.text) for line in part.rubric]
    yield "\n".join(f"- [{mark}] " + text.replace("\n", "\n  ") for mark, text in marks)
    told = part.explanation
    yield "\n".join(f"> {line}".rstrip() for line in told.split("\n")) if told else ""


def _escaped(text: str) -> str:
    """Lines that look like marks get a backslash, as Markdown itself has it."""
    return "\n".join("\\" + line if MARK.match(line) else line for line in text.split("\n"))


def _unescaped(lines: list[str]) -> str:
    freed = (line[1:] if line.startswith("\\") and MARK.match(line) else line for line in lines)
    return "\n".join(freed).strip()
