"""One group against a published curve: the one-sample log-rank test."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from dipoutcomes import _display
from dipoutcomes._validate import check_choice, check_confidence_level
from dipoutcomes.errors import DesignError
from dipoutcomes.intervals.kaplan_meier._greenwood import greenwood
from dipoutcomes.results import Curve, Estimate, Interval
from dipoutcomes.survival._counts import Floats, check_follow_up
from dipoutcomes.survival._plain_curve import plain_steps

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, eq=False)
class PublishedCurve:
    """A curve that somebody printed: shares without the event at times, and how sure they are.

    Parameters
    ----------
    times : array_like of float, shape (points,)
        Increasing, above 0 (from 0 on with "steps"); in the unit of the durations compared with it.
    survival : array_like of float, shape (points,)
        Share without the event at each time; falls from 1 at time 0 and stays above 0.
    std_errors : array_like of float, shape (points,), optional
        Of each share (Greenwood's, say). Omitted: the curve is taken as known for certain, and
        the result says so.
    between : {"straight", "steps"}
        "straight": the hazard is taken as constant from one printed time to the next, for a few
        points read from a table. "steps": the curve falls at the printed times only, for a whole
        Kaplan-Meier curve.
    name : str, default "the published curve"
        As a report prints it.

    Raises
    ------
    ValueError
        If the arrays differ in length, times do not increase, or shares do not fall from 1.

    Notes
    -----
    The error of the cumulative hazard at a time is that of the share divided by the share (delta
    method); from one time to the next errors are taken to grow independently, as they do for a
    Kaplan-Meier curve. Standard errors that shrink, relative to the share, are refused: such a
    curve is of another kind.
    """

    times: Any
    survival: Any
    std_errors: Any = None
    between: str = "straight"
    name: str = "the published curve"

    def __post_init__(self) -> None:
        check_choice("between", self.between, ("straight", "steps"))
        for name in ("times", "survival", "std_errors"):
            if getattr(self, name) is not None:
                object.__setattr__(self, name, np.asarray(getattr(self, name), dtype=float))
        problems = _faults(self.times, self.survival, self.std_errors, self.between)
        if problems:
            raise ValueError("; ".join(problems))

    @classmethod
    def of(cls, curve: Curve) -> PublishedCurve:
        """Return a Kaplan-Meier curve of another group in this form, with Greenwood's errors."""
        steps = plain_steps(curve)
        survival, variance = greenwood(steps.died, steps.followed)
        used = (steps.died > 0) & (survival > 0)
        if not used.any():
            raise DesignError("the curve never falls to a share above 0: it expects no event")
        return cls(
            times=steps.days[used],
            survival=survival[used],
            std_errors=(survival * np.sqrt(np.where(used, variance, 0.0)))[used],
            between="steps",
            name=f"the curve of {curve.label}",
        )

    def __str__(self) -> str:
        errors = "known for certain" if self.std_errors is None else "with standard errors"
        return (
            f"{self.name}: share without the event {self.survival[-1]:.3f} at {self.times[-1]:g}, "
            f"from {len(self.times):,} points ({self.between}, {errors})"
        )

    def _repr_html_(self) -> str:
        return f"<p>{escape(str(self))}</p>"

    def to_frame(self) -> pd.DataFrame:
        """Return one row a point."""
        import pandas as pd

        return pd.DataFrame(
            {"time": self.times, "survival": self.survival, "std_error": self.std_errors}
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain values; the arrays are lists."""
        return {
            "name": self.name,
            "between": self.between,
            "times": self.times.tolist(),
            "survival": self.survival.tolist(),
            "std_errors": None if self.std_errors is None else self.std_errors.tolist(),
        }

    def hazard_steps(self) -> tuple[Floats, Floats]:
        """Return how much the cumulative hazard, and its variance, grow up to each time.

        Where the curve falls in steps a person at risk at one has the event with the chance of
        the step, 1 - S(t) / S(t-). Its logarithm is larger, and would expect 5% too many events
        where 10% of those left have theirs on each printed time.
        """
        variance = np.zeros(len(self.survival))
        if self.std_errors is not None:
            variance = (self.std_errors / self.survival) ** 2
        spread = np.diff(variance, prepend=0.0)
        if self.between == "straight":
            return np.diff(-np.log(self.survival), prepend=0.0), spread
        stays = self.survival / np.append(1.0, self.survival[:-1])
        return 1 - stays, spread * stays**2


@dataclass(frozen=True, slots=True, kw_only=True)
class OneSampleTest:
    """Events seen in a group against those expected from a published curve.

    Parameters
    ----------
    ratio : Estimate
        Observed over expected, with limits that agree with the p-value.
    statistic : float
        Standardised: below 0 where fewer events were seen than expected.
    p_value : float
        Two-sided.
    persons, observed : int
        People, and events up to the end of the published curve.
    expected : float
    expected_error : float
        Standard error of `expected` from the published curve's own; 0 where none was given.
    caveat : str
    """

    ratio: Estimate
    statistic: float
    p_value: float
    persons: int
    observed: int
    expected: float
    expected_error: float
    caveat: str = ""

    def __str__(self) -> str:
        error = f" (standard error {self.expected_error:.2f})" if self.expected_error else ""
        note = f" [{self.caveat}]" if self.caveat else ""
        return (
            f"one-sample log-rank test: {self.observed} events in {self.persons:,} persons against "
            f"{self.expected:.1f} expected{error}; ratio {self.ratio.value:.2f} "
            f"({self.ratio.interval}), p {_display.p_value(self.p_value)}{note}"
        )

    def _repr_html_(self) -> str:
        return _display.html_table(
            "One group against a published curve",
            ["", "value"],
            [
                ["people", f"{self.persons:,}"],
                ["events observed", f"{self.observed:,}"],
                ["events expected", _display.number(self.expected, 1)],
                ["observed over expected", f"{self.ratio.printed} ({self.ratio.interval})"],
                ["p-value", _display.p_value(self.p_value)],
                ["caveat", self.caveat or "none"],
            ],
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain values; the ratio and its interval are nested mappings."""
        return asdict(self)

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row: the ratio with its limits, and what it rests on."""
        more = ("statistic", "observed", "expected", "expected_error")
        return self.ratio.to_frame().assign(**{name: getattr(self, name) for name in more})


def one_sample_log_rank_test(
    durations: Any,
    observed: Any,
    published: PublishedCurve,
    *,
    entry: Any = None,
    event_says: str = "seen again",
    confidence_level: float = 0.95,
) -> OneSampleTest:
    r"""Test whether one group has the same time to the event as a published curve says.

    Parameters
    ----------
    durations, observed, entry : array_like, shape (people,)
        As in `kaplan_meier`, counted from the same start and in the same unit as the curve.
        Follow-up beyond the curve's last time is not used.
    published : PublishedCurve
    event_says : str, default "seen again"
        As a report prints it: "arrested".
    confidence_level : float, default 0.95

    Returns
    -------
    OneSampleTest

    Raises
    ------
    TypeError, ValueError
        As in `kaplan_meier`.
    DesignError
        If nobody is followed while the published hazard is above 0.

    Notes
    -----
    Expected events are :math:`E = \sum_i \Lambda_0(x_i)`, and :math:`(O - E) / \sqrt{E + V}` is
    compared with a normal distribution [1]_. :math:`\Lambda_0` is -log of the curve where its
    hazard is level between times, and the sum of 1 - S(t) / S(t-) where it falls in steps; there,
    with times in whole months say, *E* is more than the variance of *O*, and the test somewhat
    cautious. *V* is the variance of *E* from the published curve:
    one error of its hazard moves the expectation of everybody followed at that time, so *V* is
    the sum over its intervals of the hazard's variance times the *square* of the people followed
    then, and does not shrink as the group grows. Left out, a curve from a few hundred people
    would be taken for the truth. The limits of the ratio solve
    :math:`(O - \theta E)^2 = z^2 (\theta E + \theta^2 V)`; there is no upper limit where the
    curve is too uncertain to give one. In 1,000 simulated groups against a curve estimated from
    200 people a test at 5% rejected 6.3% with 14 people (1.7% too few events, 4.6% too many), 5.9%
    with 60 and 5.4% with 400; without *V* 24% with 400. Do not use it for people chosen otherwise
    than those of the curve were: it compares populations, not what was done with them.

    References
    ----------
    .. [1] Breslow, N. E. (1975). International Statistical Review 43, 45-57; Finkelstein, D. M.,
       Muzikansky, A. and Schoenfeld, D. A. (2003). Journal of the National Cancer Institute 95,
       1434-1439.

    Examples
    --------
    >>> curve = PublishedCurve([180, 365], [0.8, 0.6], std_errors=[0.02, 0.025])
    >>> days, seen = [40, 90, 200, 300, 365, 365, 365, 365], [1, 0, 1, 0, 0, 0, 0, 0]
    >>> print(one_sample_log_rank_test(days, seen, curve))
    one-sample log-rank test: 2 events in 8 persons against 2.9 expected (standard error 0.23);
    ratio 0.70 (95% CI 0.191 to 2.613, score, with the error of the published curve), p 0.61
    [fewer than 10 events expected: the p-value is rough]
    """
    level = check_confidence_level(confidence_level)
    time, seen, start = check_follow_up(durations, observed, entry)
    grows, spread = published.hazard_steps()
    exposure = _exposure(time, start, published)
    expected, variance = float(exposure @ grows), float(exposure**2 @ spread)
    if not expected > 0:
        raise DesignError(
            f"none of the {len(time):,} people is followed while the published hazard is above 0: "
            "nothing is expected; check that times have one start and one unit"
        )
    inside = time <= published.times[-1]
    events = int(seen[inside].sum())
    statistic = (events - expected) / np.sqrt(expected + variance)
    p = float(2 * ndtr(-abs(statistic)))
    title = "score" + ", with the error of the published curve" * bool(variance)
    low, high = _limits(events, expected, variance, float(ndtri((1 + level) / 2)))
    caveats = _caveats(published, int((~inside).sum()), expected)
    return OneSampleTest(
        ratio=Estimate(
            measure=f"observed over expected people {event_says}",
            value=events / expected,
            interval=Interval(low, high, level, title),
            events=events,
            base=float(len(time)),
            base_unit="persons",
            quantity="ratio",
            p_value=p,
            caveat=caveats,
        ),
        statistic=float(statistic),
        p_value=p,
        persons=len(time),
        observed=events,
        expected=expected,
        expected_error=float(np.sqrt(variance)),
        caveat=caveats,
    )


def _exposure(time: NDArray[Any], entry: NDArray[Any] | None, curve: PublishedCurve) -> Floats:
    """Return how many people, or parts of their time, each piece of the hazard falls on."""
    ends = curve.times
    starts = np.append(0.0, ends[:-1])
    stop = time.astype(float)
    begin = np.zeros(len(stop)) if entry is None else entry.astype(float)
    if curve.between == "steps":
        # At risk on (entry, duration]; who enters at 0 is there from the start.
        return _at_least(stop, ends) - _at_least(begin[begin > 0], ends)
    lived = _time_before(stop, starts, ends) - _time_before(begin, starts, ends)
    return np.asarray(lived / (ends - starts))


def _at_least(values: Floats, bounds: Floats) -> Floats:
    return np.asarray(len(values) - np.searchsorted(np.sort(values), bounds), dtype=float)


def _time_before(values: Floats, starts: Floats, ends: Floats) -> Floats:
    """Return the sum over people of the part of each interval that lies before their time."""
    ordered = np.sort(values)
    total = np.append(0.0, ordered.cumsum())

    def capped(bound: Floats) -> Floats:
        below = np.searchsorted(ordered, bound)
        return np.asarray(total[below] + (len(ordered) - below) * bound)

    return np.asarray(capped(ends) - capped(starts))


def _limits(observed: int, expected: float, variance: float, z: float) -> tuple[float, float]:
    """Return both roots of (O - t E)^2 = z^2 (t E + t^2 V); no upper one if V is too large."""
    a = expected**2 - z**2 * variance
    b = observed + z**2 / 2
    root = z * np.sqrt(observed + z**2 / 4 + (variance / expected**2) * observed**2)
    # The lower root without a difference of near numbers.
    low = observed**2 / (expected * (b + root)) if observed else 0.0
    high = expected * (b + root) / a if a > 0 else float("inf")
    return float(low), float(high)


def _caveats(curve: PublishedCurve, beyond: int, expected: float) -> str:
    said = []
    if curve.std_errors is None:
        said.append(f"{curve.name} is taken as known for certain")
    if beyond:
        said.append(f"follow-up of {beyond:,} people beyond {curve.times[-1]:g} is not used")
    if expected < 10:
        said.append("fewer than 10 events expected: the p-value is rough")
    return "; ".join(said)


def _faults(times: Floats, survival: Floats, errors: Floats | None, between: str) -> list[str]:
    if times.ndim != 1 or len(times) == 0 or survival.shape != times.shape:
        return ["`times` and `survival` must have one length, not 0"]
    problems = []
    starts = times[0] > 0 or (times[0] == 0 and between == "steps")
    if not (np.isfinite(times).all() and starts and np.all(np.diff(times) > 0)):
        problems.append("`times` must increase and start above 0 (or at it, with steps)")
    falls = np.diff(survival, prepend=1.0)
    if not (np.all(survival > 0) and np.all(falls <= 0)):
        problems.append("`survival` must fall from 1 (or stay level) and remain above 0")
    if errors is None:
        return problems
    if errors.shape != times.shape or not np.all(errors >= 0):
        problems.append("`std_errors` must be one number of 0 or more a time")
    elif not problems and np.any(np.diff((errors / survival) ** 2) < -1e-4):
        problems.append("`std_errors` shrink relative to the share: not those of such a curve")
    return problems
