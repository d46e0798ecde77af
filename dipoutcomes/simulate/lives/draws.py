"""Who people are before anything happens: rates, ages, what they would do if they entered."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.simulate._calendar import DAYS_PER_YEAR, NO_DAY, Days, whole_days
from dipoutcomes.simulate.lives.slots import Floats, Slots, Streams
from dipoutcomes.simulate.model import Age, CareerModel, Offending


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """One entry a person of the block; all drawn before the first offence."""

    rate_per_year: Floats
    age_years: Floats
    stops: Days  # day of stopping for good, whatever treatment does; NO_DAY for most
    engages: NDArray[np.bool_]
    desists_if_treated: NDArray[np.bool_]
    days_to_start: Days
    days_in_treatment: Days
    drops_out: NDArray[np.bool_]  # the planned end is cut short
    again_days_to_start: Days
    again_days: Days
    waits: NDArray[np.float64]  # shape (people, 2): unit exponentials to death and to leaving


def draw_people(model: CareerModel, slots: Slots, streams: Streams, *, biased: bool) -> People:
    """Draw everybody of a block; *biased* if a person counts in proportion to their rate.

    Every stream is drawn in order of the people and once, so that the first n of a block are the
    same people however many follow.
    """
    n, treatment, entry = len(slots), model.treatment, model.entry
    rates = own_rates(model.offending, n, biased=biased, streams=streams)
    relative = rates / model.offending.offences_per_year
    least, most = entry.days_to_start
    shortest, longest = treatment.planned_days
    planned = streams("planned").integers(shortest, longest + 1, size=n)
    drops = _days_to_drop_out(model, relative, rng=streams("drop-out"))
    return People(
        rate_per_year=rates,
        age_years=_ages(model.age, slots, streams("ages")),
        stops=_day_of_stopping(model.offending, slots.reference_day, rng=streams("stopping")),
        engages=_engages(model, relative, rng=streams("engagement")),
        desists_if_treated=streams("desistance").random(n) < treatment.share_desisting,
        days_to_start=streams("start").integers(least, most + 1, size=n),
        days_in_treatment=np.minimum(planned, drops),
        drops_out=drops < planned,
        again_days_to_start=streams("start again").integers(least, most + 1, size=n),
        again_days=streams("planned again").integers(shortest, longest + 1, size=n),
        waits=streams("exits").standard_exponential((n, 2)),
    )


def own_rates(offending: Offending, people: int, *, biased: bool, streams: Streams) -> Floats:
    """Draw each person's own rate of offending per year at liberty.

    In the population the rate has the distribution that ``offending.differ`` names, with the mean
    of the recipe. Among those who are reached through one of their offences a person counts in
    proportion to their rate. For a gamma with mean m and shape k that is again a gamma, with the
    same scale m/k and shape k + 1, hence mean m (k + 1) / k; for a log-normal it is the same with
    the log moved up by its variance; for two classes each counts by its rate; and those who never
    offend are not among them. Drawing entrants from the population itself would hide the
    regression to the mean that every such programme shows.

    Notes
    -----
    Size-biased distributions: Patil, G. P. and Rao, C. R. (1978), Biometrics 34, 179-189.
    """
    mean = offending.offences_per_year / (1 - offending.share_never)
    kind, rng = offending.differ, streams("rates")
    if kind == "gamma":
        k = offending.gamma_shape
        rates = rng.gamma(k + 1 if biased else k, mean / k, size=people)
    elif kind == "log_normal":
        sd = offending.log_sd
        middle = np.log(mean) + (sd**2 / 2 if biased else -(sd**2) / 2)
        rates = np.exp(middle + sd * rng.standard_normal(people))
    elif kind == "two_class":
        share, ratio = offending.share_frequent, offending.frequent_over_others
        low = mean / (share * ratio + 1 - share)
        chance = share * ratio * low / mean if biased else share
        rates = np.where(rng.random(people) < chance, ratio * low, low)
    else:
        rates = np.full(people, mean)
    if offending.share_never and not biased:
        rates[streams("never").random(people) < offending.share_never] = 0.0
    return rates


def exit_days(model: CareerModel, waits: Floats, origin: Days) -> tuple[Days, NDArray[np.int8]]:
    """Return the day of leaving for good (`NO_DAY`: never) and its kind, a code of `EXITS`.

    Constant rates from *origin* on; a person with no origin does not leave.
    """
    rates = (model.exits.deaths_per_year, model.exits.left_country_per_year)
    day = np.full(len(origin), NO_DAY, dtype=np.int64)
    kind = np.zeros(len(origin), dtype=np.int8)
    for which, rate in enumerate(rates):
        if rate > 0:
            waited = 1 + whole_days(waits[:, which] / rate * DAYS_PER_YEAR)
            leaves = np.where(origin == NO_DAY, NO_DAY, np.minimum(origin + waited, NO_DAY))
            sooner = leaves < day
            day, kind = np.where(sooner, leaves, day), np.where(sooner, np.int8(which + 1), kind)
    return day, kind


def _ages(age: Age, slots: Slots, rng: np.random.Generator) -> Floats:
    u = rng.random(len(slots))
    if slots.age_years is not None:
        return slots.age_years
    return ages_in_years(age, u)


def ages_in_years(age: Age, u: Floats) -> Floats:
    """Return ages for even numbers *u*: a normal distribution cut off at both ends."""
    from scipy.special import ndtr, ndtri

    limits = (age.youngest_years, age.oldest_years)
    low, high = (ndtr((years - age.mean_years) / age.sd_years) for years in limits)
    years = age.mean_years + age.sd_years * ndtri(low + u * (high - low))
    # The last bit of the two functions may step over a limit.
    return np.clip(years, limits[0], np.nextafter(limits[1], 0))


def _day_of_stopping(offending: Offending, reference: Days, *, rng: np.random.Generator) -> Days:
    n = len(reference)
    u, wait = rng.random((n, 2)).T
    if not offending.share_desisters or not offending.desistance_per_year:
        return np.full(n, NO_DAY, dtype=np.int64)
    # Assumes no memory: given that a person is still active on the reference day, the time left
    # does not depend on how long they have been.
    days = whole_days(-np.log1p(-wait) / offending.desistance_per_year * DAYS_PER_YEAR)
    stops = np.minimum(reference + days, NO_DAY)
    return np.where(u < offending.share_desisters, stops, NO_DAY)


def _engages(
    model: CareerModel, relative: Floats, *, rng: np.random.Generator
) -> NDArray[np.bool_]:
    from scipy.special import expit, logit

    share, slope = model.treatment.share_engaging, model.treatment.engagement_by_risk
    u = rng.random(len(relative))
    if slope == 0 or share in (0.0, 1.0):
        return np.asarray(u < share)
    with np.errstate(divide="ignore"):
        return np.asarray(u < expit(logit(share) + slope * np.log(relative)))


def _days_to_drop_out(model: CareerModel, relative: Floats, *, rng: np.random.Generator) -> Days:
    treatment = model.treatment
    wait = rng.standard_exponential(len(relative))
    if treatment.drop_out_per_year == 0:
        return np.full(len(relative), NO_DAY, dtype=np.int64)
    with np.errstate(divide="ignore"):
        hazard = treatment.drop_out_per_year * relative**treatment.drop_out_by_risk
        days = 1 + np.floor(wait / hazard * DAYS_PER_YEAR)
    return np.asarray(np.minimum(days, NO_DAY), dtype=np.int64)
