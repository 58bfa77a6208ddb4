"""The frameworks and the five projects that the program ships. The tables take more."""

from dataclasses import dataclass
from datetime import date

from lms.words import N_


@dataclass(frozen=True)
class PlannedFramework:
    """A list of abilities as a document set it out. abilities: code, name, meaning."""

    code: str
    name: str
    source: str
    issued_on: date
    abilities: tuple[tuple[str, str, str], ...]


EIGHT = PlannedFramework(
    code="EIGHT",
    name=N_("八种本领"),
    source=N_("十九大报告第十三部分（2017年10月18日）"),
    issued_on=date(2017, 10, 18),
    abilities=(
        (
            "LRN",
            N_("学习本领"),
            N_("营造善于学习、勇于实践的浓厚氛围，建设马克思主义学习型政党，推动建设学习大国。"),
        ),
        (
            "POL",
            N_("政治领导本领"),
            N_(
                "坚持战略思维、创新思维、辩证思维、法治思维、底线思维，科学制定和坚决执行党的路线"
                "方针政策，把党总揽全局、协调各方落到实处。"
            ),
        ),
        (
            "INN",
            N_("改革创新本领"),
            N_(
                "保持锐意进取的精神风貌，善于结合实际创造性推动工作，善于运用互联网技术和信息化手段"
                "开展工作。"
            ),
        ),
        ("DEV", N_("科学发展本领"), N_("善于贯彻新发展理念，不断开创发展新局面。")),
        (
            "LAW",
            N_("依法执政本领"),
            N_(
                "加快形成覆盖党的领导和党的建设各方面的党内法规制度体系，加强和改善对国家政权机关的"
                "领导。"
            ),
        ),
        (
            "MAS",
            N_("群众工作本领"),
            N_(
                "创新群众工作体制机制和方式方法，发挥群团组织联系群众的桥梁纽带作用，组织动员广大"
                "人民群众坚定不移跟党走。"
            ),
        ),
        (
            "IMP",
            N_("狠抓落实本领"),
            N_("坚持说实话、谋实事、出实招、求实效，以钉钉子精神做实做细做好各项工作。"),
        ),
        (
            "RSK",
            N_("驾驭风险本领"),
            N_(
                "健全各方面风险防控机制，善于处理各种复杂矛盾，勇于战胜前进道路上的各种艰难险阻，"
                "牢牢把握工作主动权。"
            ),
        ),
    ),
)
SHIPPED = (EIGHT,)

# Code, name and audience of the five projects of ability training.
PROJECTS: tuple[tuple[str, str, str], ...] = (
    ("P1", N_("党政领导干部履职能力提升工程"), N_("市、县、乡党政领导干部")),
    ("P2", N_("各类干部专业能力提升工程"), N_("机关各类专业岗位干部")),
    ("P3", N_("基层干部能力提升工程"), N_("乡镇（街道）、村和社区干部")),
    ("P4", N_("企业事业管理人员思维创新工程"), N_("国有企业和事业单位管理人员")),
    ("P5", N_("专业技术人才知识更新工程"), N_("专业技术人员")),
)
PROJECT_NAMES = {code: name for code, name, _audience in PROJECTS}
