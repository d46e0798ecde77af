"""What a run is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dipoutcomes.records import RawTable
from dipoutcomes.results import StudyResults

if TYPE_CHECKING:
    import pandas as pd

    from dipoutcomes.pipeline.payment import StudyPayment
    from dipoutcomes.pipeline.scorecard import StudyScorecard
    from dipoutcomes.protocol.model.contract import Contract

Progress = Callable[[str], None]


def silent(_stage: str) -> None:
    """Take the name of a stage and do nothing with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyInputs:
    """Everything a run needs besides the protocol; nothing here is a path.

    Parameters
    ----------
    tables : mapping of str to RawTable
        By the toolkit's name of the table; empty for a study of published counts.
    key : bytes
        Secret key for pseudonyms.
    lock : str, optional
        Text of the lock file that stands beside the protocol.
    versions : mapping of str to str
        Of the software, for the provenance.
    contract : Contract, optional
        The payment contract that the protocol names.
    """

    tables: Mapping[str, RawTable] = field(default_factory=dict)
    key: bytes = b""
    lock: str | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    contract: Contract | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyRun:
    """What a run found: results without any person, and two tables for the working copy alone.

    Parameters
    ----------
    results : StudyResults
        The working copy.
    rejects : DataFrame, optional
        One row a fault of a rejected row: file, sheet, row, table, column, rule, message.
    ledger : DataFrame, optional
        One row a person (by pseudonym) and window: what became of every day, and the events.
    payment : StudyPayment, optional
        What the contract pays, with its registers, where the protocol names a contract.
    scorecard : StudyScorecard, optional
        The scorecard of a period with the episodes behind it, where the protocol asks for one.
    """

    results: StudyResults
    rejects: pd.DataFrame | None = None
    ledger: pd.DataFrame | None = None
    payment: StudyPayment | None = None
    scorecard: StudyScorecard | None = None
