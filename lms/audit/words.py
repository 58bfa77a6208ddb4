"""The log keeps acts and things by their codes; a reader sees them by these words."""

from flask_babel import gettext as _

from lms.words import N_

ACTS = {
    "add course": N_("新建课程"),
    "add law edition": N_("登记法规"),
    "add law text": N_("写入法规条文"),
    "add lesson": N_("增加课时"),
    "add person": N_("添加人员"),
    "add questions": N_("写入试题"),
    "add rule": N_("增加调训规则"),
    "answer complaint": N_("答复投诉建议"),
    "answer correction": N_("处理信息有误"),
    "apply rule": N_("按规则列入名单"),
    "approve question": N_("审核通过题目"),
    "approve questions": N_("成批审核通过题目"),
    "ask for correction": N_("反映信息有误"),
    "answer question report": N_("答复本题有误"),
    "ask transfer": N_("申请调动"),
    "change cohort": N_("修改班次"),
    "change course": N_("修改课程"),
    "change blueprint": N_("修改蓝图"),
    "change lesson": N_("修改课时"),
    "change password": N_("更改密码"),
    "change pin": N_("更改 PIN 码"),
    "change question": N_("修改试题"),
    "change questions": N_("成批修改试题"),
    "choose law successor": N_("选定法规的接替版本"),
    "choose successor": N_("选定承接单位"),
    "choose password": N_("设置密码"),
    "choose pin": N_("设置 PIN 码"),
    "close lesson": N_("停用课时"),
    "collect attempt": N_("离开页面满次数收卷"),
    "collect attempts": N_("收卷"),
    "complain": N_("提出投诉建议"),
    "confirm list": N_("确认名单"),
    "confirm successor": N_("确认承接单位"),
    "confirm questions": N_("确认带入试题"),
    "confirm roster": N_("确认导入名册"),
    "correct person": N_("更正人员资料"),
    "decide late answers": N_("核对迟到的答案"),
    "draw sample": N_("抽审抽题"),
    "download bad rows": N_("下载有误的行"),
    "drop questions": N_("放弃带入试题"),
    "drop roster": N_("放弃导入名册"),
    "end account": N_("停用账号"),
    "end attempt": N_("交卷"),
    "end law edition": N_("登记法规失效"),
    "end posting": N_("结束任职"),
    "end role": N_("结束角色"),
    "end sample": N_("抽审结束"),
    "end session": N_("结束登录会话"),
    "end share of bank": N_("结束题库共享"),
    "export": N_("导出"),
    "forget device": N_("不再记住设备"),
    "give bank": N_("移交题库"),
    "give role": N_("授予角色"),
    "hand over bank": N_("交接题库中的题"),
    "issue slips": N_("打印凭条"),
    "learn post": N_("记住职务名称"),
    "load bank": N_("装入题库"),
    "load course": N_("装入课程"),
    "load demonstration": N_("装入演示数据"),
    "load divisions": N_("装入行政区划"),
    "load laws": N_("装入法规登记表"),
    "lock sign-in": N_("锁定登录"),
    "look at examination question": N_("查看考试题"),
    "look at examination questions": N_("查看一批考试题"),
    "look at paper": N_("查看试卷"),
    "look at result": N_("查看成绩"),
    "make blueprint": N_("新建蓝图"),
    "make paper": N_("组卷"),
    "make the first administrators": N_("设立首批管理员"),
    "merge persons": N_("合并人员"),
    "move lesson": N_("移动课时"),
    "name officer": N_("指定人员"),
    "open": N_("打开页面"),
    "open bank": N_("新建题库"),
    "open cohort": N_("开设班次"),
    "open programme": N_("新建项目"),
    "post person": N_("增加任职"),
    "print paper": N_("打印试卷"),
    "put back on list": N_("重新列入名单"),
    "recall question": N_("撤回定稿的题目"),
    "refuse successor": N_("不同意承接单位"),
    "reissue slip": N_("重发凭条"),
    "release from examination": N_("考试题出库"),
    "release question": N_("依据核对后放行题目"),
    "release paper": N_("提供试卷"),
    "rename bank": N_("题库改名"),
    "reopen account": N_("恢复账号"),
    "report question": N_("反映本题有误"),
    "reopen bank": N_("恢复题库"),
    "reopen lesson": N_("恢复课时"),
    "reopen question": N_("恢复题目"),
    "retire bank": N_("停用题库"),
    "retire question": N_("停用题目"),
    "retire questions": N_("成批停用题目"),
    "save answer": N_("保存答案"),
    "say a word to all": N_("发考场通知"),
    "say the slip is another's": N_("声明凭条不是本人的"),
    "see numbers": N_("查看完整号码"),
    "send back question": N_("退回题目"),
    "send question": N_("题目送审"),
    "send questions": N_("题目成批送审"),
    "send paper": N_("试卷送审"),
    "set assessment": N_("安排测评"),
    "set quiz": N_("出小测"),
    "set facts": N_("批量设置试题"),
    "set pool": N_("设置试题用途"),
    "share bank": N_("共享题库"),
    "sign in": N_("登录"),
    "sign out": N_("退出登录"),
    "start attempt": N_("开始测评"),
    "take mended questions": N_("换成改好的题"),
    "take off list": N_("移出名单"),
    "take questions back": N_("撤回带入的试题"),
    "take roster back": N_("撤回导入的名册"),
    "transfer confirmed": N_("确认调动"),
    "transfer refused": N_("不同意调动"),
    "transfer withdrawn": N_("撤回调动申请"),
    "try paper": N_("试做试卷"),
    "unname officer": N_("取消指定人员"),
    "upload questions": N_("上传题库文件"),
    "upload roster": N_("上传名册"),
}
THINGS = {
    "assessment": N_("测评"),
    "attempt": N_("答卷"),
    "bank": N_("题库"),
    "blueprint": N_("蓝图"),
    "cohort": N_("班次"),
    "complaint": N_("投诉建议"),
    "correction": N_("信息有误"),
    "course": N_("课程"),
    "enrolment_rule": N_("调训规则"),
    "law_edition": N_("法规"),
    "lesson": N_("课时"),
    "paper": N_("试卷"),
    "person": N_("人员"),
    "posting": N_("任职"),
    "programme": N_("项目"),
    "question": N_("题目"),
    "question_version": N_("试题版本"),
    "fault_report": N_("本题有误"),
    "review_sample": N_("抽审"),
    "bank_import": N_("带入试题"),
    "roster_import": N_("名册导入"),
    "slip": N_("凭条"),
    "transfer": N_("调动"),
    "succession": N_("撤销单位的承接"),
    "enrolment": N_("名单"),
    "list_confirmation": N_("名单确认"),
}
PLACES = {"machine": N_("系统"), "worker": N_("后台任务"), "shell": N_("命令行")}


def act(code: str) -> str:
    """The act in the reader's language; one without a word stays as it was written."""
    return _(ACTS[code]) if code in ACTS else code


def place(address: str) -> str:
    """Where the act came from: a network address, or the machine itself by its word."""
    return _(PLACES[address]) if address in PLACES else address


def thing(whom: str) -> str:
    """ "person 7" in the reader's language: 人员 7."""
    kind, gap, number = whom.partition(" ")
    return _(THINGS[kind]) + gap + number if kind in THINGS else whom


def code_of(words: str) -> str:
    """What `thing` wrote, as the log keeps it."""
    kind, gap, number = words.strip().partition(" ")
    codes = {_(word): code for code, word in THINGS.items()}
    return codes.get(kind, kind) + gap + number


def acts() -> list[tuple[str, str]]:
    """Every act with its word, for choosing one."""
    return sorted(((code, act(code)) for code in ACTS), key=lambda pair: pair[1])
