"""Takes the questions of one table out of its rows: a row each, or one and the rows below it."""

from dataclasses import dataclass, field, replace

from lms.bank.rules import LETTERS, QuestionType
from lms.exchange.columns import Layout, is_head, layout_of, told_type, value_at
from lms.exchange.gathering import carry_types, gather_cases
from lms.exchange.labels import pieces
from lms.exchange.lines import Line
from lms.exchange.option_cells import options_in, prefix_of
from lms.exchange.records import Record, written
from lms.exchange.rules import Doubt, Place
from lms.exchange.sections import Heading as Section
from lms.exchange.sections import heading_of
from lms.exchange.truths import truth
from lms.exchange.vocabulary import FACTS, Column, type_of
from lms.sheets.books import Row, Sheet, Value
from lms.sheets.cells import label, letters
from lms.sheets.heads import Heading
from lms.words import N_

FORMULA = N_("{place} 单元格是公式，没有读取。请“选择性粘贴”为数值后再上传。")
TOO_WIDE = N_("这一行的格数比表头多，可能是文字里有分隔符，答案对不上列。请核对这一行。")
TWO_TICKS = N_("“正确”“错误”两栏都有标记，看不出答案，请核对。")
HEAD_ANSWER = N_("标题说这一部分都是“{told}”，答案栏里写的是“{written}”，请核对。")
A_DATE = N_("选项 {letter} 是日期“{written}”，可能是 Excel 改的，请核对。")

# data: how a ticked cell looks
TICKS = {"√", "✓", "✔", "☑", "1", "是", "Y", "YES", "TRUE", "T", "对", "正确", "●", "★", "V"}
CARRIED = (Column.TYPE, Column.CASE, Column.HEADING)
MERGES = 20_000  # looked at; a sheet with more is no form that people fill in
LONGEST_LABELLED = 4000  # characters of a row that goes on with the question above
IMPORTANT = (Column.STEM, Column.ANSWER, Column.OPTIONS, Column.TYPE, Column.CORRECT)


@dataclass
class _Table:
    """What is known on the way down."""

    layout: Layout
    type: QuestionType | None = None
    section: Section | None = None
    headings: tuple[str, ...] = ()
    found: list[Record] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    current: Record | None = None
    case: str = ""


class TableReader:
    """Reads the rows below a head. file: its name, for the places."""

    def __init__(self, file: str, sheet: Sheet, layout: Layout, first_row: int) -> None:
        self.file, self.sheet, self.first_row = file, sheet, first_row
        self.wide = {(top, left) for top, left, _, right in sheet.merged if right > left}
        self.table = _Table(layout, told_type(sheet.name))
        self.formulas: dict[int, set[int]] = {}
        for row, column in sheet.formulas:
            self.formulas.setdefault(row, set()).add(column - 1)

    def read(self) -> tuple[list[Record], list[str]]:
        """The records, and the lines that belong to none."""
        self._above()
        self._fill_down()
        for number, row in enumerate(self.sheet.rows[self.first_row - 1 :], start=self.first_row):
            self._row(number, row)
        carry_types(self.table.found)
        gather_cases(self.table.found)
        return self.table.found, self.table.notes

    def _above(self) -> None:
        """A heading above the head is that of the first questions."""
        for number, row in enumerate(self.sheet.rows[: self.first_row - 1], start=1):
            texts = [text for value in row if value != "" and (text := written(value))]
            section = heading_of(Line(texts[0], number)) if len(texts) == 1 else None
            if section and section.typed:
                self._section(section)

    def _fill_down(self) -> None:
        """What is merged over several rows counts in each: a type, a case, a chapter."""
        layout = self.table.layout
        places = {layout.places[c] for c in (*CARRIED, *FACTS) if c in layout.places}
        rows = self.sheet.rows
        for top, left, last, right in self.sheet.merged[:MERGES]:
            if left != right or left - 1 not in places or top < self.first_row:
                continue
            value = self.sheet.cell(top, left)
            for row in rows[top : min(last, len(rows))]:
                row.extend([""] * (left - len(row)))
                row[left - 1] = value

    def _row(self, number: int, row: Row) -> None:
        table = self.table
        held = [place for place, value in enumerate(row) if value != "" and _holds(value)]
        if not held:
            return
        if is_head(row):
            headings = [Heading(p + 1, label(row[p])) for p in held]
            again = layout_of(headings)
            if again.is_of_questions:
                table.layout, table.current = again, None
            return
        if len(held) == 1 and self._alone(number, row, held[0]):
            return
        at = table.layout.places
        stem, case = (written(value_at(row, at.get(c))) for c in (Column.STEM, Column.CASE))
        if not stem and case and value_at(row, at.get(Column.ANSWER)) != "":
            stem, case = case, ""  # 大题题干 of a question that has no parts
        if stem:
            table.current = self._record(number, row, stem)
            table.current.case = case
            table.found.append(table.current)
        elif table.current is not None:
            self._more(table.current, row)
        else:
            table.notes.append("  ".join(written(row[place]) for place in held))

    # ── rows with one cell ──────────────────────────────────────────────────────────────────────

    def _alone(self, number: int, row: Row, place: int) -> bool:
        """Whether a lone cell is a heading, a remark, or goes on with the question above."""
        text = written(row[place])
        layout, table = self.table.layout, self.table
        section = heading_of(Line(text, number))
        if section:
            self._section(section)
            return True
        if place == layout.places.get(Column.STEM):
            return self._goes_on(text)
        if place == 0 or (number, place + 1) in self.wide:
            table.notes.append(text)
            if not text.isdecimal():
                table.current = None
            return True
        return False

    def _section(self, section: Section) -> None:
        table = self.table
        table.current = None
        if section.typed:
            table.section, table.type = section, section.type
            chapters = tuple(h for h in table.headings if h.startswith("\0"))
            table.headings = (*chapters, section.text)
        else:
            table.headings = (f"\0{section.text}",)

    def _goes_on(self, text: str) -> bool:
        """A cell in the column of stems that is a row of options, an answer or an explanation."""
        current = self.table.current
        if current is None or len(text) > LONGEST_LABELLED:
            return False
        found = options_in(text) if prefix_of(text) else None
        if found and not current.options and "A" in found:
            current.options = dict(found)
            return True
        one = prefix_of(text)
        if one and one[0] == LETTERS[len(current.options)]:
            current.options[one[0]] = one[1]
            return True
        parts = pieces(text)
        if parts[0].field in ("answer", "explanation") and len(parts) == 1:
            self._labelled(current, parts[0].field, parts[0].text)
            return True
        return False

    def _labelled(self, record: Record, name: str, text: str) -> None:
        if name == "answer" and not record.answer:
            record.answer = record.answer_value = text
        elif name == "explanation" and not record.explanation:
            record.explanation = text

    def _more(self, record: Record, row: Row) -> None:
        """A row without a stem: one more option of the question above, ticked or not."""
        layout = self.table.layout
        at = layout.places
        cell = written(value_at(row, at.get(Column.OPTIONS)))
        single = [written(value_at(row, place)) for place in layout.options.values()]
        texts = [text for text in (cell, *single) if text]
        letter = LETTERS[min(len(record.options), 25)]
        if cell:
            one = prefix_of(cell)
            several = options_in(cell) if one else None
            if several and not record.options:
                record.options |= several
            else:
                record.options[letter] = one[1] if one and one[0] == letter else cell
        elif len(texts) == 1 and letter not in layout.options:
            record.options[letter] = texts[0]
        if _is_ticked(value_at(row, at.get(Column.CORRECT))) and letter in record.options:
            record.ticked.add(letter)
        answer = written(value_at(row, at.get(Column.ANSWER)))
        if answer and answer.upper() in TICKS and letter in record.options:
            record.ticked.add(letter)
        elif answer and not record.answer:
            record.answer, record.answer_value = answer, value_at(row, at.get(Column.ANSWER))
        told = written(value_at(row, at.get(Column.EXPLANATION)))
        if told:
            record.explanation = "\n".join(filter(None, [record.explanation, told]))

    # ── a row with a stem ───────────────────────────────────────────────────────────────────────

    def _record(self, number: int, row: Row, stem: str) -> Record:
        table, layout = self.table, self.table.layout
        at = layout.places
        record = Record(Place(self.file, self.sheet.name, number), stem=stem)
        record.told_type = table.type
        record.headings = tuple(heading.lstrip("\0") for heading in table.headings)
        record.number = written(value_at(row, at.get(Column.NUMBER)))
        record.type = written(value_at(row, at.get(Column.TYPE)))
        record.answer_value = value_at(row, at.get(Column.ANSWER))
        record.answer = written(record.answer_value)
        record.explanation = written(value_at(row, at.get(Column.EXPLANATION)))
        record.rubric = written(value_at(row, at.get(Column.RUBRIC)))
        record.points = written(value_at(row, at.get(Column.POINTS)))
        if layout.guessed:
            record.guessed |= {"answer"}
        self._beside(record, row)
        self._options(record, row)
        self._section_says(record)
        self._refuse_formulas(record, number)
        if len(row) > layout.width and any(value != "" for value in row[layout.width :]):
            record.unsure = record.unsure or Doubt(TOO_WIDE, what="answer")
        return record

    def _beside(self, record: Record, row: Row) -> None:
        layout = self.table.layout
        for fact, place in layout.facts:
            if value := written(value_at(row, place)):
                record.facts[fact] = value
        heading = written(value_at(row, layout.places.get(Column.HEADING)))
        if heading and not record.type and type_of(heading):
            record.type = heading  # 类别: 单选题
        elif heading:
            record.headings = (heading, *record.headings)
        for place, head in layout.kept.items():
            if value := written(value_at(row, place)):
                record.kept[head or letters(place + 1)] = value

    def _options(self, record: Record, row: Row) -> None:
        layout = self.table.layout
        for letter, place in layout.options.items():
            value = value_at(row, place)
            if value == "" or not (text := written(value)):
                continue
            record.options[letter] = text
            if not isinstance(value, str | int | float):
                values = {"letter": letter, "written": text[:40]}
                record.doubts.append(Doubt(A_DATE, values, "options"))
        record.ticked = {
            letter for letter, p in layout.ticks.items() if _is_ticked(value_at(row, p))
        } & set(record.options)
        whole = written(value_at(row, layout.places.get(Column.OPTIONS)))
        more = [written(value_at(row, place)) for place in layout.beside]
        if whole and any(more):
            lettered = zip(LETTERS, [whole, *more], strict=False)
            record.options = {letter: text for letter, text in lettered if text}
        if whole and not record.options:
            found = options_in(whole)
            if found:
                record.options, record.ticked = dict(found), set(found.right)
            else:
                record.options = {"A": prefix_or(whole)}
                if _is_ticked(value_at(row, layout.places.get(Column.CORRECT))):
                    record.ticked.add("A")
                if record.answer.upper() in TICKS and Column.ANSWER in layout.places:
                    record.ticked, record.answer, record.answer_value = {"A"}, "", ""
        record.blanks = [text for p in layout.blanks if (text := written(value_at(row, p)))]
        if layout.truths:
            self._truth_columns(record, row)

    def _truth_columns(self, record: Record, row: Row) -> None:
        """Two columns 正确 and 错误, one of them ticked."""
        told = [value for value, place in self.table.layout.truths.items() if value_at(row, place)]
        if len(told) == 1 and not record.answer:
            record.answer = record.answer_value = "√" if told[0] else "×"
        elif len(told) > 1:
            record.unsure = Doubt(TWO_TICKS, what="answer")

    def _section_says(self, record: Record) -> None:
        """三、判断题（正确）: the answer of every question below, and the points of each."""
        section = self.table.section
        if section is None:
            return
        if section.points is not None and not record.points and not section.per_blank:
            record.points = str(section.points)
        if section.answer is None or type_of(record.type) not in (None, QuestionType.TRUE_FALSE):
            return
        told = "√" if section.answer else "×"
        if not record.answer:
            record.answer = record.answer_value = told
        elif truth(record.answer) not in (None, section.answer):
            values = {"told": told, "written": record.answer[:20]}
            record.unsure = Doubt(HEAD_ANSWER, values, "answer")

    def _refuse_formulas(self, record: Record, number: int) -> None:
        """What a formula shows may be another tomorrow, and is not what anybody wrote."""
        layout = self.table.layout
        there = self.formulas.get(number, set())
        if not there:
            return
        watched = {layout.places[c]: c for c in IMPORTANT if c in layout.places}
        watched |= dict.fromkeys(layout.options.values(), Column.OPTION)
        for place in sorted(there & set(watched)):
            doubt = Doubt(FORMULA, {"place": f"{letters(place + 1)}{number}"}, "answer")
            if watched[place] in (Column.ANSWER, Column.CORRECT):
                record.answer, record.answer_value = "", ""
                record.ticked.clear()
                record.unsure = doubt
            else:
                record.doubts.append(replace(doubt, what="options"))


def _holds(value: Value) -> bool:
    return not isinstance(value, str) or not value.isspace()


def prefix_or(text: str) -> str:
    """An option without the A. before it."""
    found = prefix_of(text)
    return found[1] if found and found[0] == "A" else text


def _is_ticked(value: Value) -> bool:
    return written(value).upper() in TICKS
