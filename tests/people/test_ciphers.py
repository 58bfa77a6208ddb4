"""Seals and digests: what is sealed with others is opened for itself, and no byte changes."""

import hashlib
import hmac

import pytest

from lms.ciphers import digest, opened, sealed, sealed_many

SECRET, OTHER = "a secret of this house alone", "the secret of another house"
TEXTS = ["王国建", "", "x" * 16, "备注：" + "很长" * 400, "999999196501010011"]


def test_each_of_many_is_opened_for_itself():
    seals = sealed_many(TEXTS, SECRET)
    assert [opened(seal, SECRET) for seal in reversed(seals)] == TEXTS[::-1]
    assert opened(sealed(TEXTS[0], SECRET), SECRET) == TEXTS[0]  # and so is one that was alone


def test_equal_texts_look_different_and_so_does_the_same_batch_again():
    seals = sealed_many(["王国建"] * 3, SECRET) + sealed_many(["王国建"], SECRET)
    assert len(set(seals)) == 4
    assert "王国建".encode().hex() not in "".join(seals)


@pytest.mark.parametrize("at", [2, 12, 30, 50])
def test_a_changed_sign_and_another_key_open_nothing(at):
    seal = sealed_many(["王国建，盐湖区解州镇上王村"], SECRET)[0]
    changed = seal[:at] + ("A" if seal[at] != "A" else "B") + seal[at + 1 :]
    for wrong, key in ((changed, SECRET), (seal, OTHER)):
        with pytest.raises(ValueError, match="does not open"):
            opened(wrong, key)


def test_the_digest_is_the_hmac_of_the_standard():
    key = hashlib.pbkdf2_hmac("sha256", SECRET.encode(), b"phone", 1, dklen=32)
    assert (
        digest("13800000000", SECRET, "phone") == hmac.new(key, b"13800000000", "sm3").hexdigest()
    )
