"""A certificate as a file: drawn when it is first asked for, and kept sealed from then on.

A file is named by what the certificate leads to and by what stands at its foot: where the house
has another address, it is drawn anew. Nothing can be read from the name.
"""

from contextlib import suppress

from lms.certificates import drawing, words
from lms.certificates.drawing import Printed
from lms.certificates.models import Certificate
from lms.certificates.rules import read_facts
from lms.ciphers import digest
from lms.errors import Conflict
from lms.settings import Settings
from lms.web.uploads import keep_as, kept, remove, stored_under

FOLDER = "certificates/single"
NAME, EDITION = 40, 16  # signs of a digest: which certificate, which address and foot


def file_of(one: Certificate, check: str, house: Settings) -> bytes:
    """The PDF of a certificate, the same for ever. check: what a code stands behind."""
    secret, link = house.secrets["cipher"], check + one.code
    note = words.DEMONSTRATION if house.demonstration else ""
    stored = f"{_name(one, house)}-{_digest(link + note, house)[:EDITION]}"
    with suppress(Conflict, ValueError):  # not there yet, or sealed with a key of before
        return kept(house.var, FOLDER, stored, secret)
    printed = Printed(one.kind, one.number, one.code, link, read_facts(one.kind, one.facts))
    data = drawing.single(printed, house.var, note)
    with suppress(OSError):  # a full disk keeps nobody from his certificate
        let_go(one, house)
        keep_as(house.var, FOLDER, stored, data, secret)
    return data


def let_go(one: Certificate, house: Settings) -> None:
    """What was kept of a certificate goes: it has ended, or leads to another address."""
    for stored in stored_under(house.var, FOLDER, _name(one, house)):
        remove(house.var, FOLDER, stored)


def _name(one: Certificate, house: Settings) -> str:
    return _digest(one.code, house)[:NAME]


def _digest(text: str, house: Settings) -> str:
    return digest(text, house.secrets["digest"], "certificate file")
