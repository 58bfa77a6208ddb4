"""What academies and Party schools call the columns of a list of hours. Pure."""

TOLD_WORDS: dict[str, str] = {
    "hours": "学时 学时数 培训学时 获得学时 认定学时 折合学时 实际学时 网络学时 已得学时 总学时 "
    "完成学时 学时合计 学时(小时) 累计学时",
    "activity": "培训班 培训班名称 班次 班次名称 培训班次 课程 课程名称 培训内容 培训名称 "
    "培训项目 班级 班级名称 专题 专题名称 培训主题",
    "kind": "培训形式 形式 培训类型 学习形式 培训方式 学习方式 类型",
    "began": "开始日期 开始时间 培训开始时间 培训开始日期 报到时间 报到日期 开班时间 开班日期",
    "ended": "结束日期 结束时间 结业日期 结业时间 完成日期 完成时间 培训结束时间 培训结束日期 "
    "结班时间 培训日期 培训时间",
}
# What is written in a column of kinds.
KIND_WORDS: dict[str, str] = {
    "organised": "集中培训 脱产 脱产培训 集中轮训 面授 线下 调训 党校 集中 集体",
    "online": "网络自学 网络 网络培训 在线 在线学习 线上 网络学习 网上 远程",
    "other": "其他 其它 自学",
}
