"""The lines of a document, whatever it was: what they say, and where they stood."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import quantiles

WIDE = {0xFF01 + n: 0x21 + n for n in range(94)} | dict.fromkeys((0x3000, 0xA0, 0x2002, 0x2003), 32)
# What a document underlines or sets in a colour of its own stands between these signs.
UNDER, UNDER_END, SHOWN, SHOWN_END = "\ue000", "\ue001", "\ue002", "\ue003"
MARKS = dict.fromkeys(map(ord, (UNDER, UNDER_END, SHOWN, SHOWN_END)))
DRESSED = re.compile(f"[{UNDER}{UNDER_END}{SHOWN}{SHOWN_END}]")
UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f\u200b-\u200f\u2060\ufeff\ufffe\uffff\ud800-\udfff]")
TERMINAL = "。！？!?；;：:…"
LONGEST_RUN = 60
LONG_RUN = re.compile(r"[ \t\u3000\xa0]{61,}|([^\w\n])\1{60,}|_{61,}")
SPACES = re.compile(r"[ \u3000\xa0\u2002\u2003]{2,}")
HAN = re.compile(r"[\u3007\u3400-\u9fff]")
SAMPLE = 1500  # lines that are measured
SHORTEST_WRAP = 24  # narrower than this no page breaks its lines


@dataclass(slots=True)
class Line:
    """One line. at: its paragraph or line in the file, from 1.

    auto: its number or letter was counted by the word processor. outline: 1 for a heading of the
    first level, 0 for none. fixed: to be kept as it is, such as a table.
    """

    text: str
    at: int
    auto: bool = False
    outline: int = 0
    fixed: bool = False


@lru_cache(maxsize=4096)
def flat(text: str) -> str:
    """In half width, sign for sign, so that places in it are places in the text."""
    return text.translate(WIDE)


def bare(text: str) -> str:
    """Without the signs for what is underlined or set apart."""
    return text.translate(MARKS) if DRESSED.search(text) else text


def seen(text: str) -> str:
    """Without what nobody sees; a long run of one sign, which only lays a page out, is cut."""
    return LONG_RUN.sub(lambda run: run[0][:LONGEST_RUN], UNSEEN.sub("", text))


def tidy(text: str) -> str:
    """A text to keep: no marks, no runs of spaces, no spaces at the ends of lines."""
    lines = (SPACES.sub(" ", bare(line).replace("\t", " ")).strip() for line in text.split("\n"))
    return "\n".join(lines).strip()


def text_lines(text: str) -> list[Line]:
    """The lines of a text file; what nobody sees is left out."""
    parts = text.replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r", "\n")
    parts = re.sub("[\x0b\x0c\x85\u2028\u2029]", "\n", parts)
    return [
        Line(bare(seen(part)).rstrip(), at) for at, part in enumerate(parts.split("\n"), start=1)
    ]


def width(text: str) -> int:
    """How wide a line stands on paper: a Han sign is two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def wrap_width(lines: Sequence[Line]) -> int:
    """Where the lines of a text were broken by a page; 0 where nothing shows that.

    The widest lines are then nearly alike, and many end within a sentence.
    """
    long = [line.text for line in lines if len(line.text) * 2 >= SHORTEST_WRAP]
    long = long[:: len(long) // SAMPLE + 1]
    widths = sorted(width(text) for text in long)
    widths = [one for one in widths if one >= SHORTEST_WRAP]
    if len(widths) < 8:
        return 0
    most = int(quantiles(widths, n=20)[-1])
    full = [text for text in long if most - 8 <= width(text) <= most + 8]
    broken = [text for text in full if text.rstrip()[-1:] not in TERMINAL]
    return most if len(full) >= 5 and len(broken) * 2 > len(full) else 0


def joined(first: str, second: str, wrap: int, between: str = "\n\n") -> str:
    """Two lines of one text: put together where a page broke them, else parted by `between`."""
    if not first or not second:
        return first or second
    last = first.rsplit("\n", 1)[-1].rstrip()
    a, b = last[-1:], second.lstrip()[:1]
    full = wrap and (len(last) >= wrap or width(last) >= wrap - 10)
    if full and a not in TERMINAL:
        tight = HAN.match(a) or HAN.match(b) or not (a.isalnum() and b.isalnum())
        return first.rstrip() + ("" if tight else " ") + second.lstrip()
    return f"{first}{between}{second}"
