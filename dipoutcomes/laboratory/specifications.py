"""Every analysis that a protocol would have allowed, on its own records, side by side.

The records are read and the events counted once; then the protocol's comparison is made again for
each combination of choices that somebody else might have taken in good faith.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from dipoutcomes import _display
from dipoutcomes._validate import check_choice
from dipoutcomes.comparison.effect import treatment_effect
from dipoutcomes.comparison.sensitivity import (
    Specification,
    SpecificationCurve,
    specification_curve,
)
from dipoutcomes.errors import DesignError
from dipoutcomes.results import Column, Estimate, Interval, Table
from dipoutcomes.streams import random_stream

if TYPE_CHECKING:
    from dipoutcomes.pipeline.observed import Mask, Observed
    from dipoutcomes.protocol.model import OtherPeople, Protocol, RegressionToMean

Part = Literal["other_people", "regression_to_mean"]
Measure = Literal["difference", "ratio"]
PARTS: tuple[Part, ...] = ("other_people", "regression_to_mean")
MEASURES: tuple[Measure, ...] = ("difference", "ratio")
#: As a table prints the methods; what they estimate belongs to the name.
METHOD_SAYS = {
    "nearest": "nearest",
    "radius": "radius",
    "att_weights": "weights (ATT)",
    "ate_weights": "weights (ATE)",
    "overlap": "overlap weights (ATO)",
    "entropy": "entropy balancing",
}
CALIPERS, RATIOS = ("0.1", "0.2", "0.5"), (1, 2, 5)
#: Of the mean and of the shape, around those of the source.
AROUND = (0.5, 0.75, 1.0, 1.5, 2.0)
NOT_USED = "not used"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Design:
    """One way to make the groups comparable: the section as it would read, and its choices."""

    section: OtherPeople
    choices: Mapping[str, str]
    main: bool


def run_specifications(
    path: str | Path,
    *,
    part: Part | None = None,
    measure: Measure = "difference",
    progress: Callable[[str], None] | None = None,
) -> SpecificationCurve:
    """Return the analyses that a protocol would have allowed, in the order of their estimates.

    Parameters
    ----------
    path : path
        The protocol of a study of records with [comparison.other_people], or with
        [comparison.regression_to_mean] and numbers from a published source.
    part : {"other_people", "regression_to_mean"}, optional
        The first that the protocol has, if omitted.
    measure : {"difference", "ratio"}
        For other people: the difference in the share with an event, or the ratio of events.
    progress : callable, optional
        Called with a sentence as each stage begins.

    Returns
    -------
    SpecificationCurve
        The protocol's own analysis is marked. For other people the method, the caliper (0.1, 0.2
        and 0.5 standard deviations of the logit), the others sought for each person (1, 2, 5),
        replacement and the window vary; for regression to the mean the mean and the shape, from
        half to twice those of the source. A design that cannot be made is counted as left out.

    Raises
    ------
    DesignError
        If the protocol has no part that can be varied, or fewer than two analyses have an estimate.
    ProtocolError, RecordError, StorageError
        As in `study.evaluate`.
    ValueError
        If *part* or *measure* is none of those named.

    Notes
    -----
    Weights take no caliper, and a radius no number of others: such choices are "not used". The
    window is varied as other choices are, though its true effect may differ; so may that of people
    whom a method leaves out. The spread over the curve is what hangs on choices, no test.

    References
    ----------
    .. [1] Simonsohn, U., Simmons, J. P. and Nelson, L. D. (2020). Nature Human Behaviour 4,
       1208-1214.

    Examples
    --------
    >>> curve = run_specifications("protocols/compared-synthetic.toml")
    >>> len(curve.specifications), curve.main.choices["method"], round(curve.median, 2)
    (48, 'nearest', -0.09)
    """
    if part is not None:
        check_choice("part", part, PARTS)
    return curves_of(
        path, parts=None if part is None else (part,), measure=measure, progress=progress
    )[0][1]


def curves_of(
    path: str | Path,
    *,
    parts: Sequence[Part] | None = None,
    measure: Measure = "difference",
    progress: Callable[[str], None] | None = None,
) -> list[tuple[Part, SpecificationCurve]]:
    """Return the curve of each part, the records read once for all; see `run_specifications`.

    Parameters
    ----------
    path, measure, progress
        As in `run_specifications`.
    parts : sequence of str, optional
        The first that the protocol has, if omitted; every one that it has, if empty.
    """
    from dipoutcomes.pipeline.records_study import observe_people
    from dipoutcomes.study.plan import read_inputs, read_plan

    check_choice("measure", measure, MEASURES)
    tell = progress or (lambda _stage: None)
    plan = read_plan(path)
    protocol = plan.protocol
    chosen = _chosen(protocol, parts)
    inputs = read_inputs(plan, progress=tell)
    tell("Counting events and days in each window")
    seen, entrants = observe_people(protocol, inputs)
    found = []
    for part in chosen:
        section = getattr(protocol.comparison, part)
        if part == "other_people":
            analyses = _other_people(protocol, section, seen, measure, tell)
        else:
            analyses = _regression_to_mean(protocol, section, seen, entrants, tell)
        found.append((part, specification_curve(list(analyses))))
    return found


def _parts(protocol: Protocol) -> tuple[Part, ...]:
    comparison = protocol.comparison
    if protocol.study.kind != "records" or comparison is None:
        return ()
    fall = comparison.regression_to_mean
    published = fall is not None and fall.events_per_year is not None and fall.shape is not None
    has = {"other_people": comparison.other_people is not None, "regression_to_mean": published}
    return tuple(name for name in PARTS if has[name])


def _chosen(protocol: Protocol, parts: Sequence[Part] | None) -> tuple[Part, ...]:
    has = _parts(protocol)
    if not has:
        raise DesignError(
            "this protocol has 0 comparisons whose choices can be varied. It must be a study of "
            "records with [comparison.other_people], or with [comparison.regression_to_mean] and "
            "both events_per_year and shape from a published source"
        )
    wrong = [part for part in parts or () if part not in has]
    if wrong:
        raise DesignError(
            f"[comparison.{wrong[0]}] cannot be varied in this protocol; what can: "
            f"{', '.join(f'[comparison.{name}]' for name in has)}. Regression to the mean needs "
            "events_per_year and shape: estimated from a reference group, their error is in the "
            "interval already"
        )
    return has[:1] if parts is None else tuple(parts) or has


def _other_people(
    protocol: Protocol,
    section: OtherPeople,
    seen: Observed,
    measure: Measure,
    tell: Callable[[str], None],
) -> Iterator[Specification]:
    import pandas as pd

    from dipoutcomes.pipeline.comparisons.people import STREAM
    from dipoutcomes.pipeline.comparisons.people_design import groups_of, prepare

    groups = groups_of(section, seen)
    outcomes = pd.DataFrame(
        {f":{name}": seen.measures[name].events[groups.who] for name in section.windows}
    )
    level = float(protocol.analysis.confidence_level)
    seed = int(random_stream(protocol.study.seed, STREAM).integers(2**31))
    designs = tuple(_designs(section))
    for number, design in enumerate(designs, start=1):
        tell(f"analysis {number} of {len(designs)}: {'; '.join(design.choices.values())}")
        try:
            ready = prepare(design.section, seen, groups, outcomes, seed=seed)
            made = ready.design if ready.weighted is None else ready.weighted
        except DesignError:
            made = None
        for window in section.windows:
            events = outcomes[f":{window}"].to_numpy()
            yield Specification(
                choices={**design.choices, "window": window},
                estimate=_effect(made, events, measure, level),
                main=design.main and window == section.windows[0],
            )


def _effect(made: Any, events: Any, measure: Measure, level: float) -> Estimate:
    if made is None:
        return _none(measure, level)
    outcome = events > 0 if measure == "difference" else events
    label = "share with an event" if measure == "difference" else "events per person"
    try:
        return treatment_effect(
            made, outcome, measure=measure, label=label, confidence_level=level
        ).estimate
    except DesignError:
        return _none(measure, level)


def _none(quantity: str, level: float) -> Estimate:
    """Return an analysis that could not be made, for the curve to count."""
    return Estimate(
        measure="effect",
        value=float("nan"),
        interval=Interval.none(level, "no such design"),
        events=0,
        base=0.0,
        base_unit="persons",
        quantity=quantity,
        caveat="this design cannot be made of these people",
    )


def _designs(section: OtherPeople) -> Iterator[_Design]:
    """Yield the designs, the protocol's own among them, none twice."""
    calipers = _with(section.caliper, [Decimal(text) for text in CALIPERS])
    ratios = _with(section.ratio, list(RATIOS))
    methods = ["nearest", "radius", "att_weights", "entropy", "overlap"]
    for method in _with(section.method, methods, ordered=False):
        matched, paired = method in {"nearest", "radius"}, method == "nearest"
        for caliper in calipers if matched else [section.caliper]:
            for ratio in ratios if paired else [section.ratio]:
                for replacement in (False, True) if paired else (section.replacement,):
                    given = {
                        "method": method, "caliper": caliper, "ratio": ratio,
                        "replacement": replacement,
                    }  # fmt: skip
                    yield _Design(
                        section=section.model_copy(update=given),
                        choices={
                            "method": METHOD_SAYS[method],
                            "caliper": f"{caliper.normalize():f}" if matched else NOT_USED,
                            "others for each": str(ratio) if paired else NOT_USED,
                            "replacement": _yes(replacement) if paired else NOT_USED,
                        },
                        main=all(getattr(section, key) == value for key, value in given.items()),
                    )


def _with(own: Any, values: list[Any], *, ordered: bool = True) -> list[Any]:
    """Return the values with the protocol's own among them."""
    whole = values if own in values else [*values, own]
    return sorted(whole) if ordered else whole


def _yes(flag: bool) -> str:
    return "with" if flag else "without"


def _regression_to_mean(
    protocol: Protocol,
    section: RegressionToMean,
    seen: Observed,
    entrants: Mask,
    tell: Callable[[str], None],
) -> Iterator[Specification]:
    from dipoutcomes.pipeline.comparisons.fall import fall

    mean, shape = section.events_per_year, section.shape
    if mean is None or shape is None:
        raise DesignError("[comparison.regression_to_mean] needs events_per_year and shape")
    nobody = np.zeros(len(entrants), dtype=bool)  # an event brought in: asked of a reference only
    level = float(protocol.analysis.confidence_level)
    for number, m in enumerate(AROUND, start=1):
        tell(f"mean {number} of {len(AROUND)}: {m * float(mean):.3g} offences a year")
        for k in AROUND:
            numbers = {"events_per_year": mean * Decimal(str(m)), "shape": shape * Decimal(str(k))}
            # The fewest resamples: what they are for is not looked at here.
            given = {**numbers, "earlier": "", "resamples": 200}
            found = fall(
                protocol, section.model_copy(update=given), seen, entrants, brought_in=nobody
            )
            table = found.estimates.get("regression_to_mean")
            yield Specification(
                choices={
                    "offences a year": f"{float(numbers['events_per_year']):.3g}",
                    "shape": f"{float(numbers['shape']):.3g}",
                },
                estimate=table["observed over expected"] if table else _none("ratio", level),
                main=m == k == 1.0,
            )


def analyses_table(curve: SpecificationCurve) -> Table:
    """Return one row an analysis, a column for each choice.

    Parameters
    ----------
    curve : SpecificationCurve

    Returns
    -------
    Table
        From the least estimate on; the protocol's own analysis is marked.
    """
    names = list(curve.specifications[0].choices)
    level = _display.level(curve.specifications[0].estimate.interval.confidence_level)
    columns = [
        Column(key=f"choice_{k}", heading=f"{name[:1].upper()}{name[1:]}")
        for k, name in enumerate(names)
    ]
    columns += [
        Column(key="estimate", heading="Estimate"),
        Column(key="interval", heading=f"{level} confidence interval"),
        Column(key="main", heading=""),
    ]
    rows = [
        [
            *(one.choices[name] for name in names),
            one.estimate.printed,
            one.estimate.printed_interval,
            "the protocol's own" if one.main else "",
        ]
        for one in curve.specifications
    ]
    return Table.of("analyses", f"{len(rows)} analyses, from the least estimate on", columns, rows)


def curve_files(curves: Sequence[tuple[Part, SpecificationCurve]]) -> dict[str, bytes]:
    """Return for each part a CSV of its analyses, its figure, and the figure in words.

    Parameters
    ----------
    curves : sequence of (str, SpecificationCurve)

    Returns
    -------
    dict of str to bytes
        By file name: ``other_people.csv``, ``other_people.png``, ``other_people.txt``.
    """
    from dipoutcomes.plots import describe_specification_curve, plot_specification_curve
    from dipoutcomes.report.show import figure_file

    files = {}
    for part, curve in curves:
        says = describe_specification_curve(curve)
        files[f"{part}.csv"] = curve.to_frame().to_csv(index=False).encode()
        files[f"{part}.png"] = figure_file(partial(plot_specification_curve, curve), says)
        files[f"{part}.txt"] = f"{curve}.\n\n{says}\n".encode()
    return files
