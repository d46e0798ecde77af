"""HMAC as its definition says, keyed, one to one."""

from hashlib import sha256

import pytest

from dipoutcomes.errors import RecordError
from dipoutcomes.records import DEMONSTRATION_KEY, pseudonym
from dipoutcomes.records import pseudonyms as home


def hmac_by_hand(message, key):
    """RFC 2104, section 2: H((K xor opad) || H((K xor ipad) || text)), block of 64 bytes."""
    block = key.ljust(64, b"\0")
    inner = sha256(bytes(b ^ 0x36 for b in block) + message).digest()
    return sha256(bytes(b ^ 0x5C for b in block) + inner).hexdigest()


def test_pseudonym_is_the_first_16_digits_of_the_defined_hmac():
    assert pseudonym(["A1"], DEMONSTRATION_KEY)[0] == hmac_by_hand(b"A1", DEMONSTRATION_KEY)[:16]


def test_a_key_of_another_length_agrees_with_the_definition():
    key = b"\xaa" * 20  # too short for us, so by the inner function
    assert home.digests(["\x41"], key) == [hmac_by_hand(b"\x41", key)[:16]]


def test_spaces_and_unicode_forms_are_one_person():
    names = pseudonym(["Zo\u00eb", " Zoe\u0308 ", "Zoe"], DEMONSTRATION_KEY)
    assert names[0] == names[1] != names[2]


def test_another_key_gives_other_names():
    assert pseudonym(["A1"], b"k" * 32)[0] != pseudonym(["A1"], b"l" * 32)[0]


def test_a_short_key_is_refused():
    with pytest.raises(ValueError, match="at least 32"):
        pseudonym(["A1"], b"k" * 31)
    with pytest.raises(TypeError):
        pseudonym(["A1"], "k" * 32)


def test_a_collision_is_noticed(monkeypatch):
    monkeypatch.setattr(home, "PSEUDONYM_LETTERS", 1)  # 16 names for 17 people
    with pytest.raises(RecordError, match="same pseudonym"):
        pseudonym([str(i) for i in range(17)], DEMONSTRATION_KEY)
