"""One question answered by what is often done and by what should be done, on the same cohorts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from dipoutcomes.laboratory.trial import Cost, Replications, Role, Scale, Scenario, Trial, Truth

WRONG: Role = "popular practice"
RIGHT: Role = "sound way"

#: Role, name, title, and the function from cohorts to answers.
Way = tuple[Role, str, str, Callable[[Any], Replications]]


def both_ways(  # noqa: PLR0913 - what a trial is made of
    question: str,
    estimates: str,
    scenario: Scenario,
    truth: Callable[[int], Truth],
    ways: tuple[Way, ...],
    cost: Cost,
    scale: Scale = "plain",
    *,
    sizes: tuple[int, ...] = (),
    only: str = "",
) -> Iterator[Trial]:
    """Yield a trial for each way, all of them of the family of popular practice."""
    for role, name, title, apply in ways:
        yield Trial(
            family="popular practice",
            estimator=name,
            title=title,
            estimates=estimates,
            scenario=scenario,
            truth=truth,
            apply=apply,
            role=role,
            question=question,
            scale=scale,
            cost=cost,
            sizes=sizes,
            only=only,
        )
