"""Every method on offer, family by family: what documentation, commands and tests go through.

To add a method, write its function in the family's file and its entry in the table there.
"""

from __future__ import annotations

from dipoutcomes._validate import check_choice
from dipoutcomes.intervals._common import Method, find_method
from dipoutcomes.intervals.difference import DIFFERENCE_METHODS
from dipoutcomes.intervals.finite_population import FINITE_POPULATION_METHODS
from dipoutcomes.intervals.kaplan_meier import (
    RESTRICTED_MEAN_METHODS,
    SURVIVAL_METHODS,
    SURVIVAL_QUANTILE_METHODS,
    SURVIVAL_TWO_GROUPS_METHODS,
)
from dipoutcomes.intervals.odds_ratio import ODDS_RATIO_METHODS
from dipoutcomes.intervals.paired import (
    BEFORE_AFTER_METHODS,
    PAIRED_METHODS,
    PAIRED_ODDS_RATIO_METHODS,
    PAIRED_RATIO_METHODS,
    SIGNED_RANK_METHODS,
)
from dipoutcomes.intervals.proportion import PROPORTION_METHODS
from dipoutcomes.intervals.rate import RATE_METHODS
from dipoutcomes.intervals.rate_ratio import RATE_DIFFERENCE_METHODS, RATE_RATIO_METHODS
from dipoutcomes.intervals.ratio import RATIO_METHODS

METHODS: dict[str, tuple[Method, ...]] = {
    "proportion": PROPORTION_METHODS,
    "finite_population": FINITE_POPULATION_METHODS,
    "rate": RATE_METHODS,
    "rate_ratio": RATE_RATIO_METHODS,
    "rate_difference": RATE_DIFFERENCE_METHODS,
    "difference": DIFFERENCE_METHODS,
    "ratio": RATIO_METHODS,
    "odds_ratio": ODDS_RATIO_METHODS,
    "paired_difference": PAIRED_METHODS,
    "paired_ratio": PAIRED_RATIO_METHODS,
    "paired_odds_ratio": PAIRED_ODDS_RATIO_METHODS,
    "before_after": BEFORE_AFTER_METHODS,
    "signed_rank": SIGNED_RANK_METHODS,
    "survival": SURVIVAL_METHODS,
    "survival_quantile": SURVIVAL_QUANTILE_METHODS,
    "survival_two_groups": SURVIVAL_TWO_GROUPS_METHODS,
    "restricted_mean": RESTRICTED_MEAN_METHODS,
}


def method_named(family: str, word: str) -> Method:
    """Return the entry of *family* called *word*, by its name or an alias.

    Parameters
    ----------
    family : str
        A key of `METHODS`.
    word : str
        A name, or a word of the reference tables.

    Returns
    -------
    Method
        With its name, title, function, use and reference.

    Raises
    ------
    ValueError
        If there is no such family or method; the message names the nearest one.

    Examples
    --------
    >>> method_named("proportion", "clopper_pearson_mid_p").name
    'mid_p'
    """
    return find_method(METHODS[check_choice("family", family, tuple(METHODS))], word)


def recommended(family: str) -> Method:
    """Return the method of *family* to use when nothing speaks for another.

    Parameters
    ----------
    family : str
        A key of `METHODS`.

    Returns
    -------
    Method
        With its name, title, function, use and reference.

    Raises
    ------
    ValueError
        If there is no such family.

    Examples
    --------
    >>> recommended("finite_population").name
    'hypergeometric'
    """
    methods = METHODS[check_choice("family", family, tuple(METHODS))]
    return next(method for method in methods if method.standing == "recommended")
