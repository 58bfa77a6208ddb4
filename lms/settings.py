"""What may differ between two houses built from the same plan."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from lms.keys import read_keys

HOME = Path(__file__).parent.parent
MIB = 1024 * 1024
AT_ONCE = 2  # requests a web worker works on; more would only wait for one another
BESIDE = 2  # that it works on beside these when they take long, so that others need not wait
DOWNLOADS = 32  # there at once: each goes on as slowly as its line, and holds a thread
LINE = 120  # that wait there, two seconds or so of work; who comes then is asked to come again


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything a test or a city may want to change.

    `var` is the private folder (0700) of database, secrets and uploads. `secrets` maps the names
    of keys (session, pin, digest, cipher, slip) to their text; without it, `from_env` reads
    them from `var/secrets.json`.
    """

    var: Path = HOME / "var"
    database_url: str = ""
    secrets: dict[str, str] = field(default_factory=dict, repr=False)
    demonstration: bool = False
    secure_cookies: bool = False
    behind_proxy: bool = False
    passwords_for_all: bool = False
    password_checks_at_once: int = 2
    largest_file: int = 500 * MIB  # of a lesson
    testing: bool = False

    @property
    def database(self) -> str:
        """The address of the database; the embedded one when none is set."""
        return self.database_url or f"sqlite:///{self.var / 'lms.sqlite'}"

    @classmethod
    def from_env(cls) -> "Settings":
        var = Path(os.environ.get("LMS_VAR", cls.var)).absolute()
        url = os.environ.get("LMS_DATABASE_URL", "")
        return cls(
            var=var,
            database_url=url.replace("postgresql://", "postgresql+psycopg://", 1),
            secrets=read_keys(var),
            demonstration=(var / "demonstration.json").exists(),
            secure_cookies=os.environ.get("LMS_HTTPS", "") == "1",
            behind_proxy=os.environ.get("LMS_BEHIND_PROXY", "") == "1",
            passwords_for_all=os.environ.get("LMS_PASSWORDS_FOR_ALL", "") == "1",
            largest_file=int(os.environ.get("LMS_LARGEST_FILE", 500)) * MIB,
        )
