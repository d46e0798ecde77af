"""How a sample came about, as far as its estimates need to know: strata, clusters, weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from dipoutcomes._validate import check_choice
from dipoutcomes.errors import DesignError

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]
Mask = NDArray[np.bool_]

SINGLE_UNIT = ("refuse", "centre")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SurveyDesign:
    """Strata, clusters, weights and what was there to draw; made by `survey_design`.

    Parameters
    ----------
    weights : ndarray of float, shape (n,)
        How many people of the frame each person of the sample stands for.
    stratum : ndarray of int, shape (n,)
        Number of each person's stratum.
    cluster : ndarray of int, shape (n,)
        Number of the unit that was drawn and that the person belongs to, unique over strata; the
        person where people were drawn one by one.
    cluster_stratum : ndarray of int, shape (units,)
        The stratum of each unit.
    population : ndarray of float, shape (strata,)
        Units in the frame of each stratum; ``inf`` for no finite population correction.
    single_unit : {"refuse", "centre"}
        What becomes of a stratum with one unit, see `survey_design`.
    """

    weights: Floats
    stratum: Codes
    cluster: Codes
    cluster_stratum: Codes
    population: Floats
    single_unit: str

    def __len__(self) -> int:
        return len(self.weights)

    def __repr__(self) -> str:
        return f"SurveyDesign({self})"

    def __str__(self) -> str:
        strata, units = len(self.population), len(self.cluster_stratum)
        parts = [f"{len(self):,} people", f"{strata:,} {'stratum' if strata == 1 else 'strata'}"]
        if self.clustered:
            parts.append(f"{units:,} clusters")
        return f"{', '.join(parts)}, {self.df} degrees of freedom"

    @property
    def clustered(self) -> bool:
        """Whether some people were drawn together."""
        return len(self.cluster_stratum) < len(self)

    @property
    def units_by_stratum(self) -> NDArray[np.int64]:
        """Units drawn (people, or clusters of them) in each stratum."""
        return np.bincount(self.cluster_stratum, minlength=len(self.population)).astype(np.int64)

    @property
    def df(self) -> int:
        """Degrees of freedom: units drawn less strata."""
        return len(self.cluster_stratum) - len(self.population)

    @property
    def fraction(self) -> Floats:
        """Share of the units of each stratum that was drawn; 0 without a correction."""
        return np.asarray(self.units_by_stratum / self.population, dtype=np.float64)

    @property
    def is_census(self) -> bool:
        """Whether everything in the frame was drawn, so that chance has no part."""
        return bool((self.fraction == 1).all())


def survey_design(
    weights: ArrayLike,
    *,
    strata: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
    population: ArrayLike | None = None,
    single_unit: str = "refuse",
) -> SurveyDesign:
    """Return the design of a sample, with everything that is wrong with it said at once.

    Parameters
    ----------
    weights : array_like of float, shape (n,)
        One over each person's chance to be drawn, greater than 0.
    strata : array_like, shape (n,), optional
        The stratum of each person, as numbers or words; one stratum if omitted.
    clusters : array_like, shape (n,), optional
        The unit drawn first that the person came with (a caseworker, a site). A name used in two
        strata means two clusters. Omitted: people were drawn one by one.
    population : array_like of float, shape (n,), optional
        How many units (people, or clusters where there are any) the frame held in the person's
        stratum: the finite population correction. The same for everybody in a stratum. Omitted:
        no correction, which is right for a draw with replacement and cautious for others.
    single_unit : {"refuse", "centre"}
        A stratum with one unit drawn has no spread to estimate. "refuse" raises, unless that unit
        was all there was; "centre" takes its distance from the mean of all units (of all strata),
        which is cautious, and gives it no degree of freedom.

    Returns
    -------
    SurveyDesign

    Raises
    ------
    DesignError
        If a weight is missing or not above 0, lengths differ, a stratum or cluster is missing,
        the population of a stratum is given in two ways or is smaller than the sample, or a
        stratum has one unit (see *single_unit*).

    Notes
    -----
    Only the first stage of a draw in stages is described, as is usual: the variance between
    clusters carries that within them. Wolter, K. M. (2007). Introduction to Variance Estimation,
    2nd edition. New York: Springer, section 1.4 and chapter 6. Single units as "fail" and "adjust"
    in the R package survey: Lumley, T. (2010). Complex Surveys. New York: Wiley, section 3.3.

    Examples
    --------
    >>> design = survey_design([5, 5, 4, 4], strata=["north", "north", "hill", "hill"])
    >>> print(design)
    4 people, 2 strata, 2 degrees of freedom
    """
    check_choice("single_unit", single_unit, SINGLE_UNIT)
    w = np.atleast_1d(np.asarray(weights, dtype=np.float64))
    n = len(w)
    given = {"strata": strata, "clusters": clusters, "population": population}
    problems = [
        f"{name} has {np.shape(value)} values and there are {n} weights"
        for name, value in given.items()
        if value is not None and np.shape(value) != (n,)
    ]
    if n == 0 or w.ndim != 1:
        problems.append("the sample holds nobody; give one weight a person")
    bad = int((~(np.isfinite(w) & (w > 0))).sum())
    if bad:
        problems.append(f"{bad} of {n} weights are missing or not above 0; leave such people out")
    if problems:
        raise DesignError("\n".join(problems))
    stratum = _coded("strata", np.zeros(n) if strata is None else strata)
    cluster, cluster_stratum = _units(stratum, clusters)
    design = SurveyDesign(
        weights=w,
        stratum=stratum,
        cluster=cluster,
        cluster_stratum=cluster_stratum,
        population=_population(stratum, population),
        single_unit=single_unit,
    )
    _refuse(design)
    return design


def _coded(name: str, values: ArrayLike) -> Codes:
    codes, _ = pd.factorize(np.asarray(values), sort=True)
    missing = int((codes < 0).sum())
    if missing:
        raise DesignError(
            f"{missing} of {len(codes)} people have no value in {name}; give the missing a value "
            "of their own"
        )
    return np.asarray(codes, dtype=np.intp)


def _units(stratum: Codes, clusters: ArrayLike | None) -> tuple[Codes, Codes]:
    """Return each person's unit and each unit's stratum; a name in two strata is two units."""
    if clusters is None:
        return np.arange(len(stratum), dtype=np.intp), stratum
    named = _coded("clusters", clusters)
    pairs = stratum * (int(named.max()) + 1) + named
    _, first, unit = np.unique(pairs, return_index=True, return_inverse=True)
    return unit.astype(np.intp), stratum[first]


def _population(stratum: Codes, population: ArrayLike | None) -> Floats:
    strata = int(stratum.max()) + 1
    if population is None:
        return np.full(strata, np.inf)
    sizes = np.asarray(population, dtype=np.float64)
    low, high = np.full(strata, np.inf), np.full(strata, -np.inf)
    np.minimum.at(low, stratum, sizes)
    np.maximum.at(high, stratum, sizes)
    unclear = int((~(low == high)).sum())
    if unclear:
        raise DesignError(
            f"the population of {unclear} of {strata} strata is missing, or differs between people "
            "of the stratum; give everybody the number of units in the frame of their stratum"
        )
    return low


def _refuse(design: SurveyDesign) -> None:
    units, strata = design.units_by_stratum, len(design.population)
    problems = []
    over = int((units > design.population).sum())
    if over:
        problems.append(
            f"{over} of {strata} strata have more units in the sample than in the frame; the "
            "population counts what could be drawn: clusters, where clusters were drawn"
        )
    single = int(((units == 1) & (design.population > 1)).sum())
    if single and design.single_unit == "refuse":
        problems.append(
            f"{single} of {strata} strata have one unit in the sample, which shows no spread; join "
            'them with others like them, or take single_unit="centre"'
        )
    if problems:
        raise DesignError("\n".join(problems))


def linearised_variance(design: SurveyDesign, scores: Floats) -> float:
    """Return the variance of a total from each person's weighted score.

    Notes
    -----
    Between units within strata, with the finite population correction of each stratum: the
    ultimate cluster variance. Wolter (2007), equation 2.4.3; for a statistic that is no total the
    scores are those of its first Taylor term (section 6.3).
    """
    totals = np.bincount(
        design.cluster, weights=scores, minlength=len(design.cluster_stratum)
    )  # one a unit
    units = design.units_by_stratum
    means = np.bincount(design.cluster_stratum, weights=totals, minlength=len(units)) / units
    centre = np.where(units == 1, totals.mean(), means)
    spread = (totals - centre[design.cluster_stratum]) ** 2
    sums = np.bincount(design.cluster_stratum, weights=spread, minlength=len(units))
    factor = np.where(units == 1, 1.0, units / np.maximum(units - 1, 1))
    return float(((1 - design.fraction) * factor * sums).sum())
