"""What would become of people without the programme: how often they offend and how they differ."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import expm1, inf, isinf, log1p, sqrt
from typing import Any

from numpy.typing import ArrayLike

from dipoutcomes import _display
from dipoutcomes._validate import (
    check_choice,
    check_confidence_level,
    check_counts,
    check_positive,
)
from dipoutcomes.errors import DesignError

MEASURES = ("share", "events_per_person", "events_per_reoffender")


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleModel:
    """People whose own rates follow a gamma distribution, and who offend at random at that rate.

    A person's number of events in the window is then negative binomial with variance
    ``m + m**2 / k``, and the number of events of a whole cohort is negative binomial too.

    Parameters
    ----------
    events_per_person : float
        m, mean number of events in the window of the contract, above 0.
    gamma_shape : float
        k, above 0: the smaller, the more people differ. ``inf``: all alike, which people never are.

    Raises
    ------
    ValueError
        If a number lies outside its range.

    Notes
    -----
    Take both from people like those of the contract, followed alike and not chosen for their
    number of events. Greenwood, M. and Yule, G. U. (1920). Journal of the Royal Statistical
    Society 83, 255-279.

    Examples
    --------
    >>> people = PeopleModel.from_sd(1.55, 2.3)
    >>> print(people)
    1.55 events per person (SD 2.30); 54.6% with at least one
    >>> round(PeopleModel.from_share(0.58, gamma_shape=1).events_per_person, 3)
    1.381
    """

    events_per_person: float
    gamma_shape: float

    def __post_init__(self) -> None:
        check_positive("events_per_person", self.events_per_person)
        if not self.gamma_shape > 0:
            raise ValueError(f"`gamma_shape` must be greater than 0; got {self.gamma_shape:g}")

    @classmethod
    def from_sd(cls, events_per_person: float, sd: float) -> PeopleModel:
        """Return the people with this mean and standard deviation of events per person."""
        mean, spread = check_positive("events_per_person", events_per_person), float(sd) ** 2
        if spread < mean * (1 - 1e-12):
            raise ValueError(
                f"`sd` must be at least {sqrt(mean):.3g}, what chance alone gives at a mean of "
                f"{mean:g}; got {sd:g}"
            )
        shape = inf if spread <= mean * (1 + 1e-12) else mean**2 / (spread - mean)
        return cls(events_per_person=mean, gamma_shape=shape)

    @classmethod
    def from_share(cls, share: float, *, gamma_shape: float = 1.0) -> PeopleModel:
        """Return the people of whom this share has at least one event.

        *gamma_shape* matters to a contract on shares only where somebody chooses among people.
        """
        free = log1p(-check_confidence_level(share, "share"))  # log of the share with no event
        if isinf(gamma_shape):
            return cls(events_per_person=-free, gamma_shape=gamma_shape)
        mean = gamma_shape * expm1(-free / gamma_shape)
        return cls(events_per_person=mean, gamma_shape=gamma_shape)

    @classmethod
    def from_counts(cls, events: ArrayLike) -> PeopleModel:
        """Return the people with the mean and spread of these counts, one a person.

        For records of like people, or `simulate` careers, in a window as long as the contract's.
        The mean must come from people who were not chosen for their number of events. At least 30.
        """
        counts = check_counts("events", events)
        if counts.ndim != 1 or len(counts) < 30:
            raise DesignError(
                f"{counts.size} people are too few to say how people differ; at least 30 are needed"
            )
        mean, variance = float(counts.mean()), float(counts.var(ddof=1))
        if mean == 0:
            raise DesignError(f"none of {len(counts)} people has an event: nothing can be reduced")
        return cls.from_sd(mean, sqrt(max(mean, variance)))

    @property
    def sd(self) -> float:
        """Standard deviation of the number of events of a person."""
        return sqrt(self.events_per_person * (1 + self.events_per_person / self.gamma_shape))

    @property
    def share(self) -> float:
        """Share of people with at least one event."""
        if isinf(self.gamma_shape):
            return -expm1(-self.events_per_person)
        return -expm1(-self.gamma_shape * log1p(self.events_per_person / self.gamma_shape))

    @property
    def events_per_reoffender(self) -> float:
        """Mean number of events of those with at least one."""
        return self.events_per_person / self.share

    def measure(self, name: str) -> float:
        """Return the true value of a contract's measure: one of `MEASURES`."""
        return float(getattr(self, check_choice("name", name, MEASURES)))

    def with_rate(self, factor: float) -> PeopleModel:
        """Return the same people, everybody's rate multiplied by *factor*."""
        return replace(self, events_per_person=self.events_per_person * factor)

    def with_measure(self, name: str, value: float) -> PeopleModel:
        """Return the same people, everybody's rate multiplied so that the measure is *value*."""
        check_choice("name", name, MEASURES)
        if name == "events_per_person":
            if not value > 0:
                raise DesignError(_impossible(name, value, "above 0"))
            return replace(self, events_per_person=value)
        if name == "share":
            if not 0 < value < 1:
                raise DesignError(_impossible(name, value, "between 0 and 1"))
            return PeopleModel.from_share(value, gamma_shape=self.gamma_shape)
        if not value > 1:
            raise DesignError(_impossible(name, value, "above 1: a reoffender has one event"))
        return self._with_events_per_reoffender(value)

    def _with_events_per_reoffender(self, value: float) -> PeopleModel:
        from scipy.optimize import brentq

        def over(mean: float) -> float:
            return replace(self, events_per_person=mean).events_per_reoffender - value

        mean = brentq(over, 1e-9, 2 * value, xtol=1e-14, rtol=1e-13)
        return replace(self, events_per_person=float(mean))

    def without_the_hardest(self, share_left_out: float) -> PeopleModel:
        """Return who remains where the chance of staying falls with a person's own rate.

        Somebody with the rate r stays with the chance ``exp(-a r)``, and a is such that the share
        *share_left_out* goes. Rates of those who stay are gamma with the same shape.
        """
        if share_left_out == 0:
            return self
        gone = check_confidence_level(share_left_out, "share_left_out")
        if isinf(self.gamma_shape):
            return self  # nobody is harder than anybody else
        return self.with_rate((1 - gone) ** (1 / self.gamma_shape))

    def __str__(self) -> str:
        return (
            f"{_display.number(self.events_per_person, 2)} events per person (SD "
            f"{_display.number(self.sd, 2)}); {_display.percent(self.share)} with at least one"
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "events_per_person": self.events_per_person,
            "gamma_shape": self.gamma_shape,
            "sd": self.sd,
            "share": self.share,
            "events_per_reoffender": self.events_per_reoffender,
        }


def _impossible(name: str, value: float, rule: str) -> str:
    says = name.replace("_", " ")
    return (
        f"the effect asked for would make the {says} {value:g}, and it must be {rule}. Ask for a "
        "smaller effect"
    )
