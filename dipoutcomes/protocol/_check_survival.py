"""Rules of time to the event: curves, competing events, regression, landmark, durations."""

from __future__ import annotations

from collections.abc import Iterable

from dipoutcomes.protocol.model import Desistance, Landmark, Protocol, TimeToEvent

#: Covariates of a records study that are no attributes.
OWN = ("age", "sex", "events_before")
#: Exposures of a landmark that come from the episode itself.
FROM_THE_EPISODE = ("still_in_treatment", "weeks_in_treatment")
#: Weeks are shorter than a twelfth of 365.25 days: the longest stretch by a landmark of so many.
_WEEKS_A_MONTH = 365.25 / 12 / 7


def attributes(protocol: Protocol) -> list[tuple[str, str]]:
    """Return the attributes that these sections name, each with the key that names it."""
    found = []
    for name in ("time_to_first", "repeated"):
        group = str(getattr(getattr(protocol, name, None), "group", ""))
        if group and not (group == "sex" and _knows_sex(protocol)):
            found.append((f"[{name}] group", group))
    regression = getattr(protocol, "regression", None)
    if regression is not None:
        found += [
            ("[regression] covariates", name)
            for name in getattr(regression, "covariates", ())
            if name not in OWN
        ]
    landmark = getattr(protocol, "landmark", None)
    if landmark is not None and getattr(landmark, "exposure", "") not in ("", *FROM_THE_EPISODE):
        found.append(("[landmark] exposure", landmark.exposure))
    return found


def _knows_sex(protocol: Protocol) -> bool:
    return protocol.records is not None and "sex" in protocol.records.persons.columns


def time_to_first(protocol: Protocol) -> Iterable[str]:
    """Yield months beyond the curve, and keys of groups where there are none."""
    section = protocol.time_to_first
    if section is None:
        return
    yield from _beyond("time_to_first", section.report_at_months, section.maximum_months)
    if section.mean_time_months and section.mean_time_months > section.maximum_months:
        yield (
            f"[time_to_first] mean_time_months is {section.mean_time_months}, beyond "
            f"maximum_months ({section.maximum_months})"
        )
    late = [m for m in section.still_free_months if 2 * m > section.maximum_months]
    if late:
        yield (
            f"[time_to_first] still_free_months: {late[0]} months free and as many ahead go "
            f"beyond maximum_months ({section.maximum_months})"
        )
    if len(set(section.competing)) < len(section.competing):
        yield "[time_to_first] competing names an event twice"
    yield from _groups(
        "time_to_first", section.group, section.reference, compared=section.compare != "none"
    )


def repeated(protocol: Protocol) -> Iterable[str]:
    """Yield months beyond the curve, and keys of groups where there are none."""
    section = protocol.repeated
    if section is None:
        return
    yield from _beyond("repeated", section.report_at_months, section.maximum_months)
    yield from _groups("repeated", section.group, section.reference, compared=section.compare)


def _beyond(name: str, months: tuple[int, ...], most: int) -> Iterable[str]:
    if months and max(months) > most:
        yield f"[{name}] report_at_months goes to {max(months)}, beyond maximum_months ({most})"


def _groups(name: str, group: str, reference: str, *, compared: bool) -> Iterable[str]:
    for key, used in (("compare", compared), ("reference", bool(reference))):
        if used and not group:
            yield f"[{name}] {key} needs the key 'group'"


def competing(protocol: Protocol) -> Iterable[str]:
    """Yield competing events that no table can tell of."""
    section, records = protocol.time_to_first, protocol.records
    if section is None or records is None or not section.competing:
        return
    if records.exits is None:
        yield (
            "[time_to_first] competing needs the table [records.exits], which says who died or "
            "left the country"
        )


def regression(protocol: Protocol) -> Iterable[str]:
    """Yield covariates that cannot be used, and keys that name no covariate."""
    section = protocol.regression
    if section is None:
        return
    names = section.covariates
    if len(set(names)) < len(names):
        yield "[regression] covariates names one twice"
    for key in ("numbers", "labels", "reference"):
        for name in getattr(section, key):
            if name not in names:
                yield f"[regression] {key}: '{name}' is none of the covariates"
    both = set(section.numbers) & set(section.reference)
    for name in sorted(both):
        yield f"[regression] reference: '{name}' is a number and has no value to compare with"
    printed = [section.labels.get(name, name) for name in names]
    if len(set(printed)) < len(set(names)):
        yield "[regression] labels gives one name to two covariates"
    if protocol.records is not None:
        yield from _regression_of_records(protocol)
    elif protocol.time_to_event is not None:
        used = {protocol.time_to_event.duration, protocol.time_to_event.event}
        for name in sorted(used & set(names)):
            yield f"[regression] covariates: '{name}' is what the regression explains"


def _regression_of_records(protocol: Protocol) -> Iterable[str]:
    section, records = protocol.regression, protocol.records
    if section is None or records is None:
        return
    if protocol.time_to_first is None:
        yield "[regression] needs the section [time_to_first], whose event it explains"
    for name, column in (("age", "birth_date"), ("sex", "sex")):
        if name in section.covariates and column not in records.persons.columns:
            yield (
                f"[regression] covariates: '{name}' needs the column {column} in [records.persons]"
            )
    if "sex" in section.numbers:
        yield "[regression] numbers: 'sex' is a category"


def landmark(protocol: Protocol) -> Iterable[str]:
    """Yield keys of a landmark that do not belong together."""
    section = protocol.landmark
    if section is None:
        return
    yield from _beyond("landmark", section.report_at_months, section.maximum_months)
    weeks = section.exposure == "weeks_in_treatment"
    if weeks != (section.weeks is not None):
        yield (
            "[landmark] exposure = \"weeks_in_treatment\" needs the key 'weeks'"
            if weeks
            else '[landmark] weeks needs exposure = "weeks_in_treatment"'
        )
    if section.weeks and section.month and section.weeks > section.month * _WEEKS_A_MONTH:
        yield (
            f"[landmark] weeks: nobody can have been in treatment for {section.weeks} weeks at "
            f"month {section.month}; move the landmark, or ask for "
            f"{int(section.month * _WEEKS_A_MONTH)} weeks or fewer"
        )
    if section.month == 0 and section.exposure == "still_in_treatment":
        yield (
            "[landmark] month = 0: at the start everybody is in treatment; give a later month, "
            "such as 3"
        )
    yield from _landmark_attribute(section)


def _landmark_attribute(section: Landmark) -> Iterable[str]:
    if section.exposure not in FROM_THE_EPISODE:
        if not section.value:
            yield "[landmark] an attribute as exposure needs the key 'value'"
        return
    if section.value:
        yield f'[landmark] value has no meaning with exposure = "{section.exposure}"; take it out'
    if section.known_at != "end":
        yield f'[landmark] exposure = "{section.exposure}" is known at the end of the episode only'


def desistance(protocol: Protocol) -> Iterable[str]:
    """Yield keys that need a calendar where there is none."""
    section = protocol.desistance
    if section is None or protocol.study.kind != "time_to_event":
        return
    if section != Desistance():
        yield (
            '[desistance] has no keys where kind = "time_to_event": all of the follow-up is used; '
            "take them out"
        )


def time_to_event(protocol: Protocol) -> Iterable[str]:
    """Yield columns, times and groups that do not fit."""
    section = protocol.time_to_event
    if section is None:
        return
    columns = [section.duration, section.event, section.group, section.cause]
    columns = [name for name in columns if name]
    if len(set(columns)) < len(columns):
        named = "duration, event, group and cause" if section.cause else "duration, event and group"
        yield f"[time_to_event] {named} must be different columns"
    if section.report_at and max(section.report_at) > section.horizon:
        yield (
            f"[time_to_event] report_at goes to {max(section.report_at)}, beyond the horizon "
            f"({section.horizon} {section.time_unit})"
        )
    names = list(section.group_labels.values())
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"[time_to_event] group_labels gives the name '{name}' to more than one group"
    for key in ("group_labels", "randomised"):
        if getattr(section, key) and not section.group:
            yield f"[time_to_event] {key} needs the key 'group'"
    if section.weights != "log_rank" and not section.group:
        yield "[time_to_event] weights needs the key 'group'"
    yield from _causes(section)


def _causes(section: TimeToEvent) -> Iterable[str]:
    if bool(section.cause) != bool(section.cause_labels):
        yield (
            "[time_to_event] cause and cause_labels belong together: a code without its name says "
            "nothing"
        )
    labels = section.cause_labels
    if section.cause and len(labels) == 1:
        yield "[time_to_event] cause_labels needs two causes or more: nothing competes with one"
    wrong = [code for code in labels if not (code.isascii() and code.isdigit() and int(code) > 0)]
    if wrong:
        yield (
            f"[time_to_event] cause_labels: {len(wrong)} codes are not whole numbers of 1 or more"
        )
    if len(set(labels.values())) < len(labels):
        yield "[time_to_event] cause_labels gives one name to two causes"
