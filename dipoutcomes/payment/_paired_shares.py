"""How likely it is that a share of people truly fell, where the baseline is the same people."""

from __future__ import annotations

from math import sqrt

import numpy as np
from scipy.special import betainc, betaincinv

from dipoutcomes.payment.metric import Measured

_NODES = 400


def cells_of(treated: Measured, baseline: Measured) -> tuple[int, int, int, int] | None:
    """Return people with an event (both times, before alone, after alone, never).

    They follow from both counts and their correlation (phi); None where these are not given or
    do not belong to the same people.
    """
    n, after, before = treated.people, treated.events, baseline.events
    if not n or after is None or before is None or baseline.people != n:
        return None
    if not baseline.is_paired:
        return None
    scale = sqrt(after * (n - after) * before * (n - before))
    both = round((baseline.correlation * scale + after * before) / n)
    both = min(max(both, 0, after + before - n), after, before)
    return both, before - both, after - both, n - after - before + both


def chance_of_fall(
    cells: tuple[int, int, int, int], threshold: float, *, relative: bool, prior: float
) -> float:
    """Return the probability that the share fell by at least *threshold*.

    Parameters
    ----------
    cells : tuple of int
        As `cells_of` returns them.
    threshold : float
        A share of the baseline where *relative*, else a difference of shares.
    relative : bool
    prior : float
        Of each cell's share: a symmetric Dirichlet prior with this parameter.

    Notes
    -----
    With a the posterior's parameters, the part q = before alone / (before alone + after alone) is
    Beta(a_before, a_after) and independent of what else there is. The share falls by
    s (2q - 1), with s the sum of both, Beta(a_before + a_after, rest); and by the share t of the
    baseline where q >= (1 + t u / (1 - u)) / (2 - t), with u = both / (all with an event), which is
    Beta(a_both, a_before + a_after). Either is a Beta tail, averaged over s or u.
    """
    both, before, after, never = (count + prior for count in cells)
    at = (np.polynomial.legendre.leggauss(_NODES)[0] + 1) / 2
    weights = np.polynomial.legendre.leggauss(_NODES)[1] / 2
    if relative:
        if threshold >= 1:
            return 0.0
        u = np.minimum(betaincinv(both, before + after, at), 1 - 1e-15)
        bound = (1 + threshold * u / (1 - u)) / (2 - threshold)
    else:
        s = np.maximum(betaincinv(before + after, both + never, at), 1e-15)
        bound = (1 + threshold / s) / 2
    reached = 1 - betainc(before, after, np.clip(bound, 0.0, 1.0))
    return float(np.sum(weights * reached))
