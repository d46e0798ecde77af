"""Figures: a result goes in, Axes come out; nothing is shown, saved or set for the session.

Figures are made without pyplot, so that they hold no global state; in a notebook end the cell
with ``plot_x(...).figure``. Each figure has a text alternative, made from the same result.

Functions
---------
plot_estimates, plot_methods, plot_rates, plot_curves, plot_flow, plot_coverage, plot_precision,
plot_confidence_sequence
describe_estimates, describe_curves, describe_flow, describe_coverage, describe_precision,
describe_confidence_sequence : the text alternatives.
"""

from dipoutcomes.plots.coverage import describe_coverage, plot_coverage
from dipoutcomes.plots.curves import plot_curves
from dipoutcomes.plots.describe import describe_curves, describe_estimates, describe_flow
from dipoutcomes.plots.estimates import plot_estimates, plot_methods
from dipoutcomes.plots.flow import plot_flow
from dipoutcomes.plots.rates import plot_rates
from dipoutcomes.plots.sequential import (
    describe_confidence_sequence,
    plot_confidence_sequence,
)
from dipoutcomes.plots.size import describe_precision, plot_precision

__all__ = [
    "describe_confidence_sequence",
    "describe_coverage",
    "describe_curves",
    "describe_estimates",
    "describe_flow",
    "describe_precision",
    "plot_confidence_sequence",
    "plot_coverage",
    "plot_curves",
    "plot_estimates",
    "plot_flow",
    "plot_methods",
    "plot_precision",
    "plot_rates",
]
