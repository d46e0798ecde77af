"""Normal theory of a frequency contract: what is quick to check by hand, and where it is off."""

from __future__ import annotations

from math import sqrt

from scipy.special import ndtr

from dipoutcomes._validate import check_count, check_positive


def normal_payment_chance(
    n: int,
    effect: float,
    bar: float,
    *,
    events_per_person: float,
    sd: float,
    comparison_per_person: float = 10.0,
) -> float:
    """Return the chance that a relative reduction looks at least as large as the bar.

    Parameters
    ----------
    n : int
        People in the cohort.
    effect : float
        True reduction as a proportion of the comparison's mean; 0 is none, 0.1 a tenth.
    bar : float
        Reduction from which the contract pays, a proportion.
    events_per_person, sd : float
        Mean and standard deviation of the number of events of a person without the programme.
    comparison_per_person : float, default 10
        People in the comparison group for each of the cohort; ``inf``: a mean that is known.

    Returns
    -------
    float

    Raises
    ------
    ValueError, TypeError
        If an argument lies outside its range.

    Notes
    -----
    Pays if ``mean_T <= (1 - bar) mean_C``. With ``d = (effect - bar) m`` the chance is
    ``Phi(d / sqrt(sd**2 / n * (1 + (1 - bar)**2 / comparison_per_person)))``; the standard
    deviation is the same with and without the programme. Counts of a few dozen people who differ
    are skewed, and then it is too low for small effects: 0.37 against 0.39 with 28 people.

    Examples
    --------
    >>> round(normal_payment_chance(28, 0, 0.1, events_per_person=1.55, sd=2.3), 2)
    0.37
    >>> round(normal_payment_chance(1000, 0.1, 0.1, events_per_person=1.55, sd=2.3), 2)
    0.5
    """
    people = check_count("n", n, minimum=1)
    mean, spread = check_positive("events_per_person", events_per_person), check_positive("sd", sd)
    if not comparison_per_person > 0:
        raise ValueError(
            f"`comparison_per_person` must be greater than 0; got {comparison_per_person:g}"
        )
    error = spread * sqrt((1 + (1 - bar) ** 2 / comparison_per_person) / people)
    return float(ndtr((effect - bar) * mean / error))
