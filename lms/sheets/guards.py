"""Decides whether a sent file is what its name says, before anything parses it."""

import re
from enum import StrEnum
from pathlib import PurePath

from lms.errors import Invalid
from lms.words import N_

MIB = 1024 * 1024
BYTES = 20 * MIB  # of a file as it is sent
UNPACKED = 100 * MIB  # of all members of a package together
RATIO = 200  # deflate rarely passes 30 on real sheets; a bomb nears 1000
ROWS = 50_000  # of a file, empty ones not counted
COLUMNS = 200
CELLS = 2_000_000  # of the rectangle that a sheet takes, empty ones counted
SHEETS = 200

ZIP = b"PK\x03\x04"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PACKED = (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
PICTURE = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*")
UTF8_BOM = b"\xef\xbb\xbf"
UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")
WEB_PAGE = re.compile(rb"\s*(<!doctype html|<html|<head|<meta|<table|<style|mime-version:)", re.I)
OFFICE_XML = re.compile(rb"\s*(<\?xml[^>]*>\s*)?(<\?[^>]*>\s*)*<[\w:]*workbook", re.I)


class Format(StrEnum):
    XLSX = ".xlsx"
    XLS = ".xls"
    CSV = ".csv"


class Content(StrEnum):
    """What the first bytes of a file say it is."""

    EMPTY = N_("空文件")
    ZIP = N_("压缩包")
    OLE = N_("旧版 Office 文件（如 .xls、.doc）")
    WEB_PAGE = N_("网页（HTML）")
    OFFICE_XML = N_("XML 表格")
    PDF = "PDF"
    RTF = N_("RTF 文档")
    PICTURE = N_("图片")
    PACKED = N_("压缩包（rar、7z）")
    TEXT = N_("纯文本（如 .csv）")
    BINARY = N_("无法识别的二进制文件")


def content_of(data: bytes) -> Content:
    """What the first bytes say, whatever the name is."""
    start = data[:2048].removeprefix(UTF8_BOM)
    if not start.strip():
        return Content.EMPTY
    for found, marks in (
        (Content.ZIP, (ZIP, b"PK\x05\x06")),
        (Content.OLE, (OLE,)),
        (Content.PDF, (b"%PDF",)),
        (Content.RTF, (b"{\\rtf",)),
        (Content.PACKED, PACKED),
        (Content.PICTURE, PICTURE),
    ):
        if start.startswith(marks):
            return found
    if WEB_PAGE.match(start):
        return Content.WEB_PAGE
    if OFFICE_XML.match(start):
        return Content.OFFICE_XML
    text = start.startswith(UTF16_BOMS) or b"\0" not in start
    return Content.TEXT if text else Content.BINARY


def format_of(name: str, data: bytes) -> Format:
    """The format to read a table file in; refuses what is no table, or not what its name says."""
    if len(data) > BYTES:
        raise Invalid(
            "“{file}”超过 {limit} MB，请删去图片和多余的工作表，或分成几个文件上传。",
            file=name,
            limit=BYTES // MIB,
        )
    content = content_of(data)
    if content is Content.EMPTY:
        raise Invalid("“{file}”是空文件，请检查后重新上传。", file=name)
    expected = _format_by_name(name)
    rightful = {
        Format.XLSX: Content.ZIP,
        Format.XLS: Content.OLE,
        Format.CSV: Content.TEXT,
    }
    if content is Content.OLE and ENCRYPTED in data:  # however it is called
        raise locked(name)
    if content is not rightful[expected]:
        raise Invalid(
            "“{file}”的扩展名是 {extension}，内容却是{content}。"
            "请用 WPS 或 Excel 打开，另存为 .xlsx 后再上传。",
            file=name,
            extension=str(expected),
            content=str(content),
        )
    return expected


def _format_by_name(name: str) -> Format:
    extension = PurePath(name).suffix.lower()
    if extension in (".xlsm", ".xltm", ".xlsb", ".xlam"):
        raise Invalid("“{file}”可能带宏，不予接收。请另存为 .xlsx 后再上传。", file=name)
    if extension in (".et", ".ett"):
        raise Invalid(
            "“{file}”是 WPS 专有的表格格式。请在 WPS 中“另存为”，文件类型选 .xlsx，再上传。",
            file=name,
        )
    if extension in (".doc", ".docx", ".wps", ".wpt", ".rtf", ".txt", ".pdf"):
        raise Invalid(
            "“{file}”是文档，不是表格。请把内容放进表格，另存为 .xlsx 后再上传。", file=name
        )
    if extension in (".zip", ".rar", ".7z"):
        raise Invalid("“{file}”是压缩包。请解压后上传里面的表格。", file=name)
    try:
        return Format(extension)
    except ValueError:
        raise Invalid(
            "“{file}”的格式不能读取，只接收 .xlsx、.xls 和 .csv。请另存为 .xlsx 后再上传。",
            file=name,
        ) from None


def content_to_read(name: str, data: bytes) -> Content:
    """What a file of text, of a document or of tables is: ZIP, OLE or TEXT; refuses all else."""
    if len(data) > BYTES:
        raise Invalid(
            "“{file}”超过 {limit} MB，请压缩或删去图片，或分成几个文件。",
            file=name,
            limit=BYTES // MIB,
        )
    content = content_of(data)
    if content is Content.EMPTY:
        raise Invalid("“{file}”是空文件，请检查后重新上传。", file=name)
    _refuse_by_ending(name)
    if content is Content.OLE and ENCRYPTED in data:
        raise locked(name)
    if content is Content.WEB_PAGE:
        raise web_page(name)
    if content not in (Content.ZIP, Content.OLE, Content.TEXT):
        raise Invalid(
            "“{file}”的内容是{content}，不能读取。"
            "请用 WPS 或 Word 打开，另存为 .docx（表格另存为 .xlsx）后再上传。",
            file=name,
            content=str(content),
        )
    return content


def _refuse_by_ending(name: str) -> None:
    """Formats that only one program reads, or that may carry a program of their own."""
    extension = PurePath(name).suffix.lower()
    if extension in (".wps", ".wpt"):
        raise Invalid(
            "“{file}”是 WPS 专有的文档格式。请在 WPS 中“另存为”，文件类型选 .docx，再上传。",
            file=name,
        )
    if extension in (".docm", ".dotm"):
        raise macros(name)
    if extension in (".et", ".ett", ".xlsm", ".xltm", ".xlsb", ".xlam"):
        _format_by_name(name)


def web_page(name: str) -> Invalid:
    """The refusal of the source of a web page."""
    return Invalid(
        "“{file}”是保存下来的网页（HTML），不能读取。"
        "请在网页上选中内容并复制，粘贴到 Word 或记事本里，保存后再上传。",
        file=name,
    )


def macros(name: str) -> Invalid:
    """The refusal of a document that may carry a program."""
    return Invalid("“{file}”可能带宏，不予接收。请另存为 .docx 后再上传。", file=name)


def _is_document(name: str) -> bool:
    return PurePath(name).suffix.lower() in (".docx", ".doc", ".dotx", ".txt", ".md")


def damaged(name: str) -> Invalid:
    """The refusal of a file that cannot be opened."""
    if _is_document(name):
        return Invalid(
            "“{file}”已损坏，无法打开。请用 WPS 或 Word 打开确认，另存为 .docx 后再上传。",
            file=name,
        )
    return Invalid(
        "“{file}”已损坏，无法打开。请用 WPS 或 Excel 打开确认，另存为 .xlsx 后再上传。", file=name
    )


def locked(name: str) -> Invalid:
    """The refusal of a file that asks for a password."""
    if _is_document(name):
        return Invalid("“{file}”设有打开密码。请取消密码，另存为 .docx 后再上传。", file=name)
    return Invalid("“{file}”设有打开密码。请取消密码，另存为 .xlsx 后再上传。", file=name)


def too_large(name: str) -> Invalid:
    """The refusal of a file that is small on the line and huge in memory."""
    if _is_document(name):
        return Invalid(
            "“{file}”展开后过大或压缩比异常，不予读取。请分成几个文件，或只复制文字到新文档，"
            "另存为 .docx 后再上传。",
            file=name,
        )
    return Invalid(
        "“{file}”展开后过大或压缩比异常，不予读取。"
        "请只复制有内容的单元格到新表格，另存为 .xlsx 后再上传。",
        file=name,
    )


def refuse_too_many_rows(name: str, rows: int) -> None:
    if rows > ROWS:
        raise Invalid(
            "“{file}”超过 {limit} 行。请按县或乡镇分成几个文件上传。", file=name, limit=ROWS
        )


def refuse_too_wide(name: str, columns: int) -> None:
    if columns > COLUMNS:
        raise Invalid(
            "“{file}”超过 {limit} 列。请删去右侧多余的列后再上传。", file=name, limit=COLUMNS
        )


def refuse_too_much(name: str, rows: int, columns: int) -> None:
    """Refuse a sheet whose rectangle of cells, empty ones counted, is too large to hold."""
    refuse_too_wide(name, columns)
    if rows * columns > CELLS:
        raise too_large(name)
