"""What an explanation says the key is, so that a slip of the key shows."""

import re
from collections.abc import Mapping

# data: how explanations name the key
CLOSING = re.compile(
    r"(?:故|因此|所以|因而|综上|本题|应|则)[^。；;A-Za-z]{0,12}?(?:选项?|答案(?:为|是|选)?|应选|为)"
    r"[\s:：]*(?P<letters>[A-H](?:\s*[、,，和与及]?\s*[A-H]){0,7})(?![A-Za-z0-9])"
    r"|正确(?:答案|选项)(?:应?为|应?是|选)?[\s:：]*(?P<named>[A-H](?:\s*[、,，和与及]?\s*[A-H]){0,7})"
    r"(?![A-Za-z0-9])"
    r"|答案(?:应?为|应?是|选)[\s:：]*(?P<plain>[A-H](?:\s*[、,，和与及]?\s*[A-H]){0,7})(?![A-Za-z0-9])"
)
JUDGED = re.compile(
    r"(?:故|因此|所以|因而|综上|本题|题干|题目|该|此)[^。；;，,]{0,14}?"
    r"(?P<word>不正确|不对|错误|正确|有误|[对错])(?:的)?[。！\s)）]*$"
)
FIRST = re.compile(r"\s*[（(【\[]?\s*([A-H])\s*[,，、.．:：]\s*")
WRONG = {"不正确", "不对", "错误", "有误", "错"}
LOOKED_AT = 2000  # characters at the end


def letters_told(explanation: str, options: Mapping[str, str]) -> frozenset[str] | None:
    """The letters that an explanation calls right: 故选C; None where it says none, or several."""
    if not explanation or not re.search("[A-H]", explanation):
        return None
    first = FIRST.match(explanation)
    if first and len(re.findall("[A-H]", explanation)) == 1:  # （A，北京，2008年…）
        option = options.get(first[1], "")
        return (
            frozenset(first[1])
            if option and explanation[first.end() :].startswith(option)
            else None
        )
    found = {
        frozenset(re.findall("[A-H]", match["letters"] or match["named"] or match["plain"]))
        for match in CLOSING.finditer(explanation[-LOOKED_AT:])
    }
    return found.pop() if len(found) == 1 else None


def truth_told(explanation: str) -> bool | None:
    """Right or wrong, as an explanation ends: 故错误。 None where it does not say."""
    match = JUDGED.search(explanation[-80:])
    return None if match is None else match["word"] not in WRONG
