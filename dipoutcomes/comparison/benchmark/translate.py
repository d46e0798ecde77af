"""One cohort under every definition of reoffending, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dipoutcomes import _display
from dipoutcomes._validate import check_confidence_level, check_count, check_counts, check_numbers
from dipoutcomes.errors import DesignError
from dipoutcomes.results import Column, Table

Days = NDArray[np.int64]
Flags = NDArray[np.bool_]

#: A day that is not given.
NO_DAY = np.iinfo(np.int64).max
FARTHEST_DAY = 1e9  # beyond it a number is no day
TYPES = ("arrest", "charge", "conviction", "caution")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    """Rows of the events, index events taken out; a day not given is `NO_DAY`."""

    person: Days
    kind: NDArray[np.str_]
    offence: Days
    arrest: Days
    proof: Days
    court: Days


def translate_definitions(
    event_person: ArrayLike,
    event_type: ArrayLike,
    *,
    days: dict[str, ArrayLike],
    window: tuple[ArrayLike, ArrayLike],
    proven_by: ArrayLike,
    observed_to: ArrayLike,
    is_index: ArrayLike | None = None,
    confidence_level: float = 0.95,
) -> Table:
    """Return how many reoffended, and how often, under each definition, in the same people.

    Parameters
    ----------
    event_person : array_like of int, shape (rows,)
        Codes from 0 on.
    event_type : array_like of str, shape (rows,)
        "arrest", "charge", "conviction" or "caution".
    days : mapping of str to array_like of int or float, shape (rows,)
        ``"offence"``, ``"arrest"``, ``"proof"`` and, if the court date differs from the date of
        proof, ``"court"``: days as whole numbers, ``nan`` where there is none.
    window : tuple of two array_like of int, shape (people,)
        First day in the window of each person, and first day after it.
    proven_by : array_like of int, shape (people,)
        First day after the waiting period, on which a proof no longer counts.
    observed_to : array_like of int, shape (people,) or int
        First day not covered by the records.
    is_index : array_like of bool, shape (rows,), optional
        Rows of the event that brought the person in: never counted.
    confidence_level : float, default 0.95

    Returns
    -------
    Table
        One row a definition: people, people with an event, share and limits (Wilson), events,
        events per person and per reoffender, and the share over the arrest row's.

    Raises
    ------
    DesignError
        If nobody was observed to the end of the waiting period.
    TypeError, ValueError
        If the arrays do not fit.

    Notes
    -----
    All rows are of the people observed to the end of the waiting period, the strictest need, so
    that they differ in nothing but the definition. Rows:

    - *arrest*: arrests by their own date in the window.
    - *charge*: charges by the date of the offence.
    - *conviction*: offences in the window convicted by the end of the waiting period.
    - *proven reoffending*: the same with cautions.
    - *reconviction event*: occasions in court, the different dates of conviction of a person,
      for offences in the window convicted by the end of the waiting period.
    - *conviction by date of proof*: convictions dated in the window whenever the offence was;
      it counts offences from before the window (pseudo-reconvictions), whose number is noted.

    Read down, the table shows how much of a difference between two published figures may be
    words. Its ratios belong to these records and cannot be used to convert figures of others.

    References
    ----------
    .. [1] Ministry of Justice (2017). Guide to Proven Reoffending Statistics.
    .. [2] Lloyd, C., Mair, G. and Hough, M. (1994). Explaining Reconviction Rates. Home Office
       Research Study 136 (pseudo-reconvictions).

    Examples
    --------
    >>> nan = float("nan")
    >>> table = translate_definitions(
    ...     [0, 0, 0, 1], ["arrest", "conviction", "conviction", "arrest"],
    ...     days={"offence": [nan, 20, 25, nan], "arrest": [30, nan, nan, 50],
    ...           "proof": [nan, 100, 100, nan]},
    ...     window=([0, 0, 0], [365, 365, 365]), proven_by=[548] * 3, observed_to=600)
    >>> for row in table.rows:
    ...     print(row["definition"], row["with_event"], row["events"])
    arrest 2 2
    charge 0 0
    conviction 1 2
    proven reoffending 1 2
    reconviction event 1 1
    conviction by date of proof 1 2
    """
    level = check_confidence_level(confidence_level)
    opens, closes, proven, observed = _people(window, proven_by, observed_to)
    rows = _rows(event_person, event_type, days, is_index, len(opens))
    kept = observed >= proven
    people = int(kept.sum())
    if people == 0:
        raise DesignError(
            f"0 of {len(opens)} people were observed to the end of the waiting period, so proven "
            "definitions cannot stand beside arrests. Take an earlier cohort, or later records."
        )
    counted, pseudo = _counted(rows, opens, closes, proven)
    table = []
    shares: list[float] = []
    for name, (chosen, occasions) in counted.items():
        person = rows.person[chosen]
        if occasions is not None:
            person = np.unique(np.stack([person, occasions[chosen]]), axis=1)[0]
        count = np.bincount(person, minlength=len(opens))[kept]
        row = _figures(count, people, level)
        shares.append(row[2])
        table.append((name, *row, row[2] / shares[0] if shares[0] else None))
    left = len(opens) - people
    notes = [
        "Index events are not counted. Events per person and per reoffender are two measures: "
        "their denominators differ.",
        f"{int(pseudo[kept].sum()):,} convictions by date of proof are of offences from before "
        "the window.",
    ]
    if left:
        notes.append(f"{left:,} people not observed to the end of the waiting period are left out.")
    return Table.of(
        "definitions_side_by_side",
        f"The same people under each definition ({_display.level(level)} limits of the share, "
        "Wilson).",
        _COLUMNS,
        table,
        notes=notes,
    )


_COLUMNS = (
    Column(key="definition", heading="Definition", kind="label"),
    Column(key="people", heading="People", kind="persons"),
    Column(key="with_event", heading="With event", kind="persons", out_of="people"),
    Column(key="share", heading="Share", kind="share"),
    Column(key="low", heading="Lower limit", kind="share"),
    Column(key="high", heading="Upper limit", kind="share"),
    Column(key="events", heading="Events", kind="events"),
    Column(key="per_person", heading="Per person", kind="number", decimals=2),
    Column(key="per_reoffender", heading="Per reoffender", kind="number", decimals=2),
    Column(key="over_arrest", heading="Share over that of arrests", kind="number", decimals=2),
)


def _figures(count: Days, people: int, level: float) -> tuple[Any, ...]:
    from dipoutcomes.intervals.proportion import wilson_interval

    with_event, events = int((count > 0).sum()), int(count.sum())
    low, high = wilson_interval(with_event, people, confidence_level=level)
    return (
        people, with_event, with_event / people, low, high, events, events / people,
        events / with_event if with_event else None,
    )  # fmt: skip


def _counted(
    rows: _Rows, opens: Days, closes: Days, proven: Days
) -> tuple[dict[str, tuple[Flags, Days | None]], Days]:
    who = rows.person

    def inside(day: Days) -> Flags:
        return (day >= opens[who]) & (day < closes[who])

    convicted = rows.kind == "conviction"
    in_window, in_time = inside(rows.offence), rows.proof < proven[who]
    by_proof = convicted & inside(rows.proof)
    early = by_proof & (rows.offence < opens[who])
    counted: dict[str, tuple[Flags, Days | None]] = {
        "arrest": ((rows.kind == "arrest") & inside(rows.arrest), None),
        "charge": ((rows.kind == "charge") & in_window, None),
        "conviction": (convicted & in_window & in_time, None),
        "proven reoffending": (
            (convicted | (rows.kind == "caution")) & in_window & in_time, None,
        ),
        "reconviction event": (convicted & in_window & in_time, rows.court),
        "conviction by date of proof": (by_proof, None),
    }  # fmt: skip
    return counted, np.bincount(who[early], minlength=len(opens))


def _people(
    window: tuple[ArrayLike, ArrayLike], proven_by: ArrayLike, observed_to: ArrayLike
) -> tuple[Days, Days, Days, Days]:
    opens, closes, proven = (
        np.atleast_1d(_days_of(name, values))
        for name, values in (("window", window[0]), ("window", window[1]), ("proven_by", proven_by))
    )
    observed = _days_of("observed_to", observed_to)
    problems = []
    if not opens.shape == closes.shape == proven.shape or opens.ndim != 1:
        problems.append("`window` and `proven_by` must have one element for each person")
    elif observed.shape not in {(), opens.shape}:
        problems.append("`observed_to` must be one day, or have one for each person")
    elif np.any(closes <= opens) or np.any(proven < closes):
        wrong = int(((closes <= opens) | (proven < closes)).sum())
        problems.append(
            f"the window of {wrong} people closes before it opens, or after the waiting period"
        )
    if problems:
        raise ValueError("; ".join(problems))
    return opens, closes, proven, np.broadcast_to(observed, opens.shape)


def _days_of(name: str, values: ArrayLike) -> Days:
    """Return whole days, every one given."""
    array = check_numbers(name, values)
    wrong = int((~(np.abs(array) < FARTHEST_DAY) | (array != np.floor(array))).sum())
    if wrong:
        raise TypeError(f"`{name}` must hold whole days; {wrong} of {array.size} are not")
    return array.astype(np.int64)


def _rows(
    event_person: ArrayLike,
    event_type: ArrayLike,
    days: dict[str, ArrayLike],
    is_index: ArrayLike | None,
    people: int,
) -> _Rows:
    check_count("people", people, minimum=1)
    person = np.atleast_1d(_codes(event_person))
    kind = np.asarray(event_type).astype(str)
    missing = {"offence", "arrest", "proof"} - days.keys()
    unknown = days.keys() - {"offence", "arrest", "proof", "court"}
    problems = []
    if missing or unknown:
        problems.append(
            f"`days` must have 'offence', 'arrest', 'proof' and may have 'court'; "
            f"{len(missing)} missing, {len(unknown)} unknown"
        )
    day = {name: _whole(name, values) for name, values in days.items()}
    index = np.zeros(len(person), bool) if is_index is None else np.asarray(is_index)
    if index.dtype != bool:
        raise TypeError(f"`is_index` must hold True or False for each row, not {index.dtype}")
    if any(a.shape != person.shape for a in (kind, index, *day.values())):
        problems.append("the arrays of events must have one element for each row")
        raise ValueError("; ".join(problems))
    if np.any(person >= people):
        problems.append(f"{int((person >= people).sum())} codes are outside 0 to {people - 1}")
    other = int((~np.isin(kind, TYPES)).sum())
    if other:
        problems.append(f"{other} rows have an event type other than {', '.join(TYPES)}")
    if problems:
        raise ValueError("; ".join(problems))
    kept = ~index
    court = day.get("court", day["proof"])
    return _Rows(
        person=person[kept],
        kind=kind[kept],
        offence=day["offence"][kept],
        arrest=day["arrest"][kept],
        proof=day["proof"][kept],
        # A court day that is not given is that of the proof: two such are not one occasion.
        court=np.where(court == NO_DAY, day["proof"], court)[kept],
    )


def _codes(values: ArrayLike) -> Days:
    array = np.asarray(values)
    return check_counts("event_person", array.astype(np.int64) if array.size == 0 else array)


def _whole(name: str, values: ArrayLike) -> Days:
    array = np.atleast_1d(check_numbers(f"days['{name}']", values))
    whole = np.full(array.shape, NO_DAY, dtype=np.int64)
    given = ~np.isnan(array)
    own = array[given]
    wrong = int((~(np.abs(own) < FARTHEST_DAY) | (own != np.floor(own))).sum())
    if wrong:
        raise TypeError(
            f"`days['{name}']` must hold whole days, nan where there is none; {wrong} of "
            f"{array.size} are neither"
        )
    whole[given] = own.astype(np.int64)
    return whole
