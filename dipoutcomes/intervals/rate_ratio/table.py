"""The methods for the ratio and for the difference of two rates."""

from __future__ import annotations

from dipoutcomes.intervals._common import Method
from dipoutcomes.intervals.rate_ratio import approximate, difference, exact

_LAUD = "Laud (2017), Pharmaceutical Statistics 16, 334-348"
_MIETTINEN = "Miettinen and Nurminen (1985), Statistics in Medicine 4, 213-226"
_FAY = "Fay (2010), Biostatistics 11, 373-374"
_ROTHMAN = "Rothman and Greenland (1998), Modern Epidemiology, chapter 14"

RATE_RATIO_METHODS = (
    Method(
        name="score",
        title="score",
        function=approximate.rate_ratio_score_interval,
        use="The default: a closed form near its level even with few or no events.",
        reference=_MIETTINEN,
        standing="recommended",
        aliases=("score_conditional_wilson", "score_miettinen_nurminen", "miettinen_nurminen"),
        one_sided=True,
    ),
    Method(
        name="exact",
        title="exact conditional",
        function=exact.rate_ratio_exact_interval,
        use="Where at least the stated coverage is promised; long with few events.",
        reference="Przyborowski and Wilenski (1940), Biometrika 31, 313-323",
        aliases=("central", "exact_conditional_central"),
        one_sided=True,
    ),
    Method(
        name="mid_p",
        title="conditional mid-P",
        function=exact.rate_ratio_mid_p_interval,
        use="A less cautious exact interval.",
        reference="Graham, Mengersen and Morton (2003), Statistics in Medicine 22, 2071-2083",
        aliases=("exact_conditional_mid_p",),
        one_sided=True,
    ),
    Method(
        name="blaker",
        title="conditional Blaker",
        function=exact.rate_ratio_blaker_interval,
        use="Shorter than the exact conditional one and as safe; two-sided only.",
        reference="Blaker (2000), Canadian Journal of Statistics 28, 783-798",
        aliases=("exact_conditional_blaker",),
    ),
    Method(
        name="minlike",
        title="conditional minimum likelihood",
        function=exact.rate_ratio_minlike_interval,
        use="To agree with the p-value of R's poisson.test; two-sided only.",
        reference=_FAY,
        aliases=("exact_conditional_minlike",),
    ),
    Method(
        name="r_default",
        title="exact conditional, as R's poisson.test",
        function=exact.rate_ratio_r_default_interval,
        use="To reproduce R's poisson.test, whose p-value is of another kind.",
        reference=_FAY,
        aliases=("exact_conditional_r_default",),
        one_sided=True,
    ),
    Method(
        name="scas",
        title="score, corrected for skewness (SCAS)",
        function=approximate.rate_ratio_scas_interval,
        use="A closed form with nearly equal tails; longer than the score with few events.",
        reference=_LAUD,
        aliases=("skewness_corrected_score_scas",),
        one_sided=True,
    ),
    Method(
        name="likelihood_ratio",
        title="likelihood ratio",
        function=approximate.rate_ratio_likelihood_ratio_interval,
        use="Beside a likelihood analysis; too short with few events.",
        reference="Gu, Ng, Tang and Schucany (2008), Biometrical Journal 50, 283-298",
        one_sided=True,
    ),
    Method(
        name="mover",
        title="square-and-add (MOVER), Jeffreys",
        function=approximate.rate_ratio_mover_interval,
        use="A closed form; rests on its prior where a group has no event.",
        reference="Donner and Zou (2012), Statistical Methods in Medical Research 21, 347-359",
        aliases=("mover_jeffreys",),
        one_sided=True,
    ),
    Method(
        name="wald_log",
        title="Wald, log scale (do not use)",
        function=approximate.rate_ratio_wald_log_interval,
        use="Do not use: no answer where a group has no event.",
        reference=_ROTHMAN,
        standing="do not use",
        one_sided=True,
    ),
)

RATE_DIFFERENCE_METHODS = (
    Method(
        name="scas",
        title="score difference, corrected for skewness (SCAS)",
        function=difference.rate_difference_scas_interval,
        use="The default: near its level with few events, equal tails, agrees with its p-value.",
        reference=_LAUD,
        standing="recommended",
        aliases=("skewness_corrected_score_scas",),
        one_sided=True,
    ),
    Method(
        name="score",
        title="score difference",
        function=difference.rate_difference_score_interval,
        use="To reproduce published work; falls below its level where one mean is near 1.",
        reference=_MIETTINEN,
        aliases=("score_miettinen_nurminen", "miettinen_nurminen"),
        one_sided=True,
    ),
    Method(
        name="mover",
        title="square-and-add difference (MOVER), Garwood",
        function=difference.rate_difference_mover_interval,
        use="By hand from two exact intervals; cautious.",
        reference="Zou and Donner (2008), Statistics in Medicine 27, 1693-1702",
        aliases=("mover_garwood",),
        one_sided=True,
    ),
    Method(
        name="mover_jeffreys",
        title="square-and-add difference (MOVER), Jeffreys",
        function=difference.rate_difference_mover_jeffreys_interval,
        use="A closed form, shorter than the score interval.",
        reference=_LAUD,
        one_sided=True,
    ),
    Method(
        name="wald",
        title="Wald difference of rates (do not use)",
        function=difference.rate_difference_wald_interval,
        use="Do not use: no width without events, too short with few.",
        reference=_ROTHMAN,
        standing="do not use",
        one_sided=True,
    ),
)
