"""What the pages and workbooks of the analyses show, in the reader's language."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from lms.access.permissions import Permission
from lms.analyses import topics, workbooks
from lms.analyses.answered import Gathered
from lms.analyses.forms import AnsweredForm, AskedForm, ScoresForm
from lms.analyses.quality import Sheet as PaperSheet
from lms.analyses.rules import BY_NAMES, By
from lms.analyses.scores import Line, Scores
from lms.analyses.topics import Known, Missed
from lms.bank.rules import TYPE_NAMES
from lms.exams.asking import COUNTING_NAMES
from lms.exams.counting import Come
from lms.exams.models import Assessment
from lms.reports import charts, queries, services
from lms.reports.charts import Picture
from lms.reports.measures import Count
from lms.reports.rules import LEVEL_NAMES
from lms.reports.tables import REST, Tree
from lms.reports.workbooks import file_stem
from lms.sheets.pages import DEMONSTRATION, Page, file_name
from lms.web.here import me, settings, today
from lms.web.language import day, moment

PICTURED = 10  # bars of a picture

# ── for all of them ─────────────────────────────────────────────────────────────────────────────


def _demo() -> str:
    return _(DEMONSTRATION) if settings().demonstration else ""


def _made(as_of: date) -> str:
    return _("统计日：%(day)s。由 %(by)s 从系统导出。", day=day(as_of), by=me().name)


def _unit(name: str) -> str:
    return _("填报单位：%(unit)s", unit=name)


def as_file(pages: Mapping[str, Page], title: str, as_of: date) -> tuple[list[Page], str]:
    """The pages to write and the name of their file."""
    return list(pages.values()), file_name(file_stem(title, as_of, _))


def way_up(
    tree: Tree, root: int, paths: Sequence[str], here: str, form: AskedForm, **named: Any
) -> list[tuple[str, str | None]]:
    """The units above the present one that the reader answers for, as crumbs."""
    way = tree.way(root)
    mine = {int(path.strip("/").split("/")[-1]) for path in paths}
    first = next((n for n, unit in enumerate(way) if unit in mine), len(way) - 1)
    return [
        (
            tree.name(unit),
            None if unit == root else url_for(here, **named, **form.kept(under=unit)),
        )
        for unit in way[first:]
    ]


def down(tree: Tree, key: str, here: str, form: AskedForm, **named: Any) -> str | None:
    """The same page for a unit of the table, where something lies below it."""
    if not key.isdigit() or int(key) == REST or services.below(tree.kind(int(key))) is None:
        return None
    return url_for(here, **named, **form.kept(under=key))


# ── marks ───────────────────────────────────────────────────────────────────────────────────────


def scores_title(found: Scores) -> str:
    """运城市 村干部八种本领测评 成绩分析表."""
    words = {
        By.UNIT: _("%(unit)s%(title)s成绩分析表"),
        By.POST: _("%(unit)s%(title)s成绩分析表（按职务）"),
        By.CATEGORY: _("%(unit)s%(title)s成绩分析表（按类别）"),
    }
    return words[found.by] % {"unit": found.root.name, "title": found.assessment.title}


def scores(found: Scores, form: ScoresForm, paths: Sequence[str]) -> dict[str, Any]:
    """What the page shows beside the table itself."""
    named: dict[str, Any] = {"assessment_id": found.assessment.id}
    return {
        "heading": scores_title(found),
        "head": workbooks.first_head(found, _),
        "ways": [
            (_(name), url_for(".scores", **named, **form.kept(by=one.value)), one is found.by)
            for one, name in BY_NAMES.items()
        ],
        "crumbs_up": way_up(found.tree, found.root.id, paths, ".scores", form, **named),
        "down": lambda line: down(found.tree, line.key, ".scores", form, **named),
        "tops": queries.roots(paths),
        "names": _names(found),
        "named": _are_named(found),
        "values": workbooks.mark_values,
        "excellence": workbooks.excellence,
        "rates": _rates(),
        "notes": [*workbooks.scores_notes(found, _), _which(found.assessment)],
        "definitions": workbooks.meanings(_),
        "export": url_for(".scores_xlsx", **named, **form.kept()),
        "export_csv": url_for(".scores_csv", **named, **form.kept()),
    }


COME = {Count.SCHEDULED: None, Count.SAT: Come.SUBMITTED, Count.PASSED: Come.PASSED}


def _are_named(found: Scores) -> bool:
    """The names are those of today, on the page of who runs assessments; of units alone."""
    return found.by is By.UNIT and found.as_of == today() and me().may(Permission.RUN_EXAMS)


def _names(found: Scores) -> Callable[[Line, str], str | None]:
    """Where a number leads: to the candidates behind it, with their verdicts and no mark."""
    told = _are_named(found)

    def address(line: Line, count: str) -> str | None:
        if not told or count not in COME or line.key == str(REST):
            return None
        unit, come = line.key or found.root.id, COME[Count(count)]
        named: dict[str, Any] = {"assessment_id": found.assessment.id, "unit": unit, "come": come}
        return url_for("exams.candidates", **named)

    return address


def _rates() -> list[tuple[str, str, str]]:
    """The columns of the table: name, numerator, and for a rate its denominator."""
    columns = [workbooks.SHIPPED[one] for one in workbooks.SCORE_COLUMNS]
    return [
        (_(one.name), one.numerator.value, one.denominator.value if one.denominator else "")
        for one in columns
    ]


def _which(assessment: Assessment) -> str:
    """Which attempt counts, and where its bands begin."""
    return _(
        "满分 %(full)s 分，合格线为满分的 %(pass)s%%、良好 %(merit)s%%、优秀 %(high)s%%；"
        "多次作答的以%(which)s为准。",
        full=assessment.full,
        which=COUNTING_NAMES[assessment.which_counts],
        merit=assessment.merit,
        high=assessment.distinction,
        **{"pass": assessment.pass_mark},
    )


def scores_pages(found: Scores) -> dict[str, Page]:
    made = [_unit(found.root.name), _made(found.as_of), _which(found.assessment)]
    return {"scores": workbooks.scores_page(found, scores_title(found), made, _demo(), _)}


# ── a paper ─────────────────────────────────────────────────────────────────────────────────────


def quality_title(sheet: PaperSheet, held: str = "") -> str:
    if held:
        return _("%(held)s“%(paper)s”试卷质量分析表", held=held, paper=sheet.title)
    return _("“%(paper)s”试卷质量分析表", paper=sheet.title)


def quality(sheet: PaperSheet, pass_mark: int | None) -> dict[str, Any]:
    """What the page shows. pass_mark: of 100; none where assessments may differ."""
    return {
        "whole": workbooks.quality_rows(sheet, _),
        "items": [
            (
                place,
                item,
                workbooks.rate_of(item),
                workbooks.options_said(place, item, _),
                workbooks.advice_said(place, item, _),
            )
            for place, item in sheet.rows
        ],
        "two": workbooks.two,
        "type_names": TYPE_NAMES,
        "bins": _bins(sheet),
        "picture": _distribution(sheet, pass_mark) if sheet.quality.bins else None,
        "item_notes": [_(one) for one in workbooks.ITEM_NOTES],
    }


def _bins(sheet: PaperSheet) -> list[tuple[str, int]]:
    return list(zip(workbooks.bin_names(_), sheet.quality.bins, strict=False))


def _distribution(sheet: PaperSheet, pass_mark: int | None) -> Markup:
    rows = _bins(sheet)
    said = _("；").join(_("%(name)s %(n)s 人", name=name, n=many) for name, many in rows)
    picture = Picture("totals", _("分数分布（占满分的百分数，人数）"), said)
    heads = [name.split("–")[0] for name, _many in rows]
    return Markup(charts.columns(heads, [many for _name, many in rows], pass_mark, picture))


def quality_pages(sheet: PaperSheet, title: str, unit: str, as_of: date) -> dict[str, Page]:
    made = [_unit(unit)] if unit else []
    made += [_made(as_of), *([added_at(sheet.made_at)] if sheet.made_at else [])]
    return workbooks.quality_pages(sheet, title, made, _demo(), _)


def added_at(made_at: datetime) -> str:
    """Until when answers are in the numbers."""
    return _("作答汇总到 %(when)s，每小时更新。", when=moment(made_at))


# ── abilities, topics ───────────────────────────────────────────────────────────────────────────


def _about(found: Gathered, form: AnsweredForm) -> str:
    """Of which assessments the numbers are."""
    titles = dict(found.assessments)
    chosen = form.assessment.data
    if chosen:
        return titles.get(chosen, "")
    return _("近 12 个月的 %(n)s 次测评", n=len(found.assessments))


def _page(
    found: Gathered, form: AnsweredForm, paths: Sequence[str], here: str, heading: str
) -> dict[str, Any]:
    """What both pages have."""
    return {
        "heading": heading,
        "crumbs_up": way_up(found.tree, found.root.id, paths, here, form),
        "tops": queries.roots(paths),
        "notes": [_(one) for one in workbooks.KNOWN_NOTES],
    }


def abilities_title(found: Gathered, form: AnsweredForm) -> str:
    return _("%(unit)s本领测评分析表（%(about)s）", unit=found.root.name, about=_about(found, form))


def abilities(found: Gathered, form: AnsweredForm, paths: Sequence[str]) -> dict[str, Any]:
    lines = topics.by_ability(found)
    return {
        **_page(found, form, paths, ".abilities", abilities_title(found, form)),
        "lines": lines,
        "units": topics.by_unit(found),
        "head": _below(found),
        "down": lambda key: down(found.tree, key, ".abilities", form),
        "picture": _ability_picture(lines) if lines else None,
        "missed": url_for(".missed", **form.kept()),
        "export": url_for(".abilities_xlsx", **form.kept()),
        "exports_csv": [
            (_("本领"), url_for(".abilities_csv", **form.kept(table="abilities"))),
            (_("各单位"), url_for(".abilities_csv", **form.kept(table="units"))),
        ],
    }


def _below(found: Gathered) -> str:
    return _(LEVEL_NAMES[services.fitting(found.root.kind)])


def _ability_picture(lines: Sequence[topics.AbilityLine]) -> Markup:
    names = [_(line.name) for line in lines]
    shares = [float(line.known.share) if line.known.share is not None else None for line in lines]
    right, asked = (sum(getattr(line.known, one) for line in lines) for one in ("right", "asked"))
    title = _("各种本领的答对率")
    return _bars("abilities", title, names, shares, right / asked if asked else 0.0)


def _bars(
    key: str, title: str, names: Sequence[str], shares: Sequence[charts.Share], mean: float
) -> Markup:
    said = [f"{name} {charts.percent(one)}" for name, one in zip(names, shares, strict=True)]
    said.insert(0, _("平均 %(share)s", share=charts.percent(mean)))
    return Markup(
        charts.bars(names, shares, mean, Picture(key, title, _("；").join(said)), _("平均"))
    )


def ability_pages(found: Gathered, form: AnsweredForm) -> dict[str, Page]:
    made = [_unit(found.root.name), _made(found.as_of)]
    title = abilities_title(found, form)
    lines, units = topics.by_ability(found), topics.by_unit(found)
    return workbooks.ability_pages(lines, units, _below(found), title, made, _demo(), _)


def missed_title(found: Gathered, form: AnsweredForm) -> str:
    return _(
        "%(unit)s答错最多的知识点和法条（%(about)s）",
        unit=found.root.name,
        about=_about(found, form),
    )


def article_said(cited: tuple[str, str]) -> str:
    """《公务员法》第 60 条."""
    law, article = cited
    if not article:
        return _("《%(law)s》", law=law)
    return _("《%(law)s》第 %(article)s 条", law=law, article=article)


def _tables(found: Missed) -> list[tuple[str, str, str, list[tuple[str, Known]]]]:
    """Key, name, head and rows of each table."""
    cited = [(article_said(one), known) for one, known in found.articles]
    return [
        ("topics", _("答错最多的知识点"), _("知识点"), list(found.topics)),
        ("articles", _("答错最多的法条"), _("法条"), cited),
        ("questions", _("答错最多的试题（已出考试题库的）"), _("题目"), list(found.questions)),
    ]


def missed(found: Gathered, form: AnsweredForm, paths: Sequence[str]) -> dict[str, Any]:
    most = topics.missed(found)
    tables = _tables(most)
    return {
        **_page(found, form, paths, ".missed", missed_title(found, form)),
        "tables_of": [(*table, _missed_picture(table, most)) for table in tables],
        "secret": most.secret,
        "below": _units_below(found, form),
        "abilities": url_for(".abilities", **form.kept()),
        "export": url_for(".missed_xlsx", **form.kept()),
        "csv": {key: url_for(".missed_csv", **form.kept(table=key)) for key, *_more in tables},
    }


def most_missed(found: Gathered) -> dict[str, Any]:
    """The first of each table with its picture, for a page of another kind."""
    most = topics.missed(found)
    first = [(key, name, head, rows[:PICTURED]) for key, name, head, rows in _tables(most) if rows]
    return {
        "missed": [(*table, _missed_picture(table, most)) for table in first],
        "missed_secret": most.secret,
    }


def _missed_picture(table: tuple[str, str, str, Any], most: Missed) -> Markup | None:
    """The first ten as bars; what is asked in a question is too long for one."""
    key, name, _head, rows = table
    if key == "questions" or not rows:
        return None
    shown = (most.articles if key == "articles" else most.topics)[:PICTURED]
    names = [_short(what) for what, _known in shown]
    shares = [one.missed / one.asked for _what, one in shown]
    return _bars(key, name, names, shares, most.whole.missed / most.whole.asked)


def _short(about: str | tuple[str, str]) -> str:
    """A name for the few letters beside a bar: of an article its number is kept."""
    if isinstance(about, str):
        return about
    law, article = about
    room = max(1, charts.LETTERS - 1 - len(article))
    return _("%(law)s%(article)s条", law=law[:room], article=article) if article else law


def _units_below(found: Gathered, form: AnsweredForm) -> list[tuple[str, str]]:
    """The units below whose own page there is."""
    named = [
        (name, down(found.tree, key, ".missed", form)) for key, name, _held in topics.by_unit(found)
    ]
    return [(name, url) for name, url in named if url]


def missed_pages(found: Gathered, form: AnsweredForm) -> dict[str, Page]:
    made, title = [_unit(found.root.name), _made(found.as_of)], missed_title(found, form)
    return {
        key: workbooks.missed_page(name, head, rows, title, made, _demo(), _)
        for key, name, head, rows in _tables(topics.missed(found))
    }
