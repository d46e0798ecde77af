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
Was it lower after than before, in the same people?
    `paired_shares`, `paired_share_ratio`, `paired_share_odds_ratio`, `share_changes_by_window`,
    `rate_ratio_before_after`, `rate_ratios_by_window`, `bootstrap_rate_ratio`, `gee_rate_ratio`,
    `mixed_rate_ratio`, `zero_inflated_rate_ratio`, `before_after_both_ways` (index offence left out
    and left in), `distribution_of_change`
How much of the fall would have come of itself?
    `expected_change_without_effect` for an `EntryRule`, `simulated_change_without_effect`,
    `take_apart_headline`, `offending_spread` or `published_spread` of people not selected,
    `adjusted_ratio`, `literature_grid`, `adjusted_ratio_with_untraced`,
    `expected_after_given_before`, `earlier_window_check`, `earlier_window_ratio`,
    `dose_response_check`
What does a series say, of one place or of people against themselves?
    `segmented_regression`, `published_series`; `self_controlled_series` of an `ObservedSeries` with
    `RiskPeriod` and `Baseline`
Compared with which other people?
    `open_design` with a `MatchingRule`: score, match and balance before any outcome is seen;
    `propensity_score`, `design_matrix`, `match`, `balance_table`, `common_support`,
    `propensity_weights`, `entropy_balancing`, `WeightedDesign`, `design_words`, `target_trial`;
    then `treatment_effect`, `doubly_robust_effect`, `effects_table`; `difference_between_groups` as
    they are; in the shape of the Justice Data Lab `data_lab_report` of `DataLabOutcomes` under
    `DataLabRules`, `data_lab_from_counts`, `data_lab_flow`, `data_lab_precision`
Compared with a published figure?
    `against_benchmark` with a `PublishedRate` and its `Definition`, `observed_over_expected`,
    `standardised_share`, `translate_definitions`, `how_printed`
Compared with other areas?
    `area_panel`, `difference_in_differences`, `event_study`, `trend_sensitivity`,
    `intensive_against_other`, `funnel`, `partial_pooling`, `one_group_effects`,
    `two_group_effects`, `rate_effects`, `meta_analysis`, `leave_one_out`, `mantel_haenszel`,
    `peto_odds_ratio`
How strong is the evidence, and how fragile?
    `design_grade` of `DesignFeatures`, `e_value`, `rosenbaum_binary`,
    `rosenbaum_signed_rank`, `tipping_point`, `tipping_point_share`, `imbens_manski_interval`,
    `systematic_error` of negative controls and `calibrate_ratio`, `corrected_share`,
    `corrected_difference`, `misclassification_table`, `linkage_error_table`,
    `specification_curve` of `Specification`, `run_specifications` for every analysis that a
    protocol allowed, `adjust_p_values`, `adjust_by_family`
What does a contract pay, and what would it pay if the truth were this?
    `read_contract`, `parse_contract`, `settle`, `probability_truly_met`; before signing
    `operating_characteristics` of a `PaymentDesign` for people like a `PeopleModel`,
    `characteristics_from_people`, `payment_risks`, `payment_distribution`, `best_threshold`,
    `smallest_cohort`, `plan_payment`, `compare_scenarios`; who counts, and do two lists agree:
    `outcome_register`, `reconcile`
Is a published scorecard possible, and are targets met?
    `audit_file`, `parse_scorecard`, `audit_scorecard`, `counts_that_fit`,
    `denominators_that_fit`; `parse_targets`, `judge_share`, `judge_count`, `judge_indicators`,
    `people_needed`, `cumulative_chart`, `target_funnel`, `target_cascade`; quarters in a row:
    `run_chart`, `reconcile_episodes`, `check_publications`
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
    `plot_cured_share`, `plot_rates_before_after`, `plot_distribution_of_change`,
    `plot_regression_to_mean`, `plot_literature_grid`, `plot_series`, `plot_balance`,
    `plot_support`, `plot_weights`, `plot_effects`, `plot_forest`, `plot_funnel`,
    `plot_event_study`, `plot_tipping_point`, `plot_specification_curve`, `plot_waterfall`,
    `plot_payment_distribution`, `plot_payment_curve`, `plot_risk_trade_off`, `plot_indicators`,
    `plot_cumulative_chart`, `plot_target_funnel`, `plot_cascade`, `plot_printed_and_recomputed`,
    `plot_possible_bases`;
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
    "paired_shares": "comparison.before_after",
    "paired_share_ratio": "comparison.before_after",
    "paired_share_odds_ratio": "comparison.before_after",
    "share_changes_by_window": "comparison.before_after",
    "rate_ratios_by_window": "comparison.before_after",
    "bootstrap_rate_ratio": "comparison.before_after",
    "gee_rate_ratio": "comparison.before_after",
    "mixed_rate_ratio": "comparison.before_after",
    "zero_inflated_rate_ratio": "comparison.before_after",
    "before_after_both_ways": "comparison.before_after",
    "distribution_of_change": "comparison.before_after",
    "rate_ratio_before_after": "comparison.rate_ratio",
    "expected_change_without_effect": "comparison.regression_to_mean",
    "EntryRule": "comparison.regression_to_mean",
    "simulated_change_without_effect": "comparison.regression_to_mean",
    "take_apart_headline": "comparison.regression_to_mean",
    "offending_spread": "comparison.regression_to_mean",
    "published_spread": "comparison.regression_to_mean",
    "adjusted_ratio": "comparison.regression_to_mean",
    "literature_grid": "comparison.regression_to_mean",
    "adjusted_ratio_with_untraced": "comparison.regression_to_mean",
    "expected_after_given_before": "comparison.regression_to_mean",
    "earlier_window_check": "comparison.regression_to_mean",
    "earlier_window_ratio": "comparison.regression_to_mean",
    "dose_response_check": "comparison.regression_to_mean",
    "imbens_manski_interval": "comparison.regression_to_mean",
    "segmented_regression": "comparison.series",
    "published_series": "comparison.series",
    "self_controlled_series": "comparison.self_controlled",
    "ObservedSeries": "comparison.self_controlled",
    "RiskPeriod": "comparison.self_controlled",
    "Baseline": "comparison.self_controlled",
    "open_design": "comparison.matching",
    "MatchingRule": "comparison.matching",
    "propensity_score": "comparison.matching",
    "design_matrix": "comparison.matching",
    "match": "comparison.matching",
    "balance_table": "comparison.matching",
    "common_support": "comparison.matching",
    "design_words": "comparison.matching",
    "target_trial": "comparison.matching",
    "propensity_weights": "comparison.weighting",
    "entropy_balancing": "comparison.weighting",
    "WeightedDesign": "comparison.weighting",
    "treatment_effect": "comparison.effect",
    "doubly_robust_effect": "comparison.effect",
    "effects_table": "comparison.effect",
    "difference_between_groups": "comparison.groups",
    "data_lab_report": "comparison.data_lab",
    "DataLabOutcomes": "comparison.data_lab",
    "DataLabRules": "comparison.data_lab",
    "data_lab_from_counts": "comparison.data_lab",
    "data_lab_flow": "comparison.data_lab",
    "data_lab_precision": "comparison.data_lab",
    "against_benchmark": "comparison.benchmark",
    "PublishedRate": "comparison.benchmark",
    "Definition": "comparison.benchmark",
    "observed_over_expected": "comparison.benchmark",
    "standardised_share": "comparison.benchmark",
    "translate_definitions": "comparison.benchmark",
    "how_printed": "comparison.benchmark",
    "area_panel": "comparison.areas",
    "difference_in_differences": "comparison.areas",
    "event_study": "comparison.areas",
    "trend_sensitivity": "comparison.areas",
    "intensive_against_other": "comparison.areas",
    "funnel": "comparison.areas",
    "partial_pooling": "comparison.areas",
    "one_group_effects": "comparison.areas",
    "two_group_effects": "comparison.areas",
    "rate_effects": "comparison.areas",
    "meta_analysis": "comparison.areas",
    "leave_one_out": "comparison.areas",
    "mantel_haenszel": "comparison.areas",
    "peto_odds_ratio": "comparison.areas",
    "design_grade": "comparison.design_grade",
    "DesignFeatures": "comparison.design_grade",
    "adjust_p_values": "comparison.multiplicity",
    "adjust_by_family": "comparison.multiplicity",
    "e_value": "comparison.sensitivity",
    "rosenbaum_binary": "comparison.sensitivity",
    "rosenbaum_signed_rank": "comparison.sensitivity",
    "tipping_point": "comparison.sensitivity",
    "tipping_point_share": "comparison.sensitivity",
    "systematic_error": "comparison.sensitivity",
    "calibrate_ratio": "comparison.sensitivity",
    "corrected_share": "comparison.sensitivity",
    "corrected_difference": "comparison.sensitivity",
    "misclassification_table": "comparison.sensitivity",
    "linkage_error_table": "comparison.sensitivity",
    "specification_curve": "comparison.sensitivity",
    "Specification": "comparison.sensitivity",
    "read_contract": "study.payment",
    "parse_contract": "payment.contract",
    "settle": "payment.settle",
    "probability_truly_met": "payment.probability",
    "operating_characteristics": "payment.operating_characteristics",
    "PaymentDesign": "payment.operating_characteristics",
    "PeopleModel": "payment.operating_characteristics",
    "characteristics_from_people": "payment.operating_characteristics",
    "payment_risks": "payment.operating_characteristics",
    "payment_distribution": "payment.operating_characteristics",
    "best_threshold": "payment.operating_characteristics",
    "smallest_cohort": "payment.operating_characteristics",
    "plan_payment": "payment.operating_characteristics",
    "compare_scenarios": "payment.operating_characteristics",
    "outcome_register": "payment.register",
    "reconcile": "payment.reconcile",
    "audit_file": "study.audit",
    "parse_scorecard": "scorecard.audit",
    "audit_scorecard": "scorecard.audit",
    "counts_that_fit": "scorecard.audit",
    "denominators_that_fit": "scorecard.audit",
    "parse_targets": "scorecard.indicators",
    "judge_share": "scorecard.indicators",
    "judge_count": "scorecard.indicators",
    "judge_indicators": "scorecard.indicators",
    "people_needed": "scorecard.indicators",
    "cumulative_chart": "scorecard.indicators",
    "target_funnel": "scorecard.indicators",
    "target_cascade": "scorecard.indicators",
    "run_chart": "scorecard.series",
    "reconcile_episodes": "scorecard.series",
    "check_publications": "scorecard.series",
    "plot_waterfall": "plots",
    "plot_payment_distribution": "plots",
    "plot_payment_curve": "plots",
    "plot_risk_trade_off": "plots",
    "plot_indicators": "plots",
    "plot_cumulative_chart": "plots",
    "plot_target_funnel": "plots",
    "plot_cascade": "plots",
    "plot_printed_and_recomputed": "plots",
    "plot_possible_bases": "plots",
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
    "run_specifications": "laboratory.specifications",
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
    "plot_rates_before_after": "plots",
    "plot_distribution_of_change": "plots",
    "plot_regression_to_mean": "plots",
    "plot_literature_grid": "plots",
    "plot_series": "plots",
    "plot_balance": "plots",
    "plot_support": "plots",
    "plot_weights": "plots",
    "plot_effects": "plots",
    "plot_forest": "plots",
    "plot_funnel": "plots",
    "plot_event_study": "plots",
    "plot_tipping_point": "plots",
    "plot_specification_curve": "plots",
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
