"""A comparison in the shape of a Justice Data Lab report, with a better interval beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dipoutcomes._validate import check_confidence_level
from dipoutcomes.comparison.data_lab.measure import DataLabMeasure, make_measure
from dipoutcomes.comparison.data_lab.outcomes import DataLabOutcomes
from dipoutcomes.comparison.data_lab.rules import (
    RULES,
    DataLabRules,
    check_proven_window,
    check_sizes,
)
from dipoutcomes.comparison.data_lab.tables import HEADINGS, measure_table
from dipoutcomes.comparison.data_lab.words import can_say, cannot_say
from dipoutcomes.comparison.effect._people import Design, People
from dipoutcomes.comparison.effect.result import Effect
from dipoutcomes.comparison.effect.treatment import treatment_effect
from dipoutcomes.comparison.weighting.design import WeightedDesign
from dipoutcomes.errors import DesignError
from dipoutcomes.results import Table

if TYPE_CHECKING:
    import pandas as pd

Flags = NDArray[np.bool_]
ALL, REOFFENDERS = "all", "reoffenders"


@dataclass(frozen=True, slots=True, kw_only=True)
class DataLabReport:
    """Tables 1 to 7, the sentences they allow, and a sounder analysis beside them.

    Parameters
    ----------
    programme : str
    measures : tuple of DataLabMeasure
        Every line, those included that a report would not show.
    beside : tuple of Effect
        Of everybody, with the variance that suits the design: what tables 3 to 7, which are of
        reoffenders, cannot say.
    flow : Table or None
    can_say, cannot_say : tuple of str
    estimand : str
        For whom the comparison speaks.
    notes : tuple of str
    """

    programme: str
    measures: tuple[DataLabMeasure, ...]
    beside: tuple[Effect, ...]
    flow: Table | None
    can_say: tuple[str, ...]
    cannot_say: tuple[str, ...]
    estimand: str
    notes: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join([self.can_say[0], f"It speaks for {self.estimand}."])

    def __getitem__(self, name: str) -> DataLabMeasure:
        for measure in self.measures:
            if measure.name == name:
                return measure
        known = "; ".join(m.name for m in self.measures)
        raise KeyError(f"no measure '{name}'; there are: {known}")

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables that have a line to show, in their order."""
        made = [
            measure_table(k, [m for m in self.measures if m.table == k], self.notes)
            for k in HEADINGS
        ]
        return tuple(table for table in made if table is not None)

    def _repr_html_(self) -> str:
        return "".join(table._repr_html_() for table in self.tables)

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row a line."""
        import pandas as pd

        return pd.DataFrame(list(self._rows()))

    def _rows(self) -> Iterator[dict[str, Any]]:
        for m in self.measures:
            row: dict[str, Any] = {
                "table": m.table, "measure": m.name, "kind": m.kind, "base": m.base,
            }  # fmt: skip
            for name, group in (("treated", m.treated), ("comparison", m.comparison)):
                row |= {
                    f"{name}_people": group.people, f"{name}_effective": group.effective,
                    f"{name}_mean": group.mean, f"{name}_half_width": group.half_width,
                    f"{name}_low": group.low, f"{name}_high": group.high, f"{name}_np": group.np,
                }  # fmt: skip
            yield row | {
                "difference": m.parity.value,
                "difference_low": m.parity.interval.low,
                "difference_high": m.parity.interval.high,
                "p_value": m.parity.p_value,
                "number_needed": m.number_needed,
                "shown": m.shown,
                "significant": m.significant,
            }

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "programme": self.programme,
            "estimand": self.estimand,
            "measures": list(self._rows()),
            "beside": [found.to_dict() for found in self.beside],
            "flow": None if self.flow is None else self.flow.to_dict(),
            "can_say": list(self.can_say),
            "cannot_say": list(self.cannot_say),
            "notes": list(self.notes),
        }


def data_lab_report(
    design: Design,
    outcomes: DataLabOutcomes,
    *,
    programme: str = "the programme",
    submitted: int | None = None,
    flow: Table | None = None,
    dates: tuple[date, date] | None = None,
    rules: DataLabRules = RULES,
    confidence_level: float = 0.95,
) -> DataLabReport:
    """Return the measures, tables and sentences of a Justice Data Lab report.

    Parameters
    ----------
    design : LockedDesign or WeightedDesign
        Treated people with weight 1 and comparison people with the weight of their matches.
    outcomes : DataLabOutcomes
        One row a person, in the order of the design.
    programme : str
        As the sentences name it.
    submitted : int, optional
        People whose details were sent in; the flow's first row, if there is a flow.
    flow : Table, optional
        From `data_lab_flow`. Its last row must be the treated people analysed.
    dates : (date, date), optional
        The latest index date of anybody, and the day the records were taken: checked to lie 12 + 6
        months apart. A note says so if they are not given.
    rules : DataLabRules
    confidence_level : float, default 0.95

    Returns
    -------
    DataLabReport

    Raises
    ------
    DesignError
        If a report would not be made of so few people, the records were taken too early, or flow
        and design disagree.
    ValueError
        If shapes differ.

    Notes
    -----
    The reports' interval is a weighted Welch interval, with the comparison group worth Kish's
    effective size; with radius matching of 200 treated its nominal 95% held 96%. It leaves out
    matching, people used again and the error of the score; beside each line of everybody stands
    the interval whose variance suits the design. Tables 3 to 7 are of reoffenders alone, hence
    conditional on what came after treatment; *beside* has their counterparts among all people:
    days of the year before a reoffence (a restricted mean), and each class and custody per person.
    The number needed holds both means, both spreads and the
    comparison group as they are.

    References
    ----------
    .. [1] Ministry of Justice. Justice Data Lab statistics; its reporting pipeline, repository
       moj-analytical-services/JDL_RAP (form of tables and rules).
    .. [2] Welch, B. L. (1947). Biometrika 34, 28-35.
    .. [3] Kish, L. (1965). Survey Sampling, section 11.7.

    Examples
    --------
    >>> import numpy as np
    >>> from dipoutcomes.comparison.weighting import WeightedDesign
    >>> treated = np.repeat([True, False], [40, 80])
    >>> again = np.concatenate([np.repeat([1, 0], [10, 30]), np.repeat([1, 0], [40, 40])])
    >>> design = WeightedDesign(treated=treated, weights=np.ones(120), estimand="ATT", method="")
    >>> report = data_lab_report(design, DataLabOutcomes.of(again), rules=DataLabRules(treated=30))
    >>> report["one-year proven reoffending rate"].printed_difference
    '-43 to -7'
    """
    level = check_confidence_level(confidence_level)
    people = People.of(design)
    if outcomes.reoffences.shape != people.treated.shape:
        raise ValueError("`outcomes` must have one row for each person of the design")
    if flow is not None:
        submitted = _check_flow(flow, people, submitted)
    check_sizes(people.used[0], submitted, rules)
    window = "Committed within 12 months and proven within those or a further 6"
    if dates is not None:
        check_proven_window(*dates)
    else:
        window += "; that the records reach that far was not checked here"
    plain = _plain(people, np.ones_like(people.treated))
    best = partial(treatment_effect, design, confidence_level=level)
    measures = list(_measures(plain, people, outcomes, rules=rules, level=level, best=best))
    lost = people.left_out[0] if submitted is None else submitted - people.used[0]
    speaker = best(outcomes.reoffended)
    return DataLabReport(
        programme=programme,
        measures=tuple(measures),
        beside=tuple(_beside(outcomes, best)),
        flow=flow,
        can_say=tuple(can_say(measures, programme)),
        cannot_say=tuple(cannot_say(measures, programme, max(lost, 0))),
        estimand=speaker.speaks_for,
        notes=(
            f"{window}.",
            "The first interval is of the kind that Justice Data Lab reports print; it leaves out "
            "the error of matching.",
        ),
    )


def _check_flow(flow: Table, people: People, submitted: int | None) -> int:
    counts = flow.column("people")
    if counts[-1] != people.used[0]:
        raise DesignError(
            f"the flow ends with {counts[-1]} people and the design compares {people.used[0]} "
            "treated people; the last row of the flow must be those analysed"
        )
    if submitted is not None and submitted != counts[0]:
        raise DesignError(
            f"`submitted` is {submitted} and the flow begins with {counts[0]}; they must agree"
        )
    return int(counts[0])


def _plain(people: People, of: Flags) -> WeightedDesign:
    """Return the weights alone, of the people *of*."""
    return WeightedDesign(
        treated=people.treated,
        weights=np.where(of, people.weights, 0.0),
        estimand="ATT",
        method=people.method,
    )


def _measures(
    plain: WeightedDesign,
    people: People,
    outcomes: DataLabOutcomes,
    *,
    rules: DataLabRules,
    level: float,
    best: Any,
) -> Iterator[DataLabMeasure]:
    again = outcomes.reoffended
    some = people.weights > 0
    treated_again = int((again & people.treated & some).sum())
    line = partial(make_measure, treated_reoffenders=treated_again, rules=rules, level=level)
    rate = "one-year proven reoffending rate"
    yield line(plain, again, place=(1, rate, "reoffend", "rate", ALL), ours=best(again))
    frequency = "one-year proven reoffending frequency"
    yield line(
        plain, outcomes.reoffences, place=(2, frequency, "proven offences", "frequency", ALL),
        ours=best(outcomes.reoffences),
    )  # fmt: skip
    if not all(np.any(again & side & some) for side in (people.treated, ~people.treated)):
        return  # nobody of a group reoffended: the tables of reoffenders have no base
    among = _plain(people, again)
    days = outcomes.days_to_first
    if days is not None:
        yield line(
            among, np.where(again, days, 0.0),
            place=(3, "days to the first reoffence", "days", "days", REOFFENDERS),
        )  # fmt: skip
    for counts, place in _of_reoffenders(outcomes):
        yield line(among, counts, place=place)


def _of_reoffenders(
    outcomes: DataLabOutcomes,
) -> Iterator[tuple[ArrayLike, tuple[int, str, str, str, str]]]:
    for name, counts in outcomes.by_severity.items():
        does = f"commit {'an' if name[0] in 'aei' else 'a'} {name} offence"
        yield counts > 0, (4, f"rate of {name} reoffences", does, "rate", REOFFENDERS)
        offences = f"{name} offences"
        yield counts, (5, f"frequency of {name} reoffences", offences, "frequency", REOFFENDERS)
    custody = outcomes.custodial
    if custody is not None:
        does = "go to custody for a reoffence"
        yield custody > 0, (6, "rate of custody for reoffences", does, "rate", REOFFENDERS)
        many = "custodial reoffences"
        yield custody, (7, "frequency of custody for reoffences", many, "frequency", REOFFENDERS)


def _beside(outcomes: DataLabOutcomes, best: Any) -> Iterator[Effect]:
    """Yield, of everybody, what tables 3 to 7 say of reoffenders."""
    free = outcomes.days_free
    if free is not None:
        found = best(free + 0.0, label="days of the year before a proven reoffence")
        yield replace(found, kind="mean")
    for name, counts in outcomes.by_severity.items():
        yield best(counts > 0, label=f"share with a proven reoffence, {name}")
        yield best(counts, label=f"proven reoffences per person, {name}")
    if outcomes.custodial is not None:
        yield best(outcomes.custodial > 0, label="share sent to custody for a reoffence")
        yield best(outcomes.custodial, label="custodial reoffences per person")
