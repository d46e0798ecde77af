"""Payment by results from files: contracts, counts, registers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import dipoutcomes
from dipoutcomes import storage
from dipoutcomes._display import date_in_words
from dipoutcomes.errors import DesignError, StorageError
from dipoutcomes.protocol.claim import parse_counts
from dipoutcomes.protocol.contract import parse_contract
from dipoutcomes.results import Column, Table

if TYPE_CHECKING:
    from dipoutcomes.payment.reconcile import Reconciliation
    from dipoutcomes.payment.verdict import Verdict
    from dipoutcomes.protocol.model.claim import CohortCounts
    from dipoutcomes.protocol.model.contract import Contract


def contract_folder() -> Path:
    """Return the folder of the contracts that belong to the toolkit."""
    home = Path(dipoutcomes.__file__).parent
    shipped = home / "_shipped" / "protocols" / "contracts"
    return shipped if shipped.is_dir() else home.parent / "protocols" / "contracts"


def find_contract(name: str | Path) -> Path:
    """Return the file of a contract: a path, or the name of one that belongs to the toolkit.

    Raises
    ------
    StorageError
        If there is neither; the message names those there are.
    """
    path = Path(name)
    if path.is_file():
        return path
    own = contract_folder() / f"{path.name.removesuffix('.toml')}.toml"
    if own.is_file() and path.name == str(name):
        return own
    known = ", ".join(sorted(found.stem for found in contract_folder().glob("*.toml")))
    raise StorageError(
        f"there is no contract file '{name}', and no contract of that name belongs to the toolkit "
        f"(there are: {known})"
    )


def read_contract(name: str | Path) -> Contract:
    """Return a contract by its file, or by the name of one that belongs to the toolkit.

    Parameters
    ----------
    name : path or str

    Returns
    -------
    Contract

    Raises
    ------
    StorageError
        If there is no such file or contract.
    ProtocolError
        If it cannot be a contract; all faults at once.

    Examples
    --------
    >>> read_contract("peterborough-2010").term[0].threshold
    Decimal('0.10')
    """
    path = find_contract(name)
    return parse_contract(storage.read_protocol_text(path), name=path.name)


def read_counts(path: str | Path) -> CohortCounts:
    """Return the counts of a cohort from a file, or of an example that belongs to the toolkit.

    Examples
    --------
    >>> read_counts("peterborough-cohort-1").of("reconvictions").value
    Decimal('1.42')
    """
    place = find_counts(path)
    return parse_counts(storage.read_protocol_text(place), name=place.name)


def find_counts(name: str | Path) -> Path:
    """Return a file of counts: a path, or the name of an example that belongs to the toolkit."""
    path = Path(name)
    example = contract_folder() / "examples" / f"{path.name.removesuffix('.toml')}.toml"
    return example if not path.is_file() and path.name == str(name) and example.is_file() else path


def contracts_table() -> Table:
    """Return the contracts that belong to the toolkit, with how well their terms are known."""
    rows = []
    for path in sorted(contract_folder().glob("*.toml")):
        contract = read_contract(path)
        rows.append(
            {
                "id": contract.id,
                "title": contract.contract.title,
                "standing": contract.contract.standing,
                "unverified": len(contract.contract.unverified),
            }
        )
    return Table(
        name="contracts",
        caption="Contracts that belong to the toolkit",
        columns=(
            Column(key="id", heading="Name", kind="label"),
            Column(key="title", heading="Contract"),
            Column(key="standing", heading="Standing"),
            Column(key="unverified", heading="Points not verified", kind="count"),
        ),
        rows=tuple(rows),
    )


def settle_files(
    contract: str | Path, counts: Sequence[str | Path], *, confidence_level: float = 0.95
) -> list[Verdict]:
    """Return the verdict on each file of counts, and on all together where the contract asks.

    Parameters
    ----------
    contract : path or str
        A contract file, or the name of one that belongs to the toolkit.
    counts : sequence of path
        A cohort each. Of two or more, the pooled terms are settled too, if there are any.
    confidence_level : float, default 0.95

    Examples
    --------
    >>> settle_files("peterborough-2010", ["peterborough-cohort-1"])[0].paid
    False
    """
    from dipoutcomes.payment.pooled import pooled_counts
    from dipoutcomes.payment.settle import settle

    agreed = read_contract(contract)
    cohorts = [read_counts(path) for path in counts]
    names = [cohort.cohort.name for cohort in cohorts]
    if len(set(names)) < len(names):
        raise DesignError(
            "two files are of a cohort of the same name, and would be added up as two cohorts. "
            "Name each cohort, and give each file once"
        )
    found = [settle(agreed, cohort, confidence_level=confidence_level) for cohort in cohorts]
    single = all(cohort.cohort.scope == "cohort" for cohort in cohorts)
    if len(cohorts) > 1 and single and any(t.applies_to == "pooled" for t in agreed.term):
        pooled = pooled_counts(agreed, cohorts)
        found.append(settle(agreed, pooled, confidence_level=confidence_level))
    return found


def claim_dates(contract: str | Path, last_entry: date) -> Table:
    """Return the first day on which each term can be claimed.

    Parameters
    ----------
    contract : path or str
    last_entry : datetime.date
        Day on which the last person of the cohort entered.
    """
    from dipoutcomes.payment.dates import first_claim_date

    agreed = read_contract(contract)
    rows = []
    for term in agreed.term:
        measure = agreed.measure_of(term)
        rows.append(
            {
                "term": term.name,
                "stage": term.stage,
                "window": measure.window_months,
                "waiting": measure.waiting_period_months + agreed.claim.processing_months,
                "first": date_in_words(first_claim_date(agreed, term, last_entry)),
            }
        )
    return Table(
        name="claim_dates",
        caption=f"First claims for people who entered by {date_in_words(last_entry)}: "
        f"{agreed.contract.title}",
        columns=(
            Column(key="term", heading="Term", kind="label"),
            Column(key="stage", heading="Outcome"),
            Column(key="window", heading="Months followed", kind="count"),
            Column(key="waiting", heading="Months of waiting", kind="count"),
            Column(key="first", heading="Can be claimed from"),
        ),
        rows=tuple(rows),
    )


def reconcile_files(
    ours: str | Path,
    theirs: str | Path,
    *,
    encodings: tuple[str, str] = ("utf-8-sig", "utf-8-sig"),
    delimiters: tuple[str, str] = (",", ","),
    currency: str = "GBP",
) -> Reconciliation:
    """Return where two registers agree and differ, from their files (CSV, Excel, Parquet).

    Parameters
    ----------
    ours, theirs : path
    encodings, delimiters : (str, str)
        Of our text file and of theirs.
    currency : str, default "GBP"
    """
    from dipoutcomes.payment.reconcile import reconcile

    first, second = (
        storage.read_frame(Path(path), encoding=encoding, delimiter=delimiter)
        for path, encoding, delimiter in zip((ours, theirs), encodings, delimiters, strict=True)
    )
    return reconcile(first, second, currency=currency)


def write_differences(found: Reconciliation, out: str | Path) -> None:
    """Write the claims that do not agree as CSV; a file that exists is not replaced."""
    place = Path(out)
    if place.exists():
        raise StorageError(f"'{place}' exists already; name another file")
    storage.write_atomic(place, storage.csv_bytes(found.details))


def lock_contract(name: str | Path, *, force: bool = False) -> tuple[Path, str]:
    """Write the lock of a contract beside it (``NAME.contract.lock``); return path and SHA-256.

    Raises
    ------
    ProtocolError
        If there is a lock already and *force* is not given.
    """
    from dipoutcomes.errors import ProtocolError
    from dipoutcomes.protocol.contract import contract_sha256
    from dipoutcomes.protocol.contract_lock import make_contract_lock

    path = find_contract(name)
    target = path.with_suffix(".contract.lock")
    if target.exists() and not force:
        raise ProtocolError(
            f"'{target.name}' exists already. A lock that is replaced hides every change made "
            "since; pass --force only before any outcome has been seen"
        )
    contract = read_contract(path)
    storage.write_atomic(target, make_contract_lock(contract).encode())
    return target, contract_sha256(contract)
