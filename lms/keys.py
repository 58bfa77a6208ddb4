"""The keys of a house: made at the first run, kept beside the database, never in the tree."""

import json
import os
from pathlib import Path

from lms.dice import token

NAMES = ("session", "pin", "digest", "cipher", "slip", "ticket")
WEAK = 24  # characters; a shorter key can be guessed


def read_keys(var: Path) -> dict[str, str]:
    """The keys in `var/secrets.json`; none where there is no such file yet."""
    file = var / "secrets.json"
    return json.loads(file.read_text()) if file.exists() else {}


def make_keys(var: Path) -> dict[str, str]:
    """Read the keys, making those that are missing. The folder is 0700, the file 0600."""
    var.mkdir(mode=0o700, parents=True, exist_ok=True)
    var.chmod(0o700)
    keys = read_keys(var)
    missing = {name: token(32) for name in NAMES if name not in keys}
    if missing:
        keys |= missing
        file = var / "secrets.json"
        new = file.with_suffix(".new")
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            json.dump(keys, out, indent=1)
        new.replace(file)
    return keys


def weak_keys(keys: dict[str, str]) -> list[str]:
    """The names of keys that are missing or too short for real use."""
    return [name for name in NAMES if len(keys.get(name, "")) < WEAK or len(set(keys[name])) < 10]
