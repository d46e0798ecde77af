"""Where the outcomes of designs are while nobody may see them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from numpy.typing import NDArray

from dipoutcomes.errors import DesignError

if TYPE_CHECKING:
    import pandas as pd


class Store:
    """The outcomes of one plan, and which of its designs have seen them.

    ``locked`` has, for each design, what had been opened when it was first locked: to lock it again
    changes nothing.
    """

    __slots__ = ("_outcomes", "locked", "opened", "rows")

    def __init__(self, outcomes: pd.DataFrame, rows: NDArray[Any]) -> None:
        self._outcomes = outcomes
        self.rows = rows
        self.opened: list[str] = []
        self.locked: dict[str, tuple[str, ...]] = {}

    def release(self, sha256: str) -> Callable[[], pd.DataFrame]:
        """Return what gives the outcomes to the design with this SHA-256, and notes that it did."""

        def give() -> pd.DataFrame:
            if sha256 not in self.opened:
                self.opened.append(sha256)
            return self._outcomes.copy()

        return give


# Not an attribute of any plan: whoever holds a plan has no way from it to its outcomes.
_stores: WeakKeyDictionary[object, Store] = WeakKeyDictionary()


def put_away(plan: object, outcomes: pd.DataFrame, rows: NDArray[Any]) -> None:
    """Hold the *outcomes* of *plan* as long as the plan, or a design of it, is there."""
    _stores[plan] = Store(outcomes, rows)


def store_of(plan: object) -> Store:
    """Return the outcomes of *plan*; a copy of a plan has none."""
    try:
        return _stores[plan]
    except KeyError:
        raise DesignError(
            "a copy of a plan has no outcomes and cannot be locked; lock what `open_design` gave"
        ) from None
