"""What a class is, who came, and what follows from it. Pure."""

from enum import StrEnum

from lms.words import N_


class ClassKind(StrEnum):
    """Whether one leaves one's work for it: only then a leave beyond 1/7 has its consequence."""

    FULL_TIME = "full time"
    PART_TIME = "part time"


KIND_NAMES: dict[ClassKind, str] = {
    ClassKind.FULL_TIME: N_("脱产培训"),
    ClassKind.PART_TIME: N_("不脱产集中培训"),
}


class Came(StrEnum):
    """How somebody came into a class."""

    LISTED = "listed"
    CALLED_UP = "called up"
    SPLIT = "split"
    MOVED = "moved"
    MAKING_UP = "making up"


CAME_NAMES: dict[Came, str] = {
    Came.LISTED: N_("直接列入"),
    Came.CALLED_UP: N_("调训"),
    Came.SPLIT: N_("分班"),
    Came.MOVED: N_("调班"),
    Came.MAKING_UP: N_("补训"),
}


class Left(StrEnum):
    """How somebody left a class before its end."""

    MOVED = "moved"
    WITHDRAWN = "withdrawn"
    OFF_THE_LIST = "off the list"


LEFT_NAMES: dict[Left, str] = {
    Left.MOVED: N_("调班"),
    Left.WITHDRAWN: N_("退学"),
    Left.OFF_THE_LIST: N_("移出名册"),
}


class Mark(StrEnum):
    """What the list says of one person at one session."""

    PRESENT = "present"
    LATE = "late"
    EARLY = "early"
    LEAVE = "leave"
    ABSENT = "absent"


MARK_NAMES: dict[Mark, str] = {
    Mark.PRESENT: N_("到课"),
    Mark.LATE: N_("迟到"),
    Mark.EARLY: N_("早退"),
    Mark.LEAVE: N_("请假"),
    Mark.ABSENT: N_("缺勤"),
}


class Evidence(StrEnum):
    """What a mark rests on."""

    LIST = "list"
    FILE = "file"
    CODE = "code"


EVIDENCE_NAMES: dict[Evidence, str] = {
    Evidence.LIST: N_("班主任名单"),
    Evidence.FILE: N_("上传的签到表"),
    Evidence.CODE: N_("签到码"),
}


class TestRole(StrEnum):
    """What an assessment is for a class."""

    PRE = "pre"
    POST = "post"
    END = "end"


ROLE_NAMES: dict[TestRole, str] = {
    TestRole.PRE: N_("训前测试"),
    TestRole.POST: N_("训后测试"),
    TestRole.END: N_("结业考核"),
}
