"""Refuses lists that say who is chosen, in reserve or promising: not in this house. Pure."""

import re
from collections.abc import Iterable

from lms.errors import Invalid
from lms.sheets.books import Book, Sheet
from lms.sheets.cells import text

FIRST_ROWS = 40  # in which a title or a head can stand
LONGEST = 24  # a cell longer than this is running text
CHOSEN = re.compile(
    r"(?:后备(?:干部|人选|人才|力量|书记|队伍)|优秀(?:年轻|中青年|青年)干部|年轻干部(?:库|人才库)"
    r"|(?:拟|重点)(?:提拔|培养)(?:人选|对象|干部)|储备干部|(?:选拔|提拔)(?:人选|对象))"
)


def chosen_word(words: Iterable[str]) -> str | None:
    """The first title or head that says of persons that they are chosen, or None."""
    for word in words:
        bare = "".join(word.split())
        if len(bare) <= LONGEST and CHOSEN.search(bare):
            return bare
    return None


def refuse_chosen(book: Book) -> None:
    """Refuse a workbook in which a title, a head or a sheet's name says such a thing."""
    for sheet in book.sheets:
        word = chosen_word([sheet.name, *sheet.page_heads, *_tops(sheet)])
        if word:
            raise Invalid(
                "“{file}”的工作表“{sheet}”写有“{word}”。本系统只记培训，不登记、不标注后备干部、"
                "优秀年轻干部等人选，文件未予接收。请删去这一列（或标题中的这些字）后再上传。",
                file=book.name,
                sheet=sheet.name,
                word=word,
            )


def refuse_title(title: str) -> None:
    """Refuse a name of a training that says of everybody in it that they are chosen."""
    found = CHOSEN.search("".join(title.split()))
    if found:
        raise Invalid(
            "名称里写有“{word}”。本系统只记培训，不登记、不标注后备干部、优秀年轻干部等人选，"
            "请换一个名称。",
            word=found[0],
        )


def _tops(sheet: Sheet) -> Iterable[str]:
    """Titles and heads: the rows from the top down to the first that looks like data."""
    for row in sheet.rows[:FIRST_ROWS]:
        words = [text(value) for value in row if value != ""]
        yield from words
        if len(words) > 2 and any(word.isdigit() for word in words):
            return
