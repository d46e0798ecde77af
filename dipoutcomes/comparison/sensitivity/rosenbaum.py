"""Matched pairs, and how much hidden bias in who was treated would undo the finding."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dipoutcomes import _display
from dipoutcomes._validate import check_choice, check_count, check_numbers
from dipoutcomes.errors import DesignError
from dipoutcomes.results import Column, Table

if TYPE_CHECKING:
    import pandas as pd

GAMMAS = (1.0, 1.25, 1.5, 2.0, 3.0)
_MOST_EXACT_PAIRS = 200
_LARGEST_GAMMA = 1e6


@dataclass(frozen=True, slots=True, kw_only=True)
class HiddenBias:
    """One-sided p-values that hidden bias of each size could lead to, at best and at worst.

    Parameters
    ----------
    gammas : tuple of float
        Ratio by which the odds of having been the treated one of a pair may differ.
    lower, upper : tuple of float
        Least and greatest p-value that such a bias allows; equal at gamma 1.
    significance_level : float
        One-sided.
    sensitive_at : float
        The least gamma at which the greatest p-value exceeds the level; 1 where it already does
        without bias.
    test, alternative : str
    pairs : int
        Pairs that speak: discordant, or with a difference other than 0.
    exact : bool
    """

    gammas: tuple[float, ...]
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    significance_level: float
    sensitive_at: float
    test: str
    alternative: str
    pairs: int
    exact: bool

    def __str__(self) -> str:
        level = f"{self.significance_level:g} (one-sided)"
        pairs = f"{self.pairs:,} pairs that differ"
        if self.sensitive_at <= 1:
            return (
                f"{self.test}, {pairs}: not below {level} even without hidden bias, so there is "
                "no finding whose sensitivity could be judged"
            )
        gamma = _display.number(np.floor(100 * self.sensitive_at) / 100, 2)
        return (
            f"{self.test}, {pairs}: the p-value stays below {level} unless people alike in what "
            f"was matched differed in their odds of being in the programme by a factor of more "
            f"than {gamma}"
        )

    @property
    def table(self) -> Table:
        """The p-values by gamma."""
        columns = (
            Column(key="gamma", heading="Gamma", kind="number", decimals=2),
            Column(key="lower", heading="Least p-value", kind="number", decimals=4),
            Column(key="upper", heading="Greatest p-value", kind="number", decimals=4),
            Column(key="pairs", heading="Pairs that differ", kind="persons"),
        )
        rows = [(*row, self.pairs) for row in zip(self.gammas, self.lower, self.upper, strict=True)]
        caption = f"What hidden bias could make of the one-sided p-value ({self.test})."
        return Table.of("hidden_bias", caption, columns, rows)

    def _repr_html_(self) -> str:
        return self.table._repr_html_()

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(self).items()}

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row a gamma."""
        import pandas as pd

        return pd.DataFrame({"gamma": self.gammas, "lower": self.lower, "upper": self.upper})


def rosenbaum_binary(
    favouring: int,
    against: int,
    *,
    gammas: Sequence[float] = GAMMAS,
    significance_level: float = 0.025,
) -> HiddenBias:
    """Return Rosenbaum's bounds for matched pairs with a yes-or-no outcome.

    Parameters
    ----------
    favouring : int
        Pairs in which the treated person alone has the result that the finding claims more of
        (for a fall in reoffending: only the comparison person reoffended).
    against : int
        Pairs that differ the other way round. Pairs that agree say nothing.
    gammas : sequence of float, default (1, 1.25, 1.5, 2, 3)
        Each at least 1.
    significance_level : float, default 0.025
        One-sided, in (0, 0.5).

    Returns
    -------
    HiddenBias
        Exact.

    Raises
    ------
    DesignError
        If no pair differs.
    TypeError, ValueError
        If an argument is out of range.

    Notes
    -----
    Without bias the treated one of a pair that differs is as likely as the other to be the one
    with the result; with bias of size gamma the chance lies between 1 / (1 + gamma) and
    gamma / (1 + gamma), and the bounds are binomial tails at these two. Use it for one-to-one
    matched pairs; not for matching with replacement, where pairs are not independent.

    References
    ----------
    .. [1] Rosenbaum, P. R. (2002). Observational Studies, 2nd ed., section 4.3.2. Springer.

    Examples
    --------
    >>> found = rosenbaum_binary(24, 8, gammas=[1, 2])
    >>> f"{found.upper[0]:.4f}, {found.upper[1]:.4f}; {found.sensitive_at:.2f}"
    '0.0035, 0.2106; 1.30'
    """
    favouring, against = check_count("favouring", favouring), check_count("against", against)
    pairs = favouring + against
    if pairs == 0:
        raise DesignError(
            "no pair of the matched pairs differs in its outcome, so there is no finding whose "
            "sensitivity could be judged. Report the counts."
        )
    from scipy.special import betainc

    def tail(chance: float) -> float:
        # P(X >= favouring) for X binomial: an incomplete beta function.
        return 1.0 if favouring == 0 else float(betainc(favouring, against + 1, chance))

    return _bias(
        tail,
        gammas,
        significance_level,
        test="exact sign (McNemar) test of matched pairs",
        alternative="greater",
        pairs=pairs,
        exact=True,
    )


def rosenbaum_signed_rank(
    differences: ArrayLike,
    *,
    alternative: Literal["greater", "less"],
    gammas: Sequence[float] = GAMMAS,
    significance_level: float = 0.025,
    exact: bool | None = None,
) -> HiddenBias:
    """Return Rosenbaum's bounds for matched pairs with a count or a measured outcome.

    Parameters
    ----------
    differences : array_like of float, shape (pairs,)
        Treated less comparison of each pair. Zeros say nothing and are left out.
    alternative : {"greater", "less"}
        The direction of the finding: "less" for fewer offences among the treated.
    gammas, significance_level
        As for `rosenbaum_binary`.
    exact : bool, optional
        Whether the distribution of the rank sum is computed in full; by default up to 200 pairs
        that differ, and normal beyond.

    Returns
    -------
    HiddenBias

    Raises
    ------
    DesignError
        If every difference is 0.
    ValueError
        If a difference is not finite.

    Notes
    -----
    Mid-ranks d of the absolute differences; the sum over the pairs that go the claimed way is
    bounded by sums of independent d with chance gamma / (1 + gamma) and 1 / (1 + gamma). Without
    the exact distribution it is taken as normal with mean p sum(d) and variance
    p (1 - p) sum(d^2), no continuity correction.

    References
    ----------
    .. [1] Rosenbaum, P. R. (2002). Observational Studies, 2nd ed., section 4.3.3. Springer.
    .. [2] Streitberg, B. and Roehmel, J. (1986). Statistical Software Newsletter 12, 10-17
       (the exact distribution with ties).

    Examples
    --------
    >>> found = rosenbaum_signed_rank([-3, -1, -2, -4, 1, -2, -5, 0], alternative="less",
    ...     gammas=[1, 2])
    >>> f"{found.upper[0]:.4f}, {found.upper[1]:.4f}"
    '0.0234, 0.1171'
    """
    check_choice("alternative", alternative, ("greater", "less"))
    values = check_numbers("differences", differences).ravel()
    if not np.all(np.isfinite(values)):
        raise ValueError("`differences` must be finite; a pair with an unknown outcome is no pair")
    values = values[values != 0]
    if alternative == "less":
        values = -values
    if len(values) == 0:
        raise DesignError(
            "every difference between the matched pairs is 0, so there is no finding whose "
            "sensitivity could be judged. Report the counts."
        )
    from scipy.stats import rankdata

    doubled = np.rint(2 * rankdata(np.abs(values))).astype(np.int64)
    in_full = len(values) <= _MOST_EXACT_PAIRS if exact is None else bool(exact)
    seen = int(doubled[values > 0].sum())
    tail = _exact_tail(doubled, seen) if in_full else _normal_tail(doubled / 2, seen / 2)
    return _bias(
        tail,
        gammas,
        significance_level,
        test="signed-rank test of matched pairs",
        alternative=alternative,
        pairs=len(values),
        exact=in_full,
    )


def _exact_tail(doubled: NDArray[np.int64], seen: int) -> Callable[[float], float]:
    total = int(doubled.sum())

    def tail(chance: float) -> float:
        mass = np.zeros(total + 1)
        mass[0] = 1.0
        reached = 0
        for rank in doubled:
            mass[: reached + rank + 1] = (1 - chance) * mass[: reached + rank + 1] + chance * (
                np.concatenate([np.zeros(rank), mass[: reached + 1]])
            )
            reached += int(rank)
        return float(min(1.0, mass[seen:].sum()))

    return tail


def _normal_tail(ranks: NDArray[np.float64], seen: float) -> Callable[[float], float]:
    from scipy.special import ndtr

    total, squares = float(ranks.sum()), float((ranks**2).sum())

    def tail(chance: float) -> float:
        spread = np.sqrt(chance * (1 - chance) * squares)
        return float(ndtr(-(seen - chance * total) / spread))

    return tail


def _bias(
    tail: Callable[[float], float],
    gammas: Sequence[float],
    significance_level: float,
    *,
    test: str,
    alternative: str,
    pairs: int,
    exact: bool,
) -> HiddenBias:
    sizes = tuple(map(float, np.atleast_1d(check_numbers("gammas", gammas)).ravel()))
    if not sizes or any(not 1 <= g <= _LARGEST_GAMMA for g in sizes):
        raise ValueError(
            f"`gammas` must be numbers from 1 to {_LARGEST_GAMMA:g}, and one at the least"
        )
    if not 0 < significance_level < 0.5:
        raise ValueError(
            f"`significance_level` is one-sided and must lie in (0, 0.5); got {significance_level}"
        )
    return HiddenBias(
        gammas=sizes,
        lower=tuple(tail(1 / (1 + g)) for g in sizes),
        upper=tuple(tail(g / (1 + g)) for g in sizes),
        significance_level=float(significance_level),
        sensitive_at=_sensitive_at(tail, significance_level),
        test=test,
        alternative=alternative,
        pairs=pairs,
        exact=exact,
    )


def _sensitive_at(tail: Callable[[float], float], level: float) -> float:
    """Return the gamma at which the greatest p-value reaches *level*; 1 if it starts above."""
    if tail(0.5) >= level:
        return 1.0
    from scipy.optimize import brentq

    top = _LARGEST_GAMMA / (1 + _LARGEST_GAMMA)
    if tail(top) < level:
        return float("inf")
    chance = float(brentq(lambda c: tail(c) - level, 0.5, top, xtol=1e-12))
    return chance / (1 - chance)
