"""Is the hazard ratio the same throughout follow-up? The score test, and residuals to look at."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from dipoutcomes import _display
from dipoutcomes._validate import check_choice, check_confidence_level
from dipoutcomes.errors import DesignError
from dipoutcomes.survival._counts import count_at_times
from dipoutcomes.survival._limits import greenwood
from dipoutcomes.survival._partial_likelihood import schoenfeld_residuals
from dipoutcomes.survival._partial_likelihood.residuals import sums_of
from dipoutcomes.survival._partial_likelihood.sums import curvature
from dipoutcomes.survival.regression._smooth import Smooth, smooth_along
from dipoutcomes.survival.regression.cox_result import CoxModel, Fitted
from dipoutcomes.survival.regression.rows import Checked, Floats
from dipoutcomes.survival.regression.terms import ModelTest, chi_squared, wald_test

if TYPE_CHECKING:
    import pandas as pd

Transform = Literal["km", "rank", "log", "identity"]
_SAYS = {
    "km": "share of people with the event so far",
    "rank": "rank of the time",
    "log": "log of the time",
    "identity": "time",
}

#: Information about a slope below this share of the whole is rounding.
_NOTHING_LEFT = 1e-10


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ProportionalHazardsTest:
    """Whether log hazard ratios move with (a transform of) time.

    Parameters
    ----------
    tests : tuple of ModelTest
        One a term, of 1 degree of freedom each.
    overall : ModelTest
        All terms together.
    transform : str
    events : int
    time : ndarray, shape (events,)
        When each event happened.
    scaled_time : ndarray, shape (events,)
        The transform of it.
    residuals : ndarray, shape (events, terms)
        Scaled Schoenfeld residuals: about the log hazard ratio at that time.
    log_ratios : ndarray, shape (terms,)
        The constants that the model has for them.
    spread : ndarray, shape (terms,)
        Standard deviation of a residual, were the ratio constant.
    caveat : str
    """

    tests: tuple[ModelTest, ...]
    overall: ModelTest
    transform: str
    events: int
    time: Floats = field(repr=False)
    scaled_time: Floats = field(repr=False)
    residuals: Floats = field(repr=False)
    log_ratios: Floats = field(repr=False)
    spread: Floats = field(repr=False)
    caveat: str = ""

    def __getitem__(self, name: str) -> ModelTest:
        check_choice("name", name, self.names)
        return self.tests[self.names.index(name)]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the terms."""
        return tuple(test.name for test in self.tests)

    def smooth(self, name: str, *, confidence_level: float = 0.95, points: int = 60) -> Smooth:
        """Return the log hazard ratio of a term along time, smoothed by a natural spline.

        Parameters
        ----------
        name : str
            Of the term.
        confidence_level : float, default 0.95
            Of the pointwise limits.
        points : int, default 60

        Returns
        -------
        Smooth

        Raises
        ------
        DesignError
            If there are fewer than 10 distinct event times.
        """
        k = self.names.index(check_choice("name", name, self.names))
        level = check_confidence_level(confidence_level)
        return smooth_along(
            self.scaled_time, self.residuals[:, k], float(self.spread[k]), level, points
        )

    def __str__(self) -> str:
        note = f" [{self.caveat}]" if self.caveat else ""
        lines = [
            f"Proportional hazards (score test against {_SAYS[self.transform]}; "
            f"{self.events:,} events){note}",
            *map(str, self.tests),
            str(self.overall),
        ]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        rows = [
            [t.name, f"{t.statistic:.2f}", str(t.df), _display.p_value(t.p_value)]
            for t in (*self.tests, self.overall)
        ]
        caption = f"Proportional hazards: score test against {_SAYS[self.transform]}"
        notes = (self.caveat,) if self.caveat else ()
        return _display.html_table(caption, ["term", "chi-squared", "df", "p"], rows, notes)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a term and one for all together."""
        import pandas as pd

        return pd.DataFrame(self.to_dict()["tests"])

    def to_dict(self) -> dict[str, Any]:
        """Return plain values of the tests; the residuals, one an event, are left out."""
        return {
            "transform": self.transform,
            "events": self.events,
            "caveat": self.caveat,
            "tests": [
                {"name": t.name, "statistic": t.statistic, "df": t.df, "p_value": t.p_value}
                for t in (*self.tests, self.overall)
            ],
        }


def proportional_hazards_test(
    model: CoxModel, *, transform: Transform = "km"
) -> ProportionalHazardsTest:
    r"""Return the score test that hazard ratios do not change along follow-up.

    Parameters
    ----------
    model : CoxModel
        From `cox_regression`, without penalty and with Efron's or Breslow's ties.
    transform : {"km", "rank", "log", "identity"}
        What of time the log hazard ratio may be linear in: the Kaplan-Meier share with the event
        just before it (the default: few late events cannot decide alone), its rank among the ends
        of all rows, its log, or itself. Choose before looking: the answers differ.

    Returns
    -------
    ProportionalHazardsTest
        A small p-value says that one ratio does not describe the whole of follow-up; then give
        ratios of parts of it, or compare curves. A large one does not show that it does: with few
        events the test sees only gross changes, and it is no gate.

    Raises
    ------
    DesignError
        If the model has a penalty, exact ties or no rows, "log" meets an event at time 0, or all
        events (or those that tell of one term) fall at one time.

    Notes
    -----
    Adds g(t) x to the model for each covariate x and takes the exact score test at
    :math:`\theta = 0`, with the information of both parts, computed event by event (as R's
    ``cox.zph`` since ``survival`` 3). The older approximation [1]_, which lifelines uses, takes
    the covariates' variance as the same at every event. It takes rows to be independent.

    The residuals are :math:`\hat\beta + d V s`, with s Schoenfeld's residual of an event, V the
    covariance of the coefficients and d the number of events [1]_.

    References
    ----------
    .. [1] Grambsch, P. M. and Therneau, T. M. (1994). Biometrika 81, 515-526.
    .. [2] Therneau, T. M. and Grambsch, P. M. (2000). Modeling Survival Data, chapter 6.

    Examples
    --------
    >>> from dipoutcomes.survival.regression import cox_regression
    >>> model = cox_regression([5, 8, 9, 12, 15, 21, 24, 30], [1, 1, 0, 1, 1, 0, 1, 1],
    ...     {"group": ["a", "b", "a", "a", "b", "a", "b", "a"]})
    >>> print(proportional_hazards_test(model).overall)
    all terms test: 1.26 on 1 df, p = 0.26
    """
    check_choice("transform", transform, tuple(_SAYS))
    fitted = _rows_of(model)
    sets, fit = fitted.sets, fitted.fit
    found = schoenfeld_residuals(sets, fit)
    scaled = _transformed(fitted.rows, sets.time, transform)
    place = sets.last[sets.event]
    weight = sets.weight[sets.event]
    middle = float(scaled[place] @ weight / weight.sum())
    g = scaled - middle
    if np.ptp(scaled[place]) == 0:
        raise DesignError(
            f"all {len(found.time):,} events fall at one time: whether a ratio changes with time "
            "needs events at 2 times at the least. Give times in a finer unit (days, not years), "
            "or report the ratio without the test"
        )
    _, sums = sums_of(sets, fit)
    parts = [curvature(sets, sums, power) for power in (np.ones_like(g), g, g**2)]
    plain, mixed, squared = (part * np.outer(sets.scale, sets.scale) for part in parts)
    score = (found.residual * (weight * g[place])[:, None]).sum(axis=0)
    # What is left of the information about the slopes once the ratios are estimated.
    left = squared - mixed.T @ np.linalg.solve(plain, mixed)
    nothing = np.diag(left) <= _NOTHING_LEFT * np.diag(squared)
    if nothing.any():
        said = ", ".join(name for name, none in zip(model.names, nothing, strict=True) if none)
        raise DesignError(
            f"only events of one time tell of {said}, so nothing shows whether its ratio changes: "
            "the test needs events at 2 times at which those still followed differ in it. Leave "
            "the term out of the model, or report its ratio without the test"
        )
    single = score**2 / np.diag(left)
    named = zip(model.names, single, strict=True)
    return ProportionalHazardsTest(
        tests=tuple(chi_squared(name, value, 1) for name, value in named),
        overall=wald_test("all terms", score, left),
        transform=transform,
        events=len(found.time),
        time=found.time,
        scaled_time=scaled[place],
        residuals=fit.coefficients + len(found.time) * found.residual @ fit.covariance,
        log_ratios=fit.coefficients,
        spread=np.sqrt(len(found.time) * np.diag(fit.covariance)),
        caveat="" if len(found.time) >= 50 else (
            f"with {len(found.time)} events only gross changes would be seen"
        ),
    )  # fmt: skip


def _rows_of(model: CoxModel) -> Fitted:
    if model.fitted is None:
        raise DesignError("the model is without its rows; test it before `without_rows`")
    if model.penalty != "none":
        raise DesignError(
            "a model with Firth's penalty has no score test of proportional hazards: there is no "
            "maximum of the likelihood to test at"
        )
    if model.fitted.fit.ties == "exact":
        raise DesignError("exact ties have no residuals; fit the model with `ties='efron'`")
    return model.fitted


def _transformed(rows: Checked, time: Floats, transform: Transform) -> Floats:
    """Return the transform of each event time; strata share it."""
    if transform == "identity":
        return time
    if transform == "log":
        if time.min() <= 0:
            raise DesignError("an event at time 0 has no log; use another transform")
        return np.log(time)
    if transform == "rank":
        ends = np.sort(rows.stop)
        # Tied times share the mean of their ranks.
        return np.asarray(
            (np.searchsorted(ends, time, "left") + np.searchsorted(ends, time, "right") + 1) / 2,
            dtype=np.float64,
        )
    start = None if rows.start is None else np.maximum(rows.start, 0.0)
    counts = count_at_times(rows.stop, rows.event.astype(np.int64), start)
    survival, _ = greenwood(counts.events[:, 0], counts.at_risk[:, 0])
    before = np.searchsorted(counts.time, time, "left") - 1
    return np.where(before < 0, 0.0, 1 - survival[np.maximum(before, 0)])
