"""What else moves a payment than the programme: the times, chance in the baseline, who is counted.

Each is a named option with its assumption in words. Nothing of it is the programme's effect, and
whatever it earns is paid for nothing.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from math import inf
from typing import Any, Literal

from dipoutcomes import _display
from dipoutcomes._validate import check_choice, check_count
from dipoutcomes.payment.operating_characteristics.people import PeopleModel


def _check_part(name: str, value: float, *, below_one: bool = False) -> None:
    if not (0 <= value < 1 or (value == 1 and not below_one)):
        rule = "from 0 to below 1" if below_one else "from 0 to 1"
        raise ValueError(f"`{name}` must be a proportion {rule}; got {value:g}")


def _percent(part: float) -> str:
    return _display.percent(part, 0 if round(100 * part, 6).is_integer() else 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Departures from the plain case; each default leaves one out.

    Parameters
    ----------
    name : str
        As a table prints it.
    drift : float, default 0
        What the measure would have changed by anyway between the baseline and the cohort, in the
        unit of the contract's test: -0.02 is two points down where the test is of points, a fall
        of 2% where it is relative. A matched group of the same time drifts along.
    baseline_years : int, default 1
        The baseline is the highest of so many past years: a bad year made somebody act.
    year_sd : float, default 0
        By how much the level of a year differs, as a proportion of the level (normal).
    hardest_not_started : float, default 0
        Share of those eligible whom the provider does not start, hard cases first.
    matching_sees : float, default 0
        How much of that a matched comparison group allows for: 0 nothing, 1 all of it.
    dropouts : float, default 0
        Share of those started who are not counted in the end.
    dropouts_are : {"anybody", "hardest"}
    closed_early : float, default 0
        Share of cases closed, and not counted, of those who have an event in the first part of
        the window.
    closed_within : float, default 0.25
        That part of the window, as a proportion of it.
    entry : {"unselected", "offence"}
        For a baseline of their own past: people chosen without regard to it; or an offence brings
        them in, and those who offend more come more.
    index_in_baseline : bool, default False
        Whether that offence counts in their past.

    Raises
    ------
    ValueError, TypeError
        If an option lies outside its range.

    Examples
    --------
    >>> print(Scenario(name="national fall", drift=-0.02))
    national fall
    >>> Scenario(name="worst of five years", baseline_years=5).assumptions()[0]
    'the baseline is the highest of 5 past years'
    """

    name: str = "as the contract supposes"
    drift: float = 0.0
    baseline_years: int = 1
    year_sd: float = 0.0
    hardest_not_started: float = 0.0
    matching_sees: float = 0.0
    dropouts: float = 0.0
    dropouts_are: Literal["anybody", "hardest"] = "anybody"
    closed_early: float = 0.0
    closed_within: float = 0.25
    entry: Literal["unselected", "offence"] = "unselected"
    index_in_baseline: bool = False

    def __post_init__(self) -> None:
        check_count("baseline_years", self.baseline_years, minimum=1, maximum=100)
        check_choice("dropouts_are", self.dropouts_are, ("anybody", "hardest"))
        check_choice("entry", self.entry, ("unselected", "offence"))
        for name in ("hardest_not_started", "dropouts", "closed_within"):
            _check_part(name, getattr(self, name), below_one=True)
        for name in ("matching_sees", "closed_early"):
            _check_part(name, getattr(self, name))
        if not 0 <= self.year_sd < 0.25:
            raise ValueError(
                f"`year_sd` must be from 0 to below 0.25, a proportion; got {self.year_sd:g}"
            )
        if not -1 < self.drift < inf:
            raise ValueError(f"`drift` must be finite and greater than -1; got {self.drift:g}")

    def __str__(self) -> str:
        return self.name

    def assumptions(self) -> tuple[str, ...]:
        """Return in words what is assumed beyond the plain case."""
        said = {
            "drift": f"the measure would have changed by {self.drift:+g} anyway, in the unit of "
            "the contract's test",
            "baseline_years": f"the baseline is the highest of {self.baseline_years} past years",
            "year_sd": f"years differ with a standard deviation of {_percent(self.year_sd)} of "
            "the level, independently",
            "hardest_not_started": f"{_percent(self.hardest_not_started)} of those eligible are "
            "not started: the chance of a start falls exponentially with a person's own rate, as "
            "if it were known",
            "matching_sees": f"the comparison group allows for {_percent(self.matching_sees)} of "
            "that choice",
            "dropouts": f"{_percent(self.dropouts)} of those started are not counted, "
            + ("whoever they are" if self.dropouts_are == "anybody" else "hard cases first"),
            "closed_early": f"of those with an event in the first {_percent(self.closed_within)} "
            f"of the window, {_percent(self.closed_early)} are closed and not counted, always as "
            "many as are to be expected",
            "entry": "an offence brings people in, so that those who offend more come more; their "
            "own rates do not change",
            "index_in_baseline": "that offence counts in their own past",
        }
        changed = {f.name for f in fields(self) if getattr(self, f.name) != f.default}
        return tuple(text for name, text in said.items() if name in changed)

    def started(self, people: PeopleModel) -> PeopleModel:
        """Return who is counted of *people*, cases closed early apart."""
        kept = people.without_the_hardest(self.hardest_not_started)
        return kept.without_the_hardest(self.dropouts) if self.dropouts_are == "hardest" else kept

    def compared(self, people: PeopleModel) -> PeopleModel:
        """Return whom a matched comparison group represents."""
        if not self.matching_sees:
            return people
        full = people.without_the_hardest(self.hardest_not_started)
        ratio = full.events_per_person / people.events_per_person
        return people.with_rate(ratio**self.matching_sees)

    def counted(self, n: int) -> int:
        """Return how many of *n* started are counted, cases closed early not taken off."""
        return max(1, round(n * (1 - self.dropouts)))

    def with_name(self, name: str) -> Scenario:
        """Return the same scenario under another name."""
        return replace(self, name=name)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)


PLAIN = Scenario()


def usual_scenarios(baseline: str, *, drift: float, counted: bool = True) -> tuple[Scenario, ...]:
    """Return the plain case and one scenario of each kind that a baseline allows.

    Parameters
    ----------
    baseline : str
        Kind of the contract's baseline: "fixed", "historical_cohort", "matched_group",
        "risk_adjusted_expected" or "own_past".
    drift : float
        What the measure may have changed by anyway, in the unit of the contract's test.
    counted : bool, default True
        Whether it is known in how many people an earlier baseline was counted: a bad year needs it.

    Returns
    -------
    tuple of Scenario
        Their sizes are illustrations: put your own in.

    Examples
    --------
    >>> for scenario in usual_scenarios("historical_cohort", drift=-0.02):
    ...     print(scenario)
    as the contract supposes
    national drift
    baseline of the worst of 5 years
    a fifth drop out, whoever they are
    a fifth drop out, hard cases first
    only easy clients started
    hard cases closed early
    """
    found = [PLAIN, Scenario(name="national drift", drift=drift)]
    if baseline in {"historical_cohort", "risk_adjusted_expected"} and counted:
        found.append(
            Scenario(name="baseline of the worst of 5 years", baseline_years=5, year_sd=0.03)
        )
    if baseline == "own_past":
        found += [
            Scenario(name="an offence brings them in", entry="offence"),
            Scenario(
                name="an offence brings them in, and counts as their past",
                entry="offence",
                index_in_baseline=True,
            ),
        ]
    found += [
        Scenario(name="a fifth drop out, whoever they are", dropouts=0.2),
        Scenario(name="a fifth drop out, hard cases first", dropouts=0.2, dropouts_are="hardest"),
        Scenario(name="only easy clients started", hardest_not_started=0.2),
    ]
    if baseline != "own_past":
        found.append(Scenario(name="hard cases closed early", closed_early=0.5))
    return tuple(found)
