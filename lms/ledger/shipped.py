"""The rules of hours as they are shipped, each with what it rests on. Pure.

What is not certain is marked so: the city looks at it and says how it is here.
"""

from datetime import date

from lms.ledger.reckoning import Rule
from lms.ledger.rules import Audience, RuleKey
from lms.people.rules import Post
from lms.words import N_

SHANXI = N_("山西省干部教育培训学分制管理暂行办法（各市执行口径，2012 年起）")
ACT = N_("《干部教育培训工作条例》（2023 年修订）")
PLAN = N_("《全国干部教育培训规划（2023—2027 年）》：网络自学每年不少于 50 学时")
PARTY = N_("《中国共产党党员教育管理工作条例》第二十条：每年集中学习培训一般不少于 32 学时")
BRANCH = N_("全国党员教育培训工作规划：每年集中学习培训不少于 56 学时，至少参加 1 次集中培训")
NONE = N_("省、市没有统一规定，请按本市办法核定")

SINCE = date(2012, 1, 1)
ACT_SINCE, PLAN_SINCE = date(2023, 9, 19), date(2023, 10, 16)
PARTY_SINCE = date(2019, 5, 6)
BRANCH_POSTS = (Post.VPS, Post.VDS, Post.VPM, Post.PARTY_WORKER, Post.FLOAT_SEC)
MEMBER_POSTS = (Post.VCD, Post.VCV, Post.VCM, Post.VSD)
CADRE_POSTS = (
    *(Post.TPS, Post.THD, Post.TLD, Post.TOC, Post.TOG, Post.LEADER, Post.STAFF),
    *(Post.FIRST_SEC, Post.AID_TEAM, Post.SECONDED),  # sent by an office, and cadres of it
)

K, A = RuleKey, Audience
SHIPPED: tuple[Rule, ...] = (
    Rule(K.MINUTES, "45", SINCE, SHANXI),
    Rule(K.DAY, "8", SINCE, SHANXI),
    Rule(K.REQUIRED, "1", SINCE, SHANXI),
    Rule(K.ELECTIVE, "0.5", SINCE, SHANXI),
    Rule(K.TIERS, "", SINCE, NONE, certain=False),
    Rule(K.SHARE, "0.9", SINCE, SHANXI),
    Rule(K.OUTSIDE, "1", SINCE, NONE, certain=False),
    Rule(K.DAILY, "", SINCE, NONE, certain=False),
    Rule(K.YEARLY, "", SINCE, NONE, certain=False),
    Rule(K.CARRY, "0", SINCE, NONE, certain=False),
    Rule(K.CLOSES, "31", SINCE, NONE, certain=False),
    Rule(K.OWED, "550/5", ACT_SINCE, ACT, A.COUNTY_RANK),
    Rule(K.OWED, "90", ACT_SINCE, ACT, A.TOWNSHIP_RANK, CADRE_POSTS),
    Rule(K.OWED, "56", PARTY_SINCE, BRANCH, A.BRANCH, BRANCH_POSTS, certain=False),
    Rule(K.OWED, "32", PARTY_SINCE, PARTY, A.MEMBER, MEMBER_POSTS, certain=False),
    Rule(K.OWED_ONLINE, "50", PLAN_SINCE, PLAN, A.CADRE, CADRE_POSTS, certain=False),
)
