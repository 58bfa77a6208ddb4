"""Turns the bytes of a text file into text, or says that nobody can: never into garble."""

from lms.errors import Invalid
from lms.sheets.guards import UTF16_BOMS

# What is written in Chinese is nearly all of the oldest standard; garble is not.
USUAL_SHARE = 0.7
LOOKED_AT = 20_000  # characters


def decoded(name: str, data: bytes) -> str:
    """The text of a file in UTF-8, GB18030, UTF-16 or Windows-1252, or line by line in both
    of the first. name: of the file, for refusals."""
    if data.startswith(UTF16_BOMS):
        return _strictly(name, data, "utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    for found in (_chinese(data), _line_by_line(data), _western(data)):
        if found is not None:
            return found
    raise _unknown(name)


def _strictly(name: str, data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise _unknown(name) from None


def _unknown(name: str) -> Invalid:
    return Invalid(
        "“{file}”的文字编码无法识别。请用记事本或 WPS 打开，另存为 UTF-8 编码后再上传。", file=name
    )


def _chinese(data: bytes) -> str | None:
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return None
    return text if _is_usual(text) else None


def _is_usual(text: str) -> bool:
    """Whether the signs beyond ASCII are those that people write."""
    signs = [sign for sign in text if ord(sign) > 0x7F][:LOOKED_AT]
    usual = len("".join(signs).encode("gb2312", "ignore")) // 2
    return usual >= USUAL_SHARE * len(signs)


def _line_by_line(data: bytes) -> str | None:
    """Pieces of several files put into one: each line in its own encoding."""
    lines = []
    for line in data.removeprefix(b"\xef\xbb\xbf").split(b"\n"):
        try:
            lines.append(line.decode("utf-8"))
        except UnicodeDecodeError:
            found = _chinese(line)
            if found is None:
                return None
            lines.append(found)
    return "\n".join(lines)


def _western(data: bytes) -> str | None:
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return None
    signs = [sign for sign in text if ord(sign) > 0x7F]
    words = sum(sign.isalpha() or sign in "‘’“”–—…«»°§" for sign in signs)
    return text if words == len(signs) and len(signs) * 5 < len(text) else None
