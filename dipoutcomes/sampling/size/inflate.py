"""What makes a sample larger or smaller than the plain formula: clusters, losses, the frame."""

from __future__ import annotations

from dataclasses import replace
from math import ceil

from dipoutcomes import _display
from dipoutcomes._validate import check_count, check_positive
from dipoutcomes.errors import DesignError
from dipoutcomes.sampling.size.plan import SizePlan


def cluster_design_effect(
    cluster_size: float, intraclass_correlation: float, *, size_variation: float = 0.0
) -> float:
    """Return how many times more people are needed when they come in clusters.

    Parameters
    ----------
    cluster_size : float
        People of the sample in a cluster (a custody suite, a key worker), on average.
    intraclass_correlation : float
        Between 0 and 1.
    size_variation : float, default 0
        Coefficient of variation of the cluster sizes: standard deviation over mean.

    Returns
    -------
    float
        ``1 + ((1 + cv**2) m - 1) icc``.

    Notes
    -----
    Eldridge, S. M., Ashby, D. and Kerry, S. (2006). International Journal of Epidemiology 35,
    1292-1300.

    Examples
    --------
    >>> cluster_design_effect(21, 0.05)
    2.0
    """
    size = check_positive("cluster_size", cluster_size)
    if not 0 <= intraclass_correlation <= 1:
        raise ValueError(
            f"`intraclass_correlation` must lie between 0 and 1; got {intraclass_correlation:g}"
        )
    if size < 1 or size_variation < 0:
        raise ValueError("`cluster_size` must be at least 1 and `size_variation` at least 0")
    return 1 + ((1 + size_variation**2) * size - 1) * intraclass_correlation


def inflate_plan(
    plan: SizePlan,
    *,
    design_effect: float = 1.0,
    retained: float = 1.0,
    population: int | None = None,
) -> SizePlan:
    """Return a plan for people who come in clusters, or of whom some will be lost.

    Parameters
    ----------
    plan : SizePlan
    design_effect : float, default 1
        At least 1: see `cluster_design_effect`.
    retained : float, default 1
        Share of those drawn who are traced and followed, above 0 and at most 1.
    population : int, optional
        People in the frame, who are all there are to be drawn.

    Returns
    -------
    SizePlan
        The same wish with more people; ``stable_n`` is scaled alike.

    Raises
    ------
    ValueError
        If an argument lies outside its range.
    DesignError
        If more people would be needed than the frame holds.

    Examples
    --------
    >>> from dipoutcomes.sampling.size.two_groups import plan_difference
    >>> inflate_plan(plan_difference(0.5, 0.3), design_effect=1.5, retained=0.7).n
    (200, 200)
    """
    effect = check_positive("design_effect", design_effect)
    if effect < 1:
        raise ValueError(
            f"`design_effect` must be at least 1; got {effect:g}. What strata gain is best left "
            "out of a plan"
        )
    if not 0 < retained <= 1:
        raise ValueError(f"`retained` must be above 0 and at most 1; got {retained:g}")

    def more(n: int) -> int:
        return ceil(n * effect / retained - 1e-9)

    said = []
    if effect > 1:
        said.append(f"people come in clusters: a design effect of {effect:.3g}")
    if retained < 1:
        said.append(f"{_display.percent(retained)} of those drawn are traced and followed")
    sizes = tuple(more(n) for n in plan.n)
    if population is not None and sum(sizes) > population:
        raise DesignError(
            f"{sum(sizes):,} people would have to be drawn and the frame holds {population:,}. "
            "Ask for less, or study everybody and say how wide the answer is"
        )
    return replace(
        plan,
        n=sizes,
        stable_n=None if plan.stable_n is None else more(plan.stable_n),
        assumptions=(*plan.assumptions, *said),
        details=(*plan.details, ("Without clusters and losses", float(plan.n[0]), "count")),
    )


def correct_for_frame(n: float, population: int) -> float:
    """Return how many of a known frame are worth *n* of an endless one.

    Parameters
    ----------
    n : float
        People that the plain formula asks for.
    population : int
        People in the frame.

    Returns
    -------
    float
        ``N n / (n + N - 1)``, not rounded; at most *population*.

    Notes
    -----
    For precision about the frame itself. To say something of future clients of the programme, or
    of a cause, the correction does not apply.

    Cochran, W. G. (1977). Sampling Techniques, 3rd edition, equation 4.2.

    Examples
    --------
    >>> round(correct_for_frame(384.14588206941227, 210), 6)
    136.004713
    """
    frame = check_count("population", population, minimum=1)
    size = check_positive("n", n)
    return frame * size / (size + frame - 1)


def effective_size(n: int, design_effect: float) -> int:
    """Return how many independent people *n* in clusters are worth, rounded down.

    Parameters
    ----------
    n : int
    design_effect : float
        At least 1.

    Returns
    -------
    int

    Examples
    --------
    >>> effective_size(100, 2.0)
    50
    """
    size = check_count("n", n, minimum=1)
    return max(1, int(size / check_positive("design_effect", design_effect) + 1e-9))
