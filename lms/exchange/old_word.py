"""Reads .doc by way of LibreOffice, where it is installed; else asks for a .docx."""

import contextlib
import os
import shutil
import signal
import struct
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from lms.errors import Invalid
from lms.exchange.documents import read_docx
from lms.exchange.rules import Read
from lms.sheets.guards import damaged, locked, macros
from lms.sheets.ole import Container

PROGRAMS = ("soffice", "libreoffice")
SECONDS = 9  # a file that takes longer is not worth more; of the processor, and on an idle machine
MEMORY = 4_000_000  # KB that the other program may address
LIMITED = f'ulimit -t {SECONDS} -v {MEMORY}; exec "$@"'
MAGIC = (0xA5EC, 0xA5DC)  # of Word 97 and later, of Word 6
ENCRYPTED = 0x0100
BROKEN = (ValueError, struct.error, IndexError, OverflowError, MemoryError)


def read_doc(name: str, data: bytes) -> Read:
    """The questions of a .doc. Raises Invalid where it cannot be opened or converted."""
    _refuse_unsafe(name, data)
    program = next((found for one in PROGRAMS if (found := shutil.which(one))), None)
    if program is None:
        raise Invalid(
            "“{file}”是旧版 Word 文件（.doc），这台服务器不能读取。"
            "请用 WPS 或 Word 另存为 .docx 后再上传。",
            file=name,
        )
    return read_docx(name, _converted(name, data, program))


def _refuse_unsafe(name: str, data: bytes) -> None:
    """Refuse what is broken, locked or carries a program, before another program opens it."""
    try:
        container = Container(data)
        head = container.stream("WordDocument") or b""
        magic, flags = struct.unpack_from("<H8xH", head)
    except BROKEN:
        raise damaged(name) from None
    if magic not in MAGIC:
        raise damaged(name)
    if flags & ENCRYPTED:
        raise locked(name)
    if container.names() & {"Macros", "_VBA_PROJECT", "VBA"}:
        raise macros(name)


def _converted(name: str, data: bytes, program: str) -> bytes:
    """The file as .docx. The other program has a folder of its own and is ended when it lingers."""
    with TemporaryDirectory() as folder:
        source = Path(folder, "in", "file.doc")
        source.parent.mkdir()
        source.write_bytes(data)
        _run(name, _command(program, folder, source), folder)
        made = Path(folder, "file.docx")
        if not made.exists():
            raise damaged(name)
        return made.read_bytes()


def _command(program: str, folder: str, source: Path) -> list[str]:
    profile = Path(folder, "profile").as_uri()
    command = ["/bin/sh", "-c", LIMITED, "sh", program, f"-env:UserInstallation={profile}"]
    command += ["--headless", "--norestore", "--nolockcheck", "--convert-to"]
    return [*command, "docx:MS Word 2007 XML", "--outdir", folder, str(source)]


def _run(name: str, command: list[str], folder: str) -> None:
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
            raise Invalid(
                "“{file}”转换超时，没有读取。请用 WPS 或 Word 另存为 .docx 后再上传。", file=name
            ) from None
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def _busy() -> float:
    """How many times longer things take than on an idle machine."""
    return min(max(os.getloadavg()[0] / (os.cpu_count() or 1), 1), 5)
