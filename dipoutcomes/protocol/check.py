"""Rules between the parts of a protocol; every one that is broken is reported, not the first."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from dipoutcomes.protocol import (
    _check_columns,
    _check_comparison,
    _check_payment,
    _check_sample,
    _check_scorecard,
    _check_survival,
    _check_windows,
)
from dipoutcomes.protocol._dates import add_months
from dipoutcomes.protocol._messages import hint_for, model_in
from dipoutcomes.protocol.model import Protocol, TableSource

Rule = Callable[[Protocol], Iterable[str]]

#: For each kind of study: what it needs and what has no meaning in it.
SECTIONS = {
    "records": (
        ("records", "cohort", "outcome", "window"),
        ("time_to_event", "finding"),
    ),
    "summary": (
        ("finding",),
        (
            "records", "cohort", "sample", "outcome", "window", "time_to_first", "repeated",
            "regression", "landmark", "desistance", "payment", "scorecard", "time_to_event",
        ),
    ),
    "time_to_event": (
        ("time_to_event",),
        (
            "records", "cohort", "sample", "outcome", "window", "time_to_first", "repeated",
            "landmark", "comparison", "payment", "scorecard", "finding",
        ),
    ),
}  # fmt: skip
LISTS = {"window", "finding", "amendment"}
PATHS = ("persons", "episodes", "events", "custody", "exits", "linkage")

#: More than live on earth, so a slip; and counts beyond 10^15 are no longer exact in a float.
MOST_PEOPLE = 10**10
#: Names that the stages give to columns of their own.
RESERVED = frozenset(
    {
        "code", "person_id", "episode_id", "event_id", "start", "end", "index_date", "exit_date",
        "exit_kind", "traced", "untraced_because", "outcome_uncertain", "reentry_date", "age",
        "observed_until", "birth_date", "sex", "weight", "stratum", "status",
    }
)  # fmt: skip


def check_protocol(protocol: Protocol, *, broken: frozenset[str] = frozenset()) -> list[str]:
    """Return one line for every rule that the parts of *protocol* break together.

    Parameters
    ----------
    protocol : Protocol
        May lack what could not be read.
    broken : frozenset of str
        Dotted positions of what could not be read, such as ``"cohort.accrual_from"``; a rule
        that needs one of them is passed over, so that one fault is not reported twice.
    """
    problems: list[str] = []
    for needs, rule in RULES:
        if not any(_touches(need, fault) for need in needs for fault in broken):
            problems += rule(protocol)
    problems += _sections(protocol, broken)
    return problems


def _touches(need: str, fault: str) -> bool:
    return need == fault or need.startswith(f"{fault}.") or fault.startswith(f"{need}.")


def _heading(section: str) -> str:
    return f"[[{section}]]" if section in LISTS else f"[{section}]"


def _sections(protocol: Protocol, broken: frozenset[str]) -> Iterable[str]:
    if broken & {"study", "study.kind"}:
        return
    kind = protocol.study.kind
    needed, without_meaning = SECTIONS[kind]
    touched = {fault.split(".")[0] for fault in broken}
    for section in needed:
        if section not in touched and not getattr(protocol, section):
            yield f'kind = "{kind}" needs the section {_heading(section)}'
    for section in without_meaning:
        if section in touched or getattr(protocol, section):
            yield f'{_heading(section)} has no meaning where kind = "{kind}"; take it out'
    for key in ("last_offence_date", "extract_date"):
        if f"study.{key}" in broken:
            continue
        given = getattr(protocol.study, key) is not None
        if kind == "records" and not given:
            yield f"kind = \"records\" needs the key '{key}' in [study]"
        if kind != "records" and given:
            yield f'[study] {key} has no meaning where kind = "{kind}"; take it out'
    if kind != "records" and not {f for f in broken if f.startswith("analysis.contrast")}:
        contrast = getattr(getattr(protocol, "analysis", None), "contrast", ())
        if contrast:
            yield f'[[analysis.contrast]] has no meaning where kind = "{kind}"; take it out'


def _dates(protocol: Protocol) -> Iterable[str]:
    study, cohort = protocol.study, protocol.cohort
    if cohort and cohort.accrual_from > cohort.accrual_to:
        yield (
            f"[cohort] accrual_from ({cohort.accrual_from}) is after accrual_to "
            f"({cohort.accrual_to})"
        )
    last, extract = study.last_offence_date, study.extract_date
    if last and extract and last > extract:
        yield (
            f"[study] last_offence_date ({last}) is after extract_date ({extract}): no offence is "
            "on record after the day on which the records were taken"
        )
    if cohort and extract and cohort.accrual_to > extract:
        yield (
            f"[cohort] accrual_to ({cohort.accrual_to}) is after [study] extract_date ({extract}): "
            "later entrants are not on record"
        )


def _waiting(protocol: Protocol) -> Iterable[str]:
    outcome, study = protocol.outcome, protocol.study
    if outcome is None:
        return
    months = outcome.waiting_period_months
    if outcome.measure == "proven reoffending" and months == 0:
        yield (
            "[outcome] waiting_period_months must be at least 1 for proven reoffending (6 in "
            "official statistics): an offence late in a window needs further time to be proven"
        )
    last, extract = study.last_offence_date, study.extract_date
    if not (last and extract and months) or last > extract:
        return
    earliest = add_months(last, months)
    if extract < earliest:
        yield (
            f"[study] extract_date ({extract}) is before {earliest}, which is last_offence_date "
            f"({last}) and the waiting period of {months} months: late offences had no time to be "
            f"proven. Take the records later, or set last_offence_date to "
            f"{add_months(extract, -months)} or earlier"
        )


def _protection(protocol: Protocol) -> Iterable[str]:
    data, disclosure = protocol.study.data, protocol.disclosure
    if disclosure.protect:
        return
    if data == "real":
        yield (
            '[disclosure] protect = false is refused for data = "real": a release copy of real '
            "people's results withholds small counts. The working copy has them all"
        )
    if not disclosure.reason.strip():
        yield "[disclosure] protect = false needs a reason, which every page prints"


def _real_data(protocol: Protocol) -> Iterable[str]:
    study, records = protocol.study, protocol.records
    if records is None:
        return
    if study.data == "published":
        yield (
            '[study] data = "published" (printed aggregates) has no records of people; write '
            '"real", "synthetic" or "public"'
        )
    if study.data == "real" and records.pseudonym_key == "demonstration":
        yield (
            '[records] pseudonym_key = "demonstration" is refused for data = "real": anybody '
            "could undo the pseudonyms. Name a file with a secret key, outside the output folder"
        )


def _tables(protocol: Protocol) -> Iterable[str]:
    records = protocol.records
    if records is None:
        return
    for name in PATHS:
        source: TableSource | None = getattr(records, name, None)
        if source is None:
            continue
        headings: dict[str, str] = {}
        for column, heading in [*source.columns.items(), *source.attributes.items()]:
            if heading in headings:
                yield (
                    f"[records.{name}] reads the heading '{heading}' as both "
                    f"'{headings[heading]}' and '{column}'; a column of the file has one meaning"
                )
            headings.setdefault(heading, column)
        for attribute in source.attributes:
            if attribute in RESERVED or attribute in source.columns:
                yield (
                    f"[records.{name}] attribute '{attribute}' has the name of a column; rename it"
                )
    if records.persons and records.episodes:
        for shared in sorted(records.persons.attributes.keys() & records.episodes.attributes):
            yield (
                f"attribute '{shared}' stands in both [records.persons] and [records.episodes]; "
                "rename one"
            )


def _attributes(protocol: Protocol) -> Iterable[str]:
    records = protocol.records
    if records is None:
        return
    known = [*records.persons.attributes, *records.episodes.attributes]
    wanted = _check_sample.attributes(protocol)
    wanted += _check_survival.attributes(protocol)
    wanted += _check_comparison.attributes(protocol)
    wanted += _check_scorecard.attributes(protocol)
    for where, name in wanted:
        if name not in known:
            hint = hint_for(name, known).replace("the keys are", "the attributes are")
            hint = hint if known else "there are none"
            yield (
                f"{where}: '{name}' is no attribute of [records.persons] or [records.episodes]; "
                f"{hint}"
            )


def _request(protocol: Protocol) -> Iterable[str]:
    """Yield what is wrong with the number a draw starts from and with the request to the police."""
    sample = protocol.sample
    if sample is None:
        return
    if bool(sample.public_number.strip()) != bool(sample.public_number_source.strip()):
        yield (
            "[sample] public_number and public_number_source belong together: a number without "
            "its source cannot be looked up"
        )
    taken = {"number", "found on pnc", "pncid"}
    if protocol.records is not None:
        taken.add(protocol.records.persons.columns.get("person_id", "").strip().lower())
    clash = [name for name in sample.request_columns if name.strip().lower() in taken | {""}]
    if clash:
        yield (
            f"[sample] request_columns: {len(clash)} headings are empty or stand in the request "
            "workbook already (number, person id and the police's answers); rename them"
        )
    sources = list(sample.request_columns.values())
    if len(set(sources)) < len(sources):
        yield "[sample] request_columns names a heading of the persons file twice"


def _findings(protocol: Protocol) -> Iterable[str]:
    by_name = {finding.name: finding for finding in protocol.finding}
    seen: set[str] = set()
    for number, finding in enumerate(protocol.finding, start=1):
        where = f"[[finding]] {number} ({finding.name})"
        if finding.name in seen:
            yield f"{where}: another finding has this name; names are unique"
        seen.add(finding.name)
        if finding.base > MOST_PEOPLE:
            yield f"{where} base: {finding.base} is more people than there are"
        if finding.count > finding.base:
            yield f"{where} count: {finding.count} is more than the base, {finding.base}"
        for frame in finding.frame:
            if frame.size > MOST_PEOPLE:
                yield f"{where} frame '{frame.says}': {frame.size} is more people than there are"
            if frame.size < finding.base:
                yield (
                    f"{where} frame '{frame.says}': {finding.base} persons cannot come from a "
                    f"frame of {frame.size}"
                )
        if not finding.part_of:
            continue
        whole = by_name.get(finding.part_of)
        if whole is None or whole is finding:
            others = [name for name in by_name if name != finding.name]
            hint = hint_for(finding.part_of, others).replace("the keys are", "the findings are")
            yield (
                f"{where} part_of: there is no other finding '{finding.part_of}'; "
                f"{hint if others else 'there are none'}"
            )
        elif finding.base != whole.base - whole.count:
            yield (
                f"{where} base: {finding.base} is not the {whole.base} - {whole.count} = "
                f"{whole.base - whole.count} others of '{whole.name}'"
            )


def _amendments(protocol: Protocol) -> Iterable[str]:
    for number, amendment in enumerate(protocol.amendment, start=1):
        where = f"[[amendment]] {number} key"
        section, *inside = amendment.key.split(".")
        known = [name for name in type(protocol).model_fields if name != "amendment"]
        if section not in known:
            hint = hint_for(section, known).replace("the keys are", "the sections are")
            yield f"{where}: there is no section '{section}'; {hint}"
        elif inside and section not in LISTS:  # a list's entries go by their names
            model = model_in(type(protocol).model_fields[section].annotation)
            keys = list(model.model_fields) if model is not None else []
            if keys and inside[0] not in keys:
                yield f"{where}: [{section}] has no key '{inside[0]}'; {hint_for(inside[0], keys)}"


DATES = ("study.last_offence_date", "study.extract_date")

#: What each rule needs to be sound, and the rule.
RULES: tuple[tuple[tuple[str, ...], Rule], ...] = (
    ((*DATES, "cohort.accrual_from", "cohort.accrual_to"), _dates),
    ((*DATES, "outcome.measure", "outcome.waiting_period_months"), _waiting),
    (("study.data", "disclosure.protect", "disclosure.reason"), _protection),
    (("study.data", "records.pseudonym_key"), _real_data),
    (("records",), _tables),
    (
        (
            "records",
            "cohort.index_event",
            "cohort.minimum_age",
            "cohort.exclude",
            "outcome.measure",
        ),
        _check_columns.columns,
    ),
    (
        (
            "records",
            "sample",
            "time_to_first",
            "repeated",
            "regression",
            "landmark",
            "comparison",
            "scorecard",
        ),
        _attributes,
    ),
    (("sample",), _check_sample.sample),
    (("records", "sample"), _request),
    (("time_to_first",), _check_survival.time_to_first),
    (("repeated",), _check_survival.repeated),
    (("time_to_first", "records"), _check_survival.competing),
    (("time_to_first", "time_to_event", "records", "regression"), _check_survival.regression),
    (("landmark",), _check_survival.landmark),
    (("study.kind", "desistance"), _check_survival.desistance),
    (("window", "payment", "cohort.index_date"), _check_payment.payment),
    (("window", "scorecard", "cohort", "study.extract_date"), _check_scorecard.scorecard),
    (("window",), _check_windows.each_window),
    (("window",), _check_windows.bands),
    (
        ("window", "cohort.accrual_from", "cohort.index_date", "study.last_offence_date"),
        _check_windows.reachable,
    ),
    (("window", "analysis.contrast"), _check_windows.contrasts),
    (("study.kind", "window", "finding", "comparison"), _check_comparison.comparison),
    (("time_to_event",), _check_survival.time_to_event),
    (("finding",), _findings),
    (("amendment",), _amendments),
)
