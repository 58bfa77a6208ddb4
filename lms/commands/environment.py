"""Makes the virtual environment and fills it, once; runs as `python3 FILE LOCK`.

Nothing is imported from the house here: this file runs before anything is installed, which is
also why it says each thing in both languages itself.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent.parent
VENV = HOME / ".venv"
PYTHON = VENV / "bin" / "python"
LOG = VENV / "install.log"


def say(chinese: str, english: str) -> None:
    """One line for whoever waits, in both languages."""
    print(f"{chinese}  /  {english}", flush=True)


def fingerprint(lock: Path) -> str:
    """What the environment was made from: this Python and every line of the locked file."""
    made_by = "{}.{} {}".format(*sys.version_info[:2], VENV)
    return hashlib.sha256(made_by.encode() + lock.read_bytes()).hexdigest()


def works() -> bool:
    """Whether the environment is there with a pip that starts; a broken-off one is made anew."""
    try:
        asked = [str(PYTHON), "-m", "pip", "--version"]
        return subprocess.run(asked, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def make_environment() -> None:
    say("正在建立虚拟环境 .venv", "making the virtual environment .venv")
    asked = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(
            "无法建立虚拟环境：请先安装 python3-venv（apt-get install python3-venv），再运行一次。"
            "  /  The virtual environment cannot be made: install the package python3-venv first."
        )


def installing(lock: Path) -> subprocess.Popen:
    """The running pip; its words go where this program can count them."""
    asked = [str(PYTHON), "-m", "pip", "install", "--require-hashes", "--only-binary", ":all:"]
    asked += ["--no-input", "--disable-pip-version-check", "--progress-bar", "off", "-r", str(lock)]
    return subprocess.Popen(asked, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def install(lock: Path) -> None:
    """Install exactly the locked files, telling how many of how many are here."""
    wanted = sum("==" in line and line[0].isalpha() for line in lock.read_text().splitlines())
    say(f"正在安装依赖（{wanted} 个，一两分钟）", f"installing {wanted} packages")
    here, complaints = 0, []
    with installing(lock) as pip, LOG.open("w") as log:
        for line in pip.stdout or ():
            log.write(line)
            if "(from -r " in line or line.startswith("Ignoring "):
                here += 1
                show(here, wanted)
            complaints += [line.strip()] if line.startswith("ERROR") else []
    if pip.returncode:
        last = complaints[-1] if complaints else f"pip {pip.returncode}"
        sys.exit(
            f"依赖没有装好：{last}（全文在 .venv/install.log）。请检查网络后再运行一次。"
            "  /  Not installed; see .venv/install.log, check the network, run again."
        )


def show(here: int, wanted: int) -> None:
    """A line that rewrites itself on a terminal; elsewhere one line in twenty."""
    if sys.stdout.isatty():
        print(f"\r  {here}/{wanted} ", end="\n" if here == wanted else "", flush=True)
    elif here % 20 == 0 or here == wanted:
        print(f"  {here}/{wanted}", flush=True)


def main(lock: Path, stamp: Path) -> None:
    """Leave an environment that fits the lock; do nothing where it already does."""
    want = fingerprint(lock)
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == want:
        return
    if not works():
        make_environment()
    install(lock)
    stamp.write_text(want)
    say("依赖已装好", "installed")


if __name__ == "__main__":
    os.chdir(str(HOME))
    try:
        main(HOME / sys.argv[1], VENV / (Path(sys.argv[1]).stem + ".stamp"))
    except KeyboardInterrupt:
        sys.exit("已中断，下次会接着做。  /  Interrupted; the next run goes on from here.")
