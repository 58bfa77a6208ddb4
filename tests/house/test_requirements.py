"""A clone carries no address of an index and no path of a machine; every package is locked."""

import re
import subprocess

import pytest

from lms.settings import HOME

LOCKS = ("requirements.txt", "requirements-test.txt")
NAME = re.compile(r"^([a-z0-9._-]+)(?:\[[a-z,]+\])?==([^ ;\\]+)", re.IGNORECASE)


def tracked() -> list[str]:
    """The files git knows; in a copy without git, all but what is made anew."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=HOME, capture_output=True, check=False)
    if listed.returncode == 0:
        return [name for name in listed.stdout.decode().split("\0") if name]
    made = {".venv", "var", ".git"}
    files = (file.relative_to(HOME) for file in HOME.rglob("*") if file.is_file())
    return [str(file) for file in files if not made & set(file.parts)]


def texts() -> dict[str, str]:
    found = {}
    for name in tracked():
        if (HOME / name).is_file():
            content = (HOME / name).read_bytes()
            if b"\0" not in content[:8000]:
                found[name] = content.decode("utf-8", "replace")
    return found


def pins(lock: str) -> dict[tuple[str, str], str]:
    """(package, marker) → version."""
    found = {}
    for line in (HOME / lock).read_text().splitlines():
        if match := NAME.match(line):
            marker = line.partition(";")[2].strip(" \\")
            found[match[1].lower(), marker] = match[2]
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_every_line_of_a_lock_is_a_package_with_hashes(lock):
    blocks = re.sub(r"\\\n", " ", (HOME / lock).read_text()).splitlines()
    assert len(blocks) > 30
    assert [line for line in blocks if not (NAME.match(line) and "--hash=sha256:" in line)] == []


@pytest.mark.parametrize("name", [*LOCKS, "requirements.in", "requirements-test.in"])
def test_no_requirement_names_where_it_comes_from(name):
    forbidden = re.compile(r"://|index-url|find-links|trusted-host|^-e|--(?!hash=)")
    assert forbidden.findall((HOME / name).read_text()) == []


def test_both_locks_agree():
    run, test = pins("requirements.txt"), pins("requirements-test.txt")
    assert {name: test.get(name) for name in run} == run


def test_what_is_asked_for_is_locked():
    asked = (HOME / "requirements.in").read_text().split()
    names = {re.split(r"[\[=<>~]", line)[0].lower().replace("_", "-") for line in asked}
    assert names - {name for name, _ in pins("requirements.txt")} == set()


def test_no_lock_that_records_addresses_is_kept():
    kept = {name.rsplit("/", 1)[-1] for name in tracked()}
    assert not kept & {"uv.lock", "poetry.lock", "Pipfile.lock", "pip.conf"}


def test_no_file_names_a_machine_or_an_index():
    # written in pieces, so that this file does not find itself
    words = ["/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/", "index" + "-url", "find" + "-links"]
    words += ["pypi" + ".org", "python" + "hosted", "fa" + "rm-"]
    found = re.compile("|".join(map(re.escape, words)))
    own = {"tests/house/test_requirements.py", "Makefile"}  # they say that none is written
    assert {name for name, text in texts().items() if found.search(text)} - own == set()
