"""What was changed after the protocol was locked, and whether anybody said so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dipoutcomes.protocol.lock import Lock, canonical_values, with_new_defaults
from dipoutcomes.protocol.model import Amendment, Protocol
from dipoutcomes.results import Deviation

ABSENT = "not there"


def deviations(protocol: Protocol, lock: Lock) -> tuple[Deviation, ...]:
    """Return every field of *protocol* that differs from what was locked.

    Parameters
    ----------
    protocol : Protocol
        As it stands now.
    lock : Lock
        As it was agreed; see `read_lock`.

    Returns
    -------
    tuple of Deviation
        One for each changed field, by dotted key: ``outcome.measure``, and by name or number
        inside lists: ``window.3+ months after.closes.months``, ``analysis.contrast.1.before``.
        A deviation is declared if an ``[[amendment]]`` that was not there when the protocol was
        locked names its key or a section around it. Amendments are no deviations themselves.

    Notes
    -----
    Empty exactly where the canonical texts, amendments apart, are the same; a key that came into
    the toolkit after the lock counts as locked at its default.
    """
    agreed = with_new_defaults(lock.values)
    locked = {key: value for key, value in agreed.items() if key != "amendment"}
    values = canonical_values(protocol)
    current = {key: value for key, value in values.items() if key != "amendment"}
    # An amendment that was locked with the rest speaks of an earlier change, not of this one.
    old = list(agreed["amendment"])
    new = [
        amendment
        for amendment, plain in zip(protocol.amendment, values["amendment"], strict=True)
        if plain not in old
    ]
    return tuple(
        _deviation(key, before, after, new) for key, before, after in _changes("", locked, current)
    )


def _deviation(key: str, locked: Any, current: Any, amendments: Sequence[Amendment]) -> Deviation:
    declared = [a for a in amendments if key == a.key or key.startswith(f"{a.key}.")]
    return Deviation(
        key=key,
        locked=_says(locked),
        current=_says(current),
        declared=bool(declared),
        reason=declared[-1].reason if declared else "",
        date=declared[-1].date.isoformat() if declared else "",
    )


def _changes(key: str, locked: Any, current: Any) -> Iterator[tuple[str, Any, Any]]:
    """Yield key, locked and current value of every leaf that differs."""
    if locked == current and type(locked) is type(current):
        return
    before, after = _children(locked), _children(current)
    # A section that was not there is spread over its fields; a leaf is compared whole.
    if before or after:
        if before is not None and after is not None:
            yield from _order(key, before, after)
        for name in sorted((before or {}).keys() | (after or {}).keys()):
            yield from _changes(
                f"{key}.{name}" if key else name,
                (before or {}).get(name, ABSENT),
                (after or {}).get(name, ABSENT),
            )
        if before is None and locked not in (None, ABSENT, []):
            yield key, locked, ABSENT
        if after is None and current not in (None, ABSENT, []):
            yield key, ABSENT, current
        return
    yield key, locked, current


def _order(
    key: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[tuple[str, Any, Any]]:
    """Yield a change in the order of named entries; a report prints them in it."""
    kept = [name for name in before if name in after]
    now = [name for name in after if name in before]
    if isinstance(before, _Entries) and kept != now:
        yield f"{key} (order)", kept, now


class _Entries(dict[str, Any]):
    """A list of tables, by name where all have one, otherwise by number from 1."""


def _children(value: Any) -> Mapping[str, Any] | None:
    if isinstance(value, Mapping):
        return value
    if isinstance(value, list) and value and all(isinstance(entry, Mapping) for entry in value):
        names = [entry.get("name") for entry in value]
        if all(isinstance(name, str) for name in names) and len(set(names)) == len(names):
            return _Entries(zip((str(name) for name in names), value, strict=True))
        return _Entries((str(number), entry) for number, entry in enumerate(value, start=1))
    return None


def _says(value: Any) -> str:
    if value is None or (isinstance(value, list | Mapping) and not value):
        return "not set"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(_says(entry) for entry in value)
    return str(value)
