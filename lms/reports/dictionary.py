"""The numbers that the program ships, with the words that stand under every table. Pure."""

from lms.reports.measures import Count as C
from lms.reports.measures import Definition, Kind, Topic
from lms.words import N_

_SHIPPED = (
    ("listed", N_("在册"), N_("统计日在名单上的人员，一人多职只计一人。"), Topic.LIST, C.LISTED),
    (
        "exempted",
        N_("免训"),
        N_("在册人员中，统计日在批准的免训期内的人员。"),
        Topic.LIST,
        C.EXEMPTED,
    ),
    (
        "required",
        N_("应训"),
        N_("在册人员中未批准免训的人员；缓训仍计入应训。"),
        Topic.LIST,
        C.REQUIRED,
    ),
    (
        "deferred",
        N_("缓训"),
        N_("应训人员中，经同意推迟到以后班次、尚未参训的人员。"),
        Topic.LIST,
        C.DEFERRED,
    ),
    (
        "withdrawn",
        N_("已退出"),
        N_("统计日前移出名单、到统计日没有回到名单的人员。"),
        Topic.LIST,
        C.WITHDRAWN,
    ),
    ("called", N_("调训"), N_("应训人员中，已下达通知调入班次的人员。"), Topic.TRAINING, C.CALLED),
    (
        "attended",
        N_("参训"),
        N_(
            "应训人员中，经班主任确认到课至少一次的人员；没有列入培训班、全程网络培训的，"
            "为学完至少一课的人员；登录、签到、打开页面不算参训。"
        ),
        Topic.TRAINING,
        C.ATTENDED,
    ),
    (
        "made_up",
        N_("补训"),
        N_("参训人员中，由原班次转到以后班次补训的人员。"),
        Topic.TRAINING,
        C.MADE_UP,
    ),
    (
        "graduated",
        N_("结业"),
        N_("参训人员中，达到班次学时、考勤和测评要求的人员。"),
        Topic.TRAINING,
        C.GRADUATED,
    ),
    (
        "completed",
        N_("完成"),
        N_("应训人员中，学时达到要求且测评合格的人员。"),
        Topic.TRAINING,
        C.COMPLETED,
    ),
    (
        "open",
        N_("未完成"),
        N_("应训人员中尚未完成的人员；未完成＝应训－完成。"),
        Topic.TRAINING,
        C.OPEN,
    ),
    (
        "visits",
        N_("培训人次"),
        N_("到课学员记录的条数，一人在几个培训班到课计几次。"),
        Topic.TRAINING,
        C.VISITS,
    ),
    ("scheduled", N_("应考"), N_("应训人员中，须参加测评的人员。"), Topic.EXAM, C.SCHEDULED),
    (
        "exam_deferred",
        N_("缓考"),
        N_("应考人员中，经同意推迟测评、尚未参考的人员。"),
        Topic.EXAM,
        C.EXAM_DEFERRED,
    ),
    ("sat", N_("参考"), N_("应考人员中，各项测评均已交卷并公布结果的人员。"), Topic.EXAM, C.SAT),
    (
        "passed",
        N_("合格"),
        N_("参考人员中，各项测评均达到合格线的人员；合格＝首考合格＋补考合格。"),
        Topic.EXAM,
        C.PASSED,
    ),
    (
        "first_passed",
        N_("首考合格"),
        N_("合格人员中，各项测评均由第一次答卷达到合格线的人员。"),
        Topic.EXAM,
        C.FIRST_PASSED,
    ),
    (
        "resit_passed",
        N_("补考合格"),
        N_("合格人员中，至少一项测评由第二次及以后的答卷达到合格线的人员。"),
        Topic.EXAM,
        C.RESIT_PASSED,
    ),
    (
        "excellent",
        N_("优秀"),
        N_("合格人员中，各项测评得分均在满分的百分之九十以上的人员；只列人数，不列姓名。"),
        Topic.EXAM,
        C.EXCELLENT,
    ),
    (
        "reached",
        N_("学时达标"),
        N_("应训人员中，已取得学时达到要求的人员。"),
        Topic.HOURS,
        C.REACHED,
    ),
)

_RATES = (
    (
        "call_up_rate",
        N_("调训率"),
        N_("调训率＝按调训名额报名并参训的人员÷已下达的调训名额。"),
        Topic.TRAINING,
        C.QUOTA_CAME,
        C.QUOTA,
    ),
    (
        "attendance_rate",
        N_("参训率"),
        N_("参训率＝参训÷应训。"),
        Topic.TRAINING,
        C.ATTENDED,
        C.REQUIRED,
    ),
    (
        "completion_rate",
        N_("完成率"),
        N_("完成率＝完成÷应训。"),
        Topic.TRAINING,
        C.COMPLETED,
        C.REQUIRED,
    ),
    (
        "graduation_rate",
        N_("结业率"),
        N_("结业率＝结业÷参训。"),
        Topic.TRAINING,
        C.GRADUATED,
        C.ATTENDED,
    ),
    (
        "coverage_rate",
        N_("轮训覆盖率"),
        N_("轮训覆盖率＝在册人员中在同一培训计划各班次至少完成一次的人员÷在册。"),
        Topic.TRAINING,
        C.COVERED,
        C.LISTED,
    ),
    (
        "presence_rate",
        N_("出勤率"),
        N_("出勤率＝实到学时之和÷应到学时之和，请假不计实到。"),
        Topic.TRAINING,
        C.PRESENT,
        C.PLANNED,
    ),
    (
        "hours_rate",
        N_("学时达标率"),
        N_("学时达标率＝学时达标÷应训。"),
        Topic.HOURS,
        C.REACHED,
        C.REQUIRED,
    ),
    ("sitting_rate", N_("参考率"), N_("参考率＝参考÷应考。"), Topic.EXAM, C.SAT, C.SCHEDULED),
    (
        "pass_rate_of_sat",
        N_("合格率（占参考）"),
        N_("合格率（占参考）＝合格÷参考。"),
        Topic.EXAM,
        C.PASSED,
        C.SAT,
    ),
    (
        "pass_rate",
        N_("合格率（占应考）"),
        N_("合格率（占应考）＝合格÷应考。"),
        Topic.EXAM,
        C.PASSED,
        C.SCHEDULED,
    ),
    ("excellence_rate", N_("优秀率"), N_("优秀率＝优秀÷参考。"), Topic.EXAM, C.EXCELLENT, C.SAT),
)

_MEANS = (
    ("mean_hours", N_("人均学时"), N_("人均学时＝应训人员已取得的学时之和÷应训。"), C.HOURS),
    (
        "mean_organised",
        N_("人均学时（集中培训）"),
        N_("人均学时（集中培训）＝应训人员已取得的集中培训学时之和÷应训。"),
        C.ORGANISED,
    ),
    (
        "mean_online",
        N_("人均学时（网络自学）"),
        N_("人均学时（网络自学）＝应训人员已取得的网络自学学时之和÷应训。"),
        C.ONLINE,
    ),
)


def _kind(count: C) -> Kind:
    return Kind.TIMES if count is C.VISITS else Kind.PERSONS


SHIPPED: dict[str, Definition] = {
    one.code: one
    for one in (
        *(
            Definition(c, name, words, _kind(of), topic, of)
            for c, name, words, topic, of in _SHIPPED
        ),
        *(Definition(c, n, words, Kind.RATE, topic, a, b) for c, n, words, topic, a, b in _RATES),
        *(
            Definition(c, n, words, Kind.MEAN, Topic.HOURS, of, C.REQUIRED)
            for c, n, words, of in _MEANS
        ),
    )
}

# The columns of a completion table, in their order: what every officer asks for, and all there is.
USUAL = ("required", "attended", "attendance_rate", "completed", "completion_rate", "open")
USUAL_EXAM = ("scheduled", "sat", "sitting_rate", "passed", "pass_rate")
ALL = (
    "listed",
    "exempted",
    "required",
    "deferred",
    "withdrawn",
    "called",
    "call_up_rate",
    "attended",
    "attendance_rate",
    "made_up",
    "graduated",
    "graduation_rate",
    "completed",
    "completion_rate",
    "open",
    "coverage_rate",
    "presence_rate",
    "visits",
    "scheduled",
    "exam_deferred",
    "sat",
    "sitting_rate",
    "passed",
    "first_passed",
    "resit_passed",
    "pass_rate_of_sat",
    "pass_rate",
    "excellent",
    "excellence_rate",
    "reached",
    "hours_rate",
    "mean_hours",
    "mean_organised",
    "mean_online",
)
