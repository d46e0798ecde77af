"""Evaluate Drug Interventions Programmes and other work with offenders.

The public names, grouped by the question they answer. They are loaded when first used, so that
``import dipoutcomes`` is quick; tab completion shows them all.

How sure can anyone be of one count?
    `proportion_interval`, `finite_population_interval`, `finite_population_counts`,
    `rate_interval`, `survival_interval`
How sure can anyone be of a difference?
    `difference_interval`, `ratio_interval`, `odds_ratio_interval`, `no_difference_p_value`,
    `rate_ratio_interval`, `rate_difference_interval`
How sure can anyone be of a change in the same people?
    `paired_difference_interval`, `paired_ratio_interval`, `paired_odds_ratio_interval`,
    `before_after_interval`, `hodges_lehmann`
How often does an interval hold the truth, at the number of people in hand?
    `exact_coverage`, `coverage_curve`, `two_sample_coverage`, `paired_coverage`
What does a published figure say?
    `share_from_counts`, `share_by_method`, `share_by_frame`, `share_by_size`,
    `share_with_untraced`, `rate_by_follow_up`
What happened before, during and after?
    `open_report`, `evaluate`, `measure_windows`, `share_with_event`, `bounds_for_unknown`,
    `events_per_person`, `rate_per_person_year`, `rate_model`
How long until the next offence?
    `kaplan_meier`, `curves_by_group`, `log_rank_test`, `survival_at`, `restricted_mean`,
    `survival_in_bulk`
Was it lower after than before, or in one group than another?
    `paired_shares`, `rate_ratio_before_after`, `difference_between_groups`
How many people would be enough?
    `plan_proportion`, `plan_difference`, `plan_paired`, `detectable_from_published`,
    `detectable_difference`, `plan_data_lab`, `precision_curve`, `plot_precision`
Who was drawn, and could anyone repeat it?
    `draw_sample`, `random_stream`
May asking stop, because the question is answered?
    `proportion_confidence_sequence`, `sequence_from_looks`, `stop_when`, `anytime_interval`,
    `coverage_under_looking`
What does it look like?
    `plot_estimates`, `plot_methods`, `plot_flow`, `plot_curves`, `plot_rates`, `plot_coverage`,
    `plot_confidence_sequence`;
    in a notebook, figure and table together: `show_estimates`, `show_methods`, `show_coverage`,
    `show_table`, `show_markdown`
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOME = {
    "proportion_interval": "intervals",
    "finite_population_interval": "intervals",
    "finite_population_counts": "intervals",
    "rate_interval": "intervals",
    "survival_interval": "intervals",
    "difference_interval": "intervals",
    "ratio_interval": "intervals",
    "odds_ratio_interval": "intervals",
    "no_difference_p_value": "intervals",
    "rate_ratio_interval": "intervals",
    "rate_difference_interval": "intervals",
    "paired_difference_interval": "intervals",
    "paired_ratio_interval": "intervals",
    "paired_odds_ratio_interval": "intervals",
    "before_after_interval": "intervals",
    "hodges_lehmann": "intervals",
    "exact_coverage": "intervals",
    "coverage_curve": "intervals",
    "two_sample_coverage": "intervals",
    "paired_coverage": "intervals",
    "share_from_counts": "outcomes",
    "share_by_method": "outcomes",
    "share_by_frame": "outcomes",
    "share_by_size": "outcomes",
    "share_with_untraced": "outcomes",
    "rate_by_follow_up": "outcomes",
    "open_report": "study",
    "evaluate": "study",
    "measure_windows": "windows",
    "share_with_event": "outcomes",
    "bounds_for_unknown": "outcomes",
    "events_per_person": "outcomes",
    "rate_per_person_year": "outcomes",
    "rate_model": "outcomes",
    "kaplan_meier": "survival",
    "curves_by_group": "survival",
    "log_rank_test": "survival",
    "survival_at": "survival",
    "restricted_mean": "survival",
    "survival_in_bulk": "survival",
    "paired_shares": "comparison",
    "rate_ratio_before_after": "comparison",
    "difference_between_groups": "comparison",
    "draw_sample": "sampling",
    "proportion_confidence_sequence": "sampling",
    "sequence_from_looks": "sampling",
    "stop_when": "sampling",
    "anytime_interval": "sampling",
    "coverage_under_looking": "sampling",
    "plan_proportion": "sampling.size",
    "plan_difference": "sampling.size",
    "plan_paired": "sampling.size",
    "detectable_from_published": "sampling.size",
    "detectable_difference": "sampling.size",
    "plan_data_lab": "sampling.size",
    "precision_curve": "sampling.size",
    "plot_precision": "plots",
    "random_stream": "streams",
    "plot_estimates": "plots",
    "plot_methods": "plots",
    "plot_flow": "plots",
    "plot_curves": "plots",
    "plot_rates": "plots",
    "plot_coverage": "plots",
    "plot_confidence_sequence": "plots",
    "show_estimates": "report.show",
    "show_methods": "report.show",
    "show_coverage": "report.show",
    "show_table": "report.show",
    "show_markdown": "report.show",
    "Interval": "results",
    "Estimate": "results",
    "EstimateTable": "results",
    "Curve": "results",
    "StudyResults": "results",
}

__all__ = ["__version__", *sorted(_HOME)]  # noqa: PLE0604 (strings, though ruff cannot see it)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'dipoutcomes' has no attribute {name!r}")
    value = getattr(import_module(f"dipoutcomes.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
