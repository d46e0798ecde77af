"""The contract as it was agreed, kept beside its file; and every field that differs since."""

from __future__ import annotations

import json
from datetime import date

from dipoutcomes.errors import ProtocolError
from dipoutcomes.protocol.contract import contract_sha256
from dipoutcomes.protocol.deviation import _changes, _says
from dipoutcomes.protocol.lock import _plain, _sha256, _text, with_new_defaults
from dipoutcomes.protocol.model.contract import Contract
from dipoutcomes.results import Deviation

CONTRACT_LOCK_SCHEMA = 1


def make_contract_lock(contract: Contract, *, locked_on: date | None = None) -> str:
    """Return the text of a lock file for *contract*: its canonical values and their SHA-256.

    Parameters
    ----------
    contract : Contract
        As agreed, before any outcome was seen.
    locked_on : datetime.date, optional
        Day of the agreement; no clock is read.

    Examples
    --------
    >>> from dipoutcomes.protocol.contract import parse_contract
    >>> from dipoutcomes.protocol.contract_template import contract_template_text
    >>> contract = parse_contract(contract_template_text())
    >>> contract_deviations(contract, make_contract_lock(contract))
    ()
    """
    lock = {
        "contract_lock_schema": CONTRACT_LOCK_SCHEMA,
        "locked_on": None if locked_on is None else locked_on.isoformat(),
        "contract": _plain(contract.model_dump()),
        "sha256": contract_sha256(contract),
    }
    return _text(lock) + "\n"


def contract_deviations(contract: Contract, lock: str) -> tuple[Deviation, ...]:
    """Return every field of *contract* that differs from what was locked; none is declared.

    Parameters
    ----------
    contract : Contract
        As it stands now.
    lock : str
        Text of the lock file.

    Raises
    ------
    ProtocolError
        If the lock cannot be read, or was altered after it was made.
    """
    try:
        held = json.loads(lock)
        schema, values, digest = held["contract_lock_schema"], held["contract"], held["sha256"]
    except (ValueError, KeyError, TypeError):
        schema = values = digest = None
    if schema != CONTRACT_LOCK_SCHEMA or not isinstance(values, dict):
        raise ProtocolError(
            "the contract's lock cannot be read: it is not what `dipoutcomes payment lock` writes. "
            "Restore it from version control"
        )
    if _sha256(values) != digest:
        raise ProtocolError(
            "the contract's lock was altered after it was made: its SHA-256 does not fit its "
            "content. Restore it from version control"
        )
    agreed = with_new_defaults(values, Contract)
    return tuple(
        Deviation(
            key=key, locked=_says(before), current=_says(after), declared=False, reason="", date=""
        )
        for key, before, after in _changes("", agreed, _plain(contract.model_dump()))
    )
