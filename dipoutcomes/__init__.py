"""Evaluate Drug Interventions Programmes and other work with offenders.

The public names, grouped by the question they answer. They are loaded when first used, so that
``import dipoutcomes`` is quick; tab completion shows them all.

How sure can anyone be?
    `proportion_interval`, `finite_population_interval`, `rate_interval`, `difference_interval`,
    `paired_difference_interval`
What happened before, during and after?
    `open_report`, `evaluate`, `measure_windows`, `share_with_event`, `rate_per_person_year`
How long until the next offence?
    `kaplan_meier`, `curves_by_group`, `log_rank_test`, `survival_at`
Was it lower after than before, or in one group than another?
    `paired_shares`, `rate_ratio_before_after`, `difference_between_groups`
Who was drawn, and could anyone repeat it?
    `draw_sample`, `random_stream`
What does it look like?
    `plot_estimates`, `plot_methods`, `plot_flow`, `plot_curves`, `plot_rates`
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOME = {
    "proportion_interval": "intervals",
    "finite_population_interval": "intervals",
    "rate_interval": "intervals",
    "difference_interval": "intervals",
    "paired_difference_interval": "intervals",
    "open_report": "study",
    "evaluate": "study",
    "measure_windows": "windows",
    "share_with_event": "outcomes",
    "rate_per_person_year": "outcomes",
    "kaplan_meier": "survival",
    "curves_by_group": "survival",
    "log_rank_test": "survival",
    "survival_at": "survival",
    "paired_shares": "comparison",
    "rate_ratio_before_after": "comparison",
    "difference_between_groups": "comparison",
    "draw_sample": "sampling",
    "random_stream": "streams",
    "plot_estimates": "plots",
    "plot_methods": "plots",
    "plot_flow": "plots",
    "plot_curves": "plots",
    "plot_rates": "plots",
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
