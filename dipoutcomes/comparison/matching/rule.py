"""How people are to be matched: one value that can be hashed, printed and put into a protocol."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from dipoutcomes._validate import check_choice, check_count, check_positive

METHODS = ("nearest", "radius")
SCALES = ("logit", "score")
UNITS = ("sd", "absolute")
ORDERS = ("largest", "smallest", "data", "random")

_ORDER_SAYS = {
    "largest": "the highest score first",
    "smallest": "the lowest score first",
    "data": "in the order of the rows",
    "random": "in an order drawn at random",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchingRule:
    """How people are to be matched.

    Parameters
    ----------
    method : {"nearest", "radius"}
        "nearest": the nearest comparison person, or the *ratio* nearest. "radius": everybody nearer
        than the caliper, each used as often as needed (Justice Data Lab).
    scale : {"logit", "score"}
        On which distance is measured: the logit of the propensity score, or the score itself.
    caliper : float or None, default 0.2
        The largest distance allowed ("nearest"), or the distance that a match must be nearer than
        ("radius"). None: no limit.
    caliper_unit : {"sd", "absolute"}
        "sd": standard deviations on *scale*, pooled: the root of the mean of the variances among
        treated and others. "absolute": in units of *scale*. An absolute caliper on the score is
        wide where all scores are small: with 40 treated people and a large pool, radius matching
        within 0.02 leaves most of the bias in place.
    ratio : int, default 1
        Comparison people wanted for each treated person ("nearest").
    replacement : bool, default False
        Whether a comparison person may be matched more than once ("nearest").
    order : {"largest", "smallest", "data", "random"}
        Who chooses first (without replacement).

    Raises
    ------
    TypeError, ValueError
        If a part is outside its range, or parts contradict each other.

    References
    ----------
    .. [1] Rosenbaum, P. R. and Rubin, D. B. (1985). The American Statistician 39, 33-38 (calipers
       in standard deviations of the logit).
    .. [2] Austin, P. C. (2011). Pharmaceutical Statistics 10, 150-161 (0.2 of them).

    Examples
    --------
    >>> print(MatchingRule(ratio=2))
    2 nearest comparison people without replacement, the highest score first, within 0.2 standard
    deviations of the logit of the propensity score
    """

    method: str = "nearest"
    scale: str = "logit"
    caliper: float | None = 0.2
    caliper_unit: str = "sd"
    ratio: int = 1
    replacement: bool = False
    order: str = "largest"

    def __post_init__(self) -> None:
        check_choice("method", self.method, METHODS)
        check_choice("scale", self.scale, SCALES)
        check_choice("caliper_unit", self.caliper_unit, UNITS)
        check_choice("order", self.order, ORDERS)
        check_count("ratio", self.ratio, minimum=1)
        if self.caliper is not None:
            check_positive("caliper", self.caliper)
        if self.method == "radius":
            if self.caliper is None:
                raise ValueError("radius matching needs a `caliper`: it is the radius")
            if self.ratio != 1:
                raise ValueError("radius matching takes everybody near enough; leave `ratio` at 1")

    @property
    def reuses(self) -> bool:
        """Whether a comparison person may stand in several treated people's matches."""
        return self.replacement or self.method == "radius"

    @property
    def cautions(self) -> tuple[str, ...]:
        """What a reader should know of the rule itself."""
        if self.caliper is not None and self.caliper_unit == "absolute" and self.scale == "score":
            return (
                f"the caliper of {self.caliper:g} is absolute on the score: where scores are small "
                "it holds people who are not alike",
            )
        return ()

    def __str__(self) -> str:
        on = "the logit of the propensity score" if self.scale == "logit" else "the score"
        far = ""
        if self.caliper is not None:
            kind = " standard deviations of" if self.caliper_unit == "sd" else " on"
            far = f" within {self.caliper:g}{kind} {on}"
        if self.method == "radius":
            return f"everybody{far}, with replacement"
        who = (
            "nearest comparison person"
            if self.ratio == 1
            else f"{self.ratio} nearest comparison people"
        )
        if self.replacement:
            how = "with replacement"
        else:
            how = f"without replacement, {_ORDER_SAYS[self.order]}"
        return f"{who} {how},{far}" if far else f"{who} {how}, distance on {on}"

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, keys as the fields."""
        return asdict(self)
