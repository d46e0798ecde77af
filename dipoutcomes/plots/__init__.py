"""Figures: a result goes in, Axes come out; nothing is shown, saved or set for the session.

Figures are made without pyplot, so that they hold no global state; in a notebook end the cell
with ``plot_x(...).figure``. Each figure has a text alternative, made from the same result.

Functions
---------
plot_estimates, plot_methods, plot_rates, plot_curves, plot_flow, plot_coverage, plot_precision,
plot_confidence_sequence, plot_cumulative_incidence, plot_overstatement, plot_mean_functions,
plot_timelines, plot_hazard, plot_ratios, plot_proportional_hazards, plot_cured_share,
plot_balance, plot_support, plot_effects, plot_weights, plot_regression_to_mean,
plot_rates_before_after, plot_distribution_of_change, plot_literature_grid, plot_tipping_point,
plot_specification_curve, plot_forest, plot_funnel, plot_event_study, plot_series,
plot_payment_curve, plot_payment_distribution, plot_risk_trade_off
describe_estimates, describe_curves, describe_flow, describe_coverage, describe_precision,
describe_confidence_sequence, describe_cumulative_incidence, describe_overstatement,
describe_mean_functions, describe_timelines, describe_hazard, describe_ratios,
describe_proportional_hazards, describe_cured_share, describe_balance,
describe_support, describe_effects, describe_weights, describe_regression_to_mean,
describe_rates_before_after, describe_distribution_of_change, describe_literature_grid,
describe_tipping_point, describe_specification_curve, describe_forest, describe_funnel,
describe_event_study, describe_series, describe_payment_curve,
describe_payment_distribution, describe_risk_trade_off : the text alternatives.
"""

from dipoutcomes.plots.areas import (
    describe_event_study,
    describe_forest,
    describe_funnel,
    plot_event_study,
    plot_forest,
    plot_funnel,
)
from dipoutcomes.plots.balance import (
    describe_balance,
    describe_support,
    plot_balance,
    plot_support,
)
from dipoutcomes.plots.before_after import (
    describe_distribution_of_change,
    describe_rates_before_after,
    plot_distribution_of_change,
    plot_rates_before_after,
)
from dipoutcomes.plots.competing_risks import (
    describe_cumulative_incidence,
    describe_overstatement,
    plot_cumulative_incidence,
    plot_overstatement,
)
from dipoutcomes.plots.coverage import describe_coverage, plot_coverage
from dipoutcomes.plots.cured_share import describe_cured_share, plot_cured_share
from dipoutcomes.plots.curves import plot_curves
from dipoutcomes.plots.describe import describe_curves, describe_estimates, describe_flow
from dipoutcomes.plots.effects import (
    describe_effects,
    describe_weights,
    plot_effects,
    plot_weights,
)
from dipoutcomes.plots.estimates import plot_estimates, plot_methods
from dipoutcomes.plots.flow import plot_flow
from dipoutcomes.plots.hazard import describe_hazard, plot_hazard
from dipoutcomes.plots.indicators import (
    describe_cascade,
    describe_cumulative_chart,
    describe_indicators,
    describe_target_funnel,
    plot_cascade,
    plot_cumulative_chart,
    plot_indicators,
    plot_target_funnel,
)
from dipoutcomes.plots.payment import describe_waterfall, plot_waterfall
from dipoutcomes.plots.payment_amounts import (
    describe_payment_distribution,
    plot_payment_distribution,
)
from dipoutcomes.plots.payment_design import (
    describe_payment_curve,
    describe_risk_trade_off,
    plot_payment_curve,
    plot_risk_trade_off,
)
from dipoutcomes.plots.rates import plot_rates
from dipoutcomes.plots.recurrent import describe_mean_functions, plot_mean_functions
from dipoutcomes.plots.regression import (
    describe_proportional_hazards,
    describe_ratios,
    plot_proportional_hazards,
    plot_ratios,
)
from dipoutcomes.plots.regression_to_mean import (
    describe_literature_grid,
    describe_regression_to_mean,
    plot_literature_grid,
    plot_regression_to_mean,
)
from dipoutcomes.plots.scorecard import (
    describe_possible_bases,
    describe_printed_and_recomputed,
    plot_possible_bases,
    plot_printed_and_recomputed,
)
from dipoutcomes.plots.sensitivity import (
    describe_specification_curve,
    describe_tipping_point,
    plot_specification_curve,
    plot_tipping_point,
)
from dipoutcomes.plots.sequential import (
    describe_confidence_sequence,
    plot_confidence_sequence,
)
from dipoutcomes.plots.series import (
    describe_series,
    plot_series,
)
from dipoutcomes.plots.size import describe_precision, plot_precision
from dipoutcomes.plots.timelines import Timelines, describe_timelines, plot_timelines

__all__ = [
    "Timelines",
    "describe_balance",
    "describe_cascade",
    "describe_confidence_sequence",
    "describe_coverage",
    "describe_cumulative_chart",
    "describe_cumulative_incidence",
    "describe_cured_share",
    "describe_curves",
    "describe_distribution_of_change",
    "describe_effects",
    "describe_estimates",
    "describe_event_study",
    "describe_flow",
    "describe_forest",
    "describe_funnel",
    "describe_hazard",
    "describe_indicators",
    "describe_literature_grid",
    "describe_mean_functions",
    "describe_overstatement",
    "describe_payment_curve",
    "describe_payment_distribution",
    "describe_possible_bases",
    "describe_precision",
    "describe_printed_and_recomputed",
    "describe_proportional_hazards",
    "describe_rates_before_after",
    "describe_ratios",
    "describe_regression_to_mean",
    "describe_risk_trade_off",
    "describe_series",
    "describe_specification_curve",
    "describe_support",
    "describe_target_funnel",
    "describe_timelines",
    "describe_tipping_point",
    "describe_waterfall",
    "describe_weights",
    "plot_balance",
    "plot_cascade",
    "plot_confidence_sequence",
    "plot_coverage",
    "plot_cumulative_chart",
    "plot_cumulative_incidence",
    "plot_cured_share",
    "plot_curves",
    "plot_distribution_of_change",
    "plot_effects",
    "plot_estimates",
    "plot_event_study",
    "plot_flow",
    "plot_forest",
    "plot_funnel",
    "plot_hazard",
    "plot_indicators",
    "plot_literature_grid",
    "plot_mean_functions",
    "plot_methods",
    "plot_overstatement",
    "plot_payment_curve",
    "plot_payment_distribution",
    "plot_possible_bases",
    "plot_precision",
    "plot_printed_and_recomputed",
    "plot_proportional_hazards",
    "plot_rates",
    "plot_rates_before_after",
    "plot_ratios",
    "plot_regression_to_mean",
    "plot_risk_trade_off",
    "plot_series",
    "plot_specification_curve",
    "plot_support",
    "plot_target_funnel",
    "plot_timelines",
    "plot_tipping_point",
    "plot_waterfall",
    "plot_weights",
]
