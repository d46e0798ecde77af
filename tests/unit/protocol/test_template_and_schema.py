"""The template and the schema are made from the model and can never fall behind it."""

import json
import re
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from dipoutcomes.protocol import json_schema, model, parse_protocol, template_text

# Where one of the first two tests fails, write the file anew:
# python -c "from dipoutcomes.protocol import *; print(template_text(), end='')" \
#     > protocols/template.toml
# python -c "from dipoutcomes.protocol import *; print(json_schema(), end='')" \
#     > protocols/protocol.schema.json
PROTOCOLS = Path(__file__).parents[3] / "protocols"
SECTIONS = [
    section
    for section in vars(model).values()
    if isinstance(section, type) and issubclass(section, model.Section) and section.model_fields
]
TABLES = {
    "study", "records", "persons", "episodes", "events", "custody", "exits", "linkage", "cohort",
    "sample", "outcome", "window", "time_to_first", "repeated", "regression", "landmark",
    "desistance", "time_to_event", "finding", "analysis",
    "disclosure", "report", "amendment", "contrast", "frame", "comparison",
    "payment", "baseline", "scorecard",
    *(model.Comparison.model_fields.keys() - {"definitions_window"}),
}  # fmt: skip


def uncommented(*headings: str) -> str:
    """Return the template with every key in use, and with the sections of *headings* alone."""
    text = re.sub(r"^#(?=[a-z_.]+ = |\[)", "", template_text(), flags=re.MULTILINE)
    head, *blocks = re.split(r"^(?=\[)", text, flags=re.MULTILINE)
    wanted = [b for b in blocks if re.match(r"\[+([a-z_]+)", b)[1] in headings]
    return head + "".join(wanted)


def test_the_committed_template_is_current():
    assert (PROTOCOLS / "template.toml").read_text("utf-8") == template_text()


def test_the_committed_schema_is_current():
    assert (PROTOCOLS / "protocol.schema.json").read_text("utf-8") == json_schema()


@pytest.mark.parametrize("name", ["template", "gwent-2013-14", "rossi-1980"])
def test_a_committed_protocol_names_its_schema(name):
    first = (PROTOCOLS / f"{name}.toml").read_text("utf-8").splitlines()[0]
    assert first == "#:schema ./protocol.schema.json"


@pytest.mark.parametrize("section", SECTIONS, ids=lambda s: s.__name__)
def test_every_key_of_the_model_is_in_the_template_and_explained(section):
    text = template_text()
    for key, field in section.model_fields.items():
        if key in TABLES and section in {
            model.Protocol, model.Records, model.Analysis, model.Comparison, model.PaymentMeasure,
        }:  # fmt: skip
            assert re.search(rf"^#?\[+([a-z_]+\.)*{key}[\].]", text, re.MULTILINE), key
        elif (section, key) == (model.Finding, "frame"):
            assert "#[[finding.frame]]" in text
        else:
            assert re.search(rf"(^#?|[{{,] ){key}(\.\w+)? = ", text, re.MULTILINE), key
            assert field.description, f"{section.__name__}.{key} has no description"


def test_every_key_of_the_template_can_be_used():
    records = uncommented(
        "study", "records", "cohort", "sample", "outcome", "window", "time_to_first", "analysis",
        "disclosure", "report", "amendment",
    )  # fmt: skip
    read = tomllib.loads(records, parse_float=Decimal)
    protocol = parse_protocol(for_design(records, "stratified", "strata"))
    assert protocol.records.linkage.columns["status"] == "Police record"
    assert set(read["cohort"]) == set(model.Cohort.model_fields)
    assert set(read["sample"]) == set(model.Sample.model_fields)


#: Keys of the draw that no one design can have together; the template shows them all.
EXCLUSIVE = {
    "strata", "stratum_sizes", "standard_deviations", "expected_shares", "cluster",
    "size_measure", "order_by",
}  # fmt: skip


def for_design(text, design, *kept):
    """Return a protocol that uses one design of the template, with the keys of its own."""
    others = "|".join(EXCLUSIVE - set(kept))
    text = re.sub(rf"^({others}) = .*$", "", text, flags=re.M)
    text = re.sub(r'"(hostel|contacts)"$', '"area"', text, flags=re.M)
    return text.replace('design = "simple_random"', f'design = "{design}"')


@pytest.mark.parametrize(
    ("design", "kept", "change"),
    [
        ("stratified", ["strata", "stratum_sizes"], ("proportional", "fixed")),
        ("stratified", ["strata", "standard_deviations"], ("proportional", "neyman")),
        ("stratified", ["strata", "expected_shares"], ("proportional", "neyman")),
        ("systematic", ["order_by"], ("", "")),
        ("cluster", ["cluster"], ("", "")),
        ("proportional_to_size", ["size_measure"], ("", "")),
        ("proportional_to_size", ["size_measure", "order_by"], ("sampford", "systematic")),
    ],
)
def test_every_design_of_the_template_can_be_used(design, kept, change):
    text = uncommented("study", "records", "cohort", "sample", "outcome", "window")
    text = for_design(text, design, *kept).replace(f'"{change[0]}"', f'"{change[1]}"')
    sample = parse_protocol(text).sample
    assert sample.design == design
    assert all(getattr(sample, key) for key in kept)


def test_the_sections_of_the_other_kinds_can_be_used():
    summary = uncommented("study", "finding", "disclosure").replace('"records"', '"summary"')
    summary = re.sub(r"^(last_offence|extract)_date.*$|^part_of.*$", "", summary, flags=re.M)
    assert parse_protocol(summary).finding[0].frame[0].size == 210
    durations = uncommented("study", "time_to_event").replace('"records"', '"time_to_event"')
    durations = re.sub(r"^(last_offence|extract)_date.*$", "", durations, flags=re.M)
    assert parse_protocol(durations).time_to_event.report_at == (13, 26, 39)


def test_lines_of_the_template_fit_a_screen():
    assert max(len(line) for line in template_text().splitlines()) <= 100


def test_the_schema_refuses_unknown_keys_everywhere():
    schema = json.loads(json_schema())
    assert schema["additionalProperties"] is False
    assert all(d["additionalProperties"] is False for d in schema["$defs"].values())
