"""What a lesson can be, which files it takes, what its gate asks, and how it is watched. Pure."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath

from lms.errors import Conflict, Invalid
from lms.words import N_

HEAD = 64  # bytes of a file that say what it is
LENGTH = re.compile(r"(?:(\d{1,2})[:：])?(\d{1,3})[:：](\d{1,2})|(\d{1,5})")
ADDRESS = re.compile(r"https?://[^\s/?#]+\.[^\s]+")


class LessonKind(StrEnum):
    """What a lesson is. A package (SCORM) will be a kind of its own, with its file."""

    TEXT = "text"
    PDF = "pdf"
    VIDEO = "video"
    AUDIO = "audio"
    LIVE = "live"


KIND_NAMES = {
    LessonKind.TEXT: N_("图文"),
    LessonKind.PDF: "PDF",
    LessonKind.VIDEO: N_("视频"),
    LessonKind.AUDIO: N_("音频"),
    LessonKind.LIVE: N_("直播"),
}
PLAYED = frozenset({LessonKind.VIDEO, LessonKind.AUDIO})  # what is done by being watched


class FileRole(StrEnum):
    """What a file is for its lesson."""

    MAIN = "main"
    SMALLER = "smaller"  # the same, for a slow line
    SOUND = "sound"  # of a video, its sound alone


ROLE_NAMES = {
    FileRole.MAIN: N_("标准"),
    FileRole.SMALLER: N_("省流量"),
    FileRole.SOUND: N_("只听声音"),
}
# The ending that a file is kept with, and what a browser is told that it is.
TYPES = {
    "pdf": "application/pdf",
    "mp4": "video/mp4",
    "webm": "video/webm",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "ogg": "audio/ogg",
    "wav": "audio/wav",
}
WANTED: dict[tuple[LessonKind, FileRole], frozenset[str]] = {
    (LessonKind.PDF, FileRole.MAIN): frozenset({"pdf"}),
    (LessonKind.VIDEO, FileRole.MAIN): frozenset({"mp4", "webm"}),
    (LessonKind.VIDEO, FileRole.SMALLER): frozenset({"mp4", "webm"}),
    (LessonKind.VIDEO, FileRole.SOUND): frozenset({"mp3", "m4a", "ogg", "wav"}),
    (LessonKind.AUDIO, FileRole.MAIN): frozenset({"mp3", "m4a", "ogg", "wav"}),
    (LessonKind.AUDIO, FileRole.SMALLER): frozenset({"mp3", "m4a", "ogg", "wav"}),
}
SLIDES = (".ppt", ".pptx", ".dps")


def ending_of(name: str, head: bytes) -> str:
    """The ending a file is kept with, by its first bytes. Raises Invalid for what is not taken."""
    if PurePath(name).suffix.lower() in SLIDES:
        raise Invalid(
            "“{file}”是演示文稿。请在 WPS 或 PowerPoint 中“另存为” PDF，再上传那个 PDF。",
            file=name,
        )
    found = _known(head)
    if found is None:
        raise Invalid(
            "“{file}”的内容不是 PDF、MP4、WebM、MP3、M4A、OGG 或 WAV。"
            "请用播放软件或 WPS 转换成其中一种，再上传。",
            file=name,
        )
    if found == "mp4" and (head[8:11] == b"M4A" or PurePath(name).suffix.lower() == ".m4a"):
        return "m4a"
    return found


def _known(head: bytes) -> str | None:
    """What the first bytes say, whatever the name is."""
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head[4:8] == b"ftyp":
        return "mp4"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "webm" if b"webm" in head else None
    if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        return "wav"
    if head.startswith(b"OggS"):
        return "ogg"
    if head.startswith(b"ID3") or (head[:1] == b"\xff" and head[1:2] in _MPEG):
        return "mp3"
    return None


_MPEG = tuple(bytes([one]) for one in (0xFB, 0xFA, 0xF3, 0xF2, 0xE3))


def seconds_in(typed: str) -> int:
    """12:30, 1:02:30 or 750 → seconds. Raises Invalid."""
    found = LENGTH.fullmatch(typed.strip())
    if not found:
        raise Invalid("时长请写成 分:秒，例如 12:30。")
    hours, minutes, seconds, alone = (int(one or 0) for one in found.groups())
    total = hours * 3600 + minutes * 60 + seconds + alone
    if not 1 <= total <= 6 * 3600 or seconds > 59:
        raise Invalid("时长要在 6 小时以内，请写成 分:秒，例如 12:30。")
    return total


def clock_of(seconds: int) -> str:
    """750 → 12:30."""
    return f"{seconds // 60}:{seconds % 60:02}"


# ── what a version holds ────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Gate:
    """A quiz that opens the end of a lesson: so many questions of a bank, so much right."""

    bank_id: int
    topic: str | None  # a chapter of the bank; none: the whole of it
    questions: int
    share: int  # percent


@dataclass(frozen=True)
class Sent:
    """A file as it is kept: its name in the store, how the trainer calls it, its bytes."""

    name: str
    called: str
    size: int

    @property
    def ending(self) -> str:
        return self.name.rpartition(".")[2]


@dataclass(frozen=True)
class Content:
    """What a lesson teaches, and how it is done. seconds: how long it plays."""

    kind: LessonKind
    text: str
    seconds: int | None
    address: str | None
    gate: Gate | None
    files: Mapping[FileRole, Sent]


def fitting(content: Content) -> Content:
    """The content without what its kind has no use for. Raises Invalid for what is missing."""
    kind = content.kind
    roles = {role for known, role in WANTED if known is kind}
    files = {role: one for role, one in content.files.items() if role in roles}
    if roles and FileRole.MAIN not in files:
        raise Invalid("请上传这一课的文件。")
    for role, one in files.items():
        _refuse_other(kind, role, one)
    if kind is LessonKind.TEXT and not content.text.strip():
        raise Invalid("请写正文，或带入一个 Word 文档。")
    if kind in PLAYED and not content.seconds:
        raise Invalid("请填写音视频的时长，例如 12:30。")
    if kind is LessonKind.LIVE and not ADDRESS.fullmatch(content.address or ""):
        raise Invalid("请填写直播间的网址，以 https:// 开头。")
    return Content(
        kind=kind,
        text=content.text,
        seconds=content.seconds if kind in PLAYED else None,
        address=content.address if kind is LessonKind.LIVE else None,
        gate=content.gate,
        files=files,
    )


def _refuse_other(kind: LessonKind, role: FileRole, sent: Sent) -> None:
    wanted = WANTED[kind, role]
    if sent.ending not in wanted:
        raise Invalid(
            "“{file}”不能用在这里：{kind}课的“{role}”文件应是 {wanted}。",
            file=sent.called,
            kind=KIND_NAMES[kind],
            role=ROLE_NAMES[role],
            wanted="、".join(sorted(one.upper() for one in wanted)),
        )


def refuse_ring(lesson_id: int, after_id: int | None, after: Mapping[int, int | None]) -> None:
    """A lesson cannot wait for itself, by however many others. after: lesson → the one before."""
    seen = set()
    while after_id is not None and after_id not in seen:
        if after_id == lesson_id:
            raise Invalid("“先学完”选得前后循环了，请换一课。")
        seen.add(after_id)
        after_id = after.get(after_id)


def refuse_before_its_turn(after_id: int | None, done: Collection[int], title: str) -> None:
    """What has to be done first is done first."""
    if after_id is not None and after_id not in done:
        raise Conflict("请先学完“{title}”，再学这一课。", title=title)
