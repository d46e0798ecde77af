"""One contract under several scenarios, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dipoutcomes.payment.operating_characteristics import _say
from dipoutcomes.payment.operating_characteristics.characteristics import (
    OperatingCharacteristics,
    Progress,
    operating_characteristics,
)
from dipoutcomes.payment.operating_characteristics.design import PaymentDesign
from dipoutcomes.payment.operating_characteristics.scenario import Scenario
from dipoutcomes.results import Column, Table

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioComparison:
    """What one contract does under several scenarios.

    Parameters
    ----------
    found : tuple of OperatingCharacteristics
        One a scenario, under the same effects.
    """

    found: tuple[OperatingCharacteristics, ...]

    def __getitem__(self, name: str) -> OperatingCharacteristics:
        for one in self.found:
            if one.design.scenario.name == name:
                return one
        names = ", ".join(one.design.scenario.name for one in self.found)
        raise KeyError(f"there is no scenario '{name}'; the scenarios: {names}")

    def __str__(self) -> str:
        return str(self.to_table())

    def _repr_html_(self) -> str:
        return self.to_table()._repr_html_()

    def to_table(self) -> Table:
        """Return the table that a report prints."""
        first = self.found[0]
        asked, currency = first.design.asked(), first.design.contract.money.currency
        columns = [Column(key="scenario", heading="Scenario")]
        rows: list[list[Any]] = [[one.design.scenario.name] for one in self.found]
        for number, row in enumerate(first.rows):
            says = _say.does(asked, row.effect)
            columns.append(Column(key=f"paid_{number}", heading=f"Pays if it {says}", kind="share"))
            if first.is_priced:
                columns.append(
                    Column(
                        key=f"expected_{number}", heading=f"Expected {currency} if it {says}",
                        kind="number", decimals=0,
                    )
                )  # fmt: skip
            for cells, one in zip(rows, self.found, strict=True):
                cells.append(one.rows[number].chance_paid)
                if first.is_priced:
                    cells.append(one.rows[number].expected_payment)
        notes = [
            f"{one.design.scenario.name[:1].upper()}{one.design.scenario.name[1:]}: "
            f"{'; '.join(one.design.scenario.assumptions())}."
            for one in self.found
            if one.design.scenario.assumptions()
        ]
        caution = first.design.contract.caution
        return Table.of(
            "payment_scenarios",
            f"{first.design.contract.contract.title}: {first.design.n:,} people started",
            columns, rows, notes=([caution] if caution else []) + notes,
        )  # fmt: skip

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row a scenario and effect."""
        import pandas as pd

        return pd.concat([one.to_frame() for one in self.found], ignore_index=True)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {"scenarios": [one.to_dict() for one in self.found]}


def compare_scenarios(
    design: PaymentDesign,
    scenarios: Sequence[Scenario],
    effects: Sequence[float],
    *,
    rng: np.random.Generator | None = None,
    progress: Progress | None = None,
) -> ScenarioComparison:
    """Return what a contract does under several scenarios and a few true effects.

    Parameters
    ----------
    design : PaymentDesign
        Its own scenario does not matter.
    scenarios : sequence of Scenario
        Such as `usual_scenarios`; their names must differ.
    effects : sequence of float
        In the unit of the contract's test, such as ``[0, 0.1]``.
    rng : numpy.random.Generator, optional
        Needed where cohorts are simulated.
    progress : callable, optional
        Called with the name of each scenario as it begins.

    Returns
    -------
    ScenarioComparison

    Raises
    ------
    ValueError
        If there is no scenario, or two have one name.

    Examples
    --------
    >>> from pathlib import Path
    >>> from dipoutcomes.payment.contract import parse_contract
    >>> from dipoutcomes.payment.operating_characteristics import PaymentDesign, PeopleModel
    >>> text = Path("protocols/contracts/doncaster-2011.toml").read_text(encoding="utf-8")
    >>> design = PaymentDesign(contract=parse_contract(text), n=100,
    ...     people=PeopleModel.from_share(0.58))
    >>> drift = Scenario(name="national fall", drift=-0.02)
    >>> found = compare_scenarios(design, [design.scenario, drift], [0.0])
    >>> round(found["national fall"].rows[0].chance_paid, 3)
    0.306
    """
    names = [scenario.name for scenario in scenarios]
    if not names or len(set(names)) < len(names):
        raise ValueError("`scenarios` must hold at least one scenario, and no name twice")
    found = []
    for scenario in scenarios:
        if progress is not None:
            progress(scenario.name)
        one = design.replace(scenario=scenario)
        found.append(operating_characteristics(one, effects, rng=rng))
    return ScenarioComparison(found=tuple(found))


def curves_by_size(
    design: PaymentDesign,
    sizes: Sequence[int],
    effects: Sequence[float] | None = None,
    *,
    rng: np.random.Generator | None = None,
) -> tuple[OperatingCharacteristics, ...]:
    """Return the operating characteristics of one contract for several sizes of the cohort.

    Parameters
    ----------
    design : PaymentDesign
        Its own size does not matter.
    sizes : sequence of int
        People started in a cohort, such as ``[28, 100, 1000]``.
    effects : sequence of float, optional
        As for `operating_characteristics`.
    rng : numpy.random.Generator, optional
        Needed where cohorts are simulated.

    Returns
    -------
    tuple of OperatingCharacteristics

    Examples
    --------
    >>> from pathlib import Path
    >>> from dipoutcomes.payment.contract import parse_contract
    >>> from dipoutcomes.payment.operating_characteristics import PaymentDesign, PeopleModel
    >>> text = Path("protocols/contracts/doncaster-2011.toml").read_text(encoding="utf-8")
    >>> design = PaymentDesign(contract=parse_contract(text), n=28,
    ...     people=PeopleModel.from_share(0.58))
    >>> [round(one.rows[0].chance_paid, 3) for one in curves_by_size(design, [28, 300], [0.0])]
    [0.251, 0.045]
    """
    return tuple(operating_characteristics(design.replace(n=n), effects, rng=rng) for n in sizes)
