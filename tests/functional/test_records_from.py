"""A window that reaches back beyond the records is refused: nobody could be seen there."""

from pathlib import Path

import pytest

from dipoutcomes import study
from dipoutcomes.errors import DesignError

PROTOCOLS = Path(__file__).parents[2] / "protocols"


def with_records_from(day, tmp_path):
    text = (PROTOCOLS / "gwent-synthetic.toml").read_text(encoding="utf-8")
    text = text.replace("../synthetic", (PROTOCOLS.parent / "synthetic").as_posix())
    text = text.replace("\nextract_date", f"\nrecords_from = {day}\nextract_date", 1)
    path = tmp_path / "study.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_window_before_the_records_begin_is_refused_with_a_count(tmp_path):
    with pytest.raises(DesignError, match=r"'12 months before' opens earlier for \d+ people"):
        study.evaluate(with_records_from("2012-01-01", tmp_path))


def test_records_that_begin_early_enough_are_said_in_the_definitions(tmp_path):
    results = study.evaluate(with_records_from("2005-01-01", tmp_path)).results
    meanings = results.tables["definitions"].column("meaning")
    assert "1 January 2005" in meanings
    assert not any("records_from" in note for note in results.facts["data_notes"])


def test_a_protocol_that_does_not_say_is_told_so():
    results = study.evaluate(PROTOCOLS / "gwent-synthetic.toml").results
    assert any("study.records_from" in note for note in results.facts["data_notes"])
