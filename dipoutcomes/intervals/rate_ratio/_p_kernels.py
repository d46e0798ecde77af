"""P-values for the ratio of two rates: ``(x1, x2, share, alternative) -> p``.

*share* is the chance, under the null ratio, that an event is one of the first group; given their
sum the events of that group are binomial, so that most of these are tests of a proportion.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dipoutcomes.intervals import _binomial_tests
from dipoutcomes.intervals._binomial_tests import by_normal
from dipoutcomes.intervals._common import Alternative, FloatArray

Test = Callable[[FloatArray, FloatArray, FloatArray, Alternative], FloatArray]


def of_share(test: _binomial_tests.Test) -> Test:
    """Return a test of the ratio from one of a proportion; without events, unused."""

    def ratio(
        x1: FloatArray, x2: FloatArray, p: FloatArray, alternative: Alternative
    ) -> FloatArray:
        with np.errstate(under="ignore"):
            return test(x1, np.maximum(x1 + x2, 1), p, alternative)

    return ratio


exact = of_share(_binomial_tests.central)
mid_p = of_share(_binomial_tests.mid_p)
blaker = of_share(_binomial_tests.blaker)
minlike = of_share(_binomial_tests.minlike)
score = of_share(_binomial_tests.score)
likelihood_ratio = of_share(_binomial_tests.likelihood_ratio)


def scas(x1: FloatArray, x2: FloatArray, p: FloatArray, alternative: Alternative) -> FloatArray:
    # z solves x1 - n p = z sd + (z^2 - 1) (1 - 2 p) / 6: Laud's statistic.
    n, skew = x1 + x2, (1 - 2 * p) / 6
    gap, sd = x1 - n * p + skew, np.sqrt(n * p * (1 - p))
    z = 2 * gap / (np.where(n > 0, sd, 1.0) + np.sqrt(np.maximum(sd**2 + 4 * skew * gap, 0.0)))
    # A group without events cannot speak for its own rate being the higher one.
    z = np.where(x1 == 0, np.minimum(z, 0.0), z)
    return by_normal(np.where(x2 == 0, np.maximum(z, 0.0), z), alternative)


def wald_log(x1: FloatArray, x2: FloatArray, p: FloatArray, alternative: Alternative) -> FloatArray:
    first, second = (np.where(x > 0, x, np.nan) for x in (x1, x2))
    log_ratio = np.log(first / second) - np.log(p) + np.log1p(-p)
    return by_normal(log_ratio / np.sqrt(1 / first + 1 / second), alternative)
