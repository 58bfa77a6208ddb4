"""Plain text as Markdown that shows it unchanged."""

import re

from lms.exchange.lines import tidy

TAG = re.compile(r"<(?=[A-Za-z/!?])")
AT_START = re.compile(r"^(\s*)([#>]|[-+*](?=\s))", re.MULTILINE)
NUMBERED = re.compile(r"^(\s*\d{1,4})(?=[.)]\s)", re.MULTILINE)
STARRED = re.compile(r"\*")
ENTITY = re.compile(r"&(?=#?\w{2,10};)")


def as_markdown(text: str) -> str:
    """The text, tidied, with a backslash before what Markdown would take for its own marks."""
    shown = tidy(text)
    if not set(shown) & set("*<`#>-+&.)\\"):
        return shown
    shown = TAG.sub(r"\\<", shown) if "<" in shown else shown
    shown = ENTITY.sub("&amp;", shown) if "&" in shown else shown
    if shown.count("*") > 1:
        shown = STARRED.sub(r"\\*", shown)
    if shown.count("`") > 1:
        shown = shown.replace("`", "\\`")
    shown = AT_START.sub(r"\1\\\2", shown)
    first = NUMBERED.search(shown)
    if first and first[1].strip() != "1":  # a list that is counted anew would say another number
        shown = NUMBERED.sub(r"\1\\", shown)
    return shown
