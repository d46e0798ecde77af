"""The same questions of people whose numbers of events are given: made-up careers, or records."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dipoutcomes._validate import check_counts
from dipoutcomes.errors import DesignError
from dipoutcomes.payment.operating_characteristics import _evaluate
from dipoutcomes.payment.operating_characteristics._sides import Part
from dipoutcomes.payment.operating_characteristics._summary import AtEffect, Tally
from dipoutcomes.payment.operating_characteristics.characteristics import settled_in
from dipoutcomes.payment.operating_characteristics.design import PaymentDesign

_FEWEST = 100


def characteristics_from_people(
    design: PaymentDesign,
    treated_events: ArrayLike,
    baseline_events: ArrayLike | None = None,
    *,
    effect: float,
    rng: np.random.Generator | None = None,
) -> AtEffect:
    """Return what a contract does for cohorts drawn from people whose events are given.

    For what the gamma model leaves out: bursts of offences, quiet spells, days in custody, whoever
    a programme selects. Make careers with `simulate`, count each person's events in the contract's
    window, and give the counts.

    Parameters
    ----------
    design : PaymentDesign
        Its people and effect say what is deserved; its scenario counts people, and nothing else.
    treated_events : array_like of int, shape (people,)
        Events in the window of each treated person; at least 100, and better 100,000.
    baseline_events : array_like of int, optional
        The same for the people of a matched group or of an earlier cohort. Left out, they are as
        the design says.
    effect : float
        The programme's true effect on these people, in the unit of the contract's test: known
        where the careers were made.
    rng : numpy.random.Generator, optional
        Needed where cohorts are simulated.

    Returns
    -------
    AtEffect
        Cohorts are drawn with replacement, so the pool's own error is in every figure.

    Raises
    ------
    DesignError
        If there are fewer than 100 people, or the contract's baseline is their own past, or
        *baseline_events* are given and no baseline is counted.

    Examples
    --------
    >>> from pathlib import Path
    >>> import numpy as np
    >>> from dipoutcomes.payment.contract import parse_contract
    >>> from dipoutcomes.payment.operating_characteristics import PeopleModel
    >>> text = Path("protocols/contracts/peterborough-2010.toml").read_text(encoding="utf-8")
    >>> events = np.random.default_rng(1).negative_binomial(0.64, 0.293, 100_000)
    >>> people = PeopleModel.from_counts(events)
    >>> design = PaymentDesign(contract=parse_contract(text), n=28, people=people)
    >>> found = characteristics_from_people(design, events, events, effect=0.0)
    >>> round(found.chance_paid, 2)
    0.39
    """
    world = design.world()
    if world.form == "own_past":
        raise DesignError(
            "a baseline of their own past needs each person's events before and after together; "
            "use the design's own model"
        )
    world = replace(world, observed=_chances("treated_events", treated_events))
    if baseline_events is not None:
        side = world.baseline
        if side is None:
            raise DesignError(
                "`baseline_events` are given and the contract's baseline is a number. Leave them "
                "out, or give the design `baseline_people`"
            )
        part = Part(
            chance=1.0,
            people=side.parts[0].people,
            person=_chances("baseline_events", baseline_events),
        )
        world = replace(world, baseline=replace(side, parts=(part,)))
    stream, cohorts = settled_in(design, world, [effect], rng=rng)
    tally = Tally(_evaluate.deserved(world, effect, design.contract_value))
    for _, batch in stream:
        tally.add(batch)
    return tally.figures(world, effect, cohorts)


def _chances(name: str, events: ArrayLike) -> NDArray[np.float64]:
    """Return the share of people with 0, 1, 2, ... events."""
    counts = check_counts(name, events)
    if counts.ndim != 1 or len(counts) < _FEWEST:
        raise DesignError(
            f"`{name}` holds {counts.size} people; at least {_FEWEST} are needed to draw from"
        )
    return np.asarray(np.bincount(counts) / len(counts))
