"""The heads of rosters: how offices call their columns. Pure."""

import re
from enum import StrEnum

from lms.words import N_


class Field(StrEnum):
    """What a column of a roster holds."""

    SERIAL = "serial"
    NAME = "name"
    SEX = "sex"
    BORN = "born"
    ID_NUMBER = "id_number"
    PHONE = "phone"
    NUMBER = "number"  # personnel number
    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"
    UNIT = "unit"
    UNIT_AND_POST = "unit_and_post"
    HOST_UNIT = "host_unit"  # where a seconded person serves
    HOME_UNIT = "home_unit"  # who sent them
    POST = "post"
    RANK = "rank"
    POLITICS = "politics"
    EDUCATION = "education"
    SINCE = "since"
    UNTIL = "until"
    TERM = "term"
    REMARK = "remark"


# How the program itself calls them, where a sheet has no column for it.
FIELD_NAMES: dict[Field, str] = {
    Field.SERIAL: N_("序号"),
    Field.NAME: N_("姓名"),
    Field.SEX: N_("性别"),
    Field.BORN: N_("出生年月"),
    Field.ID_NUMBER: N_("身份证号"),
    Field.PHONE: N_("手机号"),
    Field.NUMBER: N_("人员编号"),
    Field.COUNTY: N_("县（市、区）"),
    Field.TOWNSHIP: N_("乡镇（街道）"),
    Field.VILLAGE: N_("村（社区）"),
    Field.UNIT: N_("单位"),
    Field.UNIT_AND_POST: N_("单位及职务"),
    Field.HOST_UNIT: N_("挂职单位"),
    Field.HOME_UNIT: N_("派出单位"),
    Field.POST: N_("职务"),
    Field.RANK: N_("职级"),
    Field.POLITICS: N_("政治面貌"),
    Field.EDUCATION: N_("学历"),
    Field.SINCE: N_("任职时间"),
    Field.UNTIL: N_("离任时间"),
    Field.TERM: N_("届次"),
    Field.REMARK: N_("备注"),
}

# What stands first is preferred where a sheet has several columns for the same.
FIELD_WORDS: dict[Field, str] = {
    Field.SERIAL: "序号 编号 序 排序",
    Field.NAME: "姓名 名字 人员姓名 干部姓名 学员姓名 成员姓名",
    Field.SEX: "性别",
    Field.BORN: "出生年月 出生日期 出生年月日 出生时间 生日 出生",
    Field.ID_NUMBER: "公民身份号码 身份证号 身份证号码 居民身份证号码 身份证 居民身份证号 身份号码 "
    "公民身份证号码 证件号码 证件号",
    Field.PHONE: "手机号 手机号码 手机 移动电话 联系电话 联系方式 电话 电话号码 联系手机 本人电话 "
    "本人手机号 联系号码 手机电话",
    Field.NUMBER: "人员编号 工号 人员编码 干部编号 职工号 员工号 学员编号",
    Field.COUNTY: "县(市、区) 县市区 县区 县 区县 所属县 所在县 县(市区) 县(区) 县级 "
    "所在县(市、区) 区(县) 县(市、区)名称",
    Field.TOWNSHIP: "乡镇(街道) 乡镇 乡(镇) 街道 乡(镇、街道) 乡镇/街道 乡镇街道 镇 乡 所属乡镇 "
    "所在乡镇 乡(镇)街道 镇(街道) 乡镇(办) 乡镇(办事处) 乡镇名称 镇街 乡镇(街办)",
    Field.VILLAGE: "村(社区) 行政村 村 村名 村(居) 村/社区 村社区 社区 村名称 行政村名称 所在村 "
    "所属村 村(社区)名称 行政村(社区) 村别 任职村 任职村(社区) 村居 所在村(社区) 建制村",
    Field.UNIT: "单位 工作单位 所在单位 单位名称 现工作单位 任职单位 所属单位 现单位 部门 所在部门 "
    "所在党组织 党组织名称 单位全称",
    Field.UNIT_AND_POST: "工作单位及职务 单位及职务 现工作单位及职务 工作单位及现任职务 单位职务 "
    "现任职单位及职务 工作单位职务 任职单位及职务 单位及现任职务",
    Field.HOST_UNIT: "挂职单位 接收单位 驻村 帮扶村 派驻村 驻村名称 所驻村 帮扶单位 派驻单位 "
    "挂职地 挂职乡镇 任第一书记村 挂任单位",
    Field.HOME_UNIT: "派出单位 选派单位 原单位 原工作单位 派员单位 原任职单位 人事关系所在单位",
    Field.POST: "职务 现任职务 岗位 村内职务 任职职务 担任职务 现职务 职务名称 任职 岗位名称 "
    "现任职务名称 党内职务 村两委职务 两委职务 两委任职 任职情况",
    Field.RANK: "职级 级别 行政级别 职务层次 现任职级",
    Field.POLITICS: "政治面貌 政治身份 面貌",
    Field.EDUCATION: "学历 文化程度 最高学历 学历层次",
    Field.SINCE: "任现职时间 任职时间 任现职务时间 任职起始时间 任职日期 到任时间 任职年月 "
    "任现职年月 上任时间 任期开始 派驻时间 到岗时间 挂职开始时间 任职起 任职开始时间",
    Field.UNTIL: "离任时间 免职时间 任期结束 任期截止 挂职结束时间 任职截止时间 任职止 "
    "任职结束时间 卸任时间",
    Field.TERM: "届次 届别 任期届次 第几届 届",
    Field.REMARK: "备注 说明 备 注释",
}
_FIELDS = {
    word: (field, rank)
    for field, words in FIELD_WORDS.items()
    for rank, word in enumerate(words.split())
}
_REQUIRED = re.compile(r"[*＊※:]|\((必填|选填|可选|必填项|可不填|非必填|文本格式|文本)\)")
_EXPLAINED = re.compile(r"\([^()]*\)$|\(.*$")


def column_of(label: str) -> tuple[Field, int] | None:
    """What a column with this label holds, and the rank of the word (0 best); None if unknown.

    label: without spaces, brackets half-width, as `cells.label` gives it.
    """
    bare = _REQUIRED.sub("", label)
    return _FIELDS.get(bare) or _FIELDS.get(_EXPLAINED.sub("", bare))


def knows(label: str) -> bool:
    """Whether a label is the head of a column that rosters have."""
    return column_of(label) is not None
