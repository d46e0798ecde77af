"""Match treated people with comparison people by the propensity score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dipoutcomes.comparison.matching import _greedy, _with_replacement
from dipoutcomes.comparison.matching._arrays import as_scores, as_treated, strata_codes
from dipoutcomes.comparison.matching._pool import Pool
from dipoutcomes.comparison.matching.design import ESTIMANDS, Flags, Floats, Ints, Pairs
from dipoutcomes.comparison.matching.rule import MatchingRule
from dipoutcomes.errors import DesignError

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Matches:
    """Who is matched with whom, and the weights that follow.

    Parameters
    ----------
    treated : ndarray of bool, shape (n,)
    weights : ndarray of float, shape (n,)
        1 for a matched treated person; for a comparison person the sum of 1 / M over the treated
        people in whose matches they stand, M being the number of that treated person's matches.
    matched_set : ndarray of int, shape (n,), or None
        The matched treated person's number in the order of the rows, from 0, theirs and their
        matches'; -1: unmatched. None if people may be used again.
    pairs : Pairs or None
        None for radius matching, where they would outnumber the people.
    times_used : ndarray of int, shape (n,)
    unmatched_treated : ndarray of int
        Row numbers.
    caliper : float or None
        In units of the scale of *rule*.
    scale_sd : float
        Pooled standard deviation on that scale, among all people given.
    rule : MatchingRule
    exact : tuple of str
        Names of what people agree in exactly.
    """

    treated: Flags
    weights: Floats
    matched_set: Ints | None
    pairs: Pairs | None
    times_used: Ints
    unmatched_treated: Ints
    caliper: float | None
    scale_sd: float
    rule: MatchingRule
    exact: tuple[str, ...] = ()

    @property
    def estimand(self) -> str:
        """The effect that a comparison of these people is about: "ATT" if all are matched."""
        return "ATM" if len(self.unmatched_treated) else "ATT"

    @property
    def method(self) -> str:
        """In words, as a report prints it."""
        exact = f", exactly alike in {' and '.join(self.exact)}" if self.exact else ""
        return f"{self.rule}{exact}"

    @property
    def cautions(self) -> tuple[str, ...]:
        """What weakens a comparison of these people."""
        found = list(self.rule.cautions)
        lost, all_treated = len(self.unmatched_treated), int(self.treated.sum())
        if lost:
            found.append(
                f"{lost:,} of {all_treated:,} treated people have no match, so that the estimand "
                f"is no longer the {ESTIMANDS['ATT']} but the {ESTIMANDS['ATM']}"
            )
        return tuple(found)

    def __str__(self) -> str:
        all_treated, lost = int(self.treated.sum()), len(self.unmatched_treated)
        used = int((self.times_used > 0).sum())
        first = (
            f"{all_treated - lost:,} of {all_treated:,} treated people matched with {used:,} of "
            f"{int((~self.treated).sum()):,} comparison people ({self.method})"
        )
        return "; ".join([first, *self.cautions])

    def to_frame(self) -> pd.DataFrame:
        """Return one row a pair: ``treated`` and ``comparison``, row numbers from 0.

        Raises
        ------
        DesignError
            For radius matching, which has weights and no pairs.
        """
        import pandas as pd

        if self.pairs is None:
            raise DesignError("radius matching has no pairs; use `weights` and `times_used`")
        return pd.DataFrame(self.pairs._asdict())

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, without any person's."""
        return {
            "treated": int(self.treated.sum()),
            "treated_matched": int(self.treated.sum()) - len(self.unmatched_treated),
            "comparison": int((~self.treated).sum()),
            "comparison_used": int((self.times_used > 0).sum()),
            "times_used_at_most": int(self.times_used.max(initial=0)),
            "estimand": self.estimand,
            "method": self.method,
            "caliper": self.caliper,
            "scale_sd": self.scale_sd,
            "exact": list(self.exact),
            "rule": self.rule.to_dict(),
            "cautions": list(self.cautions),
        }


def match(
    treated: ArrayLike,
    score: ArrayLike,
    rule: MatchingRule | None = None,
    *,
    exact: ArrayLike | pd.DataFrame | None = None,
    rng: np.random.Generator | None = None,
) -> Matches:
    """Match each treated person with comparison people of a like propensity score.

    Parameters
    ----------
    treated : array_like of bool, shape (n,)
        Who had the programme.
    score : array_like of float, shape (n,)
        The propensity score, strictly between 0 and 1.
    rule : MatchingRule, optional
        By default the nearest within 0.2 standard deviations of the logit, without replacement.
    exact : array_like, shape (n,), or DataFrame of n rows, optional
        What a match must agree in exactly. A missing value agrees with nothing and is refused.
    rng : numpy.random.Generator, optional
        Needed for ``order="random"``.

    Returns
    -------
    Matches

    Raises
    ------
    DesignError
        If there is no treated or no comparison person, or nobody can be matched.
    TypeError, ValueError
        If an argument is not as described.

    See Also
    --------
    dipoutcomes.comparison.matching.open_design : the same, with outcomes out of reach.

    Notes
    -----
    Distances are taken between scores (or logits) to the nearest 2^-30, about 1e-9: a nearer tie
    is settled by that rounding, in the same way on every machine, and at equal distance whoever
    stands first in the rows is taken. Without replacement the result is that of the plain
    definition, one after another in the rule's order; with a ratio
    everybody takes a first before anybody takes a second, and whoever finds fewer keeps those.
    When not to use it: to look for an effect. Judge a match by its balance and lock it before
    an outcome is opened.

    References
    ----------
    .. [1] Rosenbaum, P. R. and Rubin, D. B. (1985). The American Statistician 39, 33-38.
    .. [2] Stuart, E. A. (2010). Statistical Science 25, 1-21, section 3.1.

    Examples
    --------
    >>> treated = [True, True, False, False, False]
    >>> score = [0.60, 0.50, 0.52, 0.58, 0.10]
    >>> found = match(treated, score)
    >>> found.pairs.treated.tolist(), found.pairs.comparison.tolist()
    ([0, 1], [3, 2])
    >>> print(found)
    2 of 2 treated people matched with 2 of 3 comparison people (nearest comparison person without
    replacement, the highest score first, within 0.2 standard deviations of the logit of the
    propensity score)
    """
    rule = MatchingRule() if rule is None else rule
    flags = as_treated(treated)
    place = as_scores(score, len(flags), logit=rule.scale == "logit")
    strata, names = strata_codes(exact, len(flags))
    sd = pooled_sd(place, flags)
    caliper = rule.caliper
    if caliper is not None and rule.caliper_unit == "sd":
        caliper *= sd
    cases, others = np.flatnonzero(flags), np.flatnonzero(~flags)
    pool = Pool.of(place[others], None if strata is None else strata[others])
    own = None if strata is None else strata[cases]
    weights, times, pairs = _matched(pool, place[cases], own, rule, caliper, rng)
    n = len(flags)
    all_weights, all_times = np.zeros(n), np.zeros(n, dtype=np.int64)
    all_weights[cases], all_weights[others] = weights
    all_times[others] = times
    if not times.any():
        raise DesignError(
            f"none of {len(cases):,} treated people has a match under this rule ({rule}); look at "
            "the overlap of the scores, then widen the caliper or the pool"
        )
    rows = None if pairs is None else Pairs(cases[pairs[0]], others[pairs[1]])
    return Matches(
        treated=flags,
        weights=all_weights,
        matched_set=None if rows is None or rule.reuses else _sets(rows, n),
        pairs=rows,
        times_used=all_times,
        unmatched_treated=cases[weights[0] == 0],
        caliper=caliper,
        scale_sd=sd,
        rule=rule,
        exact=names,
    )


def pooled_sd(values: Floats, treated: Flags) -> float:
    """Return the root of the mean of the variances among treated and others; 0 if all are alike.

    A group of one has no variance; the other's is taken.
    """
    groups = [g for g in (values[treated], values[~treated]) if len(g) > 1]
    return float(np.sqrt(np.mean([g.var(ddof=1) for g in groups]))) if groups else 0.0


_Found = tuple[tuple[Floats, Floats], Ints, tuple[Ints, Ints] | None]


def _matched(
    pool: Pool,
    score: Floats,
    stratum: Ints | None,
    rule: MatchingRule,
    caliper: float | None,
    rng: np.random.Generator | None,
) -> _Found:
    """Return weights of treated and others, times used of others, and pairs if there are any."""
    limit = np.inf if caliper is None else caliper
    n, m = len(score), len(pool.order)
    if rule.method == "radius":
        found = _with_replacement.radius_weights(pool, score, stratum, radius=limit)
        return ((found[0] > 0).astype(np.float64), found[1]), found[2], None
    if rule.replacement:
        who, whom = _with_replacement.nearest_pairs(
            pool, score, stratum, caliper=limit, ratio=rule.ratio
        )
    else:
        turns = _turns(score, rule.order, rng)
        who, whom = _greedy.greedy_pairs(
            pool, score, stratum, turns, caliper=limit, ratio=rule.ratio
        )
        rank = np.lexsort((np.arange(len(who)), who))  # by row, nearest first
        who, whom = who[rank], whom[rank]
    count = np.bincount(who, minlength=n)
    shares = np.bincount(whom, weights=1.0 / count[who], minlength=m).astype(np.float64)
    times = np.bincount(whom, minlength=m).astype(np.int64)
    return ((count > 0).astype(np.float64), shares), times, (who, whom)


def _turns(score: Floats, order: str, rng: np.random.Generator | None) -> Ints:
    """Return who chooses first; at equal scores whoever stands first in the rows."""
    if order == "data":
        return np.arange(len(score))
    if order == "random":
        if rng is None:
            raise ValueError('`order="random"` needs `rng`, a numpy.random.Generator')
        return rng.permutation(len(score)).astype(np.int64)
    sign = -1.0 if order == "largest" else 1.0
    return np.argsort(sign * score, kind="stable")


def _sets(pairs: Pairs, n: int) -> NDArray[np.int64]:
    sets = np.full(n, -1, dtype=np.int64)
    matched, number = np.unique(pairs.treated, return_inverse=True)
    sets[matched] = np.arange(len(matched))
    sets[pairs.comparison] = number
    return sets
