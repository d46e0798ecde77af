"""What the functions of each family take and give: numbers an `Interval`, arrays an array of them.

The decorators below change nothing when the program runs. They tell a type checker which of the
two comes back, once a family and not once a method.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, cast, overload

from numpy.typing import NDArray

from dipoutcomes.intervals._common import Side
from dipoutcomes.results import Interval, IntervalArray

Counts = NDArray[Any] | Sequence[int]
Numbers = NDArray[Any] | Sequence[float]
_Plain = Callable[..., Interval | IntervalArray]


class OneSample(Protocol):
    @overload
    def __call__(  # type: ignore[overload-overlap]
        self, events: int, n: int, *, confidence_level: float = 0.95
    ) -> Interval: ...
    @overload
    def __call__(
        self, events: Counts | int, n: Counts | int, *, confidence_level: float = 0.95
    ) -> IntervalArray: ...


class OneSampleBounds(Protocol):
    @overload
    def __call__(  # type: ignore[overload-overlap]
        self, events: int, n: int, *, confidence_level: float = 0.95, side: Side = "two-sided"
    ) -> Interval: ...
    @overload
    def __call__(
        self,
        events: Counts | int,
        n: Counts | int,
        *,
        confidence_level: float = 0.95,
        side: Side = "two-sided",
    ) -> IntervalArray: ...


class FinitePopulation(Protocol):
    @overload
    def __call__(  # type: ignore[overload-overlap]
        self, events: int, n: int, population: int, *, confidence_level: float = 0.95
    ) -> Interval: ...
    @overload
    def __call__(
        self,
        events: Counts | int,
        n: Counts | int,
        population: Counts | int,
        *,
        confidence_level: float = 0.95,
    ) -> IntervalArray: ...


class FinitePopulationBounds(Protocol):
    @overload
    def __call__(  # type: ignore[overload-overlap]
        self,
        events: int,
        n: int,
        population: int,
        *,
        confidence_level: float = 0.95,
        side: Side = "two-sided",
    ) -> Interval: ...
    @overload
    def __call__(
        self,
        events: Counts | int,
        n: Counts | int,
        population: Counts | int,
        *,
        confidence_level: float = 0.95,
        side: Side = "two-sided",
    ) -> IntervalArray: ...


class Rate(Protocol):
    @overload
    def __call__(  # type: ignore[overload-overlap]
        self, events: int, person_time: float, *, confidence_level: float = 0.95
    ) -> Interval: ...
    @overload
    def __call__(
        self, events: Counts | int, person_time: Numbers | float, *, confidence_level: float = 0.95
    ) -> IntervalArray: ...


class RateBounds(Protocol):
    @overload
    def __call__(  # type: ignore[overload-overlap]
        self,
        events: int,
        person_time: float,
        *,
        confidence_level: float = 0.95,
        side: Side = "two-sided",
    ) -> Interval: ...
    @overload
    def __call__(
        self,
        events: Counts | int,
        person_time: Numbers | float,
        *,
        confidence_level: float = 0.95,
        side: Side = "two-sided",
    ) -> IntervalArray: ...


class TwoRates(Protocol):
    @overload
    def __call__(  # type: ignore[overload-overlap]
        self,
        events_1: int,
        person_time_1: float,
        events_2: int,
        person_time_2: float,
        *,
        confidence_level: float = 0.95,
    ) -> Interval: ...
    @overload
    def __call__(
        self,
        events_1: Counts | int,
        person_time_1: Numbers | float,
        events_2: Counts | int,
        person_time_2: Numbers | float,
        *,
        confidence_level: float = 0.95,
    ) -> IntervalArray: ...


class TwoRatesBounds(Protocol):
    @overload
    def __call__(  # type: ignore[overload-overlap]
        self,
        events_1: int,
        person_time_1: float,
        events_2: int,
        person_time_2: float,
        *,
        confidence_level: float = 0.95,
        side: Side = "two-sided",
    ) -> Interval: ...
    @overload
    def __call__(
        self,
        events_1: Counts | int,
        person_time_1: Numbers | float,
        events_2: Counts | int,
        person_time_2: Numbers | float,
        *,
        confidence_level: float = 0.95,
        side: Side = "two-sided",
    ) -> IntervalArray: ...


class TwoSamples(Protocol):
    @overload
    def __call__(  # type: ignore[overload-overlap]
        self, events_1: int, n_1: int, events_2: int, n_2: int, *, confidence_level: float = 0.95
    ) -> Interval: ...
    @overload
    def __call__(
        self,
        events_1: Counts | int,
        n_1: Counts | int,
        events_2: Counts | int,
        n_2: Counts | int,
        *,
        confidence_level: float = 0.95,
    ) -> IntervalArray: ...


class TwoSamplesBounds(Protocol):
    @overload
    def __call__(  # type: ignore[overload-overlap]
        self,
        events_1: int,
        n_1: int,
        events_2: int,
        n_2: int,
        *,
        confidence_level: float = 0.95,
        side: Side = "two-sided",
    ) -> Interval: ...
    @overload
    def __call__(
        self,
        events_1: Counts | int,
        n_1: Counts | int,
        events_2: Counts | int,
        n_2: Counts | int,
        *,
        confidence_level: float = 0.95,
        side: Side = "two-sided",
    ) -> IntervalArray: ...


class Paired(Protocol):
    @overload
    def __call__(  # type: ignore[overload-overlap]
        self,
        both: int,
        first_only: int,
        second_only: int,
        neither: int,
        *,
        confidence_level: float = 0.95,
    ) -> Interval: ...
    @overload
    def __call__(
        self,
        both: Counts | int,
        first_only: Counts | int,
        second_only: Counts | int,
        neither: Counts | int,
        *,
        confidence_level: float = 0.95,
    ) -> IntervalArray: ...


class PairedBounds(Protocol):
    @overload
    def __call__(  # type: ignore[overload-overlap]
        self,
        both: int,
        first_only: int,
        second_only: int,
        neither: int,
        *,
        confidence_level: float = 0.95,
        side: Side = "two-sided",
    ) -> Interval: ...
    @overload
    def __call__(
        self,
        both: Counts | int,
        first_only: Counts | int,
        second_only: Counts | int,
        neither: Counts | int,
        *,
        confidence_level: float = 0.95,
        side: Side = "two-sided",
    ) -> IntervalArray: ...


def one_sample(function: _Plain) -> OneSample:
    return cast("OneSample", function)


def one_sample_bounds(function: _Plain) -> OneSampleBounds:
    return cast("OneSampleBounds", function)


def finite(function: _Plain) -> FinitePopulation:
    return cast("FinitePopulation", function)


def finite_bounds(function: _Plain) -> FinitePopulationBounds:
    return cast("FinitePopulationBounds", function)


def rate(function: _Plain) -> Rate:
    return cast("Rate", function)


def rate_bounds(function: _Plain) -> RateBounds:
    return cast("RateBounds", function)


def two_rates(function: _Plain) -> TwoRates:
    return cast("TwoRates", function)


def two_rates_bounds(function: _Plain) -> TwoRatesBounds:
    return cast("TwoRatesBounds", function)


def two_samples(function: _Plain) -> TwoSamples:
    return cast("TwoSamples", function)


def two_samples_bounds(function: _Plain) -> TwoSamplesBounds:
    return cast("TwoSamplesBounds", function)


def paired(function: _Plain) -> Paired:
    return cast("Paired", function)


def paired_bounds(function: _Plain) -> PairedBounds:
    return cast("PairedBounds", function)
