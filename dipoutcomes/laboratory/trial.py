"""A trial: one estimator, one way in which data come about, and the truth it should find."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from dipoutcomes._validate import check_choice

FloatArray = NDArray[Any]  # counts, floats or flags
Scale = Literal["plain", "log"]
Cost = Literal["table", "light", "medium", "heavy"]
Role = Literal["offered", "popular practice", "sound way"]
Rejection = Literal["", "type I error", "power"]

#: How long one replication takes, and so how many there are; see `run.PRESETS`.
COSTS: tuple[Cost, ...] = ("table", "light", "medium", "heavy")
ROLES: tuple[Role, ...] = ("offered", "popular practice", "sound way")
SIZES = (28, 60, 200, 1_000)
#: People in a cohort: fewer make no frame of four areas, more no cohort that anyone has.
SMALLEST, LARGEST = 10, 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What an estimator should find, and how we know.

    Parameters
    ----------
    value : float
    source : str
        "closed form", "enumeration", or in words how large a made-up population was.
    error : float, default 0
        Monte Carlo standard error of *value*, where it was simulated.
    """

    value: float
    source: str = "closed form"
    error: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Replications:
    """What an estimator said of each made-up cohort; a failure is ``nan`` and stays in its place.

    Parameters
    ----------
    estimate, low, high, p_value : ndarray, shape (replications,), or None
        ``None`` where the estimator gives no such thing.
    errors : mapping of str to int
        How many cohorts it refused or broke on, by the name of the exception.
    """

    estimate: FloatArray | None = None
    low: FloatArray | None = None
    high: FloatArray | None = None
    p_value: FloatArray | None = None
    errors: Mapping[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        arrays = (self.estimate, self.low, self.high, self.p_value)
        return max((len(a) for a in arrays if a is not None), default=0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scenario:
    """A way in which made-up cohorts come about.

    Parameters
    ----------
    name : str
        Unique; with the number of people it names the random stream, so that a new scenario
        changes no other, and all estimators tried in it see the same cohorts.
    says : str
        In words, for a reader of the result page.
    draw : callable
        ``(rng, n, replications) -> data``: so many cohorts, in whatever form the estimators
        tried here take them.
    """

    name: str
    says: str
    draw: Callable[[np.random.Generator, int, int], Any]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trial:
    """One estimator tried in one scenario.

    Parameters
    ----------
    family : str
        A key of `intervals.METHODS`, or another key of `words.FAMILIES_IN_WORDS`: "outcomes",
        "regression_to_mean", "areas", "popular practice".
    estimator : str
        What a program calls: ``"wilson"``, ``"rate_per_person_year(garwood)"``.
    title : str
        As the page prints it.
    estimates : str
        The quantity, in words; with *scenario* the question that is put.
    scenario : Scenario
    truth : callable
        ``n -> Truth``.
    apply : callable
        ``data -> Replications``, with *data* as *scenario* draws them.
    covers : tuple of str
        What is thereby tried: ``"METHODS:rate:garwood"`` and public names, ``"rate_interval"``.
    standing : str, default "sound"
        As in the table of methods; of a method marked "do not use" a shortfall is expected.
    scale : {"plain", "log"}
        On which bias and root mean square error are measured; ratios on the log scale.
    judge_bias : bool, default False
        Whether a bias counts against it: for estimators that give a value of their own.
    rejection : {"", "type I error", "power"}
        What a p-value below 5% is in this scenario.
    cost : {"table", "light", "medium", "heavy"}
    sizes : tuple of int, optional
        People, where not every size is tried; *only* says why.
    only : str
    role : {"offered", "popular practice", "sound way"}
    question : str
        Joins the popular practice with the sound way beside it.
    """

    family: str
    estimator: str
    title: str
    estimates: str
    scenario: Scenario
    truth: Callable[[int], Truth]
    apply: Callable[[Any], Replications]
    covers: tuple[str, ...] = ()
    standing: str = "sound"
    scale: Scale = "plain"
    judge_bias: bool = False
    rejection: Rejection = ""
    cost: Cost = "table"
    sizes: tuple[int, ...] = ()
    only: str = ""
    role: Role = "offered"
    question: str = ""

    def __post_init__(self) -> None:
        check_choice("cost", self.cost, COSTS)
        check_choice("role", self.role, ROLES)
        if bool(self.sizes) != bool(self.only):
            raise ValueError("`sizes` and `only`, the reason for them, come together")

    @property
    def name(self) -> str:
        """Family, estimator and scenario: unique in the registry."""
        return f"{self.family}/{self.estimator}/{self.scenario.name}"

    def tried_at(self, n: int) -> bool:
        """Return whether the trial is made with *n* people."""
        return not self.sizes or n in self.sizes
