"""The audit itself: every question asked of one scorecard, the answers in order of weight."""

from __future__ import annotations

from dipoutcomes._validate import check_confidence_level
from dipoutcomes.scorecard.audit import checks
from dipoutcomes.scorecard.audit.bases import judge
from dipoutcomes.scorecard.audit.finding import KINDS, SEVERITIES, Finding
from dipoutcomes.scorecard.audit.model import Scorecard
from dipoutcomes.scorecard.audit.result import ScorecardAudit


def audit_scorecard(card: Scorecard, *, confidence_level: float = 0.95) -> ScorecardAudit:
    """Return what arithmetic finds in a published scorecard, with no access to records.

    Parameters
    ----------
    card : Scorecard
        From `parse_scorecard` or `scorecard_from_rows`.
    confidence_level : float, default 0.95
        Of the intervals about shares of samples.

    Returns
    -------
    ScorecardAudit

    Raises
    ------
    TypeError, ValueError
        If the level is no number between 0 and 1.

    Notes
    -----
    A percentage follows if rounding the count over its base gives it, under one rule of rounding
    for the whole document: the declared one, or that of three (half up, half to even, cut off)
    that leaves the fewest figures unexplained. What is found is an inconsistency, not its cause:
    a count, a percentage or a heading may be wrong, and only the author can say which. A
    scorecard without a finding is consistent and may still be untrue.

    Examples
    --------
    >>> from dipoutcomes.scorecard.audit import scorecard_from_rows
    >>> rows = [{"label": "Referrals", "count": 306},
    ...         {"label": "Assessed", "count": 167, "percent": 55, "of": "referrals"},
    ...         {"label": "Prescribed", "count": 79, "percent": 25, "of": "referrals"}]
    >>> audit = audit_scorecard(scorecard_from_rows(rows, title="Half year"))
    >>> print(audit)
    Half year: 1 of 2 percentages follow from printed counts; 1 finding: 1 impossible
    >>> "a denominator of 310 to 322" in str(audit.findings[0])
    True
    """
    level = check_confidence_level(confidence_level)
    judgement = judge(card)
    found: list[Finding] = [
        *checks.check_percentages(card, judgement),
        *checks.check_means(card, judgement),
        *checks.check_totals(card, judgement),
        *checks.check_rows(card, judgement),
        *checks.check_dates(card),
        *checks.check_claims(card, judgement, confidence_level=level),
    ]
    gravest, order = list(SEVERITIES), list(KINDS)
    found.sort(key=lambda f: (gravest.index(f.severity), order.index(f.kind)))
    return ScorecardAudit(
        card=card, judgement=judgement, findings=tuple(found), confidence_level=level
    )
