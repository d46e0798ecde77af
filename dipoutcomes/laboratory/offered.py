"""What the toolkit offers, and what of it is not tried here, each with its reason.

`untried` is empty as long as every estimator has a trial or an exclusion: a test sees to it, so
that nothing new is offered without having been tried.
"""

from __future__ import annotations

import dipoutcomes
from dipoutcomes import intervals
from dipoutcomes.intervals import METHODS, NO_DIFFERENCE_TESTS
from dipoutcomes.laboratory.registry import all_trials

_BY_NAME = "calls the methods of METHODS by name; each of them is tried"
_EXACT = "works out coverage exactly, and is what the laboratory is checked against"
_RESULT = "a result, not an estimator"
_PLAN = "plans a study; its promises are tried in tests/simulation/test_size_power.py"
_FIGURE = "draws a result"
_SHOWS = "shows a result in a notebook"
_COUNTS = "counts without estimating; recounted in tests/property and tests/functional"
_RUNS = "runs a whole study; its estimators are tried one by one"
_LISTS = "a table of intervals whose methods are tried"
_TEST_BY_NAME = "its methods are tried through the p-value function of the family"

_ROWS = "arranges rows and estimates nothing; recounted in tests/unit/survival"
_MADE = "makes people whose truth is known: what the trials stand on"
_GIVEN = "a description handed to an estimator that is tried"
_WORDS = "words and counts of a design; it estimates nothing"
_PLAN_TARGET = "plans how long to wait; its promise is tried in tests/unit/scorecard"
_LONG_RUN = "has a long run of its own in tests/simulation/"

#: Public names that are not tried, and why.
EXCLUDED: dict[str, str] = {
    **dict.fromkeys(
        (
            "proportion_interval", "finite_population_interval", "finite_population_counts",
            "rate_interval", "survival_interval", "difference_interval", "ratio_interval",
            "odds_ratio_interval", "rate_ratio_interval", "rate_difference_interval",
            "paired_difference_interval", "paired_ratio_interval", "paired_odds_ratio_interval",
            "before_after_interval", "melded_interval", "restricted_mean_comparison_interval",
            "signed_rank_interval", "survival_quantile_interval",
        ),
        _BY_NAME,
    ),
    **dict.fromkeys(
        (
            "proportion_p_value", "finite_population_p_value", "rate_p_value",
            "rate_ratio_p_value", "rate_difference_p_value", "difference_p_value",
            "ratio_p_value", "odds_ratio_p_value", "paired_difference_p_value",
            "paired_ratio_p_value", "paired_odds_ratio_p_value", "before_after_p_value",
        ),
        "tried beside the interval of each method, whose rejections are its type I error",
    ),
    **dict.fromkeys(
        ("barnard_p_value", "boschloo_p_value", "fisher_p_value", "pearson_p_value"),
        _TEST_BY_NAME,
    ),
    **dict.fromkeys(
        (
            "exact_coverage", "coverage_curve", "two_sample_coverage", "paired_coverage",
            "coverage_at", "miss_rates_at", "simulate_coverage", "coverage_under_looking",
            "poisson_coverage_under_heterogeneity",
        ),
        _EXACT,
    ),
    **dict.fromkeys(("Curve", "Estimate", "EstimateTable", "Interval", "StudyResults"), _RESULT),
    **dict.fromkeys(
        (
            "plan_proportion", "plan_difference", "plan_paired", "plan_data_lab",
            "detectable_difference", "detectable_from_published", "precision_curve",
        ),
        _PLAN,
    ),
    **dict.fromkeys(
        (
            "plot_confidence_sequence", "plot_coverage", "plot_curves", "plot_estimates",
            "plot_flow", "plot_methods", "plot_precision", "plot_rates", "plot_hazard",
            "plot_cumulative_incidence", "plot_overstatement", "plot_mean_functions",
            "plot_timelines", "plot_ratios", "plot_proportional_hazards", "plot_cured_share",
            "plot_rates_before_after", "plot_distribution_of_change", "plot_regression_to_mean",
            "plot_literature_grid", "plot_series", "plot_balance", "plot_support", "plot_weights",
            "plot_effects", "plot_forest", "plot_funnel", "plot_event_study",
            "plot_tipping_point", "plot_specification_curve", "plot_waterfall",
            "plot_payment_distribution", "plot_payment_curve", "plot_risk_trade_off",
            "plot_indicators", "plot_cumulative_chart", "plot_target_funnel", "plot_cascade",
            "plot_printed_and_recomputed", "plot_possible_bases",
        ),
        _FIGURE,
    ),
    **dict.fromkeys(
        (
            "show_coverage", "show_estimates", "show_markdown", "show_methods", "show_table",
            "show_curves", "show_incidence", "show_overstatement", "show_mean_functions",
        ),
        _SHOWS,
    ),
    **dict.fromkeys(("measure_windows", "draw_sample"), _COUNTS),
    **dict.fromkeys(("evaluate", "open_report"), _RUNS),
    **dict.fromkeys(
        (
            "share_by_frame", "share_by_method", "share_by_size", "share_with_untraced",
            "rate_by_follow_up",
        ),
        _LISTS,
    ),
    **dict.fromkeys(
        (
            "build_histories", "histories_from_rows", "exposure_rows",
            "covariates_of", "read_durations", "read_repeated",
        ),
        _ROWS,
    ),
    **dict.fromkeys(
        (
            "CareerModel", "simulate_careers", "simulate_population", "iter_careers",
            "parse_recipe", "make_cohort", "raw_files",
        ),
        _MADE,
    ),
    **dict.fromkeys(
        ("nelson_aalen", "piecewise_hazard", "smooth_hazard"),
        f"{_LONG_RUN}test_hazard_coverage.py",
    ),
    **dict.fromkeys(
        ("parametric_regression", "predicted_survival", "sufficient_follow_up"),
        f"{_LONG_RUN}test_regression_coverage.py",
    ),
    **dict.fromkeys(
        ("piecewise_exponential_regression", "semiparametric_cure_model"),
        f"{_LONG_RUN}test_regression_forms_coverage.py",
    ),
    "mean_cumulative_function_with_death": f"{_LONG_RUN}test_recurrent_coverage.py",
    **dict.fromkeys(("PublishedCurve", "RowOptions"), _GIVEN),
    **dict.fromkeys(
        (
            "Baseline", "DataLabOutcomes", "DataLabRules", "Definition", "DesignFeatures",
            "EntryRule", "MatchingRule", "ObservedSeries", "PaymentDesign", "PeopleModel",
            "PublishedRate", "RiskPeriod", "Specification", "WeightedDesign", "published_spread",
        ),
        _GIVEN,
    ),
    **dict.fromkeys(
        ("before_after_both_ways", "rate_ratios_by_window"),
        "rate_ratio_before_after for each window, which is tried",
    ),
    "share_changes_by_window": "paired_shares for each window, which is tried",
    **dict.fromkeys(
        ("expected_after_given_before", "expected_change_without_effect",
         "simulated_change_without_effect"),
        f"{_LONG_RUN}test_regression_to_mean_null.py; adjusted_ratio rests on it",
    ),
    "take_apart_headline": "solves what two printed figures imply; it has no data of its own",
    "distribution_of_change": "describes who fell and who rose beside what no effect gives; its "
    "made-up cohorts are those of the closed form (tests/unit/comparison/before_after)",
    "literature_grid": "adjusted_ratio for each pair of numbers",
    "earlier_window_check": "two ratios of windows, tried as earlier_window_ratio",
    **dict.fromkeys(
        ("dose_response_check", "imbens_manski_interval"),
        f"{_LONG_RUN}test_checks_of_a_fall_coverage.py",
    ),
    "adjusted_ratio_with_untraced": "imbens_manski_interval at the two extremes, which has a long "
    "run in tests/simulation/test_checks_of_a_fall_coverage.py",
    "published_series": "gives a trend from eight values on, by the errors that the trials of "
    "segmented_regression try; of fewer it says that they are no trend",
    **dict.fromkeys(
        ("balance_table", "common_support", "design_matrix"),
        "describes who is compared and estimates no effect; the designs made with it are tried",
    ),
    **dict.fromkeys(("design_words", "target_trial", "data_lab_flow"), _WORDS),
    "effects_table": _LISTS,
    "data_lab_report": "sets effects that are tried in the shape of a report; its own difference "
    "is tried through data_lab_from_counts",
    "data_lab_precision": _PLAN,
    "how_printed": "arithmetic of printed figures",
    "translate_definitions": "counts the same people under several definitions, with intervals "
    "that are tried as METHODS:proportion",
    **dict.fromkeys(
        ("one_group_effects", "rate_effects", "leave_one_out"),
        "hands areas one by one to meta_analysis, or leaves one out; meta_analysis is tried",
    ),
    "funnel": "limits of a chart: the counts that a given share makes too rare, which "
    "tests/unit/comparison/test_comparison_funnel_and_pooling.py lists one by one",
    "trend_sensitivity": "bounds under an assumption about trends; its long run is in "
    "tests/unit/comparison/test_comparison_trends.py",
    "design_grade": "a judgement about design; it estimates nothing",
    "e_value": "says how strong a hidden cause would have to be: a formula of a ratio and its "
    "limits, about which data could show nothing",
    **dict.fromkeys(
        ("tipping_point", "tipping_point_share"),
        "asks an interval that is tried, once for each number of unknown people with an event",
    ),
    **dict.fromkeys(
        ("misclassification_table", "linkage_error_table"),
        "a table of shares corrected for wrong records; corrected_share is tried",
    ),
    "specification_curve": "puts estimates in order; each is tried as what it is",
    "run_specifications": "runs a study's own analysis once for each choice; its estimators are "
    "tried one by one",
    "adjust_by_family": "adjust_p_values for each family",
    # Payment and scorecards.
    **dict.fromkeys(
        ("parse_contract", "read_contract", "parse_scorecard", "parse_targets"),
        "reads what was agreed or printed; it estimates nothing",
    ),
    **dict.fromkeys(
        ("outcome_register", "reconcile"), "lists people or claims; it estimates nothing"
    ),
    **dict.fromkeys(
        ("payment_risks", "payment_distribution", "best_threshold", "smallest_cohort",
         "plan_payment", "compare_scenarios"),
        "asks operating_characteristics, which is tried, at one or many designs",
    ),
    "characteristics_from_people": f"{_LONG_RUN}test_payment_characteristics_long_run.py",
    **dict.fromkeys(
        ("audit_file", "audit_scorecard", "counts_that_fit", "denominators_that_fit"),
        "arithmetic of printed figures: what follows from them, exactly",
    ),
    "judge_indicators": "judge_share and judge_count for every target",
    "people_needed": _PLAN_TARGET,
    **dict.fromkeys(
        ("target_cascade", "target_funnel", "cumulative_chart"),
        "exact limits about a target, worked out in tests/unit/scorecard",
    ),
    **dict.fromkeys(
        ("reconcile_episodes", "check_publications"),
        "compares rows or solves sums exactly; it estimates nothing",
    ),
    "run_laboratory": "the laboratory itself",
    "check_immortal_time": "refuses a comparison; it estimates nothing",
    "concordance": "describes how well a model orders people; compared with R row by row",
    "cause_specific_hazards": "rates with Garwood's limits, which are tried as METHODS:rate",
    "event_time_quantiles": "calls the methods of METHODS:survival_quantile, which are tried",
    "incidence_by_group": "cumulative_incidence for each group",
    "overstatement": "sets two curves beside each other; the naive one is a practice that is shown",
    "curves_by_group": "kaplan_meier for each group",
    "sequence_from_looks": "checks the order and calls proportion_confidence_sequence",
    "random_stream": "draws; it estimates nothing",
    "METHODS": "the table itself",
    "NO_DIFFERENCE_TESTS": "the table itself",
    "method_named": "looks a method up",
    "recommended": "looks a method up",
    **dict.fromkeys(
        ("Coverage", "CoverageCurve", "HodgesLehmann", "Method", "PoissonCoverage"), _RESULT
    ),
}  # fmt: skip


def offered() -> frozenset[str]:
    """Return every public name of the front door and of `intervals`, and every method by name."""
    methods = {f"METHODS:{family}:{m.name}" for family, ms in METHODS.items() for m in ms}
    tests = {f"NO_DIFFERENCE_TESTS:{test.name}" for test in NO_DIFFERENCE_TESTS}
    names = {name for name in (*dipoutcomes.__all__, *intervals.__all__) if name[0] != "_"}
    return frozenset(methods | tests | names)


def tried() -> frozenset[str]:
    """Return what the trials cover, the functions of the methods among it."""
    covered = {name for trial in all_trials() for name in trial.covers}
    functions = {
        getattr(method.function, "__name__", "")
        for family, methods in METHODS.items()
        for method in methods
        if f"METHODS:{family}:{method.name}" in covered
    }
    return frozenset(covered | functions)


def untried() -> tuple[str, ...]:
    """Return what is offered, neither tried nor excluded: nothing, or the tests fail."""
    return tuple(sorted(offered() - tried() - EXCLUDED.keys()))
