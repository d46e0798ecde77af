"""Rules of a study that is paid for: windows that are there, and no measure twice."""

from __future__ import annotations

from collections.abc import Iterable

from dipoutcomes.protocol._messages import hint_for
from dipoutcomes.protocol.model import PaymentMeasure, Protocol

#: Ways of making others comparable in which each of the programme's people counts as one.
_EACH_COUNTS_ONCE = ("nearest", "radius", "att_weights", "entropy")


def payment(protocol: Protocol) -> Iterable[str]:
    """Yield windows that do not exist, and windows that do not fit the index date."""
    section = protocol.payment
    if section is None:
        return
    if not section.measure:
        yield "[payment] needs a table [[payment.measure]] for each measure that is counted"
    windows = {window.name: window for window in protocol.window}
    at = protocol.cohort.index_date if protocol.cohort is not None else "start"
    seen: set[str] = set()
    for number, measure in enumerate(section.measure, start=1):
        where = f"[[payment.measure]] {number} ({measure.name})"
        if measure.name in seen:
            yield f"{where}: this measure is there twice"
        seen.add(measure.name)
        if measure.matched:
            yield from (f"{where} matched: {fault}" for fault in _matched(protocol, measure))
        for key, name, bound in (
            ("window", measure.window, "opens"),
            ("before", measure.before, "closes"),
        ):
            if key == "before" and not name:
                continue
            if name not in windows:
                hint = hint_for(name, list(windows)).replace("the keys are", "the windows are")
                yield f"{where} {key}: there is no window '{name}'; {hint}"
                continue
            edge = getattr(windows[name], bound)
            if edge.at != at or edge.months or edge.days or not windows[name].fixed_length:
                yield (
                    f"{where} {key}: a contract counts from the index date ({at}), so '{name}' "
                    f"must {bound[:-1]} there and have one length for everybody"
                )


def _matched(protocol: Protocol, measure: PaymentMeasure) -> Iterable[str]:
    comparison = protocol.comparison
    people = comparison.other_people if comparison is not None else None
    if people is None:
        yield "there is no [comparison.other_people] to count a matched group among"
        return
    if measure.window not in people.windows:
        yield f"[comparison.other_people] does not name the window '{measure.window}'"
    if people.method not in _EACH_COUNTS_ONCE:
        yield (
            f"under the method '{people.method}' the programme's people do not count as one each, "
            f"and a contract pays for people; choose {', '.join(_EACH_COUNTS_ONCE)}"
        )
    if measure.baseline is not None or measure.before:
        yield "and a baseline of another kind are given; give one"
