"""What the trials of the interval families share: one trial a method of `METHODS` and scenario."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from dipoutcomes.intervals import METHODS
from dipoutcomes.laboratory.answers import each_table_once
from dipoutcomes.laboratory.trial import (
    Cost,
    FloatArray,
    Rejection,
    Replications,
    Scale,
    Scenario,
    Trial,
    Truth,
)

#: Data of a scenario: the columns of counts that the functions take, in their order.
Columns = tuple[FloatArray, ...]
#: The sizes at which alone a method is tried, and why.
Limited = tuple[tuple[int, ...], str]
#: How the reason begins of a method that is tried at few sizes because it takes long.
SLOW = "slow"


def exactly(value: float, source: str = "closed form") -> Callable[[int], Truth]:
    """Return a truth that is the same at every size."""
    return lambda _n: Truth(value=value, source=source)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class IntervalFamily:
    """A family of `METHODS` whose functions take columns of counts.

    Parameters
    ----------
    name : str
        A key of `METHODS`.
    estimates : str
        The quantity, in words.
    estimate : callable
        The natural estimate, from the columns of the scenario.
    scale : {"plain", "log"}
    without_p_value : tuple of str
        Methods that are no test inversion and have none.
    limited : mapping of str to Limited
        Methods that are not tried at every size.
    costs : mapping of str to Cost
        Methods of which a table takes more than a fraction of a millisecond.
    takes : slice
        Which of the scenario's columns the functions take.
    """

    name: str
    estimates: str
    estimate: Callable[[Columns], FloatArray]
    scale: Scale = "plain"
    without_p_value: tuple[str, ...] = ()
    limited: Mapping[str, Limited] = field(default_factory=dict)
    costs: Mapping[str, Cost] = field(default_factory=dict)
    takes: slice = field(default_factory=lambda: slice(None))

    def trials(
        self,
        scenario: Scenario,
        truth: Callable[[int], Truth],
        p_value: Callable[..., Any],
        rejection: Rejection,
    ) -> Iterator[Trial]:
        """Yield a trial for each method; *p_value* takes the columns and ``method=``."""
        for method in METHODS[self.name]:
            sizes, only = self.limited.get(method.name, ((), ""))
            tested = method.name not in self.without_p_value
            yield Trial(
                family=self.name,
                estimator=method.name,
                title=method.title,
                estimates=self.estimates,
                scenario=scenario,
                truth=truth,
                apply=self._applied(
                    method.function, _named(p_value, method.name) if tested else None
                ),
                covers=(f"METHODS:{self.name}:{method.name}",),
                standing=method.standing,
                scale=self.scale,
                rejection=rejection if tested else "",
                cost=self.costs.get(method.name, "table"),
                sizes=sizes,
                only=only,
            )

    def _applied(
        self, function: Callable[..., Any], test: Callable[..., Any] | None
    ) -> Callable[[Columns], Replications]:
        return lambda columns: each_table_once(
            function, *columns[self.takes], estimate=self.estimate(columns), p_value=test
        )


def _named(p_value: Callable[..., Any], method: str) -> Callable[..., Any]:
    return lambda *columns: p_value(*columns, method=method)
