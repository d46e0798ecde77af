"""The template of a protocol, made from the model, so that it never falls behind it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from textwrap import wrap
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from dipoutcomes.protocol import model as m
from dipoutcomes.protocol._messages import shown
from dipoutcomes.protocol._template_examples import COLUMNS, HEAD, SHOWN, WINDOWS

WIDTH = 98


def template_text() -> str:
    """Return a protocol with every key explained: meaning, unit, choices and default.

    The text is a protocol that `parse_protocol` accepts as it stands: a study of records. A line
    that begins ``#key =`` is a key at its default, or one that is not needed; take the ``#``
    away to use it. Prose begins with ``# `` and a space.

    Examples
    --------
    >>> from dipoutcomes.protocol import parse_protocol
    >>> parse_protocol(template_text()).study.kind
    'records'
    """
    lines = [
        *HEAD,
        *_keys(m.Protocol, only="schema_version"),
        *_section("study", m.Study),
        *_records(),
        *_section("cohort", m.Cohort),
        *_section("sample", m.Sample, active=False),
        *_section("outcome", m.Outcome),
        *_windows(),
        *_section("time_to_first", m.TimeToFirst),
        *_section("repeated", m.Repeated, active=False),
        *_section("regression", m.Regression, active=False),
        *_section("landmark", m.Landmark, active=False),
        *_section("desistance", m.Desistance, active=False),
        *_section("analysis", m.Analysis, skip=("contrast",)),
        *_section("analysis.contrast", m.Contrast, many=True),
        *_title("Compared with what (tables that may be left out)"),
        *_section(
            "comparison",
            m.Comparison,
            active=False,
            skip=("regression_to_mean", "other_people", "areas", "benchmark"),
        ),
        *_section("comparison.regression_to_mean", m.RegressionToMean, active=False),
        *_section("comparison.other_people", m.OtherPeople, active=False),
        *_section("comparison.areas", m.Areas, active=False),
        *_section("comparison.benchmark", m.Benchmark, many=True, active=False),
        *_title("What it pays"),
        *_section("payment", m.Payment, active=False, skip=("measure",)),
        *_section("payment.measure", m.PaymentMeasure, many=True, active=False, skip=("baseline",)),
        *_section("payment.measure.baseline", m.Group, active=False),
        *_title("The scorecard of a period"),
        *_section("scorecard", m.Card, active=False),
        *_title("What is withheld, and what the report says"),
        *_section("disclosure", m.Disclosure),
        *_section("report", m.Report),
        *_section("amendment", m.Amendment, many=True, active=False),
        *_title('For kind = "summary": published counts'),
        *_section("finding", m.Finding, many=True, active=False, skip=("frame",)),
        *_section("finding.frame", m.Frame, many=True, active=False),
        *_title('For kind = "time_to_event": durations with no calendar'),
        *_section("time_to_event", m.TimeToEvent, active=False),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _title(text: str) -> Iterator[str]:
    yield from ("", "# " + "-" * (WIDTH - 2), f"# {text}", "# " + "-" * (WIDTH - 2))


def _section(
    heading: str,
    section: type[BaseModel],
    *,
    many: bool = False,
    active: bool = True,
    skip: tuple[str, ...] = (),
) -> Iterator[str]:
    written = f"[[{heading}]]" if many else f"[{heading}]"
    yield ""
    yield from _prose(_about(section) + (" One such table each." if many else ""))
    yield written if active else f"#{written}"
    yield from _keys(section, heading=heading, active=active, skip=skip)


def _about(section: type[BaseModel]) -> str:
    return (section.__doc__ or "").strip().splitlines()[0]


def _keys(
    section: type[BaseModel],
    *,
    heading: str = "",
    active: bool = True,
    only: str = "",
    skip: tuple[str, ...] = (),
) -> Iterator[str]:
    for key, field in section.model_fields.items():
        if key in skip or (only and key != only):
            continue
        yield from _prose(_explain(field))
        used = active and (field.is_required() or f"{heading}.{key}" in SHOWN)
        yield f"{'' if used else '#'}{key} = {_toml(_value(field), field)}"


def _explain(field: FieldInfo) -> str:
    parts = [field.description or ""]
    choices = _choices(field.annotation)
    if len(choices) > 1:
        which = "Any of" if get_origin(field.annotation) is tuple else "One of"
        parts.append(f"{which}: {', '.join(_toml(choice) for choice in choices)}.")
    low = _limit(field, "ge")
    high = _limit(field, "le")
    if low is not None:
        parts.append(f"From {low} to {high}." if high is not None else f"At least {low}.")
    if field.is_required():
        parts.append("Required.")
    elif field.default_factory is not None:  # an empty table: nothing to print
        pass
    elif field.examples and field.default and field.default != field.examples[0]:
        parts.append(f"Default: {_toml(field.default)}.")
    return " ".join(parts)


def _limit(field: FieldInfo, name: str) -> Any:
    found = (getattr(bound, name, None) for bound in field.metadata)
    return next((value for value in found if value is not None), None)


def _choices(annotation: Any) -> tuple[Any, ...]:
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    if get_origin(annotation) in {tuple, Union, UnionType}:
        for inner in get_args(annotation):
            if found := _choices(inner):
                return found
    return ()


def _value(field: FieldInfo) -> Any:
    if field.examples:
        return field.examples[0]
    return field.get_default(call_default_factory=True)


def _toml(value: Any, field: FieldInfo | None = None) -> str:
    if isinstance(value, str):
        # An example of a date is kept as text in the model, so that its JSON Schema can hold it.
        return value if _is_date(field) else json.dumps(value, ensure_ascii=False)
    if isinstance(value, Mapping):
        inner = ", ".join(f"{json.dumps(k)} = {_toml(v)}" for k, v in value.items())
        return f"{{ {inner} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_toml(inner, field) for inner in value)}]"
    return shown(value)


def _is_date(field: FieldInfo | None) -> bool:
    return field is not None and date in _leaves(field.annotation)


def _leaves(annotation: Any) -> set[Any]:
    inner = [part for part in get_args(annotation) if part is not NoneType]
    if not inner:
        return {annotation}
    return set().union(*(_leaves(part) for part in inner))


def _records() -> Iterator[str]:
    tables = ("persons", "episodes", "events", "custody", "exits", "linkage")
    yield from _section("records", m.Records, skip=tables)
    for name in tables:
        field = m.Records.model_fields[name]
        mark = "" if field.is_required() or f"records.{name}" in SHOWN else "#"
        yield ""
        yield from _prose(field.description or "")
        yield f"{mark}[records.{name}]"
        if name == "persons":  # explained once, for the first table
            yield from _keys(
                m.TableSource, heading="records.table", skip=("columns", "attributes", "values")
            )
            for key in ("columns", "attributes", "values"):
                yield from _prose(_explain(m.TableSource.model_fields[key]))
                yield from COLUMNS[name][key]
        else:
            yield f'{mark}file = "{name}.csv"'
            for key in ("columns", "attributes", "values"):
                yield from (mark + line for line in COLUMNS[name][key])


def _windows() -> Iterator[str]:
    yield ""
    yield from _prose(f"{_about(m.Window)} One such table each.")
    for section in (m.Window, m.Bound):
        for key, field in section.model_fields.items():
            yield from _prose(f"{key}: {_explain(field)}", indent=2)
    yield from WINDOWS


def _prose(text: str, *, indent: int = 0) -> list[str]:
    first, rest = "# " + " " * indent, "# " + " " * (indent + 2 if indent else 0)
    return wrap(text, WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=False)
