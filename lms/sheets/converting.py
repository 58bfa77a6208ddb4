"""Turns old Office files into today's by way of LibreOffice, where it is installed."""

import contextlib
import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from lms.errors import Invalid
from lms.sheets.guards import damaged
from lms.sheets.ole import Container
from lms.words import N_

PROGRAMS = ("soffice", "libreoffice")
SECONDS = 9  # a file that takes longer is not worth more; of the processor, and on an idle machine
MEMORY = 4_000_000  # KB that the other program may address
LIMITED = f'ulimit -t {SECONDS} -v {MEMORY}; exec "$@"'


@dataclass(frozen=True)
class Target:
    """From what into what. without, slow: what is said where it cannot be done."""

    old: str
    new: str
    filter: str
    without: str
    slow: str


DOCX = Target(
    "doc",
    "docx",
    "MS Word 2007 XML",
    N_(
        "“{file}”是旧版 Word 文件（.doc），这台服务器不能读取。"
        "请用 WPS 或 Word 另存为 .docx 后再上传。"
    ),
    N_("“{file}”转换超时，没有读取。请用 WPS 或 Word 另存为 .docx 后再上传。"),
)
XLSX = Target(
    "xls",
    "xlsx",
    "Calc MS Excel 2007 XML",
    N_(
        "“{file}”是旧版 Excel 文件（.xls），这台服务器不能转换。"
        "请用 WPS 或 Excel 另存为 .xlsx 后再上传。"
    ),
    N_("“{file}”转换超时，没有读取。请用 WPS 或 Excel 另存为 .xlsx 后再上传。"),
)


def refuse_program(name: str, data: bytes) -> None:
    """An old workbook that carries a program of its own is opened by nobody here."""
    if Container(data).names() & {"_VBA_PROJECT_CUR", "_VBA_PROJECT", "VBA"}:
        raise Invalid("“{file}”可能带宏，不予接收。请另存为 .xlsx 后再上传。", file=name)


def converted(name: str, data: bytes, target: Target) -> bytes:
    """The file as the target says; what it may hold is for the caller to guard, before and after.

    The other program has a folder of its own, and is ended when it lingers.
    """
    program = next((found for one in PROGRAMS if (found := shutil.which(one))), None)
    if program is None:
        raise Invalid(target.without, file=name)
    with TemporaryDirectory() as folder:
        source = Path(folder, "in", f"file.{target.old}")
        source.parent.mkdir()
        source.write_bytes(data)
        _run(name, _command(program, folder, source, target), folder, target)
        made = Path(folder, f"file.{target.new}")
        if not made.exists():
            raise damaged(name)
        return made.read_bytes()


def _command(program: str, folder: str, source: Path, target: Target) -> list[str]:
    profile = Path(folder, "profile").as_uri()
    command = ["/bin/sh", "-c", LIMITED, "sh", program, f"-env:UserInstallation={profile}"]
    command += ["--headless", "--norestore", "--nolockcheck", "--convert-to"]
    return [*command, f"{target.new}:{target.filter}", "--outdir", folder, str(source)]


def _run(name: str, command: list[str], folder: str, target: Target) -> None:
    kept = {key: os.environ[key] for key in ("PATH", "LANG", "LC_ALL") if key in os.environ}
    with subprocess.Popen(  # noqa: S603 - a program of the machine, its arguments are ours
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env=kept | {"HOME": folder, "TMPDIR": folder},
        cwd=folder,
    ) as process:
        try:
            process.wait(SECONDS * _busy())
        except subprocess.TimeoutExpired:
            raise Invalid(target.slow, file=name) from None
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def _busy() -> float:
    """How many times longer things take than on an idle machine."""
    return min(max(os.getloadavg()[0] / (os.cpu_count() or 1), 1), 5)
