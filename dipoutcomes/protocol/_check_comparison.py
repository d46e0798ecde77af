"""Rules of what is compared: windows and attributes that exist, and numbers with a source."""

from __future__ import annotations

from collections.abc import Iterable

from dipoutcomes.protocol._check_windows import unequal_lengths
from dipoutcomes.protocol._messages import hint_for
from dipoutcomes.protocol.model import Benchmark, OtherPeople, Protocol, RegressionToMean, Window

#: Covariates of people that are no attributes.
OWN = ("age", "sex", "events_before")


def attributes(protocol: Protocol) -> list[tuple[str, str]]:
    """Return the attributes that these sections name, each with the key that names it."""
    section = getattr(protocol, "comparison", None)
    if section is None:
        return []
    found: list[tuple[str, str]] = []
    if section.regression_to_mean is not None and section.regression_to_mean.reference:
        found.append(
            ("[comparison.regression_to_mean] reference", section.regression_to_mean.reference)
        )
    people = section.other_people
    if people is not None:
        found.append(("[comparison.other_people] group", people.group))
        found += [
            (f"[comparison.other_people] {key}", name)
            for key in ("covariates", "exact")
            for name in getattr(people, key)
            if name not in OWN
        ]
    if section.areas is not None:
        found.append(("[comparison.areas] area", section.areas.area))
    return found


def comparison(protocol: Protocol) -> Iterable[str]:
    """Yield what is wrong between the sections of [comparison] and the windows."""
    section = protocol.comparison
    if section is None:
        return
    kind = protocol.study.kind
    if kind != "records":
        for name in ("regression_to_mean", "other_people", "areas"):
            if getattr(section, name) is not None:
                yield (
                    f'[comparison.{name}] has no meaning where kind = "{kind}": it needs records '
                    "of people; take it out"
                )
    if section.definitions_window and kind == "records":
        where = "[comparison] definitions_window"
        yield from _window(protocol, where, section.definitions_window, fixed=True)
    elif section.definitions_window:
        yield f'[comparison] definitions_window has no meaning where kind = "{kind}"; take it out'
    if section.regression_to_mean is not None and kind == "records":
        yield from _regression(protocol, section.regression_to_mean)
    if section.other_people is not None and kind == "records":
        yield from _other_people(protocol, section.other_people)
    if section.areas is not None and kind == "records":
        yield from _two_windows(
            protocol, "[comparison.areas]", section.areas.before, section.areas.after
        )
    for number, benchmark in enumerate(section.benchmark, start=1):
        yield from _benchmark(protocol, f"[[comparison.benchmark]] {number}", benchmark)


def _regression(protocol: Protocol, section: RegressionToMean) -> Iterable[str]:
    where = "[comparison.regression_to_mean]"
    yield from _two_windows(protocol, where, section.before, section.after)
    if section.earlier:
        yield from _window(protocol, f"{where} earlier", section.earlier)
    if section.earlier and section.earlier in {section.before, section.after}:
        yield f"{where} earlier is one of the windows that are compared; name a third, before both"
    if (section.entry == "count") != (section.count_at_least is not None):
        yield f'{where} count_at_least belongs to entry = "count", and is needed there'
    printed = (section.events_per_year is not None, section.shape is not None)
    if any(printed) and not all(printed):
        yield f"{where} events_per_year and shape belong together: neither says enough alone"
    if any(printed) and not section.source.strip():
        yield f"{where} events_per_year and shape need a source: where do the two numbers come from"
    if bool(section.reference) != bool(section.reference_value):
        yield f"{where} reference and reference_value belong together"
    if any(printed) and section.reference:
        yield (
            f"{where} has numbers from a source and a reference group; take one of them out, so "
            "that it is settled beforehand which is used"
        )
    if not (all(printed) or section.reference or section.earlier):
        yield (
            f"{where} has nothing to judge the fall by. Give events_per_year, shape and source; or "
            "reference and reference_value; or an earlier window. They cannot come from the people "
            "who entered: that gives back the plain ratio"
        )


def _other_people(protocol: Protocol, section: OtherPeople) -> Iterable[str]:
    where = "[comparison.other_people]"
    for name in section.windows:
        yield from _window(protocol, f"{where} windows", name, fixed=True)
    if section.negative_control:
        yield from _window(protocol, f"{where} negative_control", section.negative_control)
    if section.negative_control in section.windows:
        yield f"{where} negative_control is one of the windows that are compared"
    if protocol.sample is not None:
        yield (
            f"{where} and [sample] do not go together: a draw would thin both groups out. Take "
            "[sample] out, or compare in a study of its own"
        )
    if section.treated == section.comparison:
        yield f"{where} treated and comparison are one value: nobody is left to compare with"
    strange = [name for name in section.numbers if name not in section.covariates]
    if strange:
        yield f"{where} numbers names what is no covariate: {', '.join(map(repr, strange))}"
    if section.group in {*section.covariates, *section.exact}:
        yield f"{where} group is what is compared, and cannot be a covariate too"
    if section.exact and section.method not in {"nearest", "radius"}:
        yield f'{where} exact is for matching, and method = "{section.method}" does not match'


def _benchmark(protocol: Protocol, where: str, section: Benchmark) -> Iterable[str]:
    kind = protocol.study.kind
    wanted, other = ("finding", "window") if kind == "summary" else ("window", "finding")
    if not getattr(section, wanted):
        yield f'{where} needs the key {wanted} where kind = "{kind}"'
    if getattr(section, other):
        yield f'{where} {other} has no meaning where kind = "{kind}"; take it out'
    if kind == "records" and section.window:
        yield from _window(protocol, f"{where} window", section.window, fixed=True)
    if kind == "summary" and section.finding_event is None:
        yield f"{where} needs the key finding_event: arrests and convictions are never compared"
    if kind == "records" and (section.finding_event or section.finding_months):
        yield f"{where} finding_event and finding_months are for a finding; take them out"
    names = [finding.name for finding in protocol.finding]
    if kind == "summary" and section.finding and section.finding not in names:
        hint = hint_for(section.finding, names).replace("the keys are", "the findings are")
        yield f"{where} finding: there is no finding '{section.finding}'; {hint}"


def _two_windows(protocol: Protocol, where: str, before: str, after: str) -> Iterable[str]:
    faults = [
        *_window(protocol, f"{where} before", before, fixed=True),
        *_window(protocol, f"{where} after", after, fixed=True),
    ]
    yield from faults
    if faults:
        return
    if before == after:
        yield f"{where} sets '{before}' against itself"
        return
    named = _named(protocol)
    yield from unequal_lengths(where, named[before], named[after])


def _named(protocol: Protocol) -> dict[str, Window]:
    return {window.name: window for window in protocol.window}


def _window(protocol: Protocol, where: str, name: str, *, fixed: bool = False) -> Iterable[str]:
    named = _named(protocol)
    if name not in named:
        hint = hint_for(name, list(named)).replace("the keys are", "the windows are")
        yield f"{where}: there is no window '{name}'; {hint}"
    elif fixed and not named[name].fixed_length:
        yield (
            f"{where}: '{name}' is not equally long for everybody; name a window of fixed length"
        )
