"""What stands beside the territory: the offices, firms and Party organizations of the city."""

# (end of the code, name). The name follows that of its seat: 垣曲县委组织部, 垣曲县财政局.
DEPARTMENTS = (
    ("XWB", "委办公室"),
    ("JW", "纪委监委"),
    ("ZZB", "委组织部"),
    ("XCB", "委宣传部"),
    ("TZB", "委统战部"),
    ("ZFW", "委政法委"),
    ("XFJ", "信访局"),
    ("ZFB", "政府办公室"),
    ("FGJ", "发展和改革局"),
    ("JYJ", "教育局"),
    ("GAJ", "公安局"),
    ("MZJ", "民政局"),
    ("SFJ", "司法局"),
    ("CZJ", "财政局"),
    ("RSJ", "人力资源和社会保障局"),
    ("ZRJ", "自然资源局"),
    ("ZJJ", "住房和城乡建设局"),
    ("NYJ", "农业农村局"),
    ("WJJ", "卫生健康委员会"),
    ("YJJ", "应急管理局"),
    ("SJJ", "审计局"),
    ("SCJ", "市场监督管理局"),
    ("TJJ", "统计局"),
    ("TW", "团委"),
    ("FL", "妇联"),
)
INSTITUTIONS = (
    ("DX", "委党校"),
    ("YY", "人民医院"),
    ("ZYY", "中医医院"),
    ("ZX", "第一中学"),
    ("ZJ", "职业技术学校"),
    ("NJ", "农业技术推广中心"),
    ("CDC", "疾病预防控制中心"),
)
ENTERPRISES = (
    ("SW", "供水公司"),
    ("RL", "供热公司"),
    ("CT", "城市建设投资公司"),
    ("LS", "粮食储备公司"),
)
# Joint branches of a trade: the form is common, and no real firm is named.
NONPUBLIC = (
    ("FG1", "商贸物流行业联合党支部"),
    ("FG2", "农产品加工行业联合党支部"),
    ("FG3", "电子商务行业联合党支部"),
    ("FG4", "建筑建材行业联合党支部"),
)
# 26 branches in fourteen cities: two for each county, the cities in turn.
FLOATING_CITIES = (
    *("北京", "上海", "天津", "西安", "太原", "广州", "深圳"),
    *("苏州", "杭州", "郑州", "武汉", "成都", "青岛", "宁波"),
)
FLOATING = "驻{city}流动党员党支部"
