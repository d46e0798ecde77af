"""The hash of a protocol depends on what it says, and on nothing else."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from dipoutcomes.protocol import (
    canonical_text,
    deviations,
    make_lock,
    parse_protocol,
    protocol_sha256,
    read_lock,
)

STUDY = [
    'id = "s"',
    'kind = "summary"',
    'title = "A study"',
    'data = "published"',
    "seed = 7",
]
FINDING = ['name = "a"', 'says = "b"', 'base_says = "c"', "count = 3", "base = 9"]
spaces = st.sampled_from(["", " ", "\t", "   "])


def written(study, finding, level, gap="", comment="", sections_turned=False):
    analysis = f"[analysis]\n{gap}confidence_level{gap}={gap}{level} {comment}"
    parts = ["[study]\n" + "\n".join(study), "[[finding]]\n" + "\n".join(finding), analysis]
    body = "\n\n".join(reversed(parts) if sections_turned else parts)
    return f"schema_version = 1\n{comment}\n{body}\n"


PLAIN = parse_protocol(written(STUDY, FINDING, "0.95"))


@given(
    st.permutations(STUDY),
    st.permutations(FINDING),
    st.sampled_from(["0.95", "0.950", "0.9500000", "9.5e-1", "95e-2", "0.95e0", "+0.95"]),
    spaces,
    st.sampled_from(["", "# why", "# [study]"]),
    st.booleans(),
)
def test_layout_leaves_no_trace(study, finding, level, gap, comment, turned):
    protocol = parse_protocol(written(study, finding, level, gap, comment, turned))
    assert canonical_text(protocol) == canonical_text(PLAIN)
    assert protocol_sha256(protocol) == protocol_sha256(PLAIN)


levels = st.decimals(Decimal("0.5"), Decimal("0.999"), places=3)
counts = st.integers(0, 9)


@given(levels, counts, levels, counts)
def test_a_protocol_deviates_exactly_where_its_text_differs(level_1, count_1, level_2, count_2):
    def protocol(level, count):
        return parse_protocol(written(STUDY, [*FINDING[:3], f"count = {count}", "base = 9"], level))

    locked, current = protocol(level_1, count_1), protocol(level_2, count_2)
    found = {d.key for d in deviations(current, read_lock(make_lock(locked)))}
    expected = set()
    if level_1 != level_2:
        expected.add("analysis.confidence_level")
    if count_1 != count_2:
        expected.add("finding.a.count")
    assert found == expected
    assert (canonical_text(locked) == canonical_text(current)) == (not found)
