"""The smallest cohort with which neither party runs more than a stated risk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dipoutcomes import _display
from dipoutcomes._validate import check_confidence_level, check_count
from dipoutcomes.errors import DesignError
from dipoutcomes.payment.operating_characteristics import _say
from dipoutcomes.payment.operating_characteristics.design import PaymentDesign
from dipoutcomes.payment.operating_characteristics.risks import (
    PaymentRisks,
    check_effects,
    payment_risks,
)

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortSize:
    """The smallest cohort for stated risks.

    Parameters
    ----------
    risks : PaymentRisks
        At that size.
    n : int
        The first size at which both risks are kept.
    stable_n : int
        That from which all sizes looked at keep them: with whole people a risk may rise again.
    wanted_commissioner_risk, wanted_provider_risk : float
    looked_to : int
        The largest size looked at one by one.
    """

    risks: PaymentRisks
    n: int
    stable_n: int
    wanted_commissioner_risk: float
    wanted_provider_risk: float
    looked_to: int

    def __str__(self) -> str:
        stays = ""
        if self.stable_n != self.n:
            stays = f"; for good from {self.stable_n:,} (looked at to {self.looked_to:,})"
        asked = self.risks.design.asked()
        return (
            f"{self.n:,} people keep both risks: pays {_say.often(self.risks.commissioner_risk)} "
            f"if the programme {_say.does(asked, self.risks.useless_effect)} (at most "
            f"{_display.percent(self.wanted_commissioner_risk)}), fails to pay "
            f"{_say.often(self.risks.provider_risk)} if it "
            f"{_say.does(asked, self.risks.promised_effect)} (at most "
            f"{_display.percent(self.wanted_provider_risk)}){stays}"
        )

    def _repr_html_(self) -> str:
        return self.risks._repr_html_()

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return self.risks.to_dict() | {
            "n": self.n,
            "stable_n": self.stable_n,
            "wanted_commissioner_risk": self.wanted_commissioner_risk,
            "wanted_provider_risk": self.wanted_provider_risk,
        }

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row."""
        import pandas as pd

        return pd.DataFrame([self.to_dict()])


def smallest_cohort(
    design: PaymentDesign,
    promised_effect: float,
    *,
    useless_effect: float = 0.0,
    commissioner_risk: float = 0.10,
    provider_risk: float = 0.20,
    largest: int = 5_000,
    seed: int | None = None,
) -> CohortSize:
    """Return the smallest cohort with which neither party runs more than a stated risk.

    Parameters
    ----------
    design : PaymentDesign
        Its own size does not matter.
    promised_effect : float
        Effect that deserves to be paid, in the unit of the contract's test.
    useless_effect : float, default 0
    commissioner_risk : float, default 0.10
        Largest chance of paying for the useless effect.
    provider_risk : float, default 0.20
        Largest chance of not paying for the promised one.
    largest : int, default 5000
        No larger cohort is looked at.
    seed : int, optional
        Needed where cohorts are simulated: every size then has the same stream.

    Returns
    -------
    CohortSize

    Raises
    ------
    DesignError
        If no size up to *largest* keeps both, with what is wrong: a bar at or above what is
        promised is reached about half the time by whoever keeps the promise.

    Notes
    -----
    Sizes are doubled, then halved in between. Around what is found every size is looked at where
    the baseline is known (counts of people make risks jump up and down); otherwise the first size
    found is given, to within the roughness of the chances.

    Examples
    --------
    >>> from pathlib import Path
    >>> from dipoutcomes.payment.contract import parse_contract
    >>> from dipoutcomes.payment.operating_characteristics import PaymentDesign, PeopleModel
    >>> text = Path("protocols/contracts/doncaster-2011.toml").read_text(encoding="utf-8")
    >>> design = PaymentDesign(contract=parse_contract(text), n=28,
    ...     people=PeopleModel.from_share(0.58))
    >>> found = smallest_cohort(design, 0.10)
    >>> found.n, found.stable_n
    (147, 173)
    """
    check_effects(promised_effect, useless_effect)
    wanted = (
        check_confidence_level(commissioner_risk, "commissioner_risk"),
        check_confidence_level(provider_risk, "provider_risk"),
    )
    stop = check_count("largest", largest, minimum=2)
    _refuse_hopeless(design, promised_effect, useless_effect, *wanted)

    def risks(n: int) -> PaymentRisks:
        rng = None if seed is None else np.random.default_rng(seed)
        return payment_risks(
            design.replace(n=n), promised_effect, useless_effect=useless_effect, rng=rng
        )

    def enough(n: int) -> bool:
        found = risks(n)
        return found.commissioner_risk <= wanted[0] and found.provider_risk <= wanted[1]

    about = _doubled_and_halved(enough, stop)
    if about is None:
        raise DesignError(
            f"no cohort up to {stop:,} keeps both risks. At that size: {risks(stop)} Move the bar, "
            "or accept larger risks"
        )
    first, stable, looked = about, about, about
    if design.world().form == "known" and design.method != "simulated":
        looked = min(stop, 2 * about + 20)
        keeps = [enough(n) for n in range(1, looked + 1)]
        first = keeps.index(True) + 1
        stable = len(keeps) - keeps[::-1].index(False) + 1 if False in keeps else 1
    return CohortSize(
        risks=risks(first),
        n=first,
        stable_n=stable,
        wanted_commissioner_risk=wanted[0],
        wanted_provider_risk=wanted[1],
        looked_to=looked,
    )


def _doubled_and_halved(enough: Callable[[int], bool], largest: int) -> int | None:
    high = 1
    while not enough(high):
        if high >= largest:
            return None
        high = min(2 * high, largest)
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _refuse_hopeless(
    design: PaymentDesign,
    promised: float,
    useless: float,
    commissioner_risk: float,
    provider_risk: float,
) -> None:
    bar, asked = design.bar, design.asked()
    if promised <= bar and provider_risk < 0.4:
        raise DesignError(
            f"the bar ({_say.effect(asked, bar)}) is not below what is promised "
            f"({_say.effect(asked, promised)}): a programme that keeps the promise is then paid "
            "about half the time at best, whatever the size of the cohort. Set the bar lower "
            "(`best_threshold`)"
        )
    if useless >= bar and commissioner_risk < 0.4 and not asked.asks_significance:
        raise DesignError(
            f"the bar ({_say.effect(asked, bar)}) is not above what is useless "
            f"({_say.effect(asked, useless)}): it is then paid for about half the time at least, "
            "whatever the size of the cohort. Set the bar higher (`best_threshold`)"
        )
