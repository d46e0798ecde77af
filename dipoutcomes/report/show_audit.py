"""An audit in a notebook: its findings in words, its figures with their text alternatives."""

from __future__ import annotations

from dipoutcomes.report.audit import figures_of_audit, findings_in_words
from dipoutcomes.report.display import show_figure, show_markdown, show_table
from dipoutcomes.scorecard.audit import ScorecardAudit


def show_findings(audit: ScorecardAudit) -> None:
    """Show the findings of an audit as paragraphs, the gravest first.

    Parameters
    ----------
    audit : ScorecardAudit

    Returns
    -------
    None
        The cell shows the text.

    Examples
    --------
    >>> from dipoutcomes.scorecard.audit import audit_scorecard, scorecard_from_rows
    >>> rows = [{"label": "Referrals", "count": 306}]
    >>> show_findings(audit_scorecard(scorecard_from_rows(rows, title="x")))
    <IPython.core.display.Markdown object>
    """
    parts = [str(audit) + ".", *findings_in_words(audit)]
    show_markdown("\n\n".join(parts))


def show_recomputed(audit: ScorecardAudit, *, rows: bool = True) -> None:
    """Show printed against recomputed percentages, what blank bases can be, and every row.

    Parameters
    ----------
    audit : ScorecardAudit
    rows : bool, default True
        False leaves out the table of every percentage.

    Returns
    -------
    None
        The cell shows the figures and the table.

    Examples
    --------
    >>> from dipoutcomes.scorecard.audit import audit_scorecard, scorecard_from_rows
    >>> rows = [{"label": "Referrals", "count": 306},
    ...         {"label": "Assessed", "count": 167, "percent": 55, "of": "referrals"}]
    >>> show_recomputed(audit_scorecard(scorecard_from_rows(rows, title="x")), rows=False)
    {'image/png': ..., 'text/plain': 'Recomputed less printed percentage of 1 figure...'}
    """
    for figure in figures_of_audit(audit):
        show_figure(figure)
    if rows:
        show_table(audit.lines_table)
