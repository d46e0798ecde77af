"""From estimators of every shape to `Replications`: each table once, or cohort by cohort."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, Literal

import numpy as np

from dipoutcomes.laboratory.trial import FloatArray, Replications

#: Estimate, lower limit, upper limit and p-value of one cohort; nan where there is none.
Answer = tuple[float, float, float, float]
Gives = Literal["estimate", "interval", "p_value"]
NAN = float("nan")


def each_table_once(
    limits: Callable[..., Any] | None,
    *columns: Any,
    estimate: FloatArray | None = None,
    p_value: Callable[..., Any] | None = None,
) -> Replications:
    """Return what array functions of counts say, each distinct table worked out once.

    Parameters
    ----------
    limits : callable or None
        Takes the columns, gives something with ``low`` and ``high``.
    *columns : arrays, shape (replications,)
        Counts, one row a replication.
    estimate : ndarray, optional
        Taken as it is.
    p_value : callable, optional
        Takes the columns.
    """
    rows = np.column_stack([np.asarray(c) for c in columns])
    distinct, place = np.unique(rows, axis=0, return_inverse=True)
    place = np.ravel(place)
    tables = [distinct[:, k] for k in range(distinct.shape[1])]
    low = high = p = None
    if limits is not None:
        found = limits(*tables)
        low, high = np.asarray(found.low)[place], np.asarray(found.high)[place]
    if p_value is not None:
        p = np.asarray(p_value(*tables), dtype=np.float64)[place]
    return Replications(estimate=estimate, low=low, high=high, p_value=p)


def one_by_one(
    cohorts: Iterable[Any],
    ask: Callable[..., Answer],
    *,
    gives: tuple[Gives, ...] = ("estimate", "interval"),
) -> Replications:
    """Return what an estimator that takes one cohort says of each.

    A cohort on which it raises is a failure, whatever the error: it keeps its place as nan, and
    the error is counted by its name. A refusal that is right (too few people for a method) is
    counted all the same, because whoever asked got no answer.

    Parameters
    ----------
    cohorts : iterable of tuples
        The arguments of *ask*, cohort by cohort.
    ask : callable
        Gives estimate, limits and p-value.
    gives : tuple of {"estimate", "interval", "p_value"}
        Which of them it is meant to give; a missing one of these is a failure.
    """
    rows: list[Answer] = []
    errors: Counter[str] = Counter()
    for cohort in cohorts:
        try:
            rows.append(ask(*cohort))
        except Exception as error:  # whatever it is, it is what the user would have met
            errors[type(error).__name__] += 1
            rows.append((NAN, NAN, NAN, NAN))
    values = np.array(rows, dtype=np.float64).reshape(-1, 4)
    return Replications(
        estimate=values[:, 0] if "estimate" in gives else None,
        low=values[:, 1] if "interval" in gives else None,
        high=values[:, 2] if "interval" in gives else None,
        p_value=values[:, 3] if "p_value" in gives else None,
        errors=dict(sorted(errors.items())),
    )


def of_estimate(found: Any) -> Answer:
    """Return the answer that an `Estimate` or a `SurveyEstimate` holds."""
    return (
        found.value,
        found.interval.low,
        found.interval.high,
        float(getattr(found, "p_value", NAN)),
    )


def of_interval(found: Any, estimate: float = NAN) -> Answer:
    """Return the answer that an interval alone gives."""
    return estimate, float(found.low), float(found.high), NAN


def of_p_value(p: Any) -> Answer:
    """Return the answer that a test alone gives."""
    return NAN, NAN, NAN, float(p)
