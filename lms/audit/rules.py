"""What an audit row says, and how rows are sealed. Pure."""

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from lms.ciphers import digest

FIRST = "0" * 64  # stands for the block before the first


class Outcome(StrEnum):
    """How an act ended."""

    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True)
class Actor:
    """Who acts, and from where. A command acts as nobody, from the machine."""

    person_id: int | None = None
    address: str = ""
    device: str = ""
    name: str = ""  # as it was then, so that the log can be read alone


@dataclass(frozen=True)
class Act:
    """The sealed facts of one row."""

    id: int
    at: datetime
    person_id: int | None
    name: str
    address: str
    device: str
    act: str
    whom: str
    org_id: int | None
    outcome: str
    facts: dict[str, Any]


def seal_of(acts: list[Act], before: str, secret: str) -> str:
    """The hash of a block: of the block before, and of its rows in order. 64 hex digits."""
    lines = [
        json.dumps(
            [
                a.id,
                a.at.isoformat(),
                a.person_id,
                a.name,
                a.address,
                a.device,
                a.act,
                a.whom,
                a.org_id,
            ]
            + [a.outcome, a.facts],
            ensure_ascii=False,
            sort_keys=True,
        )
        for a in acts
    ]
    return digest("\n".join([before, *lines]), secret, "audit")
