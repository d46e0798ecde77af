"""The protocol as it was agreed: one canonical text, its SHA-256, and the lock that keeps both."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

from pydantic import BaseModel

from dipoutcomes.errors import ProtocolError
from dipoutcomes.protocol._messages import model_in
from dipoutcomes.protocol.model import Protocol

LOCK_SCHEMA = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """What was locked: the canonical values of a protocol and the SHA-256 of their text.

    Parameters
    ----------
    sha256 : str
        64 hexadecimal digits, of the canonical text in UTF-8.
    values : mapping
        The whole protocol as plain values, defaults included.
    locked_on : datetime.date or None
        As given when the lock was made; None where no date was given.
    """

    sha256: str
    values: Mapping[str, Any]
    locked_on: date | None = None


def canonical_values(protocol: Protocol) -> dict[str, Any]:
    """Return *protocol* as plain values: text for dates and decimals, defaults included."""
    plain: dict[str, Any] = _plain(protocol.model_dump())
    if plain["time_to_event"] is not None:
        # Tables whose order has a meaning (the first group is the reference): as a list.
        section = plain["time_to_event"]
        section["group_labels"] = _in_order(section["group_labels"])
        if section["cause_labels"]:  # a key that older locks do not have: empty, it has no order
            section["cause_labels"] = _in_order(section["cause_labels"])
    return plain


def _in_order(labels: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"code": code, "name": name} for code, name in labels.items()]


def canonical_text(protocol: Protocol) -> str:
    """Return the one text of a protocol: the same whatever the layout of its file.

    Keys are sorted, defaults are written out, dates are ISO, decimals have no trailing zero
    (0.95 and 0.950 are one). Comments, the order of keys and white space leave no trace; the
    order of windows, findings and lists does, because a report prints them in it.

    Examples
    --------
    >>> from dipoutcomes.protocol.model import Study
    >>> study = Study(id="a", kind="summary", title="A study", data="published")
    >>> print(canonical_text(Protocol(schema_version=1, study=study)).splitlines()[1])
     "amendment": [],
    """
    return _text(canonical_values(protocol))


def protocol_sha256(protocol: Protocol) -> str:
    """Return the SHA-256 of `canonical_text` in UTF-8, as 64 hexadecimal digits."""
    return _sha256(canonical_values(protocol))


def make_lock(protocol: Protocol, *, locked_on: date | None = None) -> str:
    """Return the text of a lock file for *protocol*.

    Parameters
    ----------
    protocol : Protocol
        As agreed, before any outcome was seen.
    locked_on : datetime.date, optional
        Day of the agreement. No clock is read: the same protocol gives the same lock.

    Returns
    -------
    str
        JSON that a person can read and a version control system can compare line by line.
    """
    values = canonical_values(protocol)
    lock = {
        "lock_schema": LOCK_SCHEMA,
        "locked_on": None if locked_on is None else locked_on.isoformat(),
        "protocol": values,
        "sha256": _sha256(values),
    }
    return _text(lock) + "\n"


def read_lock(text: str) -> Lock:
    """Return the lock that `make_lock` wrote.

    Raises
    ------
    ProtocolError
        If the text is no lock, comes from a newer version, or was altered after it was made.
    """
    try:
        held = json.loads(text)
        schema, values, digest = held["lock_schema"], held["protocol"], held["sha256"]
        day = held["locked_on"]
        locked_on = None if day is None else date.fromisoformat(day)
    except (ValueError, KeyError, TypeError):
        raise ProtocolError(
            "the lock cannot be read: it is not what the lock command writes. Restore it from "
            "version control, or lock the protocol again and say so in the write-up"
        ) from None
    if schema != LOCK_SCHEMA:
        raise ProtocolError(
            f"the lock has format {schema}; this version reads format {LOCK_SCHEMA}. Use the "
            "version of dipoutcomes that made it"
        )
    if not isinstance(values, dict) or _sha256(values) != digest:
        raise ProtocolError(
            "the lock was altered after it was made: its SHA-256 does not fit its content. "
            "Restore it from version control; a change to the study belongs under [[amendment]] in "
            "the protocol"
        )
    return Lock(sha256=digest, values=values, locked_on=locked_on)


def _sha256(values: Any) -> str:
    return sha256(_text(values).encode()).hexdigest()


def _text(values: Any) -> str:
    return json.dumps(values, sort_keys=True, ensure_ascii=False, indent=1)


def with_new_defaults(values: Any, model: type[BaseModel] = Protocol) -> Any:
    """Return locked values with the keys that came into the toolkit since, at their defaults.

    A key that did not exist when the protocol was locked changes nothing while it has its
    default, so that a newer version of the toolkit makes no deviation by itself.
    """
    if isinstance(values, list):
        return [with_new_defaults(inner, model) for inner in values]
    if not isinstance(values, Mapping):
        return values
    whole = dict(values)
    for name, field in model.model_fields.items():
        inside = model_in(field.annotation)
        if name not in whole:
            if not field.is_required():
                default = field.get_default(call_default_factory=True)
                whole[name] = _plain(default)
        elif inside is not None:
            whole[name] = with_new_defaults(whole[name], inside)
    return whole


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return _plain(value.model_dump())
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return _decimal(value)
    return value


def _decimal(value: Decimal) -> str:
    written = format(value, "f")
    written = written.rstrip("0").rstrip(".") if "." in written else written
    return "0" if written in {"", "-0"} else written
