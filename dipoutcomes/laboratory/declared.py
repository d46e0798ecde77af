"""What is known to fall short, how far, and why: the table that a worse method would break.

A method is held to its level unless it stands here. Floors were measured with
``dipoutcomes validate --full`` and rounded down; each says the same as the method's docstring.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from dipoutcomes.laboratory.score import Score


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """The least that a method is held to in some scenarios and sizes.

    Parameters
    ----------
    estimator : str
        Family and estimator, ``"proportion/wilson"``; ``*`` stands for anything.
    why : str
        The reason, as the page prints it.
    floor : float, optional
        Coverage that it must reach there; its level if omitted.
    ceiling : float, optional
        Type I error that it must keep to; if omitted one less the floor, or 5% without a floor.
    bias : float, optional
        Bias allowed, in standard deviations of the estimate; a tenth if omitted.
    scenario : str, default "*"
        Name of the scenario; ``*`` stands for anything.
    sizes : tuple of int, optional
        People; every size if omitted.
    """

    estimator: str
    why: str
    floor: float | None = None
    ceiling: float | None = None
    bias: float | None = None
    scenario: str = "*"
    sizes: tuple[int, ...] = ()

    def is_about(self, row: Score) -> bool:
        """Return whether this entry speaks of the row."""
        return (
            fnmatchcase(f"{row.family}/{row.estimator}", self.estimator)
            and fnmatchcase(row.scenario, self.scenario)
            and (not self.sizes or row.n in self.sizes)
        )


def declared_for(row: Score, declared: tuple[Declared, ...] | None = None) -> Declared | None:
    """Return the first entry about the row, if there is one."""
    table = DECLARED if declared is None else declared
    return next((entry for entry in table if entry.is_about(row)), None)


_DIPS = (
    "near its level on average: at single truths whole counts make it dip below; {exact} keeps its "
    "level at every truth"
)
_ONE = _DIPS.format(exact="the exact interval (Clopper-Pearson)")
_FRAME = _DIPS.format(exact="the exact interval (hypergeometric)")
_RATE = _DIPS.format(exact="the exact interval (Garwood)")
_RATES = _DIPS.format(exact="the exact conditional interval")
_SHARES = _DIPS.format(exact="the exact interval (Chan-Zhang)")
_PAIRS = (
    "near its level on average: in some small samples whole counts make it dip below; Tango's "
    "score dips less"
)

_NO_LIMITS = (
    "has no limits where nobody, or everybody, had the event, and that counts as a miss; the beta "
    "product has them"
)
_NORMAL_MEAN = (
    "normal limits: too short with few events, and none where nobody had one before the horizon; "
    "the beta product of the area holds there, and `restricted_mean` takes it"
)
_FEW_TIMES = "normal limits: a little too short with few events"
_CONDITIONAL = (
    "takes every event of a person to be independent: too short where people change differently; "
    "use person_robust"
)
_SANDWICH = "normal quantiles and a plain sandwich: too short for few people; use person_robust"
_POISSON = (
    "takes every event to be independent: far too short where people differ, however many there "
    "are; use a robust or negative binomial interval"
)
_FEW = "normal quantiles: a little too short for few people"
_PLAIN = "limits on the plain scale: too short for few people; to reproduce published work"
_SKEWED = "t limits of a skewed count: a little too short for few people"
_BAND = "the quantile of large groups: too short for few people; Hall-Wellner's band holds"
_RESAMPLED = (
    "so few people, drawn again, differ less than people do: too short; a second opinion on "
    "person_robust, not a better one"
)
_WRONG_TAIL = (
    "the shape of the tail is not the one assumed, which no interval knows: read both tails, and "
    "claim no more than they share"
)
_RARE = "followed, 97% free at a year"


def _each(family: str, methods: str, why: str, floor: float, **more: Any) -> tuple[Declared, ...]:
    """Return an entry for each of several methods, named with spaces between."""
    return tuple(
        Declared(estimator=f"{family}/{method}", why=why, floor=floor, **more)
        for method in methods.split()
    )


#: The first entry about a row counts.
DECLARED: tuple[Declared, ...] = (
    *_each(
        "proportion",
        "wilson mid_p scas likelihood_ratio jeffreys_adjusted jeffreys agresti_coull",
        _ONE,
        0.94,
    ),
    *_each("finite_population", "mid_p wilson wilson_sampling_fraction", _FRAME, 0.93),
    *_each("rate", "mid_p scas score likelihood_ratio jeffreys byar_half", _RATE, 0.915),
    *_each("rate_ratio", "likelihood_ratio", "too short with few events: use the score", 0.915),
    *_each("rate_ratio", "mover", _RATES, 0.94),
    *_each(
        "rate_difference", "score", "falls below where few events are expected: use SCAS", 0.935
    ),
    *_each("difference", "newcombe mover_jeffreys", _SHARES, 0.935),
    *_each("odds_ratio", "mover_wilson", _SHARES, 0.935),
    *_each("paired_difference", "newcombe agresti_min", _PAIRS, 0.94),
    *_each(
        "paired_difference", "newcombe_plain", "to reproduce published work: use Newcombe's", 0.925
    ),
    # Curves.
    *_each("survival", "log_log logit", _NO_LIMITS, 0.49, scenario=_RARE, sizes=(28,)),
    *_each("survival", "arcsine log plain", _NO_LIMITS, 0.53, scenario=_RARE, sizes=(28,)),
    *_each(
        "survival", "log_log logit arcsine log plain", _NO_LIMITS, 0.77, scenario=_RARE, sizes=(60,)
    ),
    *_each(
        "survival",
        "log_log logit arcsine log plain",
        _NO_LIMITS,
        0.915,
        scenario=_RARE,
        sizes=(200,),
    ),
    *_each("survival", "log plain arcsine", _PLAIN, 0.925, sizes=(28, 60)),
    *(
        Declared(
            estimator="restricted_mean/restricted_mean_interval",
            why=_NORMAL_MEAN,
            floor=floor,
            scenario=_RARE,
            sizes=(size,),
        )
        for size, floor in ((28, 0.44), (60, 0.66), (200, 0.86), (1_000, 0.93))
    ),
    *_each("restricted_mean", "restricted_mean_interval difference", _FEW_TIMES, 0.91),
    *_each("survival", "restricted_mean_difference(*)", _FEW_TIMES, 0.91),
    *_each("survival_quantile", "plain", _PLAIN, 0.925),
    *_each("survival_two_groups", "fixed_time_difference_interval", _PLAIN, 0.925),
    *_each("survival", "difference_at(plain)", _PLAIN, 0.925),
    *_each("tests", "fixed_time_p_value(plain*)", _PLAIN, 0.925),
    *_each("competing_risks", "cumulative_incidence(plain*)", _PLAIN, 0.91),
    *_each("competing_risks", "restricted_mean_time_lost", _FEW_TIMES, 0.905),
    *(
        Declared(
            estimator=f"survival/mixture_cure_models({tail}, wrong tail)",
            why=_WRONG_TAIL,
            floor=floor,
            bias=bias,
            sizes=sizes,
        )
        for tail, sizes, floor, bias in (
            ("lognormal", (28, 60), 0.85, 0.9),
            ("lognormal", (200,), 0.68, 1.4),
            ("weibull", (28, 60, 200), 0.80, 0.9),
        )
    ),
    *_each("survival", "survival_band(equal_precision,*)", _BAND, 0.89, sizes=(28,)),
    # People who differ.
    *_each(
        "outcomes", "rate_per_person_year(garwood)", _POISSON, 0.68, scenario="people who differ*"
    ),
    *_each("outcomes", "rate_model(poisson,*model)", _POISSON, 0.66),
    *_each("outcomes", "rate_model(poisson,*HC?)", _FEW, 0.89, sizes=(28, 60)),
    *_each("outcomes", "rate_model(negative_binomial,*)", _FEW, 0.915, sizes=(28, 60)),
    *_each("outcomes", "rate_per_person_year(negative_binomial)", _FEW, 0.92, sizes=(28, 60)),
    *_each("comparison", "rate_ratio_before_after(conditional_poisson_model)", _CONDITIONAL, 0.82),
    *_each("comparison", "rate_ratio_before_after(exact_*)", _CONDITIONAL, 0.82),
    *_each("comparison", "rate_ratio_before_after(conditional_poisson_person*)", _SANDWICH, 0.905),
    *_each("comparison", "bootstrap_rate_ratio", _RESAMPLED, 0.91, sizes=(28, 60)),
    *_each("comparison", "mixed_rate_ratio zero_inflated_rate_ratio", _FEW, 0.925, sizes=(28,)),
    *_each("recurrent", "recurrent_event_model(*,*model)", _POISSON, 0.70),
    *_each("recurrent", "recurrent_event_model(*,*robust)", _FEW, 0.91, sizes=(28, 60)),
    *_each("recurrent", "recurrent_rate_model(*) gamma_frailty_model", _FEW, 0.91, sizes=(28, 60)),
    *_each("recurrent", "mean_cumulative_function(log)", _FEW, 0.905, sizes=(28, 60)),
    *_each("recurrent", "mean_cumulative_function(plain)", _PLAIN, 0.895, sizes=(28, 60)),
    *_each("sampling", "survey_mean survey_total survey_ratio", _SKEWED, 0.915, sizes=(28, 60)),
    *_each(
        "sampling", "survey_mean(*) survey_total(*) survey_ratio(*)", _SKEWED, 0.915, sizes=(28, 60)
    ),
)
