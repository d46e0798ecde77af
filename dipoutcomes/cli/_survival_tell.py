"""What the commands on durations say: curves, shares, who was followed, differences, figures."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import typer

from dipoutcomes.cli._survival import Answer, times_of
from dipoutcomes.cli.intervals import _ask
from dipoutcomes.errors import DesignError

if TYPE_CHECKING:
    from dipoutcomes.results import Curve, EstimateTable, Table
    from dipoutcomes.study.durations import Durations
    from dipoutcomes.survival.comparing import GroupTest
    from dipoutcomes.survival.competing_risks import CumulativeIncidence

_MOST_GROUPS = 6  # compared with one of them, time by time


def curves_of(
    people: Durations,
    unit: str,
    event_says: str,
    level: float,
    limits: str = "log_log",
    *,
    through_the_day: bool = False,
) -> tuple[Curve, ...]:
    """Return one Kaplan-Meier curve a group, or one of everybody.

    *through_the_day* has leavers go just after the time they left at. The curve is the same; what
    is said *at* that time then counts them as seen through it, which on the last day of a study,
    when everybody leaves, is the difference between a limit and none.
    """
    from dipoutcomes.survival.curves import curves_by_group, kaplan_meier

    time = people.time
    if through_the_day:
        time = np.where(people.event == 1, time, np.nextafter(time, np.inf))
    options = {
        "entry": people.entry, "measure": f"share not yet {event_says}", "time_unit": unit,
        "confidence_level": level, "limits": limits,
    }  # fmt: skip
    if people.group is None:
        return (_ask(kaplan_meier, time, people.event, **options),)
    found: tuple[Curve, ...] = _ask(curves_by_group, time, people.event, people.group, **options)
    return found


def tell_curves(
    answer: Answer,
    curves: tuple[Curve, ...],
    through: tuple[Curve, ...],
    times: list[float],
    *,
    event_says: str,
    late: bool = False,
) -> None:
    """Say the share by each time, who was still followed, and when half had the event."""
    from dipoutcomes.survival.fixed_time import survival_at
    from dipoutcomes.survival.quantiles import event_time_quantiles

    answer.printed.extend(f"{one}." for one in curves)
    answer.values["curves"] = [one.to_dict() for one in curves]
    said = f"share {event_says}"
    tables = [_ask(survival_at, one, times, measure=said) for one in through]
    answer.add("share_by_time", joined(tables))
    answer.add("followed", _followed(curves, times))
    if late:
        answer.say("median", "No median: with late entry the curve starts with few people.")
    else:
        answer.add("median", _ask(event_time_quantiles, curves, event_says=event_says))


def joined(tables: Sequence[EstimateTable]) -> EstimateTable:
    """Return tables of one kind as one, their rows under each other."""
    return replace(tables[0], rows=tuple(row for table in tables for row in table.rows))


def _followed(curves: tuple[Curve, ...], times: list[float]) -> Table:
    """Return who was still followed just before each time, and the events so far."""
    from dipoutcomes.results import Column, Table

    columns = (
        Column(key="group", heading="Group", kind="label"),
        Column(key="by", heading=curves[0].time_unit.capitalize()),
        Column(key="followed", heading="Still followed", kind="persons"),
        Column(key="events", heading="Events so far", kind="persons"),
        Column(key="left", heading="Left without it", kind="persons"),
    )
    rows = [
        [
            one.label, f"{time:g}", one.at_risk_at([time])[0],
            sum(one.events[: bisect_right(one.time, time)]),
            sum(one.censored[: bisect_right(one.time, time)]),
        ]
        for one in curves
        for time in times
    ]  # fmt: skip
    note = "Still followed just before the time; events and leavers up to and including it."
    return Table.of("followed", "People still followed", columns, rows, notes=[note])


def tell_bands(
    answer: Answer, curves: tuple[Curve, ...], times: Sequence[float]
) -> tuple[Any, ...]:
    """Say the band of each curve by each time, and return the bands."""
    from dipoutcomes import _display
    from dipoutcomes.results import Column, Table
    from dipoutcomes.survival.bands import survival_band

    bands = tuple(_ask(survival_band, one) for one in curves)
    columns = (
        Column(key="group", heading="Group", kind="label"),
        Column(key="by", heading=curves[0].time_unit.capitalize()),
        Column(key="band", heading=f"{_display.level(curves[0].confidence_level)} band"),
    )
    rows = []
    for band in bands:
        for time in times:
            _, low, high = band.at(time)
            held = time <= band.time[-1] and not np.isnan(low)
            said = _display.limits(1 - high, 1 - low, "share") if held else "outside its range"
            rows.append([band.label, f"{time:g}", said])
    notes = [f"{band.label}: {band.method}." for band in bands]
    caption = "Bands that hold the whole curve at once, as shares with the event"
    answer.printed.append(str(Table.of("bands", caption, columns, rows, notes=notes)))
    answer.values["bands"] = [band.to_dict() for band in bands]
    return bands


def group_test(
    people: Durations,
    weight: Any,
    *,
    trend: bool,
    exact: bool,
    seed: int | None,
) -> GroupTest:
    """Return the test that was asked for."""
    from dipoutcomes.survival.comparing import (
        permutation_log_rank_test,
        trend_test,
        weighted_log_rank_test,
    )

    given = (people.time, people.event, people.group)
    if exact and (trend or people.strata is not None):
        raise typer.BadParameter("--exact goes with neither --trend nor --strata")
    found: GroupTest
    if exact:
        from dipoutcomes.streams import random_stream

        rng = None if seed is None else random_stream(seed, "survival/permutation")
        how = "exact" if seed is None else "auto"
        try:
            found = _ask(permutation_log_rank_test, *given, weight=weight, how=how, rng=rng)
        except DesignError as error:
            if "monte_carlo" not in str(error):
                raise
            remedy = "give --seed to deal them out at random, with the error of that stated"
            raise DesignError(f"{str(error).partition(';')[0]}; {remedy}") from None
    elif trend:
        order = _scores(people)
        found = _ask(trend_test, *given, order, weight=weight, strata=people.strata)
    else:
        found = _ask(weighted_log_rank_test, *given, weight=weight, strata=people.strata)
    return found


def _scores(people: Durations) -> dict[str, float]:
    """Return the score of each group: the number in the file, whatever it is called in print."""
    try:
        return {label: float(code) for label, code in people.group_codes.items()}
    except ValueError:
        raise typer.BadParameter(
            "--trend needs groups that are numbers, the scores; code them in the file"
        ) from None


def refuse_immortal_time(people: Durations, unit: str) -> None:
    """Refuse groups that seem to be known only by what became of people, such as completers."""
    from dipoutcomes.survival.landmark import check_immortal_time

    labels = sorted(people.group_codes)
    if len(labels) < 2:
        return  # the test says so
    for label in labels:
        try:
            _ask(
                check_immortal_time, people.time, people.event, people.group == label,
                exposure_says=f"of group '{label}'", time_unit=unit,
                confidence_level=1 - 0.01 / len(labels),
            )  # fmt: skip
        except DesignError as error:
            raise DesignError(
                f"{str(error).partition(' Give `')[0]} Where the times of it are known use "
                "`dipoutcomes survival landmark`; if the groups were settled at the start for "
                "everybody, say --known-at-start"
            ) from None


def tell_differences(
    answer: Answer,
    curves: tuple[Curve, ...],
    through: tuple[Curve, ...],
    *,
    reference: str,
    horizon: float | None,
    at: Sequence[float] | None,
    event_says: str,
) -> None:
    """Say how far apart the groups are: mean time free of the event, and shares by each time."""
    from dipoutcomes.survival.comparing import difference_at, restricted_mean_difference

    if len(curves) > _MOST_GROUPS:
        apart = f"{len(curves)} groups: too many to say how far each is from one of them."
        answer.say("differences", apart)
        return
    tau = min(one.time[-1] for one in curves) if horizon is None else horizon
    options = {"reference": reference, "event_says": event_says}
    answer.add("restricted_mean", _ask(restricted_mean_difference, curves, horizon=tau, **options))
    times, said = times_of(at, curves), f"share {event_says}"
    table = _ask(difference_at, through, times, reference=reference, measure=said)
    answer.add("difference_by_time", table)


def tell_incidence(
    answer: Answer,
    found: tuple[CumulativeIncidence, ...],
    at: Sequence[float] | None,
) -> None:
    """Say the share of each cause by each time, and by how much the naive share is too high."""
    from dipoutcomes.survival.competing_risks import incidence_at, overstatement

    free = [one.event_free for one in found]
    times = times_of(at, free)
    inside = [time for time in times if time <= min(one.time[-1] for one in free)]
    answer.values["incidence"] = [one.to_dict() for one in found]
    answer.add("incidence_at", joined([_ask(incidence_at, one, times) for one in found]))
    naive = []
    for one in found if inside else ():
        group = "" if one.group == "all" else f", {one.group}"
        caption = f"By how much one minus Kaplan-Meier is too high{group}"
        naive.append(_ask(overstatement, one, inside, caption=caption))
    answer.add("overstatement", naive)


def tell_cause_tests(answer: Answer, people: Durations) -> None:
    """Say of each cause whether groups differ: in the share it reaches, and in its rate."""
    from dipoutcomes.survival.competing_risks import cause_specific_test, gray_test

    given = (people.time, people.cause, people.group)
    codes = [code for code in sorted(people.cause_names) if np.any(people.cause == code)]
    shares, rates = [], []
    for code in codes:
        options: dict[str, Any] = {"cause": code, "names": people.cause_names}
        shares.append(_ask(gray_test, *given, strata=people.strata, **options))
        rates.append(_ask(cause_specific_test, *given, **options))
    answer.add("gray_tests", shares)
    says = "Among those still at risk, the others taken out as their cause comes"
    for code, test in zip(codes, rates, strict=True):
        answer.printed.append(f"{says}, {people.cause_names[code]}: {test}")
    answer.values["cause_specific_tests"] = [test.to_dict() for test in rates]


def draw_curves(
    answer: Answer, curves: tuple[Curve, ...], bands: tuple[Curve, ...] = (), *, starts: str = ""
) -> None:
    """Give the answer its figure: curves over the numbers still followed."""
    from dipoutcomes.plots import describe_curves, plot_curves

    def draw() -> Any:
        ax = plot_curves(curves, bands=bands)
        if starts:  # another start than that of the follow-up, which the axis names by itself
            ax.set_xlabel(f"{curves[0].time_unit.capitalize()} {starts}")
        return ax

    answer.draw = draw
    answer.alt = describe_curves(curves, bands=bands)


def draw_incidence(answer: Answer, found: tuple[CumulativeIncidence, ...]) -> None:
    """Give the answer its figure: causes stacked, or the first cause of each group."""
    from dipoutcomes.plots import describe_curves, plot_curves
    from dipoutcomes.plots.competing_risks import (
        describe_cumulative_incidence,
        plot_cumulative_incidence,
    )

    if len(found) == 1:
        answer.draw = lambda: plot_cumulative_incidence(found[0])
        answer.alt = describe_cumulative_incidence(found[0])
        return
    first = tuple(one.curves[0] for one in found)
    answer.draw = lambda: plot_curves(first, cumulative=False)
    answer.alt = describe_curves(first, cumulative=False)
