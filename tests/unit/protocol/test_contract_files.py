"""Contracts: their template, their one canonical text, their lock, and faults that are told."""

import re
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dipoutcomes.errors import ProtocolError
from dipoutcomes.protocol.contract import contract_sha256, contract_text, parse_contract
from dipoutcomes.protocol.contract_lock import contract_deviations, make_contract_lock
from dipoutcomes.protocol.contract_template import contract_template_text
from dipoutcomes.protocol.model import contract as model
from dipoutcomes.study.payment import contract_folder, read_contract

TEMPLATE = contract_template_text()


@pytest.mark.parametrize("path", sorted(contract_folder().glob("*.toml")), ids=lambda p: p.stem)
def test_a_contract_of_the_toolkit_is_called_as_its_file(path):
    assert read_contract(path).id == path.stem


def test_every_key_of_a_contract_is_in_the_template():
    sections = [
        value for value in vars(model).values()
        if isinstance(value, type) and issubclass(value, model.Section) and value.model_fields
    ]  # fmt: skip
    tables = {"contract", "money", "claim", "measure", "term", "baseline", "price", "clawback",
              "tier"}  # fmt: skip
    for section in sections:
        for key in section.model_fields:
            heading = rf"^#?\[+([a-z_]+\.)*{key}\]"
            line = rf"^#?{key} = "
            assert re.search(heading if key in tables else line, TEMPLATE, re.MULTILINE), key
    assert "None" not in TEMPLATE


def test_every_commented_key_can_be_used():
    """All together they contradict one another, which is told; none of them is unknown."""
    text = re.sub(r"^#(?=[a-z_]+ = |\[)", "", TEMPLATE, flags=re.MULTILINE)
    with pytest.raises(ProtocolError) as caught:
        parse_contract(text)
    assert [line.partition(") ")[2] for line in str(caught.value).splitlines()] == [
        'within_days belongs to kind = "re_engagement", which needs it',
        'baseline: kind = "fixed" needs a value and has no standard_error; one that was estimated '
        'is a "historical_cohort" or "risk_adjusted_expected"',
        "baseline gives both a value and its counts; one of them follows from the other",
        "price tier needs an amount, not a share",
        "clawback takes one of the keys 'amount' and 'share'",
    ]


def test_a_fault_in_the_only_entry_of_a_list_does_not_make_it_empty():
    with pytest.raises(ProtocolError) as caught:
        parse_contract(TEMPLATE.replace('measure = "reconvicted"\n', 'mesure = "reconvicted"\n'))
    assert "must not be empty" not in str(caught.value)
    assert "did you mean 'measure'" in str(caught.value)
    with pytest.raises(ProtocolError, match="term"):
        parse_contract(re.sub(r"(?ms)^\[\[term\]\].*", "", TEMPLATE))


def test_the_layout_of_the_file_leaves_no_trace_in_its_fingerprint():
    bare = "\n".join(
        line for line in TEMPLATE.splitlines() if line and not line.startswith("#")
    ).replace("0.05", "0.0500")
    assert contract_sha256(parse_contract(bare)) == contract_sha256(parse_contract(TEMPLATE))
    changed = parse_contract(TEMPLATE.replace("amount = 10000", "amount = 10001"))
    assert contract_text(changed) != contract_text(parse_contract(TEMPLATE))


def test_a_lock_tells_every_change_and_its_own_alteration():
    agreed = parse_contract(TEMPLATE)
    lock = make_contract_lock(agreed, locked_on=date(2014, 4, 1))
    now = parse_contract(
        TEMPLATE.replace("value = 0.58", "value = 0.60").replace("amount = 10000", "amount = 9")
    )
    assert [(d.key, d.locked, d.current) for d in contract_deviations(now, lock)] == [
        ("measure.reconvicted.baseline.value", "0.58", "0.6"),
        ("term.five_points.price.amount", "10000", "9"),
    ]
    with pytest.raises(ProtocolError, match="altered after it was made"):
        contract_deviations(agreed, lock.replace('"0.58"', '"0.60"'))
    with pytest.raises(ProtocolError, match="cannot be read"):
        contract_deviations(agreed, "{}")


@given(st.data())
def test_no_value_breaks_the_reader(data):
    """Whatever stands after a key, the answer is a contract or a line for each fault."""
    lines = TEMPLATE.splitlines()
    keys = [n for n, line in enumerate(lines) if re.match(r"#?[a-z_]+ = ", line)]
    number = data.draw(st.sampled_from(keys))
    value = data.draw(
        st.sampled_from(["-1", "0", "1e9", '""', '"x"', "true", "[]", "{}", "2014-01-01", "nan"])
    )
    key = lines[number].lstrip("#").split(" = ")[0]
    text = "\n".join([*lines[:number], f"{key} = {value}", *lines[number + 1 :]])
    with suppress(ProtocolError):
        assert parse_contract(text).id
