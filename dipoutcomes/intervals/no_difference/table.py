"""The tests that two groups do not differ, and the function that takes any of them by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from dipoutcomes._validate import check_choice
from dipoutcomes.intervals._common import FloatArray, Standing
from dipoutcomes.intervals._two_samples.shared import Alternative
from dipoutcomes.intervals.no_difference.chi_square import pearson_p_value
from dipoutcomes.intervals.no_difference.fisher import fisher_p_value
from dipoutcomes.intervals.no_difference.unconditional import barnard_p_value, boschloo_p_value


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """One test that two groups do not differ: an entry of `NO_DIFFERENCE_TESTS`.

    Parameters
    ----------
    name : str
        The word that ``method=`` takes.
    title : str
        As a report prints it.
    function : callable
        ``(events_1, n_1, events_2, n_2, *, alternative)``.
    use : str
        When to use it, or why not.
    reference : str
        Author, year, journal and pages.
    standing : {"recommended", "sound", "do not use"}
        One test is the recommended one.
    aliases : tuple of str
        Other words for it, those of reference tables among them.
    """

    __test__ = False  # a name that test runners collect

    name: str
    title: str
    function: Callable[..., FloatArray | float]
    use: str
    reference: str
    standing: Standing = "sound"
    aliases: tuple[str, ...] = ()


NO_DIFFERENCE_TESTS = (
    Test(
        name="boschloo",
        title="Boschloo exact test, twice the smaller side",
        function=partial(boschloo_p_value, kind="central"),
        use="The default for a test alone: exact, and more powerful than Fisher's.",
        reference="Boschloo (1970), Statistica Neerlandica 24, 1-35",
        standing="recommended",
        aliases=("unconditional_boschloo_central", "boschloo_central"),
    ),
    Test(
        name="boschloo_minlike",
        title="Boschloo exact test, ordered by the two-sided Fisher p",
        function=partial(boschloo_p_value, kind="minlike"),
        use="As Boschloo, one two-sided order: what R's Exact computes.",
        reference="Boschloo (1970), Statistica Neerlandica 24, 1-35",
        aliases=("unconditional_boschloo",),
    ),
    Test(
        name="barnard",
        title="Barnard exact test, pooled z",
        function=partial(barnard_p_value, statistic="pooled"),
        use="Exact; agrees with the Agresti-Min interval.",
        reference="Barnard (1947), Biometrika 34, 123-138",
        aliases=("unconditional_barnard_z_pooled", "barnard_pooled"),
    ),
    Test(
        name="barnard_unpooled",
        title="Barnard exact test, unpooled z",
        function=partial(barnard_p_value, statistic="unpooled"),
        use="To reproduce published work; less powerful in very unequal groups.",
        reference="Suissa and Shuster (1985), J. R. Statist. Soc. A 148, 317-327",
        aliases=("unconditional_barnard_z_unpooled",),
    ),
    Test(
        name="fisher",
        title="Fisher exact test, twice the smaller tail",
        function=partial(fisher_p_value, kind="central"),
        use="Margins fixed by design; agrees with the Fisher interval.",
        reference="Fisher (1935), J. R. Statist. Soc. 98, 39-82",
        aliases=("fisher_central",),
    ),
    Test(
        name="fisher_minlike",
        title="Fisher exact test, outcomes no likelier",
        function=partial(fisher_p_value, kind="minlike"),
        use="The p-value that R and SciPy print; agrees with the Fisher minlike interval.",
        reference="Fay (2010), Biostatistics 11, 373-374",
    ),
    Test(
        name="fisher_blaker",
        title="Fisher exact test, Blaker",
        function=partial(fisher_p_value, kind="blaker"),
        use="Agrees with the Fisher-Blaker interval.",
        reference="Blaker (2000), Canadian Journal of Statistics 28, 783-798",
    ),
    Test(
        name="fisher_mid_p",
        title="Fisher mid-P test",
        function=partial(fisher_p_value, kind="mid_p"),
        use="Near its level on average, not at most it.",
        reference="Berry and Armitage (1995), The Statistician 44, 417-423",
        aliases=("fisher_mid_p_central",),
    ),
    Test(
        name="pearson_n_minus_1",
        title="chi-square test, N - 1",
        function=partial(pearson_p_value, correction="n_minus_1"),
        use="A formula that does well in small groups too.",
        reference="Campbell (2007), Statistics in Medicine 26, 3661-3675",
        aliases=("pearson_chi_square_n_minus_1",),
    ),
    Test(
        name="pearson",
        title="chi-square test",
        function=partial(pearson_p_value, correction="none"),
        use="Large groups; agrees with the Mee and Koopman intervals.",
        reference="Pearson (1900), Philosophical Magazine 50, 157-175",
        aliases=("pearson_chi_square",),
    ),
    Test(
        name="pearson_yates",
        title="chi-square test with continuity correction",
        function=partial(pearson_p_value, correction="yates"),
        use="To reproduce published work: more cautious than the exact tests.",
        reference="Yates (1934), J. R. Statist. Soc. Supplement 1, 217-235",
        aliases=("pearson_chi_square_yates",),
    ),
)


def no_difference_p_value(
    events_1: Any,
    n_1: Any,
    events_2: Any,
    n_2: Any,
    *,
    method: str = "boschloo",
    alternative: Alternative = "two-sided",
) -> FloatArray | float:
    """Return the p-value that two groups do not differ by any test of `NO_DIFFERENCE_TESTS`.

    Parameters
    ----------
    events_1, n_1, events_2, n_2 : int or array of int
        As for :func:`barnard_p_value`.
    method : str, default "boschloo"
        A name of `NO_DIFFERENCE_TESTS` or one of its aliases, or "recommended".
    alternative : {"two-sided", "greater", "less"}
        "greater": the event is more frequent in group 1.

    Returns
    -------
    float or array
        1 where a group is empty.

    Raises
    ------
    ValueError
        If there is no such test; the message names the nearest one.

    Examples
    --------
    >>> round(no_difference_p_value(21, 28, 13, 29, method="fisher"), 4)
    0.0391
    """
    for test in NO_DIFFERENCE_TESTS:
        named = method == test.name or method in test.aliases
        if named or method == "recommended" == test.standing:
            return test.function(events_1, n_1, events_2, n_2, alternative=alternative)
    names = (*(test.name for test in NO_DIFFERENCE_TESTS), "recommended")
    check_choice("method", method, names)
    raise AssertionError("unreachable")  # pragma: no cover
