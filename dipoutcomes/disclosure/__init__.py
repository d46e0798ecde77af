"""What may leave the secure side: small counts are withheld, with all that would give them away.

The working copy holds real counts. The release copy is made from it by `protect_results`: a count
of persons (or of events, which is at least as many) from 1 to one less than the threshold is
withheld, as is the rest of its base, and every share, rate, interval or curve that rests on it.
Hidden is never shown as 0. Sentences and figures are made afterwards, from what is left.

This is primary suppression, with protection of sums within one table. It does not yet protect
against subtraction between tables, or between two publications; the printed sentence says so.
"""

from dipoutcomes.disclosure.counts import is_small, scrub
from dipoutcomes.disclosure.curves import protect_curve
from dipoutcomes.disclosure.estimates import protect_estimate, protect_estimates
from dipoutcomes.disclosure.release import protect_results, small_counts
from dipoutcomes.disclosure.tables import protect_table

__all__ = [
    "is_small",
    "protect_curve",
    "protect_estimate",
    "protect_estimates",
    "protect_results",
    "protect_table",
    "scrub",
    "small_counts",
]
