"""Answers that stand within the stem: in brackets, on a line to fill in, as a sign at its end."""

import re
from dataclasses import dataclass, field

from lms.exchange.lines import UNDER, UNDER_END, bare, flat
from lms.exchange.raw import Raw
from lms.exchange.truths import truth

# data: brackets and lines with what is written in them
LETTERS = re.compile(
    r"(?P<open>[(\[【])\s*(?P<held>[A-Za-z](?:[\s,、;]*[A-Za-z]){0,9})\s*(?P<close>[)\]】])"
)
ON_LINE = re.compile(
    rf"(?<!_)_+\s*(?P<held>[A-Z](?:[,、\s]*[A-Z]){{0,9}})\s*_+|{UNDER}\s*(?P<under>[A-Z](?:[,、\s]*[A-Z]){{0,9}})\s*{UNDER_END}"
)
SIGN = r"[√×✓✔✗✘✖╳TFtfYN]|对|错|正确|错误|是|否"
SIGN_HELD = re.compile(
    rf"[(\[【]\s*(?P<held>{SIGN})\s*[)\]】](?=[\s.。]*$)|^\s*[(\[【]\s*(?P<first>{SIGN})\s*[)\]】]"
)
SIGN_BARE = re.compile(r"(?P<before>[\s。.;!?)_])(?P<held>[√×✓✔✗✘✖╳])\s*[.。]?\s*$")
WORD_BEHIND = re.compile(r"(?:[。.;!?]\s*|\s{2,}|\t)(?P<held>对|错|正确|错误)\s*$")
AB_HELD = re.compile(r"[(\[【]\s*(?P<held>[AB])\s*[)\]】](?=[\s.。]*$)")
EMPTY = re.compile(r"[(\[【][\s_]*[)\]】]|_{2,}")
BEHIND = re.compile(
    r"(?:[(\[【]\s*(?P<held>[A-Z](?:[,、\s]*[A-Z]){0,9})\s*[)\]】]|(?:\s{2,}|\t)(?P<bare>[A-Z]{1,6}))[\s。.]*$"
)
UNDERLINED = re.compile(rf"{UNDER}\s*(?P<held>[^{UNDER_END}]*[^{UNDER_END}\s])\s*{UNDER_END}")
HELD = re.compile(r"[(【]\s*(?P<held>[^()【】\n]{1,30}?)\s*[)】]")
BEHIND_BLANKS = re.compile(r"\s*[(【]\s*(?P<held>[^()【】\n]{1,80}?)\s*[)】]\s*[。.]?\s*$")
BETWEEN_LINES = re.compile(r"(?<!_)_{2,3}(?P<held>[^_\s,。;、和与及或][^_\n,。;]{0,20})_{2,3}(?!_)")


@dataclass
class Inline:
    """What a stem holds. stem: without the answer, which would give it away. told: the answer,
    or "". others: what looks like answers, though it cannot be told which. sure: it can be
    nothing else."""

    stem: str
    told: str = ""
    others: list[str] = field(default_factory=list)
    sure: bool = True


def letters_within(stem: str, known: set[str]) -> Inline:
    """The letters in the brackets of a stem, where all of them are options of the question."""
    plain = flat(stem)
    found = [*LETTERS.finditer(plain), *ON_LINE.finditer(plain)]
    found = [match for match in found if _may_be_letters(_held(match), known)]
    if not found:
        return Inline(stem)
    told = {"".join(sorted(_letters(_held(match)))) for match in found}
    if len(found) > 1 or EMPTY.search(plain):
        return Inline(stem, others=[_held(match) for match in found], sure=False)
    match = found[0]
    gap = (
        "____"
        if "_" in match[0] or UNDER in match[0]
        else stem[match.start()] + " " + stem[match.end() - 1]
    )
    return Inline(stem[: match.start()] + gap + stem[match.end() :], told.pop())


def _held(match: re.Match[str]) -> str:
    groups = match.groupdict()
    return str(groups.get("held") or groups.get("under") or "").strip()


def _may_be_letters(written: str, known: set[str]) -> bool:
    """All of them options, each once and in their order; ABAC is a word."""
    letters = re.findall("[A-Z]", written.upper())
    return set(letters) <= known and letters == sorted(set(letters))


def _letters(written: str) -> set[str]:
    return set(re.findall("[A-Z]", written.upper()))


def sign_within(stem: str, letters: bool) -> Inline:
    """A sign for right or wrong at the end, or the start, of a stem. letters: A and B count too."""
    plain = flat(stem)
    match = SIGN_HELD.search(plain)
    if match:
        held = match["held"] or match["first"]
        start, end = match.span("held" if match["held"] else "first")
        return Inline(f"{stem[:start].rstrip()} {stem[end:].lstrip()}", held)
    match = SIGN_BARE.search(plain)
    if match:
        return Inline(stem[: match.start("held")].rstrip(), match["held"])
    match = WORD_BEHIND.search(plain) if letters else None
    if match:
        return Inline(stem[: match.start("held")].rstrip(), match["held"])
    match = AB_HELD.search(plain) if letters else None
    if match:
        start, end = match.span("held")
        return Inline(f"{stem[:start].rstrip()} {stem[end:].lstrip()}", match["held"])
    return Inline(stem)


def filled_within(stem: str) -> Inline:
    """What is underlined in a stem, stands in its brackets, or behind all of its blanks.

    What stands between two lines may be their answer, or only the words between two blanks.
    """
    found = list(UNDERLINED.finditer(stem))
    if found:
        return _cut_out(stem, found, True)
    plain = flat(stem)
    if EMPTY.search(plain):
        behind = BEHIND_BLANKS.search(plain)
        if behind:
            told = stem[behind.start("held") : behind.end("held")].strip()
            return Inline(stem[: behind.start()].rstrip(), told, sure=False)
        between = [match["held"].strip() for match in BETWEEN_LINES.finditer(plain)]
        return Inline(stem, others=between, sure=False)
    held = [match for match in HELD.finditer(plain) if truth(match["held"]) is None]
    return _cut_out(stem, held, False) if held else Inline(stem)


def _cut_out(stem: str, found: list[re.Match[str]], sure: bool) -> Inline:
    """The stem with a blank for each of these, and what stood there."""
    text, last = "", 0
    for match in found:
        text += stem[last : match.start()] + "____"
        last = match.end()
    told = "".join("{{" + bare(match["held"]).strip() + "}}" for match in found)
    return Inline(text + stem[last:], told, sure=sure)


def held_by_last(raw: Raw) -> Inline | None:
    """Letters behind the last option of a question, all of them letters of options."""
    options = raw.options.texts
    if len(options) < 2:
        return None
    text = options[next(reversed(options))]
    match = BEHIND.search(flat(text))
    told = (match["held"] or match["bare"]) if match else ""
    if not match or not match.start() or not _letters(told) <= set(options):
        return None
    return Inline(text[: match.start()].rstrip(), told, sure=False)
