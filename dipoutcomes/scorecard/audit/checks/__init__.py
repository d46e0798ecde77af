"""What is asked of a published scorecard, a file a family of questions."""

from dipoutcomes.scorecard.audit.checks.claims import check_claims
from dipoutcomes.scorecard.audit.checks.dates import check_dates
from dipoutcomes.scorecard.audit.checks.means import check_means
from dipoutcomes.scorecard.audit.checks.percentages import check_percentages
from dipoutcomes.scorecard.audit.checks.rows import check_rows
from dipoutcomes.scorecard.audit.checks.totals import check_totals

__all__ = [
    "check_claims",
    "check_dates",
    "check_means",
    "check_percentages",
    "check_rows",
    "check_totals",
]
