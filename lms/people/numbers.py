"""Numbers of a person: kept sealed, found by a keyed digest; and the short one to sign in with."""

from collections.abc import Mapping
from dataclasses import dataclass

from lms.ciphers import digest, opened, sealed
from lms.people.facts import PersonFacts
from lms.people.rules import masked_id, masked_phone

FIRST_SERIAL = 20_000  # six digits with the check digit
SHORTEST, LONGEST = 6, 8


def id_digest(id_number: str, secret: str) -> str:
    """What an ID number is found by. secret: the key "digest"."""
    return digest(id_number, secret, "id number")


def phone_digest(phone: str, secret: str) -> str:
    """What a phone is found by. secret: the key "digest"."""
    return digest(phone, secret, "phone")


def sealed_columns(facts: PersonFacts, keys: Mapping[str, str]) -> dict[str, str | None]:
    """The columns of a person that keep ID number and phone; None where one is not known."""
    number, phone = facts.id_number, facts.phone
    return {
        "id_seal": sealed(number, keys["cipher"]) if number else None,
        "id_digest": id_digest(number, keys["digest"]) if number else None,
        "phone_seal": sealed(phone, keys["cipher"]) if phone else None,
        "phone_digest": phone_digest(phone, keys["digest"]) if phone else None,
    }


@dataclass(frozen=True)
class Numbers:
    """ID number and phone as a page shows them; None where one is not known."""

    id_number: str | None
    phone: str | None


def read_seals(
    id_seal: str | None, phone_seal: str | None, secret: str, *, masked: bool = True
) -> Numbers:
    """ID number and phone of a person, masked unless asked otherwise. secret: the key "cipher"."""
    number, phone = (opened(seal, secret) if seal else None for seal in (id_seal, phone_seal))
    if not masked:
        return Numbers(number, phone)
    return Numbers(number and masked_id(number), phone and masked_phone(phone))


def short_number(serial: int) -> str:
    """The short number of a serial: its digits and a check digit (ISO 7064, mod 11,10).

    Two serials never share one. 20 000 gives six digits, 9 999 999 eight.
    """
    return f"{serial}{_check(str(serial))}"


def serial_of(short: str) -> int:
    """The serial that a short number was made of."""
    return int(short[:-1])


def is_short_number(text: str) -> bool:
    """Whether these are six to eight digits, the last of which fits: a slip is noticed."""
    sound = text.isascii() and text.isdigit() and SHORTEST <= len(text) <= LONGEST
    return sound and _check(text[:-1]) == text[-1]


def _check(digits: str) -> str:
    rest = 10
    for digit in digits:
        rest = (rest + int(digit)) % 10 or 10
        rest = rest * 2 % 11
    return str((11 - rest) % 10)
