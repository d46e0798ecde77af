"""How much a design can show, whatever its numbers: the Maryland scale as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dipoutcomes import _display
from dipoutcomes._validate import check_choice, check_count
from dipoutcomes.comparison._design_words import (
    GRADES,
    JUDGEMENT,
    KIND_NOT,
    KIND_SUPPORTS,
    KINDS,
    NESTA,
    NOT,
    SUPPORTS,
)
from dipoutcomes.results import Column, Table

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "GRADES",
    "JUDGEMENT",
    "KINDS",
    "NESTA",
    "DesignFeatures",
    "DesignGrade",
    "design_grade",
    "design_grades_table",
]

#: Areas below which a comparison of them is no better than before and after: of 7, the likeliest
#: two-sided permutation p-value is 2 in 35.
FEWEST_AREAS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignFeatures:
    """What is known of a comparison's design.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    baseline_measured : bool
        Whether offending before entry was measured in both groups (or areas).
    balanced : bool
        Whether the groups were shown to be alike in what was measured, after matching or
        weighting.
    rich_covariates : bool
        Whether offending history and needs (drug use, treatment, employment) were among it, and
        not age and sex alone.
    reference_unselected : bool
        For regression to the mean: whether its rate and spread come from an unselected reference.
    pre_trends_shown : bool
        For areas: whether trends before the change were shown to run alike.
    areas : int
        For areas and assignment of areas: how many, with and without together.
    months_before, months_after : int
        For a series: how many months on each side.
    kept_share : float
        Share of the people assigned, or of treated people, that was analysed.

    Examples
    --------
    >>> DesignFeatures(kind="matched", baseline_measured=True, balanced=True).kind
    'matched'
    """

    kind: str
    baseline_measured: bool = False
    balanced: bool = False
    rich_covariates: bool = False
    reference_unselected: bool = False
    pre_trends_shown: bool = False
    areas: int = 0
    months_before: int = 0
    months_after: int = 0
    kept_share: float = 1.0

    def __post_init__(self) -> None:
        check_choice("kind", self.kind, tuple(KINDS))
        for name in ("areas", "months_before", "months_after"):
            check_count(name, getattr(self, name))
        if not 0 <= self.kept_share <= 1:
            raise ValueError(f"`kept_share` must lie from 0 to 1; got {self.kept_share}")


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignGrade:
    """A grade from 1 to 5, why, and the statements that it does and does not support.

    Parameters
    ----------
    grade : int
    features : DesignFeatures
    reasons : tuple of str
        What settled it, and what stood in the way of a higher grade.
    can_say, cannot_say : tuple of str
        Statements, each to be read after "These data can show" or "cannot show".
    """

    grade: int
    features: DesignFeatures
    reasons: tuple[str, ...]
    can_say: tuple[str, ...]
    cannot_say: tuple[str, ...]

    @property
    def nesta(self) -> str:
        """The level of Nesta's standards of evidence beside it."""
        return NESTA[self.grade]

    def __str__(self) -> str:
        return (
            f"Design: grade {self.grade} of 5 on the Maryland scale ({GRADES[self.grade]}); "
            f"Nesta {self.nesta}. {KINDS[self.features.kind].capitalize()}: "
            f"{'; '.join(self.reasons)}. This is {JUDGEMENT}"
        )

    @property
    def table(self) -> Table:
        """The statements, by whether the grade supports them."""
        columns = (
            Column(key="says", heading="Statement", kind="label"),
            Column(key="supported", heading="Supported by the design"),
        )
        rows = [(text, "yes") for text in self.can_say] + [(text, "no") for text in self.cannot_say]
        return Table.of(
            "design_grade",
            f"What a design of grade {self.grade} of 5 can show.",
            columns,
            rows,
            notes=(f"{self}.",),
        )

    def _repr_html_(self) -> str:
        return self.table._repr_html_()

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "grade": self.grade,
            "kind": self.features.kind,
            "scale": "Maryland",
            "nesta": self.nesta,
            "judgement": JUDGEMENT,
            "reasons": list(self.reasons),
            "can_say": list(self.can_say),
            "cannot_say": list(self.cannot_say),
        }

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row a statement."""
        return self.table.to_frame().assign(grade=self.grade)


def design_grade(features: DesignFeatures) -> DesignGrade:
    """Return the Maryland grade of a design, with what it supports.

    Parameters
    ----------
    features : DesignFeatures

    Returns
    -------
    DesignGrade

    Notes
    -----
    The scale has no row for several designs here; these are the package's own decisions: a
    benchmark is grade 1, since the published people differ in unknown ways, and 2 when adjusted for
    risk; before and after adjusted for regression to the mean from an unselected reference stays
    2, for it has no comparison group; a self-controlled series is 2; a series of months is 2, or 3
    with at least 12 months on each side, as long as it has no second series. A matched comparison
    is 3 with balance shown, 4 if offending history and needs were matched on and at least 80% of
    treated people were kept. Differences in differences are 3, or 4 with ten or more areas and
    like trends shown; below eight areas 2, for with so few no way of choosing the intensive ones
    leaves a permutation of areas much below 5%. Chance is 5, or 4 if fewer than 80% were followed.

    The grade is of the design. A badly kept grade 4 can show less than a well kept 3; how sure the
    numbers are stands in their intervals.

    References
    ----------
    .. [1] Sherman, L. W. and others (1997). Preventing Crime: What Works, What Doesn't, What's
       Promising. National Institute of Justice (chapter 2).
    .. [2] Farrington, D. P., Gottfredson, D. C., Sherman, L. W. and Welsh, B. C. (2002). The
       Maryland Scientific Methods Scale. In Evidence-Based Crime Prevention, 13-21. Routledge.
    .. [3] Puttick, R. and Ludlow, J. (2013). Standards of Evidence. Nesta.

    Examples
    --------
    >>> design_grade(DesignFeatures(kind="after_only")).grade
    1
    >>> design_grade(DesignFeatures(kind="matched", baseline_measured=True, balanced=True)).grade
    3
    """
    grade, reasons = _RULES[features.kind](features)
    kind = features.kind
    return DesignGrade(
        grade=grade,
        features=features,
        reasons=tuple(reasons),
        can_say=KIND_SUPPORTS.get(kind, ()) + SUPPORTS[grade] * (kind not in KIND_SUPPORTS),
        cannot_say=NOT[grade] + KIND_NOT.get(kind, ()),
    )


Graded = tuple[int, list[str]]


def _fixed(grade: int, reason: str) -> Any:
    def rule(_: DesignFeatures) -> Graded:
        return grade, [reason]

    return rule


def _rtm(features: DesignFeatures) -> Graded:
    if features.reference_unselected:
        return 2, ["no comparison group; the expected fall comes from an unselected reference"]
    return 2, [
        "no comparison group, and the expected fall does not come from an unselected reference"
    ]


def _series(features: DesignFeatures) -> Graded:
    least = min(features.months_before, features.months_after)
    if least >= 12:
        return 3, [f"{features.months_before} months before and {features.months_after} after"]
    return 2, [f"{least} months on the shorter side, where 12 are needed for grade 3"]


def _matched(features: DesignFeatures) -> Graded:
    if not (features.baseline_measured and features.balanced):
        return 2, ["the groups were not shown to be alike, offending before entry included"]
    kept = _display.percent(features.kept_share, 0)
    if not features.rich_covariates:
        return 3, [
            "alike in what was matched on, which does not hold both offending history and needs"
        ]
    if features.kept_share < 0.8:
        return 3, [f"alike in history and needs, but {kept} of treated people found a match"]
    return 4, [f"alike in offending history and needs, {kept} of treated people kept"]


def _areas(features: DesignFeatures) -> Graded:
    count = f"{features.areas} area{'s' * (features.areas != 1)}"
    if features.areas < FEWEST_AREAS or not features.baseline_measured:
        return 2, [f"{count}, too few to tell the programme from what else differs between them"]
    if features.areas >= 10 and features.pre_trends_shown:
        return 4, [f"{count}, trends before shown to run alike"]
    lacking = "trends before not shown" if not features.pre_trends_shown else "fewer than ten"
    return 3, [f"{count}, {lacking}"]


def _randomised(features: DesignFeatures) -> Graded:
    kept = _display.percent(features.kept_share, 0)
    if features.kept_share < 0.8:
        return 4, [f"assigned by chance, but {kept} were followed"]
    return 5, [f"assigned by chance, {kept} followed"]


_RULES: dict[str, Any] = {
    "after_only": _fixed(1, "nothing is compared"),
    "benchmark": _fixed(1, "the published people differ in ways that are not known"),
    "risk_adjusted_benchmark": _fixed(2, "others of the same recorded risk, elsewhere and earlier"),
    "before_after": _fixed(2, "no comparison group"),
    "rtm_adjusted": _rtm,
    "published_series": _fixed(1, "totals without people, and nothing compared"),
    "interrupted_series": _series,
    "self_controlled_series": _fixed(2, "no comparison group; people are their own control"),
    "unadjusted_groups": _fixed(2, "the groups were not shown to be comparable"),
    "matched": _matched,
    "areas_difference_in_differences": _areas,
    "randomised": _randomised,
}


def design_grades_table() -> Table:
    """Return the grade that each kind of comparison can reach, at least and at most.

    Returns
    -------
    Table

    Examples
    --------
    >>> table = design_grades_table()
    >>> {row["kind"]: (row["least"], row["most"]) for row in table.rows}["matched"]
    (2, 4)
    """
    best = {
        "baseline_measured": True,
        "balanced": True,
        "rich_covariates": True,
        "reference_unselected": True,
        "pre_trends_shown": True,
        "areas": 20,
        "months_before": 24,
        "months_after": 24,
    }
    rows = []
    for kind, says in KINDS.items():
        least = design_grade(DesignFeatures(kind=kind, kept_share=0.5)).grade
        most = design_grade(DesignFeatures(kind=kind, **best)).grade  # type: ignore[arg-type]
        rows.append((kind, says, least, most))
    columns = (
        Column(key="kind", heading="Kind", kind="label"),
        Column(key="says", heading="Comparison"),
        Column(key="least", heading="Least grade", kind="count"),
        Column(key="most", heading="Greatest grade", kind="count"),
    )
    return Table.of(
        "design_grades",
        "Grades on the Maryland scale that each kind of comparison can reach.",
        columns,
        rows,
        notes=(f"{JUDGEMENT[:1].upper()}{JUDGEMENT[1:]}.",),
    )
