"""Keyed pseudonyms: the same person gets the same name from the same key, and from no other."""

from __future__ import annotations

import hmac
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.errors import RecordError

KEY_BYTES = 32
PSEUDONYM_LETTERS = 16

#: A fixed, public key for synthetic and published data. It protects nobody.
DEMONSTRATION_KEY = b"dipoutcomes public demonstration key: protects nobody"


def clean_identifier(value: str) -> str:
    """Return an identifier without surrounding spaces and in one Unicode form (NFC)."""
    return unicodedata.normalize("NFC", value).strip()


def check_key(key: bytes) -> bytes:
    """Return *key*; refuse one of fewer than 32 bytes."""
    if not isinstance(key, bytes):
        raise TypeError(f"`key` must be bytes, not {type(key).__name__}")
    if len(key) < KEY_BYTES:
        raise ValueError(
            f"`key` has {len(key)} bytes and needs at least {KEY_BYTES}: a short key can be guessed"
        )
    return key


def pseudonym(identifiers: Sequence[str] | NDArray[Any], key: bytes) -> NDArray[np.object_]:
    """Return a keyed pseudonym for each identifier.

    Parameters
    ----------
    identifiers : sequence of str, shape (n,)
        Raw identifiers; surrounding spaces are cut and the Unicode form is made one (NFC) first.
    key : bytes
        Secret, at least 32 bytes. Two parties that share it get the same pseudonyms.

    Returns
    -------
    ndarray of str (object), shape (n,)
        The first 16 hex digits of HMAC-SHA256 (64 bits).

    Raises
    ------
    TypeError, ValueError
        If the key is not bytes, or shorter than 32 of them.
    RecordError
        If two different identifiers get one pseudonym (about 3 chances in 10^8 for a million
        people); another key puts it right.

    Notes
    -----
    A plain hash would be no protection: client numbers are few enough to try them all. It is
    pseudonymous, not anonymous: who holds the key and the numbers can undo it.

    References
    ----------
    .. [1] Krawczyk, H., Bellare, M. and Canetti, R. (1997). HMAC: keyed-hashing for message
           authentication. RFC 2104, section 2.

    Examples
    --------
    >>> pseudonym(["A1", " A1 ", "A2"], DEMONSTRATION_KEY).tolist()
    ['d81f7006ef904014', 'd81f7006ef904014', '8423749a7fbc95c3']
    """
    check_key(key)
    cleaned = [clean_identifier(str(value)) for value in identifiers]
    unique = list(dict.fromkeys(cleaned))
    names = dict(zip(unique, digests(unique, key), strict=True))
    if len(set(names.values())) < len(unique):
        raise RecordError(
            "two different identifiers got the same pseudonym. Every person needs a name of "
            "their own: use another key."
        )
    out = np.empty(len(cleaned), dtype=object)
    out[:] = [names[value] for value in cleaned]
    return out


def digests(identifiers: Iterable[str], key: bytes) -> list[str]:
    """Return 16 hex digits of HMAC-SHA256 for each identifier, as it is."""
    return [
        hmac.digest(key, value.encode(), "sha256").hex()[:PSEUDONYM_LETTERS]
        for value in identifiers
    ]
