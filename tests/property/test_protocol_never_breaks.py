"""Whatever is wrong with a protocol file, the answer is a list of plain faults."""

from hypothesis import given, settings
from hypothesis import strategies as st

from dipoutcomes.errors import ProtocolError
from dipoutcomes.protocol import Protocol, parse_protocol, template_text

TEXT = template_text().replace("#waiting_period_months = 0", "waiting_period_months = 6")
LINES = [line for line in TEXT.splitlines() if line and not line.startswith("#")]
VALUES = st.sampled_from(
    ["3", "-1", "0.5", "nan", "true", "[]", "{}", "[1]", "[{ at = 'end' }]", "''", "'x'", "'end'",
     "2013-01-01", "2013-01-01T00:00:00", "1e400", "{ at = 'end', months = 700 }", "[[]]",
     "{ at = 'last_offence_date' }", "9999-12-31", "0001-01-01"]
)  # fmt: skip
edits = st.lists(
    st.tuples(st.integers(0, len(LINES) - 1), st.sampled_from("dvk"), VALUES),
    min_size=1,
    max_size=6,
)


def edited(edits):
    """Delete a line, put another value after its key, or misspell its key."""
    lines = list(LINES)
    for place, kind, value in edits:
        key, equals, old = lines[place].partition(" = ")
        if kind == "d":
            lines[place] = ""
        elif equals and kind == "v":
            lines[place] = f"{key} = {value}"
        elif equals:
            lines[place] = f"{key}_ = {old}"
    return "\n".join(lines)


@settings(max_examples=300)
@given(edits)
def test_a_spoilt_protocol_is_read_or_refused_in_plain_words(edits):
    try:
        protocol = parse_protocol(edited(edits))
    except ProtocolError as error:
        said = str(error)
        assert said.strip()
        assert "Input should" not in said
        assert "pydantic" not in said
        assert len(said.splitlines()) == len(set(said.splitlines()))
    else:
        assert isinstance(protocol, Protocol)
