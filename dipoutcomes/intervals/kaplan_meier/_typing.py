"""What the functions of this family take and give, for a type checker."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, cast, overload

from numpy.typing import NDArray

from dipoutcomes.intervals._common import Side
from dipoutcomes.results import Interval, IntervalArray

Times = NDArray[Any] | Sequence[float]
Plain = Callable[..., Interval | IntervalArray]


class Curve(Protocol):
    @overload
    def __call__(
        self,
        time: Any,
        at_risk: Any,
        events: Any,
        censored: Any,
        at: float,
        *,
        grouping: float = ...,
        confidence_level: float = ...,
        side: Side = ...,
    ) -> Interval: ...
    @overload
    def __call__(
        self,
        time: Any,
        at_risk: Any,
        events: Any,
        censored: Any,
        at: Times,
        *,
        grouping: float = ...,
        confidence_level: float = ...,
        side: Side = ...,
    ) -> IntervalArray: ...


class UngroupedCurve(Protocol):
    @overload
    def __call__(
        self,
        time: Any,
        at_risk: Any,
        events: Any,
        censored: Any,
        at: float,
        *,
        confidence_level: float = ...,
        side: Side = ...,
    ) -> Interval: ...
    @overload
    def __call__(
        self,
        time: Any,
        at_risk: Any,
        events: Any,
        censored: Any,
        at: Times,
        *,
        confidence_level: float = ...,
        side: Side = ...,
    ) -> IntervalArray: ...


def curve(function: Plain) -> Curve:
    return cast("Curve", function)


def ungrouped(function: Plain) -> UngroupedCurve:
    return cast("UngroupedCurve", function)
