"""The door to audits of published scorecards: read the file, ask, write what was found."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dipoutcomes.report.audit import FORMATS, audit_pages
from dipoutcomes.scorecard.audit import ScorecardAudit, audit_scorecard
from dipoutcomes.scorecard.audit.template import template_text
from dipoutcomes.storage import canonical_json, check_replaceable, csv_bytes, write_folder
from dipoutcomes.storage.scorecard_files import read_scorecard

__all__ = ["FORMATS", "audit_as_json", "audit_file", "template_text", "write_audit"]


def audit_file(path: str | Path, *, confidence_level: float = 0.95) -> ScorecardAudit:
    r"""Return what arithmetic finds in the published scorecard that a file describes.

    Parameters
    ----------
    path : path
        TOML, CSV or a workbook; what stands in it is in the docstring of
        ``storage.scorecard_files.read_scorecard``. No record of a person is read.
    confidence_level : float, default 0.95
        Of the intervals about shares of samples.

    Returns
    -------
    ScorecardAudit

    Raises
    ------
    StorageError, ProtocolError
        If the file cannot be read, or holds what no scorecard can.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> file = Path(mkdtemp()) / "q3.csv"
    >>> _ = file.write_text("label,count,percent,of\nReferrals,306,,\nPolice,61,20,referrals\n")
    >>> print(audit_file(file))
    q3: 1 of 1 percentages follow from printed counts; no finding
    """
    return audit_scorecard(read_scorecard(Path(path)), confidence_level=confidence_level)


def write_audit(
    audit: ScorecardAudit, out: str | Path, *, formats: Sequence[str] = FORMATS
) -> list[str]:
    """Write an audit into a folder, whole or not at all, and return the names of its files.

    Parameters
    ----------
    audit : ScorecardAudit
    out : path
        Folder; one that this toolkit wrote is replaced, another is refused.
    formats : sequence of {"html", "docx", "pdf"}
        Of the write-up. ``audit.json`` and ``findings.csv`` are always there.

    Returns
    -------
    list of str

    Raises
    ------
    StorageError
        If *out* holds something that this toolkit did not write, or the disk refuses.
    ValueError
        If there is no such format.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> from dipoutcomes.scorecard.audit import audit_scorecard, scorecard_from_rows
    >>> card = scorecard_from_rows([{"label": "Referrals", "count": 306}], title="Quarter 3")
    >>> write_audit(audit_scorecard(card), Path(mkdtemp()) / "out", formats=["html"])
    ['audit.html', 'audit.json', 'findings.csv']
    """
    check_replaceable(Path(out))
    files = {
        "audit.json": canonical_json(audit.to_dict()),
        "findings.csv": csv_bytes(audit.to_frame()),
        **audit_pages(audit, formats=formats),
    }
    write_folder(Path(out), files)
    return sorted(files)


def audit_as_json(audit: ScorecardAudit) -> str:
    """Return an audit as canonical JSON."""
    return canonical_json(audit.to_dict()).decode().rstrip("\n")
