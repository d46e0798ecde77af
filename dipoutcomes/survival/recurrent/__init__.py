"""How often it happens again: repeated events with people out of the risk set in custody.

Functions
---------
build_histories, histories_from_rows : start-stop rows of time at risk.
mean_cumulative_function, mean_cumulative_functions_by_group : events per person by each time.
mean_cumulative_function_with_death : the same where people die (Ghosh and Lin).
mean_count_at, compare_mean_counts : the same at given times, and two groups side by side.
recurrent_event_test : do groups differ in how often it happens?
recurrent_event_model : ratios whatever the rate does over time (proportional means, PWP).
recurrent_rate_model, gamma_frailty_model : ratios of rates at liberty.
"""

from dipoutcomes.survival.recurrent.build import build_histories
from dipoutcomes.survival.recurrent.by_group import mean_cumulative_functions_by_group
from dipoutcomes.survival.recurrent.comparing import compare_mean_counts, mean_count_at
from dipoutcomes.survival.recurrent.frailty import gamma_frailty_model
from dipoutcomes.survival.recurrent.histories import Histories, LeftOut
from dipoutcomes.survival.recurrent.mean_function import MeanFunction, mean_cumulative_function
from dipoutcomes.survival.recurrent.model_result import RecurrentModel, RecurrentTerm
from dipoutcomes.survival.recurrent.rates import recurrent_rate_model
from dipoutcomes.survival.recurrent.regression import recurrent_event_model
from dipoutcomes.survival.recurrent.rows import histories_from_rows
from dipoutcomes.survival.recurrent.terminal import mean_cumulative_function_with_death
from dipoutcomes.survival.recurrent.testing import RecurrentTestResult, recurrent_event_test

__all__ = [
    "Histories",
    "LeftOut",
    "MeanFunction",
    "RecurrentModel",
    "RecurrentTerm",
    "RecurrentTestResult",
    "build_histories",
    "compare_mean_counts",
    "gamma_frailty_model",
    "histories_from_rows",
    "mean_count_at",
    "mean_cumulative_function",
    "mean_cumulative_function_with_death",
    "mean_cumulative_functions_by_group",
    "recurrent_event_model",
    "recurrent_event_test",
    "recurrent_rate_model",
]
