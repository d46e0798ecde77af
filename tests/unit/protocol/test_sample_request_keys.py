"""The keys of a draw that others can check: a number with its source, a request that works."""

from pathlib import Path

import pytest

from dipoutcomes.errors import ProtocolError
from dipoutcomes.protocol import parse_protocol

TEXT = (Path(__file__).parents[3] / "protocols" / "gwent-synthetic.toml").read_text("utf-8")
SIZE = "size = 28  "


def with_keys(lines):
    assert SIZE in TEXT
    return TEXT.replace(SIZE, f"{lines}\n{SIZE}")


def test_a_study_without_these_keys_is_what_it_was():
    sample = parse_protocol(TEXT).sample
    assert (sample.public_number, sample.public_number_source) == ("", "")
    assert sample.request_columns == {}


def test_the_keys_are_read():
    text = 'public_number = "7"\npublic_number_source = "a die"\nrequest_columns = { Name = "Sur" }'
    sample = parse_protocol(with_keys(text)).sample
    assert (sample.public_number, sample.request_columns) == ("7", {"Name": "Sur"})


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ('public_number = "7"', "belong together"),
        ('public_number_source = "a die"', "belong together"),
        ('public_number = " "\npublic_number_source = "a die"', "belong together"),
        ('request_columns = { "found on pnc" = "A" }', "1 headings are empty or stand in"),
        ('request_columns = { Number = "A", "Client ref" = "B" }', "2 headings are empty or stand"),
        ('request_columns = { A = "Surname", B = "Surname" }', "twice"),
    ],
)
def test_keys_that_contradict_each_other_are_refused(lines, says):
    with pytest.raises(ProtocolError, match=says):
        parse_protocol(with_keys(lines))
