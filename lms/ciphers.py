"""Keeping a number secret and still finding it: SM4 for the text, HMAC-SM3 for the digest."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from lms.dice import noise

NONCE, TAG, BLOCK = 12, 16, 16  # bytes; BLOCK of SM4
HMAC_BLOCK = 64  # of SM3
UNOPENED = "the key does not open this seal"
MANY = "2."  # a seal that was made with others


@lru_cache(64)
def _key(secret: str, purpose: str, size: int) -> bytes:
    """One key a purpose, so that none can be used for another."""
    return hashlib.pbkdf2_hmac("sha256", secret.encode(), purpose.encode(), 1, dklen=size)


@lru_cache(8)
def _block_cipher(secret: str) -> algorithms.SM4:
    return algorithms.SM4(_key(secret, "sm4", 16))


@lru_cache(64)
def _begun(secret: str, purpose: str) -> tuple[Any, Any]:
    """The two digests of an HMAC that have taken in its key, to be copied: a third less time."""
    key = _key(secret, purpose, 32).ljust(HMAC_BLOCK, b"\0")
    inner, outer = (bytes(one ^ pad for one in key) for pad in (0x36, 0x5C))
    return hashlib.new("sm3", inner), hashlib.new("sm3", outer)


def _mac(data: bytes, secret: str, purpose: str) -> Any:
    """HMAC-SM3 of the bytes: to be read as bytes or as hex digits."""
    begun, ended = _begun(secret, purpose)
    inner, outer = begun.copy(), ended.copy()
    inner.update(data)
    outer.update(inner.digest())
    return outer


def sealed(text: str, secret: str) -> str:
    """The text, encrypted. Two seals of one text differ. Read back with `opened`."""
    return "1." + base64.urlsafe_b64encode(sealed_bytes(text.encode(), secret)).decode()


def sealed_bytes(data: bytes, secret: str) -> bytes:
    """The bytes, encrypted: a file. Read back with `opened_bytes`."""
    nonce = noise(NONCE)
    cipher = Cipher(_block_cipher(secret), modes.GCM(nonce)).encryptor()
    body = cipher.update(data) + cipher.finalize()
    return nonce + cipher.tag + body


def sealed_many(texts: Sequence[str], secret: str) -> list[str]:
    """Each text, encrypted, at half the cost of `sealed`; each is read back for itself.

    SM4-CTR runs over all of them once, each begins at a block of its own; HMAC-SM3 holds together
    where it begins and what became of it.
    """
    plain = [text.encode() for text in texts]
    first = int.from_bytes(noise(NONCE) + bytes(BLOCK - NONCE))
    whole = [data + bytes(-len(data) % BLOCK) for data in plain]
    body, at, seals = _counted(b"".join(whole), first.to_bytes(BLOCK), secret), 0, []
    for data, filled in zip(plain, whole, strict=True):
        kept = (first + at // BLOCK).to_bytes(BLOCK) + body[at : at + len(data)]
        raw = _mac(kept, secret, "seal").digest()[:TAG] + kept
        seals.append(MANY + base64.urlsafe_b64encode(raw).decode())
        at += len(filled)
    return seals


def _counted(data: bytes, begins: bytes, secret: str) -> bytes:
    """The bytes with SM4-CTR over them, or without it again. begins: the first counter."""
    cipher = algorithms.SM4(_key(secret, "sm4 ctr", 16))
    return Cipher(cipher, modes.CTR(begins)).encryptor().update(data)


def opened(seal: str, secret: str) -> str:
    """The text of a seal. Raises ValueError when the key is another or a byte was changed."""
    if seal.startswith(MANY):
        raw = base64.urlsafe_b64decode(seal.removeprefix(MANY))
        tag, kept = raw[:TAG], raw[TAG:]
        if not hmac.compare_digest(tag, _mac(kept, secret, "seal").digest()[:TAG]):
            raise ValueError(UNOPENED)
        return _counted(kept[BLOCK:], kept[:BLOCK], secret).decode()
    return opened_bytes(base64.urlsafe_b64decode(seal.removeprefix("1.")), secret).decode()


def opened_bytes(raw: bytes, secret: str) -> bytes:
    """The bytes of a seal. Raises ValueError when the key is another or a byte was changed."""
    nonce, tag, body = raw[:NONCE], raw[NONCE : NONCE + TAG], raw[NONCE + TAG :]
    cipher = Cipher(_block_cipher(secret), modes.GCM(nonce, tag)).decryptor()
    try:
        return cipher.update(body) + cipher.finalize()
    except Exception as wrong:  # cryptography raises InvalidTag, which names nothing useful
        raise ValueError(UNOPENED) from wrong


def digest(text: str, secret: str, purpose: str = "digest") -> str:
    """A keyed digest (HMAC-SM3, 64 hex digits): equal texts give equal digests."""
    return _mac(text.encode(), secret, purpose).hexdigest()
