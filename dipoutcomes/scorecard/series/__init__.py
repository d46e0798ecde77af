"""Cards in order of time: run charts, what was revised and why, what they give away together.

`run_chart` judges a row by limits that are exact for small counts; `reconcile_episodes` says
through which rows a count was revised; `check_publications` asks the rule of disclosure control of
several publications at once; `series_of` does all three.
"""

from dipoutcomes.scorecard.series.differencing import Leak, check_publications
from dipoutcomes.scorecard.series.figures import (
    CardFigures,
    Row,
    figures_from_scorecard,
    figures_from_table,
    figures_of,
)
from dipoutcomes.scorecard.series.limits import number_limits, share_limits
from dipoutcomes.scorecard.series.revisions import Reconciled, reconcile_episodes
from dipoutcomes.scorecard.series.run_chart import Point, RunChart, run_chart
from dipoutcomes.scorecard.series.series import CardSeries, quarters_before, series_of

__all__ = [
    "CardFigures",
    "CardSeries",
    "Leak",
    "Point",
    "Reconciled",
    "Row",
    "RunChart",
    "check_publications",
    "figures_from_scorecard",
    "figures_from_table",
    "figures_of",
    "number_limits",
    "quarters_before",
    "reconcile_episodes",
    "run_chart",
    "series_of",
    "share_limits",
]
