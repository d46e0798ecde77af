"""The variances that an effect can have, each with when to use it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dipoutcomes._validate import check_choice
from dipoutcomes.comparison.effect import _abadie_imbens, _spread
from dipoutcomes.comparison.effect._arms import Arms
from dipoutcomes.comparison.effect._people import Floats, People
from dipoutcomes.comparison.effect._spread import Spread

RECOMMENDED = "recommended"


@dataclass(frozen=True, slots=True, kw_only=True)
class VarianceMethod:
    """One way to work out how uncertain an effect is: an entry of `VARIANCE_METHODS`.

    Parameters
    ----------
    name : str
        The word that ``variance=`` takes.
    title : str
        As a report prints it.
    function : callable
        Arms and gradient in, `Spread` out.
    use : str
        When to use it, or why not.
    reference : str
    aliases : tuple of str
        Words of the reference tables.
    """

    name: str
    title: str
    function: Callable[[Arms, Floats], Spread]
    use: str
    reference: str
    aliases: tuple[str, ...] = ()


_WHITE = "White (1980), Econometrica 48, 817-838; MacKinnon and White (1985)"

VARIANCE_METHODS = (
    VarianceMethod(
        name="stacked_leverage",
        title="stacked sandwich, HC3 form",
        function=_spread.stacked_leverage,
        use="Weights from a logistic score or by entropy balancing: allows for that step, and in "
        "small groups for each person's pull on the means.",
        reference="Lunceford and Davidian (2004), Statistics in Medicine 23, 2937-2960; Long and "
        "Ervin (2000), The American Statistician 54, 217-224",
    ),
    VarianceMethod(
        name="stacked",
        title="stacked sandwich",
        function=_spread.stacked,
        use="To agree with other programs; too short with 60 people or fewer.",
        reference="Lunceford and Davidian (2004), Statistics in Medicine 23, 2937-2960",
        aliases=("stacked estimating equations",),
    ),
    VarianceMethod(
        name="set_clustered",
        title="clustered by matched set",
        function=_spread.set_clustered,
        use="Matching without replacement: people of a set are alike. Takes the score for known.",
        reference="Abadie and Spiess (2022), JASA 117, 983-995",
    ),
    VarianceMethod(
        name="abadie_imbens_score",
        title="Abadie-Imbens, score estimated",
        function=_abadie_imbens.abadie_imbens_score,
        use="Matching with replacement on a logistic score: allows for re-use and for the score.",
        reference="Abadie and Imbens (2016), Econometrica 84, 781-807, theorem 2",
    ),
    VarianceMethod(
        name="abadie_imbens",
        title="Abadie-Imbens, score taken as known",
        function=_abadie_imbens.abadie_imbens,
        use="Matching with replacement where the score's model is not at hand.",
        reference="Abadie and Imbens (2006), Econometrica 74, 235-267, theorem 7",
    ),
    VarianceMethod(
        name="sandwich",
        title="sandwich (HC3), fixed weights",
        function=_spread.sandwich,
        use="Weights of unknown making; each person is a unit.",
        reference=_WHITE,
        aliases=("sandwich_hc3", "HC3"),
    ),
    VarianceMethod(
        name="sandwich_hc1",
        title="sandwich (HC1), fixed weights",
        function=_spread.sandwich_hc1,
        use="To agree with other programs.",
        reference=_WHITE,
        aliases=("HC1",),
    ),
    VarianceMethod(
        name="sandwich_hc0",
        title="sandwich (HC0), fixed weights",
        function=_spread.sandwich_hc0,
        use="To agree with other programs; too short in small groups.",
        reference=_WHITE,
        aliases=("HC0",),
    ),
    VarianceMethod(
        name="welch",
        title="weighted Welch",
        function=_spread.welch,
        use="As Justice Data Lab reports do: leaves out matching, re-use and the score's error.",
        reference="Welch (1947), Biometrika 34, 28-35; Kish (1965), section 11.7",
    ),
    VarianceMethod(
        name="set_clustered_hc1",
        title="clustered by matched set, HC1",
        function=_spread.set_clustered_hc1,
        use="To agree with other programs.",
        reference="Liang and Zeger (1986), Biometrika 73, 13-22",
        aliases=("sandwich vcovCL by pair",),
    ),
    VarianceMethod(
        name="pair_differences",
        title="differences of pairs",
        function=_abadie_imbens.pair_differences,
        use="One match each without replacement; with replacement it takes re-used people for "
        "several.",
        reference="Rubin (1973), Biometrics 29, 159-183",
        aliases=("pair differences sd/sqrt(pairs)",),
    ),
)


def variance_named(word: str) -> VarianceMethod:
    """Return the entry of `VARIANCE_METHODS` called *word*, by its name or an alias.

    Parameters
    ----------
    word : str

    Returns
    -------
    VarianceMethod

    Raises
    ------
    ValueError
        If there is none; the message names the nearest.

    Examples
    --------
    >>> variance_named("HC3").name
    'sandwich'
    """
    for method in VARIANCE_METHODS:
        if word == method.name or word in method.aliases:
            return method
    check_choice("variance", word, tuple(method.name for method in VARIANCE_METHODS))
    raise AssertionError("unreachable")  # pragma: no cover


def recommended_for(people: People) -> str:
    """Return the name of the variance that suits how *people* were made comparable."""
    if people.weighting == "entropy":
        return "stacked_leverage"
    if people.weighting == "score":
        return "stacked_leverage" if people.score_was_fitted else "sandwich"
    if people.matched_set is not None:
        return "set_clustered"
    if people.pairs is not None and people.score is not None:
        return "abadie_imbens_score" if people.score_was_fitted else "abadie_imbens"
    return "sandwich"
