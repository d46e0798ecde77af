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
    `kaplan_meier`, `curves_by_group`, `survival_at`, `event_time_quantiles`, `survival_band`,
    `conditional_survival`, `conditional_survival_table`, `nelson_aalen`, `piecewise_hazard`,
    `smooth_hazard`, `restricted_mean`, `weighted_kaplan_meier`, `survival_in_bulk`;
    from a file of one's own: `read_durations`, `read_repeated`
Do groups differ in how long?
    `log_rank_test`, `weighted_log_rank_test`, `trend_test`, `permutation_log_rank_test`,
    `one_sample_log_rank_test` against a `PublishedCurve`, `difference_at`,
    `restricted_mean_difference`
What if they die or go to prison first?
    `cumulative_incidence`, `incidence_by_group`, `incidence_at`, `overstatement`, `gray_test`,
    `cause_specific_hazards`, `cause_specific_test`, `fine_gray`, `restricted_mean_time_lost`,
    `compare_time_lost`
How often does it happen again?
    `build_histories`, `histories_from_rows`, `mean_cumulative_function`,
    `mean_cumulative_function_with_death`, `mean_cumulative_functions_by_group`, `mean_count_at`,
    `compare_mean_counts`, `recurrent_event_test`, `recurrent_event_model`, `recurrent_rate_model`,
    `gamma_frailty_model`
For whom sooner, and for whom never?
    `cox_regression` with `RowOptions`, `proportional_hazards_test`, `predicted_survival`,
    `parametric_regression`, `piecewise_exponential_regression`, `covariates_of`, `concordance`,
    `mixture_cure_models`, `semiparametric_cure_model`, `sufficient_follow_up`
May those who completed be set against those who did not?
    `check_immortal_time`, `landmark_cohort`, `exposure_rows`
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
What would it look like in people whose truth is known?
    `CareerModel`, `simulate_careers`, `simulate_population`, `iter_careers`, `parse_recipe`,
    `make_cohort`, `raw_files`
Do the methods keep what they promise?
    `run_laboratory`
What does it look like?
    `plot_estimates`, `plot_methods`, `plot_flow`, `plot_curves`, `plot_rates`, `plot_coverage`,
    `plot_confidence_sequence`, `plot_hazard`, `plot_cumulative_incidence`, `plot_overstatement`,
    `plot_mean_functions`, `plot_timelines`, `plot_ratios`, `plot_proportional_hazards`,
    `plot_cured_share`;
    in a notebook, figure and table together: `show_estimates`, `show_methods`, `show_coverage`,
    `show_curves`, `show_incidence`, `show_overstatement`, `show_mean_functions`, `show_table`,
    `show_markdown`
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
    "event_time_quantiles": "survival",
    "survival_band": "survival",
    "conditional_survival": "survival",
    "conditional_survival_table": "survival",
    "nelson_aalen": "survival",
    "piecewise_hazard": "survival",
    "smooth_hazard": "survival",
    "weighted_kaplan_meier": "survival",
    "weighted_log_rank_test": "survival",
    "trend_test": "survival",
    "permutation_log_rank_test": "survival",
    "one_sample_log_rank_test": "survival",
    "PublishedCurve": "survival",
    "difference_at": "survival",
    "restricted_mean_difference": "survival",
    "cumulative_incidence": "survival",
    "incidence_by_group": "survival",
    "incidence_at": "survival",
    "overstatement": "survival",
    "gray_test": "survival",
    "cause_specific_hazards": "survival",
    "cause_specific_test": "survival",
    "fine_gray": "survival",
    "restricted_mean_time_lost": "survival",
    "compare_time_lost": "survival",
    "build_histories": "survival",
    "histories_from_rows": "survival",
    "mean_cumulative_function": "survival",
    "mean_cumulative_function_with_death": "survival",
    "mean_cumulative_functions_by_group": "survival",
    "mean_count_at": "survival",
    "compare_mean_counts": "survival",
    "recurrent_event_test": "survival",
    "recurrent_event_model": "survival",
    "recurrent_rate_model": "survival",
    "gamma_frailty_model": "survival",
    "cox_regression": "survival",
    "RowOptions": "survival",
    "proportional_hazards_test": "survival",
    "predicted_survival": "survival",
    "parametric_regression": "survival",
    "piecewise_exponential_regression": "survival",
    "covariates_of": "survival",
    "concordance": "survival",
    "mixture_cure_models": "survival",
    "semiparametric_cure_model": "survival",
    "sufficient_follow_up": "survival",
    "check_immortal_time": "survival",
    "landmark_cohort": "survival",
    "exposure_rows": "survival",
    "read_durations": "study",
    "read_repeated": "study",
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
    "CareerModel": "simulate",
    "simulate_careers": "simulate",
    "simulate_population": "simulate",
    "iter_careers": "simulate",
    "parse_recipe": "simulate",
    "make_cohort": "simulate",
    "raw_files": "simulate",
    "run_laboratory": "laboratory",
    "plot_estimates": "plots",
    "plot_methods": "plots",
    "plot_flow": "plots",
    "plot_curves": "plots",
    "plot_rates": "plots",
    "plot_coverage": "plots",
    "plot_confidence_sequence": "plots",
    "plot_hazard": "plots",
    "plot_cumulative_incidence": "plots",
    "plot_overstatement": "plots",
    "plot_mean_functions": "plots",
    "plot_timelines": "plots",
    "plot_ratios": "plots",
    "plot_proportional_hazards": "plots",
    "plot_cured_share": "plots",
    "show_estimates": "report.show",
    "show_curves": "report.show",
    "show_incidence": "report.show",
    "show_overstatement": "report.show",
    "show_mean_functions": "report.show",
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
