"""The published figures of the Gwent report, as the protocol holds them."""

from pathlib import Path

from dipoutcomes.protocol import parse_protocol

PATH = Path(__file__).parents[3] / "protocols" / "gwent-2013-14.toml"
GWENT = {f.name: f for f in parse_protocol(PATH.read_text("utf-8")).finding}


def test_the_counts_are_the_printed_ones():
    assert {name: (f.count, f.base) for name, f in GWENT.items()} == {
        "not_arrested": (21, 28),
        "not_arrested_in_last_six_months": (4, 7),
        "not_arrested_in_last_six_months_combined": (25, 28),
    }


def test_the_frames_are_candidates_none_of_which_the_publication_states():
    frames = GWENT["not_arrested"].frame
    assert [f.size for f in frames] == [97 + 16 + 97, 61, 108, 306]
    assert not any(f.stated for f in frames)


def test_a_printed_percentage_is_kept_apart_from_the_computed_one():
    finding = GWENT["not_arrested"]
    assert finding.printed_percent == 75
    assert 100 * finding.count / finding.base == 75


def test_the_sample_is_said_to_lack_what_a_reader_needs():
    lacks = " ".join(GWENT["not_arrested"].missing_information)
    for word in ("frame", "dates", "drawn", "Police National Computer", "custody"):
        assert word in lacks
