"""The tables of a records study that hold no estimate: losses, follow-up, days, definitions."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from dipoutcomes import _display
from dipoutcomes.outcomes import OutcomeDefinition
from dipoutcomes.pipeline.observed import Observed
from dipoutcomes.protocol.model import Bound, Cohort, Outcome, Protocol, Window
from dipoutcomes.results import Column, Table
from dipoutcomes.windows import to_dates

if TYPE_CHECKING:
    from dipoutcomes.pipeline.records_people import Chosen

DAYS_A_YEAR = 365.25
_DAY_KINDS = (
    ("days_in_window", "In the period"),
    ("days_not_observed", "After the last day counted"),
    ("days_after_exit", "After follow-up ended early"),
    ("days_in_custody", "In custody"),
    ("days_at_liberty", "At liberty"),
)


# ----------------------------------------------------------------------- people and losses


def flow_table(chosen: Chosen, seen: Observed) -> Table:
    """Return every loss with its reason, from the extract to those whose outcome is known."""
    n, frame = len(chosen.people), len(chosen.cohort.people)
    rows = _cohort_rows(chosen)
    if chosen.draw is not None:
        rows += [["not drawn into the sample", frame - n, n], ["in the sample", None, n]]
    untraced = int((~seen.traced).sum())
    uncertain = int((seen.traced & seen.uncertain).sum())
    left = n - untraced
    rows += [
        ["not found on police records", untraced, left],
        ["a line of the outcome record could not be read", uncertain, left - uncertain],
        ["with a complete record of the outcome", None, left - uncertain],
    ]
    return _flow(rows, "Who is in the study, and every loss with its reason")


def cohort_flow_table(chosen: Chosen) -> Table:
    """Return the losses up to the cohort, before any outcome is looked at."""
    return _flow(_cohort_rows(chosen), "Who would be in the study")


def _cohort_rows(chosen: Chosen) -> list[list[Any]]:
    """Return the flow to the cohort; a row with no loss names who remains."""
    first, *losses = chosen.cohort.flow
    rows: list[list[Any]] = [[first.says, None, first.remaining]]
    rows += [[step.says, step.lost, step.remaining] for step in losses]
    return [*rows, ["in the cohort", None, len(chosen.cohort.people)]]


def _flow(rows: list[list[Any]], caption: str) -> Table:
    columns = [
        Column(key="says", heading="Step", kind="label"),
        Column(key="lost", heading="Left out", kind="persons"),
        Column(key="remaining", heading="Remaining", kind="persons", running=True),
    ]
    return Table.of("flow", caption, columns, rows)


def follow_up_table(seen: Observed) -> Table:
    """Return, window by window, who is in the base of a share and why the others are not."""
    columns = [
        Column(key="window", heading="Period", kind="label"),
        Column(key="persons", heading="People", kind="persons"),
        Column(key="untraced", heading="Not found on police records", kind="persons"),
        Column(key="uncertain", heading="Record with an unreadable line", kind="persons"),
        Column(key="short", heading="Not seen to the end", kind="persons"),
        Column(key="base", heading="Seen to the end", kind="persons", out_of="persons"),
    ]
    rows = []
    for name in seen.measures.names:
        base = seen.base(name)
        short = seen.certain & ~base
        rows.append(
            [
                name,
                len(base),
                int((~seen.traced).sum()),
                int((seen.traced & seen.uncertain).sum()),
                int(short.sum()),
                int(base.sum()),
            ]
        )
    note = (
        "Periods that run to the last day counted are of different length for different people. "
        "Whoever died or left the country before a period ended was not seen to its end."
    )
    return Table.of(
        "follow_up", "Who could be seen to the end of each period", columns, rows, notes=[note]
    )


# ------------------------------------------------------------------------- events and days


def band_tables(protocol: Protocol, seen: Observed) -> dict[str, Table]:
    """Return the disjoint bands, which add up, and the ledger of days of every window."""
    tables = {"days_ledger": _ledger_table(seen)}
    bands = [w.name for w in protocol.window if w.band]
    if bands:
        tables["bands"] = _bands_table(bands, seen)
    return tables


def _bands_table(bands: list[str], seen: Observed) -> Table:
    columns = [
        Column(key="window", heading="Period", kind="label"),
        Column(key="events", heading="Events", kind="events"),
        Column(key="years", heading="Person-years at liberty", kind="number"),
        Column(key="rate", heading="Events per person-year", kind="rate", decimals=2),
    ]
    who = seen.certain & ~seen.custody_uncertain
    counts = []
    for name in bands:
        found = seen.measures[name]
        events = int(found.events[who].sum())
        years = float(found.ledger.days_at_liberty[who].sum() / DAYS_A_YEAR)
        counts.append((name, events, years))
    total = ("all together", sum(c[1] for c in counts), sum(c[2] for c in counts))
    rows = [[n, e, y, e / y if y else None] for n, e, y in [*counts, total]]
    return Table.of(
        "bands",
        f"Events in periods that do not overlap, of {int(who.sum()):,} people followed",
        columns,
        rows,
        adds_up=True,
    )


def _ledger_table(seen: Observed) -> Table:
    columns = [Column(key="window", heading="Period", kind="label")]
    columns += [Column(key=k, heading=f"{h} (years)", kind="number") for k, h in _DAY_KINDS]
    rows = []
    for name in seen.measures.names:
        ledger = seen.measures[name].ledger.columns()
        days = [ledger[kind][seen.certain].sum() for kind, _ in _DAY_KINDS]
        rows.append([name, *(float(d / DAYS_A_YEAR) for d in days)])
    return Table.of(
        "days_ledger",
        "What became of every day, in person-years: the first column is the sum of the others",
        columns,
        rows,
        working_only=True,  # a person's days after death stand alone in their cell
    )


def ledger_frame(seen: Observed) -> pd.DataFrame:
    """Return one row a person and window with every day and event, for the working copy alone."""
    measures = [seen.measures[name] for name in seen.measures.names]
    ledgers = [measure.ledger.columns() for measure in measures]
    windows, people = len(measures), len(seen.people)
    names = np.array(seen.measures.names, dtype=object)
    # Column by column: a frame for each window, joined afterwards, would hold everything twice.
    columns: dict[str, Any] = {
        "person_id": np.tile(seen.people["person_id"].to_numpy(dtype=object), windows),
        "window": np.repeat(names, people),
    }
    for kind, _ in _DAY_KINDS:
        columns[kind] = np.concatenate([ledger[kind] for ledger in ledgers])
    columns["events"] = np.concatenate([measure.events for measure in measures])
    columns["first_event_date"] = to_dates(
        np.concatenate([measure.first_event_day for measure in measures])
    )
    columns["observed_to_end"] = np.concatenate([ledger["observed_to_end"] for ledger in ledgers])
    columns["traced"] = np.tile(seen.traced, windows)
    columns["outcome_uncertain"] = np.tile(seen.uncertain, windows)
    columns["custody_uncertain"] = np.tile(seen.custody_uncertain, windows)
    return pd.DataFrame(columns, copy=False)


# ---------------------------------------------------------------------------------- words

_SAME_OCCASION = (
    ", and others of the same occasion (committed by the start, and sharing its day of arrest, of "
    "offence or at court)"
)


def definitions_table(
    protocol: Protocol, definition: OutcomeDefinition, more: list[list[str]] | None = None
) -> Table:
    """Return the definitions used, in words; *more* are rows before those of the periods."""
    outcome, cohort, study = protocol.outcome, protocol.cohort, protocol.study
    if outcome is None or cohort is None:
        raise ValueError("a records study has an outcome and a cohort; parse_protocol checks that")
    index = {
        "is_index": "the event marked in the records as the one that brought the person in"
        f"{_SAME_OCCASION}",
        "latest_on_or_before_start": "the latest event in the "
        f"{cohort.index_event_within_days} days up to the start{_SAME_OCCASION}",
        "none": "none: no event is set aside, so the one that brought a person in counts before",
    }[cohort.index_event]
    rows = [
        [
            "Outcome",
            definition.sentence(
                outcome.waiting_period_months, index_event_counts=cohort.index_event == "none"
            ),
        ],
        ["Index event (the one not counted)", index],
        [
            "Index date (decides who is in the study)",
            f"{cohort.index_date} of the first eligible episode",
        ],
        [
            "First day from which the records are complete",
            _in_words(study.records_from) if study.records_from else "not stated by the protocol",
        ],
        ["Last day on which an event counts", f"{_in_words(study.last_offence_date)} (included)"],
        ["Day of the extract", _in_words(study.extract_date)],
        ["Time at risk", _time_at_risk(outcome, cohort)],
        [
            "Death and leaving the country",
            "follow-up ends with the day before; what is dated on the day itself or later is not "
            "counted",
        ],
        ["A later episode (re-entry)", _reentry_says(cohort)],
    ]
    rows += more or []
    rows += [[f"Period “{w.name}”", window_says(w)["says"]] for w in protocol.window]
    columns = [
        Column(key="term", heading="Term", kind="label"),
        Column(key="meaning", heading="Meaning here"),
    ]
    return Table.of("definitions", "Definitions used", columns, rows)


def _in_words(day: date | None) -> str:
    return "" if day is None else _display.date_in_words(day)


def _time_at_risk(outcome: Outcome, cohort: Cohort) -> str:
    left_out = ["after death", "after leaving the country"]
    left_out += ["after re-entry"] * (cohort.reentry == "censor")
    if outcome.exclude_days_in_custody:
        left_out.insert(0, "in custody")
    says = f"days in the period less days {', '.join(left_out[:-1])} and {left_out[-1]}"
    return f"{says}; an event dated in custody still counts"


def _reentry_says(cohort: Cohort) -> str:
    if cohort.reentry == "censor":
        return "ends follow-up with the day before it starts, as leaving does"
    return "does not end follow-up: what happens in it is part of the time after the first one"


def window_says(window: Window) -> dict[str, Any]:
    """Return a window as plain values, with its bounds in words."""
    closes = (
        "to the last day on which an event counts"
        if window.open_ended
        else f"up to, and not including, {_bound_says(window.closes)}"
    )
    return {
        "name": window.name,
        "says": f"from {_bound_says(window.opens)} {closes}",
        "band": window.band,
        "open_ended": window.open_ended,
    }


def _bound_says(bound: Bound) -> str:
    anchor = {
        "start": "the start of the intervention",
        "end": "the end of the intervention",
        "last_offence_date": "the last day counted",
    }[bound.at]
    parts = []
    for amount, unit in ((bound.months, "month"), (bound.days, "day")):
        if amount:
            parts.append(f"{abs(amount)} {unit}{'s' if abs(amount) != 1 else ''}")
    if not parts:
        return anchor
    side = "after" if (bound.months or bound.days) > 0 else "before"
    return f"{' and '.join(parts)} {side} {anchor}"


def plural(measure: str) -> str:
    """Return a measure as a plural noun: "arrests"."""
    return {"proven reoffending": "proven reoffences"}.get(measure, f"{measure}s")


def years_of(days: np.ndarray[Any, Any]) -> float:
    """Return a total of days in years."""
    return float(days.sum() / DAYS_A_YEAR)
