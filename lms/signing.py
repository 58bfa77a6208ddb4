"""Words that travel with their signature, in a ticket that thousands show twice a minute. Pure."""

import base64
import hashlib
import hmac

SIGNATURE = 16  # bytes


def signed(words: str, secret: str) -> str:
    """The words, a dot and their signature."""
    return f"{words}.{_signature(words, secret)}"


def signed_words(text: str, secret: str) -> str | None:
    """The words, where the signature after the last dot is theirs; else none."""
    words, _, signature = text.rpartition(".")
    good = hmac.compare_digest(_signature(words, secret).encode(), signature.encode())
    return words if good else None


def _signature(words: str, secret: str) -> str:
    # not `hmac.digest`: it lets go of the interpreter, and a save waits long to get it back
    made = hmac.new(secret.encode(), words.encode(), hashlib.sha256).digest()[:SIGNATURE]
    return base64.urlsafe_b64encode(made).decode().rstrip("=")
