"""Which column of a roster's table holds what, and what stands around the table. Pure."""

import re

from lms.rosters.columns import Block
from lms.rosters.places import stem
from lms.rosters.posts import read_posts
from lms.rosters.rows import Where
from lms.rosters.vocabulary import Field, column_of
from lms.sheets.books import Book, Sheet
from lms.sheets.cells import label
from lms.sheets.heads import Heading
from lms.sheets.tables import Table

UNIT_FIELDS = (Field.COUNTY, Field.TOWNSHIP, Field.VILLAGE, Field.UNIT)
SHARED = (*UNIT_FIELDS, Field.SERIAL)
Known = tuple[tuple[str, ...], tuple[str, ...]]  # names of townships, of counties

_TOWNSHIP = re.compile(r"([\u3400-\u9fff]{1,7}?(?:镇|乡|街道))(?!镇|级)")
_COUNTY = re.compile(r"([\u3400-\u9fff]{1,3}?(?:县|市|区))")
_NO_TOWNSHIP = ("乡镇", "各乡镇", "城镇", "各镇", "各乡", "全镇", "全乡", "集镇")
_NO_COUNTY = ("全县", "全市", "全区", "各县", "各市", "县市", "辖区", "社区")
_LISTED = re.compile(
    r"(基本)?(情况|信息)?(花名册|名册|名单|统计表|汇总表|信息表|登记表|一览表|台账)"
)


def field_of(heading: Heading) -> Field | None:
    """What a column holds, by its own words, or else with those of the head above it."""
    for words in (heading.label, heading.group + heading.label):
        if known := column_of(words):
            return known[0]
    return None


def layout(table: Table, sheet: Sheet) -> tuple[list[Block], list[Heading]]:
    """Which column holds what. Of several for the same, the one with the better word counts."""
    names = [heading for heading in table.headings if field_of(heading) is Field.NAME]
    posts = [_post_in(heading.group) for heading in names]
    if len(names) > 1 and all(posts):
        return _wide(table, names, posts)
    columns: dict[Field, Heading] = {}
    for heading in table.headings:
        kind = field_of(heading)
        if kind and (kind not in columns or _rank(heading) < _rank(columns[kind])):
            columns[kind] = heading
    used = set(columns.values())
    own = [heading for heading in table.headings if heading not in used]
    said = Field.POST in columns or Field.UNIT_AND_POST in columns
    return [Block(columns, "" if said else _post_around(table, sheet))], own


def _rank(heading: Heading) -> int:
    known = column_of(heading.label)
    return known[1] if known else 99


def _wide(
    table: Table, names: list[Heading], posts: list[str]
) -> tuple[list[Block], list[Heading]]:
    """One row a village, under each merged head the columns of one post."""
    shared = {
        field: heading
        for heading in reversed(table.headings)
        if (field := field_of(heading)) in SHARED and field
    }
    blocks = []
    for name, post in zip(names, posts, strict=True):
        group = [heading for heading in table.headings if heading.group == name.group]
        columns = {field: heading for heading in reversed(group) if (field := field_of(heading))}
        blocks.append(Block({**columns, **shared}, post))
    used = {heading for block in blocks for heading in block.columns.values()}
    return blocks, [heading for heading in table.headings if heading not in used]


def _post_in(words: str) -> str:
    """The words, if they name posts and nothing else."""
    found = read_posts(words)
    return words if found.codes and not found.unknown else ""


def _post_around(table: Table, sheet: Sheet) -> str:
    """The one post that a title or a sheet's name speaks of: 村党组织书记花名册."""
    for words in (sheet.name, *table.title):
        bare = _LISTED.sub("", label(words)).rpartition("年")[2]
        found = read_posts(bare)
        if len(found.codes) == 1 and not found.unknown:
            return bare
    return ""


def heads(table: Table) -> tuple[str, ...]:
    """The words over each column, "" where none stand."""
    width = max(heading.column for heading in table.headings)
    found = [""] * width
    for heading in table.headings:
        found[heading.column - 1] = heading.full
    return tuple(found)


def around(table: Table, book: Book, sheet: Sheet, known: Known) -> Where:
    """The township and county that the sheet's name, the title or the file's name say."""
    words = [label(sheet.name), *map(label, table.title), label(book.name.rpartition(".")[0])]
    township = next(filter(None, (township_in(word, known) for word in words)), "")
    county = next(filter(None, (_county_in(word, known) for word in words)), "")
    return Where(county, township)


def township_in(words: str, known: Known) -> str:
    """The township that these words name, "" where they name none."""
    if known[0]:
        found = [name for name in known[0] if name in words or stem(name) == words]
        return max(found, key=len, default="")
    bare = re.sub(r"^.*(?:年|县|市|区)(?=.)", "", words)
    match = _TOWNSHIP.search(bare)
    return match[1] if match and match[1] not in _NO_TOWNSHIP else ""


def _county_in(words: str, known: Known) -> str:
    if known[1]:
        found = [name for name in known[1] if name in words or stem(name) == words]
        return max(found, key=len, default="")
    names = [n for n in _COUNTY.findall(words.rpartition("年")[2]) if n not in _NO_COUNTY]
    return names[-1] if names else ""
