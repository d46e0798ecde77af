"""Every estimator on offer against truths that are known: what holds, what does not, how far.

Made-up cohorts come about in a stated way (`Scenario`), so that the truth is known; an estimator is
asked about thousands of them (`Trial`), and what it said is scored: bias, coverage, length of the
interval, type I error, power, failures, each with its Monte Carlo error (`Score`). Rules, not eyes,
give the verdict (`judge`). How to add a trial is said in `registry`.

    run_laboratory(preset="small") -> LaboratoryResults      # some 80 s; "full" for a night
"""

from dipoutcomes.laboratory.declared import DECLARED, Declared
from dipoutcomes.laboratory.registry import all_trials, family_names
from dipoutcomes.laboratory.results import LaboratoryResults, League
from dipoutcomes.laboratory.run import PRESETS, SEED, run_laboratory
from dipoutcomes.laboratory.score import Score, score
from dipoutcomes.laboratory.trial import SIZES, Replications, Scenario, Trial, Truth
from dipoutcomes.laboratory.verdict import Verdict, judge

__all__ = [
    "DECLARED",
    "PRESETS",
    "SEED",
    "SIZES",
    "Declared",
    "LaboratoryResults",
    "League",
    "Replications",
    "Scenario",
    "Score",
    "Trial",
    "Truth",
    "Verdict",
    "all_trials",
    "family_names",
    "judge",
    "run_laboratory",
    "score",
]
