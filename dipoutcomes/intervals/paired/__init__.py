"""The same persons seen twice: differences, ratios and odds ratios of shares, rates, changes."""

from dipoutcomes.intervals.paired.before_after import (
    BEFORE_AFTER_METHODS,
    before_after_exact_interval,
    before_after_interval,
    before_after_mid_p_interval,
    before_after_p_value,
    before_after_score_interval,
)
from dipoutcomes.intervals.paired.difference import (
    agresti_min_interval,
    bonett_price_interval,
    newcombe_paired_interval,
    newcombe_paired_plain_interval,
    paired_scas_interval,
    paired_wald_interval,
    tango_interval,
)
from dipoutcomes.intervals.paired.difference_family import (
    PAIRED_METHODS,
    paired_difference_interval,
    paired_difference_p_value,
)
from dipoutcomes.intervals.paired.mcnemar import (
    mcnemar_corrected_p_value,
    mcnemar_exact_p_value,
    mcnemar_mid_p_value,
    mcnemar_p_value,
    mcnemar_score_p_value,
)
from dipoutcomes.intervals.paired.odds_ratio import (
    PAIRED_ODDS_RATIO_METHODS,
    paired_odds_ratio_interval,
    paired_odds_ratio_p_value,
)
from dipoutcomes.intervals.paired.ratio import (
    PAIRED_RATIO_METHODS,
    bonett_price_ratio_interval,
    paired_ratio_interval,
    paired_ratio_p_value,
    tang_interval,
)
from dipoutcomes.intervals.paired.signed_rank import (
    SIGNED_RANK_METHODS,
    HodgesLehmann,
    hodges_lehmann,
    signed_rank_interval,
    signed_rank_p_value,
)

__all__ = [
    "BEFORE_AFTER_METHODS",
    "PAIRED_METHODS",
    "PAIRED_ODDS_RATIO_METHODS",
    "PAIRED_RATIO_METHODS",
    "SIGNED_RANK_METHODS",
    "HodgesLehmann",
    "agresti_min_interval",
    "before_after_exact_interval",
    "before_after_interval",
    "before_after_mid_p_interval",
    "before_after_p_value",
    "before_after_score_interval",
    "bonett_price_interval",
    "bonett_price_ratio_interval",
    "hodges_lehmann",
    "mcnemar_corrected_p_value",
    "mcnemar_exact_p_value",
    "mcnemar_mid_p_value",
    "mcnemar_p_value",
    "mcnemar_score_p_value",
    "newcombe_paired_interval",
    "newcombe_paired_plain_interval",
    "paired_difference_interval",
    "paired_difference_p_value",
    "paired_odds_ratio_interval",
    "paired_odds_ratio_p_value",
    "paired_ratio_interval",
    "paired_ratio_p_value",
    "paired_scas_interval",
    "paired_wald_interval",
    "signed_rank_interval",
    "signed_rank_p_value",
    "tang_interval",
    "tango_interval",
]
