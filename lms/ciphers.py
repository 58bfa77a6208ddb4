"""Keeping a number secret and still finding it: SM4-GCM for the text, HMAC-SM3 for the digest."""

import base64
import hashlib
import hmac
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from lms.dice import noise

NONCE, TAG = 12, 16


@lru_cache(64)
def _key(secret: str, purpose: str, size: int) -> bytes:
    """One key a purpose, so that none can be used for another."""
    return hashlib.pbkdf2_hmac("sha256", secret.encode(), purpose.encode(), 1, dklen=size)


@lru_cache(8)
def _block_cipher(secret: str) -> algorithms.SM4:
    return algorithms.SM4(_key(secret, "sm4", 16))


@lru_cache(64)
def _begun(secret: str, purpose: str) -> hmac.HMAC:
    """A digest that has taken in its key, to be copied: half the time of beginning anew."""
    return hmac.new(_key(secret, purpose, 32), digestmod="sm3")


def sealed(text: str, secret: str) -> str:
    """The text, encrypted. Two seals of one text differ. Read back with `opened`."""
    return "1." + base64.urlsafe_b64encode(sealed_bytes(text.encode(), secret)).decode()


def sealed_bytes(data: bytes, secret: str) -> bytes:
    """The bytes, encrypted: a file. Read back with `opened_bytes`."""
    nonce = noise(NONCE)
    cipher = Cipher(_block_cipher(secret), modes.GCM(nonce)).encryptor()
    body = cipher.update(data) + cipher.finalize()
    return nonce + cipher.tag + body


def opened(seal: str, secret: str) -> str:
    """The text of a seal. Raises ValueError when the key is another or a byte was changed."""
    return opened_bytes(base64.urlsafe_b64decode(seal.removeprefix("1.")), secret).decode()


def opened_bytes(raw: bytes, secret: str) -> bytes:
    """The bytes of a seal. Raises ValueError when the key is another or a byte was changed."""
    nonce, tag, body = raw[:NONCE], raw[NONCE : NONCE + TAG], raw[NONCE + TAG :]
    cipher = Cipher(_block_cipher(secret), modes.GCM(nonce, tag)).decryptor()
    try:
        return cipher.update(body) + cipher.finalize()
    except Exception as wrong:  # cryptography raises InvalidTag, which names nothing useful
        raise ValueError("the key does not open this seal") from wrong


def digest(text: str, secret: str, purpose: str = "digest") -> str:
    """A keyed digest (HMAC-SM3, 64 hex digits): equal texts give equal digests."""
    found = _begun(secret, purpose).copy()
    found.update(text.encode())
    return found.hexdigest()
