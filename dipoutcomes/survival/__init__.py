"""Time to re-offending: how long until the next event, for whom, how often again, for whom never.

Functions
---------
kaplan_meier, curves_by_group, weighted_kaplan_meier : share not yet arrested, with limits.
survival_at, event_time_quantiles : share with the event by given times, and when a share had it.
survival_band : limits that hold the whole curve at once.
conditional_survival, conditional_survival_table : those who have stayed free of it so far.
nelson_aalen, piecewise_hazard, smooth_hazard : the rate over time.
survival_in_bulk : the curve at one time for thousands of small cohorts at once.
restricted_mean, restricted_mean_difference : mean time free of the event up to a horizon.
log_rank_test, weighted_log_rank_test, trend_test, permutation_log_rank_test,
one_sample_log_rank_test, difference_at : do groups differ, and from a published curve?
cumulative_incidence, incidence_by_group, incidence_at, naive_incidence, overstatement,
restricted_mean_time_lost, compare_time_lost, gray_test, cause_specific_hazards,
cause_specific_test, fine_gray : which of several events comes first.
build_histories, histories_from_rows, mean_cumulative_function,
mean_cumulative_function_with_death, mean_cumulative_functions_by_group, mean_count_at,
compare_mean_counts, recurrent_event_test, recurrent_event_model, recurrent_rate_model,
gamma_frailty_model : how often it happens again, with people out of the risk set in custody.
cox_regression, proportional_hazards_test, parametric_regression,
piecewise_exponential_regression, predicted_survival, concordance, covariates_of : for whom sooner.
mixture_cure_models, semiparametric_cure_model, sufficient_follow_up : for whom never.
check_immortal_time, landmark_cohort, exposure_rows : completers and drop-outs, compared fairly.
"""

from dipoutcomes.survival.bands import survival_band
from dipoutcomes.survival.bulk import BulkSurvival, survival_in_bulk
from dipoutcomes.survival.compare import LogRankResult, log_rank_test
from dipoutcomes.survival.comparing import (
    GroupTest,
    OneSampleTest,
    PublishedCurve,
    difference_at,
    one_sample_log_rank_test,
    permutation_log_rank_test,
    restricted_mean_difference,
    trend_test,
    weighted_log_rank_test,
)
from dipoutcomes.survival.competing_risks import (
    CumulativeIncidence,
    FineGrayModel,
    GrayTestResult,
    TimeLost,
    cause_specific_hazards,
    cause_specific_test,
    compare_time_lost,
    cumulative_incidence,
    fine_gray,
    gray_test,
    incidence_at,
    incidence_by_group,
    naive_incidence,
    overstatement,
    restricted_mean_time_lost,
)
from dipoutcomes.survival.conditional import conditional_survival, conditional_survival_table
from dipoutcomes.survival.cure import (
    CureModels,
    mixture_cure_models,
    semiparametric_cure_model,
    sufficient_follow_up,
)
from dipoutcomes.survival.curves import curves_by_group, kaplan_meier
from dipoutcomes.survival.fixed_time import survival_at
from dipoutcomes.survival.hazard import piecewise_hazard, smooth_hazard
from dipoutcomes.survival.landmark import (
    ExposureRows,
    LandmarkCohort,
    check_immortal_time,
    exposure_rows,
    landmark_cohort,
)
from dipoutcomes.survival.nelson_aalen import nelson_aalen
from dipoutcomes.survival.quantiles import event_time_quantiles
from dipoutcomes.survival.recurrent import (
    Histories,
    MeanFunction,
    RecurrentModel,
    RecurrentTestResult,
    build_histories,
    compare_mean_counts,
    gamma_frailty_model,
    histories_from_rows,
    mean_count_at,
    mean_cumulative_function,
    mean_cumulative_function_with_death,
    mean_cumulative_functions_by_group,
    recurrent_event_model,
    recurrent_event_test,
    recurrent_rate_model,
)
from dipoutcomes.survival.regression import (
    CoxModel,
    ParametricModel,
    ProportionalHazardsTest,
    RowOptions,
    concordance,
    covariates_of,
    cox_regression,
    parametric_regression,
    piecewise_exponential_regression,
    predicted_survival,
    proportional_hazards_test,
)
from dipoutcomes.survival.restricted_mean import restricted_mean
from dipoutcomes.survival.weighted import weighted_kaplan_meier

__all__ = [
    "BulkSurvival",
    "CoxModel",
    "CumulativeIncidence",
    "CureModels",
    "ExposureRows",
    "FineGrayModel",
    "GrayTestResult",
    "GroupTest",
    "Histories",
    "LandmarkCohort",
    "LogRankResult",
    "MeanFunction",
    "OneSampleTest",
    "ParametricModel",
    "ProportionalHazardsTest",
    "PublishedCurve",
    "RecurrentModel",
    "RecurrentTestResult",
    "RowOptions",
    "TimeLost",
    "build_histories",
    "cause_specific_hazards",
    "cause_specific_test",
    "check_immortal_time",
    "compare_mean_counts",
    "compare_time_lost",
    "concordance",
    "conditional_survival",
    "conditional_survival_table",
    "covariates_of",
    "cox_regression",
    "cumulative_incidence",
    "curves_by_group",
    "difference_at",
    "event_time_quantiles",
    "exposure_rows",
    "fine_gray",
    "gamma_frailty_model",
    "gray_test",
    "histories_from_rows",
    "incidence_at",
    "incidence_by_group",
    "kaplan_meier",
    "landmark_cohort",
    "log_rank_test",
    "mean_count_at",
    "mean_cumulative_function",
    "mean_cumulative_function_with_death",
    "mean_cumulative_functions_by_group",
    "mixture_cure_models",
    "naive_incidence",
    "nelson_aalen",
    "one_sample_log_rank_test",
    "overstatement",
    "parametric_regression",
    "permutation_log_rank_test",
    "piecewise_exponential_regression",
    "piecewise_hazard",
    "predicted_survival",
    "proportional_hazards_test",
    "recurrent_event_model",
    "recurrent_event_test",
    "recurrent_rate_model",
    "restricted_mean",
    "restricted_mean_difference",
    "restricted_mean_time_lost",
    "semiparametric_cure_model",
    "smooth_hazard",
    "sufficient_follow_up",
    "survival_at",
    "survival_band",
    "survival_in_bulk",
    "trend_test",
    "weighted_kaplan_meier",
    "weighted_log_rank_test",
]
