"""The words of offices: what the heads and lines of a table from above mean. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from lms.people.rules import POST_NAMES, Post
from lms.reports.measures import Topic
from lms.sheets.cells import label

UNITS = re.compile(r"\((人|名|个|%|％|百分比|学时|小时|学时/人|单位:.{1,6})\)|[%％]$")
NUMBERS = re.compile(r"^[((]?[一二三四五六七八九十\d]{1,3}[))、.．]+(?=\D)")
OF_WHICH = re.compile(r"^其中[:：]?(?=.)")
TAIL = re.compile(r"[:：]+$")


class Sense(StrEnum):
    """What a word is about."""

    MEASURE = "measure"
    POST = "post"
    UNIT = "unit"
    ACTIVITY = "activity"  # a project, a programme, a cohort
    TOTAL = "total"
    RATIO = "ratio"  # the rate of the number it stands beside
    PLAIN = "plain"  # a head that changes nothing
    SKIP = "skip"  # what is not ours to fill in: 备注


@dataclass(frozen=True)
class Meaning:
    """What a word means. value: a code, a post, the id of a unit."""

    sense: Sense
    value: str = ""

    @property
    def kept(self) -> str:
        """As it is written down."""
        return f"{self.sense}:{self.value}"

    @classmethod
    def read(cls, kept: str) -> "Meaning":
        sense, _, value = kept.partition(":")
        return cls(Sense(sense), value)


def key(word: str) -> str:
    """A word without what offices add: its number, 其中, its unit of measure, its colon."""
    found = OF_WHICH.sub("", NUMBERS.sub("", label(word)))
    return UNITS.sub("", TAIL.sub("", found))


# code → the words for it; of a number of persons also with 人数 and 数 behind.
_PERSONS: dict[str, tuple[str, ...]] = {
    "listed": ("在册", "在册干部", "名册"),
    "exempted": ("免训", "已免训", "批准免训"),
    "required": ("应训", "应参训", "应参加培训", "应培训"),
    "called": ("调训", "已调训"),
    "attended": ("参训", "已参训", "实参训", "实际参训", "参加培训", "实际参加培训"),
    "made_up": ("补训", "已补训"),
    "graduated": ("结业", "已结业"),
    "completed": ("完成", "已完成", "完成培训", "完成任务"),
    "open": ("未完成", "尚未完成", "未完成培训"),
    "deferred": ("缓训",),
    "withdrawn": ("已退出", "退出"),
    "scheduled": ("应考", "应参考", "应参加考试", "应参加测评"),
    "exam_deferred": ("缓考",),
    "sat": ("参考", "实考", "实际参考", "已参考", "参加考试", "参加测评"),
    "passed": ("合格", "考试合格", "测评合格"),
    "first_passed": ("首考合格", "首次合格", "一次合格"),
    "resit_passed": ("补考合格",),
    "excellent": ("优秀", "成绩优秀"),
    "reached": ("学时达标",),
}
_OTHERS: dict[str, tuple[str, ...]] = {
    "visits": ("培训人次", "参训人次"),
    "call_up_rate": ("调训率",),
    "attendance_rate": ("参训率",),
    "completion_rate": ("完成率", "培训完成率"),
    "graduation_rate": ("结业率",),
    "coverage_rate": ("轮训覆盖率", "轮训率"),
    "presence_rate": ("出勤率",),
    "hours_rate": ("学时达标率",),
    "sitting_rate": ("参考率",),
    "pass_rate_of_sat": ("合格率(占参考)",),
    "pass_rate": ("合格率(占应考)", "总合格率"),
    "excellence_rate": ("优秀率", "优秀率(占参考)"),
    "mean_hours": ("人均学时", "人均培训学时"),
    "mean_organised": ("人均学时(集中培训)", "人均集中培训学时"),
    "mean_online": ("人均学时(网络自学)", "人均网络自学学时"),
    "villages": ("行政村数", "行政村(社区)数", "村(社区)数"),
    "both": ("一肩挑", "一肩挑人数"),
}
# A number → its rate, where only 率 or 占比 stands beside it; 合格 has two, and is asked.
RATE_OF = {
    "attended": "attendance_rate",
    "completed": "completion_rate",
    "graduated": "graduation_rate",
    "sat": "sitting_rate",
    "excellent": "excellence_rate",
    "reached": "hours_rate",
}
_POSTS: dict[Post, tuple[str, ...]] = {
    Post.VPS: ("党组织书记", "村支部书记", "村党支部书记", "村支书", "村书记", "书记"),
    Post.VDS: ("党组织副书记", "村支部副书记", "副书记"),
    Post.VCD: ("村主任", "主任", "村民委员会主任"),
    Post.VCV: ("副主任", "村民委员会副主任"),
    Post.VPM: ("党组织委员", "村支部委员"),
    Post.VCM: ("村民委员会委员",),
}
SUBTOTAL = "小计"
_TOTAL = (
    *("合计", "总计", SUBTOTAL, "共计", "计", "总数", "全县", "全市", "全区", "全乡", "全镇"),
    *("全县合计", "全市合计", "全区合计", "全乡合计", "全镇合计", "合计数", "总合计"),
)
_PLAIN = (
    *("人数", "数量", "人员", "培训", "培训情况", "参训情况", "培训人员", "完成情况", "学时情况"),
    *("测评", "测评情况", "考试", "考试情况", "考核", "名单", "名单情况", "基本情况", "学时"),
    *("其中", "单位", "单位名称", "县(市、区)", "县市区", "乡镇", "乡镇(街道)", "乡(镇、街道)"),
    *("乡镇街道", "村(社区)", "村", "行政村", "职务", "岗位", "类别", "项目", "培训项目", "工程"),
    *("班次", "名称", "地区", "人员类别", "指标", "统计指标", "指标名称", "数值"),
)
# A head that says of what the numbers below it are: another number below it is asked about.
ABOUT = {
    **dict.fromkeys(("学时", "学时情况"), Topic.HOURS),
    **dict.fromkeys(("测评", "测评情况", "考试", "考试情况", "考核"), Topic.EXAM),
}
_RATIO = ("率", "占比", "比例", "比率", "百分比")
_SKIP = (
    *("序号", "备注", "说明", "联系人", "联系电话", "电话", "填表人", "责任人", "签字", "编号"),
    *("计量单位", "代码", "行次"),
)
ENDINGS = ("", "人数", "数", "人员", "人员数")


def _known() -> dict[str, Meaning]:
    found = {word: Meaning(Sense.TOTAL) for word in _TOTAL}
    found |= {word: Meaning(Sense.PLAIN) for word in _PLAIN}
    found |= {word: Meaning(Sense.RATIO) for word in _RATIO}
    found |= {word: Meaning(Sense.SKIP) for word in _SKIP}
    for post, name in POST_NAMES.items():
        for word in (name, *_POSTS.get(post, ())):
            found[key(word)] = Meaning(Sense.POST, post.value)
    for code, words in _PERSONS.items():
        for word in words:
            found |= {word + end: Meaning(Sense.MEASURE, code) for end in ENDINGS}
    for code, words in _OTHERS.items():
        found |= {word: Meaning(Sense.MEASURE, code) for word in words}
    return found


KNOWN = _known()
MEASURE_WORDS = {word: one.value for word, one in KNOWN.items() if one.sense is Sense.MEASURE}

_SHORT = re.compile(
    r"(街道办事处|办事处|街道|村民委员会|村委会|居委会|社区居委会|社区|县|市|区|镇|乡|村)$"
)


def short(name: str) -> str:
    """The name of a unit without its kind: 历山镇 → 历山; a name of one character stays."""
    found = _SHORT.sub("", name)
    return found if len(found) > 1 else name


def names_of(name: str) -> Iterable[str]:
    """The words by which a unit may be called."""
    bare = key(name)
    yield bare
    if short(bare) != bare:
        yield short(bare)
    if bare.endswith("村"):
        yield f"{bare}委会"
        yield f"{bare}村委会"
        yield f"{bare}村民委员会"
    if bare.endswith("社区"):
        yield f"{bare}居委会"
        yield f"{bare}居民委员会"
    if bare.endswith("街道"):
        yield f"{bare}办事处"
        yield f"{bare.removesuffix('街道')}办事处"
