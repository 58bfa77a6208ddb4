"""How people head the columns of a question table, in Chinese and English; keys of JSON alike."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from lms.bank.rules import LETTERS, QuestionType
from lms.exchange.sections import type_named


class Column(StrEnum):
    """What a column of a question table holds."""

    NUMBER = "number"
    ID = "id"
    TYPE = "type"
    STEM = "stem"
    OPTION = "option"  # one; its letter beside it
    OPTIONS = "options"  # all of them
    ANSWER = "answer"
    CORRECT = "correct"  # whether the option of this row or column is right
    EXPLANATION = "explanation"
    POINTS = "points"
    CASE = "case"  # a text that several questions share
    DIFFICULTY = "difficulty"
    ABILITIES = "abilities"
    PROJECTS = "projects"
    LAYER = "layer"
    LEVEL = "level"
    TOPIC = "topic"
    CREDIT = "credit"
    AUDIENCE = "audience"
    SOURCE = "source"
    ORIGIN = "origin"
    VALID_FROM = "valid_from"
    VALID_TO = "valid_to"
    HEADING = "heading"  # chapter, subject: what a heading would say
    RUBRIC = "rubric"


FACTS = (
    *(Column.DIFFICULTY, Column.ABILITIES, Column.PROJECTS, Column.LAYER, Column.LEVEL),
    *(Column.TOPIC, Column.CREDIT, Column.AUDIENCE, Column.SOURCE, Column.ORIGIN),
    *(Column.VALID_FROM, Column.VALID_TO, Column.ID),
)

# What stands first is preferred where a table has several columns for the same.
WORDS: dict[Column, str] = {
    Column.NUMBER: (
        "题号 序号 试题序号 题目序号 题序 顺序号 no no. number num index 试题编号 题目编号 "
        "编号 序列 questionno questionnumber questionnum order sort 原题号 原题目号 id"
    ),
    Column.ID: "试题id 题目id 题id questionid itemid idnumber qid uuid 系统编号 题目唯一编号",
    Column.TYPE: (
        "题型 题目类型 试题类型 题目题型 试题题型 类型 题类 题型名称 问题类型 试题类别 "
        "questiontype type qtype question_type kind 考题类型 题目种类 题型分类 typename"
    ),
    Column.STEM: (
        "题干 题目 试题内容 题目内容 试题 题干内容 问题 题目描述 试题题干 题目题干 题面 考题 "
        "小题题干 试题题目 问题内容 题目名称 试题名称 题目标题 内容 question questions stem "
        "content questioncontent questiontext questiontitle questionstem title text prompt "
        "body questionname description topictitle subjectcontent 考题内容 题文 试题正文 q 题"
    ),
    Column.OPTIONS: (
        "选项 备选项 备选答案 选项内容 可选项 全部选项 候选项 选项列表 供选项 答案选项 选择项 "
        "试题选项 题目选项 options choices optioncontent option choice optionlist optionslist "
        "answers questionoptions selections items opts answerlist optioncontents"
    ),
    Column.ANSWER: (
        "正确答案 标准答案 参考答案 答案 正确选项 正确答案选项 答案(正确选项) 试题答案 "
        "题目答案 标答 正确项 结果 答 答案内容 rightanswer correctanswer answer correct key "
        "rightkey questionanswer correctoption correctoptions answerkey solution ans "
        "rightoption result rightanswers correctanswers standardanswer correctchoice "
        "answerindex correctindex 答案字母"
    ),
    Column.CORRECT: (
        "是否正确 是否为正确答案 是否答案 是否正确答案 正确与否 是否为答案 iscorrect isright "
        "isanswer right checked isrightanswer"
    ),
    Column.EXPLANATION: (
        "解析 试题解析 答案解析 题目解析 答案说明 详解 解题思路 解析说明 答案详解 解释 "
        "考题解析 试题分析 答案分析 分析 提示 依据解析 explanation explains analysis analyse "
        "explain questionexplain rationale feedback comment solutionexplain generalfeedback "
        "note notes analyze 习题解析 答题解析 说明"
    ),
    Column.POINTS: (
        "分值 题分 分数 得分 满分 每题分值 题目分值 试题分值 分 分值(分) score points point "
        "mark marks grade defaultgrade 默认分值"
    ),
    Column.CASE: (
        "材料 共用题干 背景材料 案例 案例材料 阅读材料 题组材料 共享题干 案例内容 材料内容 "
        "公共题干 大题题干 案例背景 资料 material passage case casetext background context "
        "reading"
    ),
    Column.DIFFICULTY: (
        "难度 难易度 难易程度 难度系数 难度等级 难度级别 试题难度 题目难度 易难程度 难度值 "
        "difficulty difficult diff hardness difficultylevel"
    ),
    Column.ABILITIES: (
        "能力 能力项 能力类别 考核能力 本领 对应能力 能力维度 能力要素 所属能力 能力本领 "
        "八大能力 八大本领 能力(可多个) ability abilities competency competencies skill"
    ),
    Column.PROJECTS: "项目 培训项目 所属项目 工程 提升工程 project projects",
    Column.LAYER: "层次 知识层次 知识类别 类层 层级 layer",
    Column.LEVEL: (
        "认知层次 认知水平 思维层次 考核层次 掌握程度 认知要求 要求层次 level cognitivelevel "
        "bloom 认知 考核要求"
    ),
    Column.TOPIC: (
        "知识点 考点 考核点 知识单元 知识模块 考查点 所属知识点 主要知识点 要点 topic topics "
        "knowledge knowledgepoint point_name tag tags 标签 关键词 考试要点 鉴定点"
    ),
    Column.CREDIT: "计分方式 得分规则 评分规则 给分方式 计分规则 credit scoring",
    Column.AUDIENCE: "适用对象 适用人群 适用岗位 适用人员 适用范围 对象 audience",
    Column.SOURCE: (
        "来源 出处 依据 法律依据 题目来源 试题来源 参考依据 法规依据 条款 依据条款 出题依据 "
        "命题依据 政策依据 参考资料 教材 source reference references basis 依据文件 文件依据"
    ),
    Column.ORIGIN: "来历 题目来历 origin",
    Column.VALID_FROM: "生效日期 有效期起 启用日期 有效起始 有效期自 validfrom",
    Column.VALID_TO: "失效日期 有效期止 停用日期 有效期至 有效截止 有效期 validto",
    Column.HEADING: (
        "科目 章节 所属章节 章 节 科目名称 类别 分类 题目分类 试题分类 题库分类 专业 所属科目 "
        "课程 模块 篇章 单元 大类 题库名称 category chapter subject section unit module "
        "course group"
    ),
    Column.RUBRIC: "评分标准 评分要点 得分要点 答题要点 采分点 评分细则 rubric",
}
_COLUMNS = {
    word: (column, rank)
    for column, words in WORDS.items()
    for rank, word in reversed(list(enumerate(words.split())))
}
NUMERALS = "一二三四五六七八九十"  # data: 选项一
# data: 选项A, A选项, A, (A), A., 备选答案A, option_a, choice 1, 选项一
OPTION = re.compile(
    r"(?P<word>备选答案|备选项|候选项|可选项|选择项|(?:答案|试题|题目)?选项|选择|答案|options?|"
    r"choices?|opts?|op|items?|answers?|question_?options?)[_\-.:()\[\] ]*"
    r"(?P<sign>[a-z]|\d{1,2}|[一二三四五六七八九十])[)\]]?"
    r"(?:内容|选项|text)?"
    r"|[(\[]?(?P<letter>[a-z])[)\].、:]?(?P<after>选项|项|答案|内容|选项内容)?"
    r"|(?P<place>\d|[一二三四五六七八九十])(?:号)?选项"
)
ANSWER_WORDS = ("答案", "answer", "answers")
MARKS = re.compile(r"[*＊※:：]|\((?:必填|选填|可选|必填项|可不填|非必填|多个.*|.*分隔.*)\)")
ASIDE = re.compile(r"\([^()]*\)$|\[[^\[\]]*\]$|【[^【】]*】$|\(.*$")
LONGEST = 40  # of a head


@dataclass(frozen=True)
class Named:
    """What a head says its column holds. rank: 0 for the clearest word; letter: of one option.

    answer_or_option: 答案A, 答案1: one of several options, or the answer to one of several blanks.
    """

    column: Column
    rank: int = 0
    letter: str = ""
    answer_or_option: bool = False


@lru_cache(maxsize=4096)
def column_of(head: str) -> Named | None:
    """What a column with this head holds, or None. head: any width, case and spacing."""
    if not head or len(head) > LONGEST:
        return None
    plain = _plain(head)
    bare = ASIDE.sub("", plain)
    for word in (plain, bare, plain.replace("_", "").replace("-", ""), bare.replace("_", "")):
        if found := _COLUMNS.get(word):
            return Named(*found)
        if option := _option(word):
            return option
    return None


def _plain(head: str) -> str:
    wide = {0xFF01 + n: 0x21 + n for n in range(94)}
    plain = "".join(head.translate(wide).split()).casefold()
    return MARKS.sub("", plain).strip("【】[]")


def _option(word: str) -> Named | None:
    match = OPTION.fullmatch(word)
    if not match:
        return None
    sign = match["sign"] or match["letter"] or match["place"] or ""
    letter = _letter(sign)
    if not letter:
        return None
    doubtful = match["word"] in ANSWER_WORDS or match["after"] == "答案"
    return Named(Column.OPTION, 0, letter, doubtful)


def _letter(sign: str) -> str:
    if sign.isdecimal():
        place = int(sign)
        return LETTERS[place - 1] if 1 <= place <= len(LETTERS) else ""
    if sign in NUMERALS:
        return LETTERS[NUMERALS.index(sign)]
    return sign.upper()


def knows(head: str) -> bool:
    """Whether a head is one that question tables have."""
    return column_of(head) is not None


# ── words of the column of types ───────────────────────────────────────────────────────────────

TYPE_WORDS: dict[QuestionType, str] = {
    QuestionType.SINGLE: (
        "单 单选 single singlechoice radio danxuan singleselect singleanswer dx sc "
        "choice_single single_choice"
    ),
    QuestionType.MULTIPLE: (
        "多 多选 multiple multi checkbox duoxuan multipleanswer multipleanswers "
        "multipleresponse multiselect multichoice_multi dxs mr multiple_choice_multiple"
    ),
    QuestionType.INDEFINITE: "不定项 indefinite uncertain budingxiang",
    QuestionType.TRUE_FALSE: (
        "判 判断 判断正误 是非 对错 judge judgement judgment truefalse tf bool boolean "
        "true_false true/false panduan pd trueorfalse yesno yes/no"
    ),
    QuestionType.BLANK: (
        "填空 填 blank fill fillin fillblank fillinblank fillintheblank tiankong completion "
        "cloze gapfill fill_blank fillblanks tk"
    ),
    QuestionType.SHORT: "简答 问答 名词解释 short shortanswer jianda qa q&a jd 主观 主观题",
    QuestionType.ESSAY: "论述 essay lunshu longanswer 作文",
    QuestionType.CASE: "案例 材料 案例分析 材料分析 case reading 题组 组合题",
}
_TYPES = {word: kind for kind, words in TYPE_WORDS.items() for word in words.split()}
UNSAID = {
    "选择题",
    "选择",
    "客观题",
    "choice",
    "multiplechoice",
    "mcq",
    "mc",
    "multichoice",
    "select",
}


@lru_cache(maxsize=1024)
def type_of(written: str) -> QuestionType | None:
    """The type that a word of the column of types means; None where it leaves it open."""
    if len(written) > LONGEST:
        return None
    word = "".join(written.split()).casefold().strip("【】[]()（）")
    plain = word.replace("_", "").replace("-", "")
    if plain in UNSAID:
        return None
    return (
        _TYPES.get(word)
        or _TYPES.get(plain)
        or _TYPES.get(word.removesuffix("题"))
        or (type_named(written))
    )
