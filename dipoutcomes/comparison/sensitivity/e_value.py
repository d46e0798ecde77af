"""How strong something unmeasured would have to be to explain a ratio away."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import inf, sqrt
from typing import TYPE_CHECKING, Any, Literal

from dipoutcomes import _display
from dipoutcomes._validate import check_choice, check_numbers, check_positive

if TYPE_CHECKING:
    import pandas as pd

RatioKind = Literal["risk_ratio", "odds_ratio", "hazard_ratio", "rate_ratio"]
RATIO_KINDS = ("risk_ratio", "odds_ratio", "hazard_ratio", "rate_ratio")


@dataclass(frozen=True, slots=True, kw_only=True)
class EValue:
    """The least strength of unmeasured confounding that explains a ratio, or its interval, away.

    Parameters
    ----------
    value : float
        For the estimate; at least 1.
    limit : float
        For the confidence limit nearer to 1; exactly 1 where the interval includes 1 already.
    risk_ratio : float
        The estimate on the scale of a ratio of risks.
    ratio, low, high : float
        As given.
    kind : str
    rare : bool
        Whether the outcome was declared rare (below about 15% by the end of follow-up).
    """

    value: float
    limit: float
    risk_ratio: float
    ratio: float
    low: float
    high: float
    kind: str
    rare: bool

    def __str__(self) -> str:
        if self.value == 1:
            return f"E-value: 1, the {self._words} is 1 and there is nothing to explain away"
        first = (
            f"E-value {_display.number(self.value, 2)}: something unmeasured that goes with both "
            f"the programme and the outcome by risk ratios of {_display.number(self.value, 2)} "
            f"each, beyond what was adjusted for, could by itself explain the {self._words} of "
            f"{_display.number(self.ratio, 2)}; where one of the two is weaker the other must be "
            "stronger"
        )
        if self.limit == 1:
            return f"{first}; the confidence interval includes 1 without any (E-value 1)"
        return f"{first}; {_display.number(self.limit, 2)} would move the interval to include 1"

    @property
    def _words(self) -> str:
        return self.kind.replace("_", " ")

    def _repr_html_(self) -> str:
        rows = [
            ["estimate", _display.number(self.ratio, 2), _display.number(self.value, 2)],
            [
                "confidence limit nearer to 1",
                _display.number(self.low if self.ratio >= 1 else self.high, 2),
                _display.number(self.limit, 2),
            ],
        ]
        return _display.html_table("E-values", ["", self._words, "E-value"], rows)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row."""
        import pandas as pd

        return pd.DataFrame([self.to_dict()])


def e_value(
    ratio: float,
    low: float,
    high: float,
    *,
    kind: RatioKind,
    rare: bool = False,
) -> EValue:
    """Return the E-value of a ratio and of its confidence limit nearer to 1.

    Parameters
    ----------
    ratio : float
        Above 0 and finite.
    low, high : float
        Its confidence limits, ``0 <= low <= ratio <= high``; *high* may be infinite.
    kind : {"risk_ratio", "odds_ratio", "hazard_ratio", "rate_ratio"}
        There is no default: an odds ratio read as a ratio of risks gives too large an E-value. A
        ratio of rates is taken as it stands.
    rare : bool, default False
        Whether fewer than about 15% have the outcome by the end of follow-up, so that an odds or
        hazard ratio may be read as a ratio of risks. Reoffending is seldom rare.

    Returns
    -------
    EValue

    Raises
    ------
    ValueError
        If a number is out of range, or the ratio outside its limits.

    Notes
    -----
    For a risk ratio RR of at least 1 the E-value is RR + sqrt(RR (RR - 1)); below 1 the inverse is
    taken first. A common outcome's odds ratio is replaced by its square root, its hazard ratio by
    (1 - 0.5^sqrt(HR)) / (1 - 0.5^sqrt(1/HR)). It judges unmeasured confounding alone: not
    regression to the mean, lost people or wrong records, and a large one is no proof of an effect.

    References
    ----------
    .. [1] VanderWeele, T. J. and Ding, P. (2017). Annals of Internal Medicine 167, 268-274.
    .. [2] VanderWeele, T. J. (2017). Epidemiology 28, e58-e60 (odds ratios of common outcomes);
       (2020). Biometrics 76, 746-752 (hazard ratios).

    Examples
    --------
    >>> found = e_value(3.9, 1.8, 8.7, kind="risk_ratio")
    >>> f"{found.value:.2f}, {found.limit:.2f}"
    '7.26, 3.00'
    >>> e_value(0.8, 0.6, 1.07, kind="odds_ratio").limit
    1.0
    """
    check_choice("kind", kind, RATIO_KINDS)
    ratio = check_positive("ratio", ratio)
    low, high = (float(check_numbers(k, v)) for k, v in (("low", low), ("high", high)))
    if not 0 <= low <= ratio <= high:
        raise ValueError(
            f"`ratio` must lie within its limits, 0 <= low <= ratio <= high; got {low:g}, "
            f"{ratio:g}, {high:g}"
        )
    value = _e_value(_as_risk_ratio(ratio, kind, rare=rare))
    nearer = low if ratio >= 1 else high
    limit = 1.0 if low <= 1 <= high else _e_value(_as_risk_ratio(nearer, kind, rare=rare))
    return EValue(
        value=value,
        limit=limit,
        risk_ratio=_as_risk_ratio(ratio, kind, rare=rare),
        ratio=ratio,
        low=low,
        high=high,
        kind=kind,
        rare=bool(rare),
    )


def _as_risk_ratio(ratio: float, kind: str, *, rare: bool) -> float:
    if rare or kind in {"risk_ratio", "rate_ratio"}:
        return ratio
    if kind == "odds_ratio":
        # Assumes that between a fifth and four fifths have the outcome.
        return sqrt(ratio)
    # Assumes the same of the share by the end of follow-up.
    return float((1 - 0.5 ** sqrt(ratio)) / (1 - 0.5 ** sqrt(1 / ratio)))


def _e_value(risk_ratio: float) -> float:
    if risk_ratio == inf:
        return inf
    ratio = risk_ratio if risk_ratio >= 1 else 1 / risk_ratio
    return ratio + sqrt(ratio * (ratio - 1))
