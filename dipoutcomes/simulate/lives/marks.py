"""What would become of each candidate: its kind, an arrest, a proof, a sentence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.simulate._calendar import day_number, whole_days
from dipoutcomes.simulate.lives.slots import Floats, Streams
from dipoutcomes.simulate.model import CareerModel, OffenceType

Flags = NDArray[np.bool_]
Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """One entry a candidate; what comes true depends on what the person is doing that day."""

    kind: NDArray[np.int8]  # position in ``model.offence_type``
    is_trigger: Flags
    days_before_notice: Codes  # from the offence to the day on which it comes to notice
    for_arrest: Floats  # even numbers, set against the chance of an arrest that day
    for_treatment: Floats | None  # the same for the effect of treatment; None: no effect
    charged: Flags  # if arrested
    convicted: Flags
    cautioned: Flags
    days_to_court: Codes
    remanded: Flags | None  # None: nobody is
    sentence_days: Codes | None  # 0: no custody
    recall_days: Codes | None  # 0: not recalled
    closes_episode: Flags | None
    begins_again: Flags | None
    for_entry: Flags | None


def draw_marks(
    model: CareerModel, size: int, day: Codes, streams: Streams, *, enters_by_arrest: bool
) -> Marks:
    """Draw the marks of *size* candidates; what the model leaves out is not drawn."""
    detection, custody, treatment = model.detection, model.custody, model.treatment

    def chance(name: str, share: float) -> Flags:
        return streams(name).random(size) < share

    def maybe(name: str, share: float) -> Flags | None:
        return chance(name, share) if share > 0 else None

    kind = _kinds(model.offence_type, size, streams)
    charged = chance("charge", detection.share_charged)
    convicted = charged & chance("conviction", detection.share_convicted)
    court = streams("court").exponential(detection.mean_days_arrest_to_conviction, size)
    lag = streams("notice").exponential(max(detection.mean_days_offence_to_arrest, 1e-9), size)
    entry = model.entry.share_entering if enters_by_arrest else 0.0
    return Marks(
        kind=kind,
        is_trigger=_trigger(model.offence_type, kind, day),
        days_before_notice=whole_days(lag),
        for_arrest=streams("arrest").random(size),
        for_treatment=streams("effect").random(size) if treatment.has_effect else None,
        charged=charged,
        convicted=convicted,
        cautioned=~charged & chance("caution", detection.share_cautioned),
        days_to_court=1 + whole_days(court),
        remanded=maybe("remand", custody.share_remanded),
        sentence_days=_sentences(model, kind, convicted, streams),
        recall_days=_recalls(model, size, streams),
        closes_episode=maybe("closing", treatment.share_closed_by_arrest),
        begins_again=maybe("again", treatment.share_reentering),
        for_entry=maybe("entry", entry),
    )


def _kinds(types: tuple[OffenceType, ...], size: int, streams: Streams) -> NDArray[np.int8]:
    if len(types) == 1:
        return np.zeros(size, dtype=np.int8)
    shares = np.cumsum([kind.share for kind in types])
    u = streams("kind").random(size) * shares[-1]
    return np.asarray(np.searchsorted(shares[:-1], u, side="right"), dtype=np.int8)


def _trigger(types: tuple[OffenceType, ...], kind: NDArray[np.int8], day: Codes) -> Flags:
    """Return whether each would be a trigger offence by the list in force that day."""
    never = np.iinfo(np.int64).max
    opens = np.array(
        [never if t.trigger_from is None else day_number(t.trigger_from) for t in types]
    )
    closes = np.array(
        [never if t.trigger_until is None else day_number(t.trigger_until) for t in types]
    )
    return np.asarray((opens[kind] <= day) & (day < closes[kind]))


def _sentences(
    model: CareerModel, kind: NDArray[np.int8], convicted: Flags, streams: Streams
) -> Codes | None:
    """Draw the days served for each conviction, 0 for most: a geometric number from 1 on."""
    custody = model.custody
    share = custody.share_sentenced * np.array([t.custody_factor for t in model.offence_type])
    if not share.any():
        return None
    mean = np.maximum(
        custody.mean_days_sentence * np.array([t.length_factor for t in model.offence_type]), 1.0
    )
    inside = convicted & (streams("sentence").random(len(kind)) < np.minimum(share, 1)[kind])
    return np.where(inside, _geometric(mean[kind], streams("days served")), 0)


def _recalls(model: CareerModel, size: int, streams: Streams) -> Codes | None:
    custody = model.custody
    if custody.share_recalled == 0:
        return None
    recalled = streams("recall").random(size) < custody.share_recalled
    mean = np.full(size, custody.mean_days_recall)
    return np.where(recalled, _geometric(mean, streams("days of recall")), 0)


def _geometric(mean: Floats, rng: np.random.Generator) -> Codes:
    """Draw whole days, at least 1, with a given mean: one number of the stream for each."""
    u = rng.random(len(mean))
    with np.errstate(divide="ignore"):
        days = 1 + whole_days(np.log1p(-u) / np.log1p(-1 / mean))
    days[mean == 1] = 1
    return days
