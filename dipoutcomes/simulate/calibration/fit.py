"""The fit of made-up people to every published figure of a recipe, with what is missed named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dipoutcomes.errors import ProtocolError
from dipoutcomes.results import Column, Table
from dipoutcomes.simulate.calibration.statistics import Counted, count_target
from dipoutcomes.simulate.calibration.targets import Target

if TYPE_CHECKING:
    from dipoutcomes.simulate.recipe import Recipe

#: A miss must exceed the tolerance by more than this many Monte Carlo standard errors.
ERRORS_ALLOWED = 2.0


@dataclass(frozen=True, slots=True)
class TargetFit:
    """One published figure and what the made-up people have."""

    target: Target
    counted: Counted

    @property
    def difference(self) -> float:
        """Made-up less published."""
        return self.counted.value - self.target.value

    @property
    def verdict(self) -> str:
        """Met, or missed: further off than the tolerance and the Monte Carlo error allow."""
        allowed = self.target.tolerance + ERRORS_ALLOWED * self.counted.standard_error
        return "met" if abs(self.difference) <= allowed else "missed"


@dataclass(frozen=True, slots=True)
class Fit:
    """The fit to every target of a recipe.

    Parameters
    ----------
    recipe_id : str
    people : int
        Made-up people counted.
    rows : tuple of TargetFit
    moved : tuple of (str, float)
        Numbers of the model that calibration has set, by key.
    """

    recipe_id: str
    people: int
    rows: tuple[TargetFit, ...]
    moved: tuple[tuple[str, float], ...] = ()

    @property
    def missed(self) -> tuple[TargetFit, ...]:
        """Targets that the made-up people do not have."""
        return tuple(row for row in self.rows if row.verdict == "missed")

    @property
    def unproven(self) -> tuple[TargetFit, ...]:
        """Targets met, but counted with more Monte Carlo error than their tolerance."""
        return tuple(
            row
            for row in self.rows
            if row.verdict == "met"
            and ERRORS_ALLOWED * row.counted.standard_error > row.target.tolerance
        )

    def table(self) -> Table:
        """Return the fit as a table, a row a target."""
        return Table.of(
            "fit_to_targets",
            f"Published figures and {self.people:,} made-up people of '{self.recipe_id}'",
            [
                Column(key="target", heading="Published figure"),
                Column(key="published", heading="Published"),
                Column(key="made_up", heading="Made up"),
                Column(key="error", heading="Monte Carlo error"),
                Column(key="verdict", heading="Verdict"),
                Column(key="use", heading="Used to calibrate"),
                Column(key="source", heading="Source"),
            ],
            [
                [
                    row.target.name,
                    f"{row.target.value:g} (within {row.target.tolerance:g})",
                    f"{row.counted.value:.4g}",
                    f"{row.counted.standard_error:.2g}",
                    row.verdict,
                    "no, held out" if row.target.held_out else "yes",
                    row.target.source,
                ]
                for row in self.rows
            ],
            notes=[self._summary()],
        )

    def _summary(self) -> str:
        met = len(self.rows) - len(self.missed)
        said = f"{met} of {len(self.rows)} published figures are met."
        if self.missed:
            names = "; ".join(
                f"{row.target.name} ({row.counted.value:.3g} for {row.target.value:g})"
                for row in self.missed
            )
            said += f" Missed: {names}."
        if self.unproven:
            names = "; ".join(row.target.name for row in self.unproven)
            said += (
                f" For {len(self.unproven)} of those met, twice the Monte Carlo error exceeds the "
                f"tolerance: so many people show no miss, and no more than that ({names})."
            )
        return said

    def __str__(self) -> str:
        lines = [str(self.table())]
        if self.moved:
            lines += ["", "Numbers of the model, as found:"]
            lines += [f"  {key} = {value:.6g}" for key, value in self.moved]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "recipe": self.recipe_id,
            "people": self.people,
            "moved": dict(self.moved),
            "targets": [
                {
                    "name": row.target.name,
                    "statistic": row.target.statistic,
                    "published": row.target.value,
                    "tolerance": row.target.tolerance,
                    "made_up": row.counted.value,
                    "monte_carlo_error": row.counted.standard_error,
                    "verdict": row.verdict,
                    "held_out": row.target.held_out,
                    "source": row.target.source,
                }
                for row in self.rows
            ],
        }


def fit_to_targets(recipe: Recipe, *, people: int = 50_000, seed: int | None = None) -> Fit:
    """Return how near the people of a recipe come to its published figures.

    Parameters
    ----------
    recipe : Recipe
        With at least one target.
    people : int, default 50,000
        How many to make up; groups of one size where every figure is of a group, else in
        proportion.
    seed : int, optional
        The recipe's if omitted.

    Returns
    -------
    Fit

    Raises
    ------
    ProtocolError
        If the recipe has no target.

    Notes
    -----
    The people of the recipe itself may be few, and by chance far from what the model has on
    average: this counts many, and says the Monte Carlo error that is left.
    """
    from dipoutcomes.simulate.cohort import draw_lives

    if not recipe.target:
        raise ProtocolError(
            f"the recipe '{recipe.id}' names no published figure to come near to; add [[target]]"
        )
    many = resized(recipe, people, recipe.seed if seed is None else seed)
    careers, group = draw_lives(many)
    rows = tuple(TargetFit(t, count_target(t, careers, group)) for t in recipe.target)
    return Fit(recipe.id, careers.people, rows)


def resized(recipe: Recipe, people: int, seed: int) -> Recipe:
    """Return the recipe for another number of people, all of them eligible."""
    update: dict[str, Any] = {
        "people": people,
        "seed": seed,
        "not_eligible": type(recipe.not_eligible)(),
    }
    if recipe.group:
        from dipoutcomes.simulate.margins import apportion

        # Figures of single groups are counted best from equal ones; of all together, in proportion.
        apart = all(target.group for target in recipe.target)
        sizes = apportion(people, [1 if apart else group.people for group in recipe.group])
        update["group"] = tuple(
            group.model_copy(update={"people": max(int(size), 1)})
            for group, size in zip(recipe.group, sizes, strict=True)
        )
        update["people"] = sum(group.people for group in update["group"])
    return recipe.model_copy(update=update)
