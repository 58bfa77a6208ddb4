"""Invented names: as names of this country sound, and of nobody in particular."""

from lms.dice import Stream

# How often of a hundred, and the surnames that share it; the third row is of this city.
SURNAMES = (
    (42, "王李张王李张刘陈杨赵"),
    (34, "黄周吴徐孙朱胡郭何高梁宋许韩冯曹田董杜程魏吕任姚贾范石孟秦薛史侯郝武段"),
    (22, "卫裴樊畅相宁尉南解郇仝景翟柴吉支荆党原员屈席关师牛邵马丁孔康温常"),
)
COMPOUND = ("令狐", "上官", "欧阳", "司马")

OLDER_MEN = ("建国永志文红卫海长春新玉金福德天世振保民", "国军平民强生林明华斌龙虎忠义才贵山锁峰泰")
OLDER_WOMEN = ("秀玉桂淑爱金春红彩巧凤改雪月冬香", "英兰花珍梅芳莲琴萍娥霞云玲仙青叶")
YOUNGER_MEN = ("俊浩宇子晓鹏泽嘉文志一明亚东凯", "杰轩强飞涛磊博龙辉帅鑫阳超亮楠")
YOUNGER_WOMEN = ("晓雅佳思雨梦婷静丽海亚慧欣雪文", "婷静敏娜慧琳倩洁莹颖蕾瑶妍丹宁")
RARE = "䶮㛃𫖯堃镕"
FROM_AFAR = (
    (("阿依努尔", "艾合买提", "古丽巴哈尔", "买买提明"), ("吐尔逊", "依明江", "热合曼", "努尔兰")),
    (("扎西顿珠", "次仁央吉", "格桑罗布"), ("旺堆", "次仁多吉", "白玛")),
    (("巴图孟克", "其其格", "哈斯巴根"), ("斯琴图", "阿拉坦", "宝音")),
)
# Names that everybody knows are not lent to invented persons.
KNOWN = frozenset({"李强", "李建国", "郭金龙", "王明", "张爱萍"})


def surname(stream: Stream) -> str:
    """One surname, as often as it is met."""
    place = stream.number(1, 100)
    for share, band in SURNAMES:
        place -= share
        if place <= 0:
            return stream.pick(band)
    return stream.pick(COMPOUND)


def given_name(stream: Stream, woman: bool, born: int) -> str:
    """One to two characters, in the taste of the year of birth; now and then a rare one."""
    if born < 1985:
        first, second = OLDER_WOMEN if woman else OLDER_MEN
    else:
        first, second = YOUNGER_WOMEN if woman else YOUNGER_MEN
    if stream.happens(1, 120):
        return stream.pick(RARE) if stream.happens(1, 2) else stream.pick(first + RARE) + "堃"
    if stream.happens(1, 5):
        return stream.pick(second)
    return stream.pick(first) + stream.pick(second)


def full_name(stream: Stream, woman: bool, born: int, clan: str = "") -> str:
    """A name; `clan` is the surname of most of a village. One in 600 is written with a dot."""
    if stream.happens(1, 600):
        return "·".join(stream.pick(part) for part in stream.pick(FROM_AFAR))
    family = clan if clan and stream.happens(1, 2) else surname(stream)
    name = family + given_name(stream, woman, born)
    return name if name not in KNOWN else full_name(stream, woman, born, clan)


def clan_of(village: str) -> str:
    """The surname that a village is called after, if it is: 上王村 → 王."""
    known = set("".join(band for _, band in SURNAMES))
    return next((sign for sign in village if sign in known), "")
