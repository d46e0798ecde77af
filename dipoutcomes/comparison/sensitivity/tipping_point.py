"""How many of those with no known outcome must have reoffended to change the conclusion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes import _display
from dipoutcomes._validate import check_confidence_level, check_count
from dipoutcomes.errors import DesignError
from dipoutcomes.results import Column, Estimate, Table

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

#: Conclusions by code: what the interval of the difference says of the first group.
CONCLUSIONS = {-1: "fewer", 0: "no difference shown", 1: "more"}
_MOST_STEPS = 201

MOST_UNKNOWN = 1_000_000  # people, each a row of the grid before it is thinned


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TippingPoint:
    """The difference between two groups for every outcome that the unknown people may have had.

    Parameters
    ----------
    known : Estimate
        The difference among people with a known outcome.
    unknown_1, unknown_0 : int
        People with no known outcome in the group of interest and in the one compared with.
    with_event_1, with_event_0 : ndarray of int, shapes (a,) and (b,)
        How many of them had the event: the axes of the grid.
    difference, low, high : ndarray of float, shape (a, b)
        Everybody counted.
    conclusion : ndarray of int, shape (a, b)
        -1 fewer, 0 no difference shown, 1 more, from the interval.
    expected_1, expected_0 : int
        How many would have had it at the share of those known in their group.
    needed_1, needed_0 : int or None
        Of the group's unknown people, the number with the event nearest to the expected at which
        the conclusion of the known people is gone, the other group's being as expected; None
        where no number does it.
    """

    known: Estimate
    unknown_1: int
    unknown_0: int
    with_event_1: Counts
    with_event_0: Counts
    difference: Floats
    low: Floats
    high: Floats
    conclusion: NDArray[np.int8]
    expected_1: int
    expected_0: int
    needed_1: int | None
    needed_0: int | None

    @property
    def known_conclusion(self) -> int:
        """-1, 0 or 1: what the people with a known outcome show."""
        return _conclusion(self.known.interval.low, self.known.interval.high)

    @property
    def share_alike(self) -> float:
        """Share of the cells of the grid with the conclusion of the known; no probability."""
        return float((self.conclusion == self.known_conclusion).mean())

    @property
    def worst(self) -> tuple[float, float]:
        """Least and greatest difference of the grid."""
        return float(self.difference.min()), float(self.difference.max())

    def __str__(self) -> str:
        said = CONCLUSIONS[self.known_conclusion]
        low, high = (_display.quantity(v, "difference") for v in self.worst)
        first = (
            f"People with a known outcome: {self.known.printed} ({self.known.counts}), conclusion "
            f"'{said}'. With {self.unknown_1:,} and {self.unknown_0:,} people whose outcome is not "
            f"known the difference lies between {low} and {high}"
        )
        if self.share_alike == 1:
            return f"{first}; whatever they did, the conclusion is the same"
        parts = [
            _needed("in the group of interest", self.needed_1, self.expected_1, self.unknown_1),
            _needed("in the group compared with", self.needed_0, self.expected_0, self.unknown_0),
        ]
        return f"{first}. {' '.join(p for p in parts if p)}".rstrip()

    @property
    def table(self) -> Table:
        """The corners of the grid, the expected outcome and the tipping points, as rows."""
        known = self.known.value, self.known.interval.low, self.known.interval.high
        said: list[tuple[Any, ...]] = [("known people only", None, None, *known)]
        for label, a, b in self._named_cells():
            i = int(np.searchsorted(self.with_event_1, a))
            j = int(np.searchsorted(self.with_event_0, b))
            cell = (float(grid[i, j]) for grid in (self.difference, self.low, self.high))
            said.append((label, a, b, *cell))
        rows = [
            (*row[:3], *(100 * v for v in row[3:]), CONCLUSIONS[_conclusion(*row[4:])], *self._base)
            for row in said
        ]
        columns = (
            Column(key="case", heading="If", kind="label"),
            Column(key="with_event_1", heading="Unknown with event, of interest", kind="count"),
            Column(key="with_event_0", heading="Unknown with event, compared", kind="count"),
            Column(key="difference", heading="Difference, points", kind="number"),
            Column(key="low", heading="Lower limit", kind="number"),
            Column(key="high", heading="Upper limit", kind="number"),
            Column(key="conclusion", heading="Conclusion"),
            # The known counts behind every row, so that disclosure control can judge them.
            Column(key="events_1", heading="Known with event", kind="persons", out_of="n_1"),
            Column(key="n_1", heading="Known", kind="persons"),
            Column(key="events_0", heading="Compared, with event", kind="persons", out_of="n_0"),
            Column(key="n_0", heading="Compared, known", kind="persons"),
        )
        caption = "The difference, whatever the people with no known outcome did."
        return Table.of("tipping_point", caption, columns, rows)

    @property
    def _base(self) -> tuple[int | None, int, int | None, int]:
        known = self.known
        return known.events, int(known.base), known.reference_events, int(known.reference_base)

    def _named_cells(self) -> list[tuple[str, int, int]]:
        cells = [
            ("as the known of their group", self.expected_1, self.expected_0),
            ("best case for the group of interest", 0, self.unknown_0),
            ("worst case for the group of interest", self.unknown_1, 0),
        ]
        if self.needed_1 is not None:
            cells.append(("tipping point of the group of interest", self.needed_1, self.expected_0))
        if self.needed_0 is not None:
            cells.append(
                ("tipping point of the group compared with", self.expected_1, self.needed_0)
            )
        on_grid = set(self.with_event_1.tolist()), set(self.with_event_0.tolist())
        return [c for c in cells if c[1] in on_grid[0] and c[2] in on_grid[1]]

    def _repr_html_(self) -> str:
        return self.table._repr_html_()

    def to_dict(self) -> dict[str, Any]:
        """Return plain values; the grid as nested lists."""
        arrays = ("with_event_1", "with_event_0", "difference", "low", "high", "conclusion")
        plain = ("unknown_1", "unknown_0", "expected_1", "expected_0", "needed_1", "needed_0")
        return {
            "known": self.known.to_dict(),
            **{name: getattr(self, name) for name in plain},
            **{name: getattr(self, name).tolist() for name in arrays},
        }

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row a cell of the grid."""
        import pandas as pd

        a, b = np.meshgrid(self.with_event_1, self.with_event_0, indexing="ij")
        grid = {name: getattr(self, name).ravel() for name in ("difference", "low", "high")}
        conclusion = [CONCLUSIONS[int(c)] for c in self.conclusion.ravel()]
        return pd.DataFrame({"with_event_1": a.ravel(), "with_event_0": b.ravel(), **grid}).assign(
            conclusion=conclusion
        )


def _needed(where: str, needed: int | None, expected: int, unknown: int) -> str:
    if unknown == 0:
        return ""
    if needed is None:
        return f"No outcome of the {unknown:,} unknown people {where} alone would change it."
    if needed == expected:
        return (
            f"It changes if the unknown people {where} are like the known ({expected:,} of them)."
        )
    return (
        f"It changes if {needed:,} of the {unknown:,} unknown people {where} had the event, where "
        f"the share of the known would give {expected:,}."
    )


def tipping_point(
    events_1: int,
    n_1: int,
    unknown_1: int,
    events_0: int,
    n_0: int,
    unknown_0: int,
    *,
    method: str = "miettinen_nurminen",
    confidence_level: float = 0.95,
) -> TippingPoint:
    """Return the conclusion of a comparison for every outcome of those with none known.

    Parameters
    ----------
    events_1, n_1, unknown_1 : int
        People with an event, people with a *known* outcome, and people with none (untraced,
        unmatched or lost), in the group of interest.
    events_0, n_0, unknown_0 : int
        The same in the group compared with.
    method : str, default "miettinen_nurminen"
        Of `dipoutcomes.intervals.difference_interval`.
    confidence_level : float, default 0.95

    Returns
    -------
    TippingPoint
        A grid of every pair of counts; of more than 200 unknown people in a group, 201 counts
        evenly apart and those that are named.

    Raises
    ------
    DesignError
        If nobody's outcome is unknown.
    TypeError, ValueError
        If a count is not a whole number in its range.

    Notes
    -----
    Not a test and not a probability: the cells are not equally likely. It asks whether those that
    change the conclusion can be ruled out by what is known of the people. Unmatched people of a
    matched comparison have a known outcome and no comparison; for them use bounds instead.

    References
    ----------
    .. [1] Yan, X., Lee, S. and Li, N. (2009). Journal of Biopharmaceutical Statistics 19,
       1085-1098 (tipping point for missing binary outcomes).

    Examples
    --------
    >>> found = tipping_point(40, 100, 20, 56, 100, 20)
    >>> found.needed_1, found.needed_0
    (12, 7)
    """
    level = check_confidence_level(confidence_level)
    sizes = {"n_1": n_1, "n_0": n_0}
    known = {name: check_count(name, value, minimum=1) for name, value in sizes.items()}
    first = check_count("events_1", events_1, maximum=known["n_1"])
    other = check_count("events_0", events_0, maximum=known["n_0"])
    lost_1, lost_0 = (
        check_count(name, value, maximum=MOST_UNKNOWN)
        for name, value in (("unknown_1", unknown_1), ("unknown_0", unknown_0))
    )
    if lost_1 + lost_0 == 0:
        raise DesignError(
            "everybody's outcome is known, so there is no tipping point: 0 people are unknown in "
            "either group. Report the difference."
        )
    from dipoutcomes.comparison.groups import difference_between_groups

    estimate = difference_between_groups(
        first, known["n_1"], other, known["n_0"], method=method, confidence_level=level
    )  # fmt: skip
    everybody = first, known["n_1"] + lost_1, other, known["n_0"] + lost_0
    expected_1 = round(lost_1 * first / known["n_1"])
    expected_0 = round(lost_0 * other / known["n_0"])
    said = _conclusion(estimate.interval.low, estimate.interval.high)

    def grid(a: Counts, b: Counts) -> tuple[Floats, Floats]:
        return _limits(everybody, a, b, method, level)

    all_1, all_0 = np.arange(lost_1 + 1), np.arange(lost_0 + 1)
    row = _conclusions(*grid(all_1, np.array([expected_0])))[:, 0]
    column = _conclusions(*grid(np.array([expected_1]), all_0))[0]
    needed_1 = _nearest_change(row, said, expected_1) if lost_1 else None
    needed_0 = _nearest_change(column, said, expected_0) if lost_0 else None
    axis_1, axis_0 = _thinned(lost_1, expected_1, needed_1), _thinned(lost_0, expected_0, needed_0)
    low, high = grid(axis_1, axis_0)
    share_1 = (first + axis_1) / everybody[1]
    share_0 = (other + axis_0) / everybody[3]
    return TippingPoint(
        known=estimate,
        unknown_1=lost_1,
        unknown_0=lost_0,
        with_event_1=axis_1,
        with_event_0=axis_0,
        difference=share_1[:, None] - share_0[None, :],
        low=low,
        high=high,
        conclusion=_conclusions(low, high),
        expected_1=expected_1,
        expected_0=expected_0,
        needed_1=needed_1,
        needed_0=needed_0,
    )


def _conclusion(low: float, high: float) -> int:
    return int(low > 0) - int(high < 0)


def _conclusions(low: Floats, high: Floats) -> NDArray[np.int8]:
    return ((low > 0).astype(np.int8) - (high < 0).astype(np.int8)).astype(np.int8)


def _limits(
    counts: tuple[int, int, int, int], a: Counts, b: Counts, method: str, level: float
) -> tuple[Floats, Floats]:
    from dipoutcomes.intervals.difference import difference_interval

    first, n_1, other, n_0 = counts
    x, y = np.meshgrid(first + a, other + b, indexing="ij")
    found = difference_interval(
        x.ravel(), n_1, y.ravel(), n_0, method=method, confidence_level=level
    )
    return found.low.reshape(x.shape), found.high.reshape(x.shape)


def _nearest_change(conclusions: NDArray[np.int8], said: int, expected: int) -> int | None:
    changed = np.flatnonzero(conclusions != said)
    if not len(changed):
        return None
    return int(changed[np.argmin(np.abs(changed - expected))])


def _thinned(unknown: int, *named: int | None) -> Counts:
    if unknown < _MOST_STEPS:
        return np.arange(unknown + 1)
    steps = np.rint(np.linspace(0, unknown, _MOST_STEPS)).astype(np.int64)
    return np.union1d(steps, np.array([n for n in named if n is not None], dtype=np.int64))
