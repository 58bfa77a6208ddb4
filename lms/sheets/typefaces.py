"""The typefaces that GB/T 9704 asks for, and what a machine without them takes instead."""

from typing import Any
from xml.sax.saxutils import quoteattr

from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.ns import nsdecls

# data: as the standard and the machines call them
TITLE, HEAD, SECOND = "方正小标宋简体", "黑体", "楷体_GB2312"
PLAIN, SONG = "仿宋_GB2312", "宋体"
INSTEAD = {
    TITLE: "小标宋,华文中宋,宋体,SimSun,Noto Serif CJK SC",  # data: names
    HEAD: "SimHei,Noto Sans CJK SC",
    SECOND: "楷体,KaiTi,Noto Serif CJK SC",
    PLAIN: "仿宋,FangSong,华文仿宋,Noto Serif CJK SC",  # data: names
    SONG: "SimSun,Noto Serif CJK SC",
}


def name(document: Any) -> None:
    """Put the table of typefaces into a document: they are named, none is put inside."""
    fonts = "".join(
        f"<w:font w:name={quoteattr(font)}><w:altName w:val={quoteattr(instead)}/></w:font>"
        for font, instead in INSTEAD.items()
    )
    text = f'<?xml version="1.0" encoding="UTF-8"?><w:fonts {nsdecls("w")}>{fonts}</w:fonts>'
    whole = document.part
    for key, link in list(whole.rels.items()):
        if link.reltype == RELATIONSHIP_TYPE.FONT_TABLE:
            whole.drop_rel(key)
    where = PackURI("/word/fontTable.xml")
    table = Part(where, CONTENT_TYPE.WML_FONT_TABLE, text.encode(), whole.package)
    whole.relate_to(table, RELATIONSHIP_TYPE.FONT_TABLE)
