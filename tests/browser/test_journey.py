"""The main job, from a roster to a completion table, as three people do it."""

import re
from datetime import datetime, timedelta
from io import BytesIO

from openpyxl import Workbook, load_workbook

from lms.clock import CITY_TIME
from lms.people.facts import check_digit
from tests.browser.conftest import DESK, PHONE

COUNTY_OFFICER, TOWN_OFFICER, TRAINER = "县培训管理员", "乡培训管理员", "教师"
PAPER, ASSESSMENT, COHORT = "八种本领小测", "历山镇八种本领测评", "历山镇村干部轮训"
NEWCOMER, BIRTH = "赵·新任", "19730915"


def id_number(serial: str) -> str:
    """An ID number whose area was never assigned, as the demonstration has them."""
    body = f"990827{BIRTH}{serial}"
    return body + check_digit(body)


def roster(folder):
    """What a township sends: a title, a merged head, a newcomer, a slip of the pen, a sum."""
    rows = [
        ["历山镇2026年村干部花名册"],
        ["序号", "行政村", "姓名", "性别", "身份证号", "联系电话", "职务"],
        [1, "历山村", NEWCOMER, "男", id_number("101"), "12000730915", "支部书记"],
        [2, "历山村", "钱又新", "女", id_number("102"), "12000730916", "村委会主任、支部委员"],
        [3, "不在的村", "孙无处", "男", id_number("103"), "12000730917", "村委会主任"],
        ["合计", "", "3人"],
    ]
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.active.merge_cells("A1:G1")
    file = folder / "历山镇村干部花名册.xlsx"
    book.save(file)
    return file


def test_the_main_job_from_a_roster_to_a_completion_table(visit, tmp_path):
    teach(visit(DESK))
    officer = visit(DESK)
    officer.sign_in(COUNTY_OFFICER)
    bring_a_roster(officer, roster(tmp_path))
    organise(officer)
    enrol(officer)
    give_more_time(officer)
    code = hand_over_a_slip(visit(DESK))
    learn_and_sit(visit(PHONE), code)
    report(officer)


def bring_a_roster(officer, file):
    """The county's officer uploads a roster, looks at it, confirms, sees the tree."""
    page = officer.page
    officer.go("/rosters/upload")
    officer.picture("officer-upload")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="上传并核对").click()
    officer.see("确认导入")
    for words in ("新增", "不在的村"):
        officer.see(words)
    officer.picture("officer-preview")
    page.get_by_role("button", name="确认导入").click()
    officer.see("有错误的行没有写入")
    page.get_by_role("link", name="查看单位人数").click()
    page.locator("summary", has_text="历山镇").wait_for()
    officer.picture("officer-tree")


def teach(trainer):
    """A trainer opens a question, makes a paper by a rule, hands it to the officers."""
    trainer.sign_in(TRAINER)
    page = trainer.page
    trainer.go("/banks/")
    trainer.picture("trainer-banks")
    page.get_by_role("link", name="农村土地与集体经济").click()
    page.locator("tbody a").first.click()
    trainer.see("解析")
    trainer.picture("trainer-question")
    trainer.go("/papers/blueprints/new")
    page.get_by_label("蓝图名称").fill(PAPER)
    page.get_by_label("考试时长（分钟）").fill("30")
    for n, (kind, count) in enumerate((("单选", 3), ("多选", 1), ("判断", 1), ("填空", 1))):
        row = page.locator("form tbody tr").nth(n)
        row.get_by_label("题型").select_option(label=kind)
        row.get_by_label("题数").fill(str(count))
        row.get_by_label("每题分值").fill("10")
    page.locator("[data-points]", has_text="60").wait_for()  # told as the rows are written
    trainer.picture("trainer-rule")
    page.get_by_role("button", name="保存蓝图").click()
    trainer.see("各行可用的题")
    page.get_by_role("link", name="组卷", exact=True).click()
    page.get_by_label("试卷名称").fill(PAPER)
    page.get_by_role("button", name="组成试卷").click()
    trainer.see("试卷组成后即固定")
    trainer.picture("trainer-paper")
    page.get_by_role("button", name="提供").click()
    trainer.see("已提供")
    print_it(trainer)


def print_it(trainer):
    """Every section is as wide as the sheet."""
    page = trainer.page
    page.get_by_role("link", name="打印", exact=True).click()
    sheet = page.locator("article.a4")
    inside = sheet.evaluate(
        "one => one.clientWidth - 2 * parseFloat(getComputedStyle(one).paddingLeft)"
    )
    widths = sheet.locator("section").evaluate_all("all => all.map(one => one.clientWidth)")
    assert widths and min(widths) >= inside - 2
    trainer.picture("trainer-print")


def organise(officer):
    """The county's officer sets the assessment, opens a programme and a cohort."""
    page, now = officer.page, datetime.now(CITY_TIME)
    today, later = f"{now:%Y-%m-%d}", f"{now + timedelta(days=10):%Y-%m-%d}"
    officer.go("/exams/assessments/new")
    page.get_by_label("测评名称").fill(ASSESSMENT)
    papers = page.get_by_label("试卷")
    papers.select_option(label=next(one for one in papers.inner_text().split("\n") if PAPER in one))
    page.get_by_label("开放时间").fill(f"{now - timedelta(hours=1):%Y-%m-%dT%H:%M}")
    page.get_by_label("截止时间").fill(f"{now + timedelta(days=9):%Y-%m-%dT%H:%M}")
    page.get_by_label("我确认").check()
    officer.picture("officer-assessment")
    page.locator("main button.primary").click()
    officer.see(ASSESSMENT)
    officer.go("/training/programmes/new")
    page.get_by_label("基层干部能力提升工程").check()
    page.get_by_label("项目名称").fill("万人计划（垣曲县）")
    page.get_by_label("项目编码").fill("WANREN-YQ")
    page.get_by_label("开始日期").fill(today)
    page.locator("main button.primary").click()
    officer.see("万人计划（垣曲县）")
    page.get_by_role("link", name="开设班次").first.click()
    page.get_by_label("班次名称").fill(COHORT)
    page.get_by_label("开始日期").fill(today)
    page.get_by_label("截止日期").fill(later)
    page.get_by_label("要求学时").fill("0.4")
    page.get_by_label("村干部依法履职四课").check()
    page.get_by_label(ASSESSMENT).check()
    officer.picture("officer-cohort-plan")
    page.locator("main button.primary").click()
    officer.see("名单上还没有人")


def enrol(officer):
    """By rule: a subtree of units × posts, and never by hand."""
    page = officer.page
    page.get_by_role("link", name="按规则列入名单").first.click()
    page.get_by_label("单位（含下级单位）").select_option(label="历山镇")
    page.get_by_label("村党组织书记", exact=True).check()
    page.get_by_role("button", name="看看有多少人").click()
    officer.see("将要列入")
    officer.picture("officer-rule")
    page.get_by_role("button", name="确认列入").click()
    page.get_by_role("link", name="查看名单").first.wait_for()
    officer.picture("officer-cohort")


def give_more_time(officer):
    """The power may fail in a township: everyone there has ten minutes more."""
    page = officer.page
    officer.go("/exams/assessments")
    page.get_by_role("link", name=ASSESSMENT).click()
    page.get_by_role("link", name="例外").click()
    page.locator(".doors a", has_text="历山镇").click()
    page.get_by_label("延长几分钟").fill("10")
    page.get_by_label("原因").fill("镇里今天可能停电")
    officer.picture("officer-exception")
    page.get_by_role("button", name="设为例外").click()
    officer.see("正在考试的人马上生效")
    officer.see("历山镇全体")


def hand_over_a_slip(officer):
    """The township's officer gives a secretary a new code, and reads it out."""
    officer.sign_in(TOWN_OFFICER)
    page = officer.page
    officer.go("/slips")
    page.get_by_label("姓名或短号").fill(NEWCOMER)
    page.get_by_role("button", name="查找").click()
    officer.see(NEWCOMER)
    officer.picture("officer-slips")
    page.get_by_role("button", name="重发").first.click()
    code = page.locator(".figure.code").inner_text()
    officer.picture("officer-code")
    return code


def learn_and_sit(cadre, code):
    """A cadre signs in on a phone, reads, sits the assessment, sees the result."""
    page = cadre.page
    cadre.go("/sign-in/slip#" + re.sub(r"\D", "", code))
    cadre.see("是我")
    cadre.picture("cadre-is-it-me")
    page.get_by_role("link", name="是我", exact=True).click()
    pins = page.locator("input.pin")
    pins.nth(0).fill("295318")
    pins.nth(1).fill("295318")
    if "/sign-in" in page.url:
        page.get_by_role("button", name="完成").click()
    cadre.see("还差")
    cadre.picture("cadre-tasks")
    page.get_by_role("link", name="开始学习").first.click()
    cadre.picture("cadre-lesson")
    while page.get_by_role("button", name="我已读完").count():
        with page.expect_navigation():
            page.get_by_role("button", name="我已读完").click()
        if page.get_by_role("link", name="下一课").count():
            page.get_by_role("link", name="下一课").click()
            page.wait_for_load_state()
    cadre.go("/")
    page.get_by_role("link", name="去测评").first.click()
    cadre.picture("cadre-before")
    page.get_by_label("我承诺独立作答").check()
    page.get_by_role("button", name="开始考试").click()
    cadre.see("已保存 0/6")
    answer_all(cadre)
    page.get_by_role("button", name="答题卡").click()
    cadre.see("6 题都已作答")
    cadre.picture("cadre-card")
    page.get_by_role("button", name="交卷", exact=True).click()
    cadre.see("各项本领的对题数")
    cadre.picture("cadre-result")


def answer_all(cadre):
    """The first option of each question; the answers are saved as they are chosen."""
    page = cadre.page
    for number in range(1, 7):
        asked = page.locator(f"#q{number}")
        asked.wait_for()
        if asked.locator("input[type=text]").count():
            for blank in asked.locator("input[type=text]").all():
                blank.fill("三分之二")
                blank.blur()
        else:
            asked.locator(".choice").first.click()
        if number == 1:
            cadre.see("已保存 1/6")
            cadre.picture("cadre-question")
        if number < 6:
            page.get_by_role("button", name="下一题").click()
    cadre.see("已保存 6/6")


def report(officer):
    """The completion table, the names behind a number, and the same in the workbook."""
    page = officer.page
    officer.go("/reports/")
    page.get_by_role("link", name=COHORT).click()
    page.get_by_role("link", name="按乡镇").click()
    officer.see("历山镇")
    officer.picture("officer-completion")
    row = page.locator("tbody tr", has_text="历山镇")
    listed, sat = (row.locator("td").nth(n).inner_text() for n in (0, 7))
    assert (int(listed) > 1, sat) == (True, "1")
    with page.expect_download() as coming:
        page.get_by_role("link", name="导出 Excel").click()
    sheet = load_workbook(BytesIO(coming.value.path().read_bytes())).active
    written = {line[1]: line for line in sheet.iter_rows(values_only=True)}
    assert (written["历山镇"][2], written["历山镇"][9]) == (int(listed), 1)
    row.locator("td").nth(7).get_by_role("link").click()
    officer.see(NEWCOMER)
    officer.picture("officer-names")
    page.go_back()
    page.get_by_role("link", name="历山镇", exact=True).click()
    officer.picture("officer-villages")
