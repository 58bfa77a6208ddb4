"""What a marker pays for, where each point says for how much."""

import re
from decimal import Decimal

from lms.exchange.lines import flat, tidy
from lms.scoring.totals import plain

PAID = re.compile(r"[(\[【]\s*(\d{1,3}(?:\.\d{1,2})?)\s*分\s*[)\]】]\s*[。.;；]?\s*$")


def as_rubric(text: str, points: Decimal | None) -> str:
    """The lines as the bank has them, `[2] …`; empty unless every point says what it pays and
    together they make the points of the question."""
    found: list[str] = []
    pending: list[str] = []
    total = Decimal(0)
    for line in filter(str.strip, text.split("\n")):
        paid = PAID.search(flat(line))
        if not paid:
            pending.append(tidy(line))
            continue
        pending.append(tidy(line[: paid.start()]))
        found.append(f"[{plain(Decimal(paid[1]))}] " + "\n  ".join(filter(None, pending)))
        total += Decimal(paid[1])
        pending = []
    if not found or pending or (points is not None and total != points):
        return ""
    return "\n".join(found)
