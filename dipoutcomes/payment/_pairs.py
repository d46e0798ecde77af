"""What was counted, as pairs for a reader and as exact values for the rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

from dipoutcomes.errors import DesignError
from dipoutcomes.payment.cohorts import Cohorts
from dipoutcomes.payment.metric import Measured, baseline_of, difference_error, measured
from dipoutcomes.payment.verdict import MeasurePair
from dipoutcomes.protocol.model.claim import CohortCounts
from dipoutcomes.protocol.model.contract import Contract, Measure


def measure_pairs(contract: Contract, counts: CohortCounts, level: float) -> Iterable[MeasurePair]:
    """Yield what was counted of each measure, its baseline beside it."""
    for measure in contract.measure:
        count = counts.of(measure.name)
        if count is None:
            continue
        treated = baseline = None
        if count.reduction is None:
            treated = measured(measure, count, confidence_level=level)
            baseline = baseline_of(measure, count, confidence_level=level)
        yield MeasurePair(
            name=measure.name,
            says=measure.says,
            kind=measure.kind,
            treated=treated,
            baseline=baseline,
            baseline_says=_baseline_says(measure),
            improved=_improved(measure, treated, baseline, count.reduction),
        )


def _baseline_says(measure: Measure) -> str:
    if measure.baseline is None:
        return ""
    return measure.baseline.says or measure.baseline.kind.replace("_", " ")


def _improved(
    measure: Measure, treated: Measured | None, baseline: Measured | None, reduction: Decimal | None
) -> bool | None:
    if reduction is not None:
        return None if reduction == 0 else reduction > 0
    if treated is None or baseline is None or treated.value == baseline.value:
        return None
    return (treated.value > baseline.value) == measure.higher_is_better


def exact_cohorts(
    contract: Contract, counts: CohortCounts, pairs: Mapping[str, MeasurePair]
) -> Cohorts:
    """Return the exact values that the rule takes, a cohort of one element."""
    treated, baseline, people, error, persons = {}, {}, {}, {}, {}
    for measure in contract.measure:
        pair, count = pairs.get(measure.name), counts.of(measure.name)
        if pair is None or count is None:
            continue
        if pair.treated is None:
            sides = _as_published(contract, measure, count.reduction or Decimal(0))
            treated[measure.name], baseline[measure.name] = ([side] for side in sides)
        else:
            treated[measure.name] = [pair.treated.value]
            if pair.baseline is not None:
                baseline[measure.name] = [pair.baseline.value]
                error[measure.name] = [difference_error(pair.treated, pair.baseline)]
        if count.people is not None:
            people[measure.name] = [count.people]
        if count.persons is not None:
            persons[measure.name] = [count.persons]
    return Cohorts(treated, baseline, people, error, persons)


def _as_published(
    contract: Contract, measure: Measure, reduction: Decimal
) -> tuple[Fraction, Fraction]:
    """Return a value and a baseline that have the published reduction, and mean nothing else."""
    tests = {t.test for t in contract.term if t.measure == measure.name and t.test != "none"}
    if len(tests) != 1 or "level" in tests:
        raise DesignError(
            f"a reduction alone does not say what was counted of '{measure.name}': its terms test "
            f"{' and '.join(sorted(tests)) or 'nothing'}. Give the values"
        )
    size = Fraction(reduction) * (1 if measure.higher_is_better else -1)
    return (1 + size, Fraction(1)) if "relative_reduction" in tests else (size, Fraction(0))
