"""People of a made-up study as counts: the counts of its run, and never of real people."""

from pathlib import Path

import numpy as np
import pytest

from dipoutcomes import study
from dipoutcomes.errors import DisclosureError

ROOT = Path(__file__).parents[3]
COMPARED = ROOT / "protocols/compared-synthetic.toml"
BEFORE, AFTER = "12 months before", "12 months after the start"


@pytest.fixture(scope="module")
def people():
    return study.counted_people(COMPARED)


@pytest.fixture(scope="module")
def results():
    return study.evaluate(COMPARED).results


def test_rates_are_those_of_the_run(people, results):
    programme = people.keep(people.programme)
    found = programme.rate_table(BEFORE, AFTER)
    for name in (BEFORE, AFTER):
        run = results.estimates["rates_by_window"][name]
        assert found[name].value == pytest.approx(run.value)
        assert (found[name].events, found[name].persons) == (run.events, run.persons)
        assert tuple(found[name].interval) == pytest.approx(tuple(run.interval))


def test_shares_are_of_those_followed_through_every_window(people, results):
    programme = people.keep(people.programme)
    found = programme.share_table(BEFORE, AFTER)
    run = results.estimates["shares_by_window"][AFTER]
    assert (found[AFTER].events, found[AFTER].base) == (run.events, run.base)
    assert found[BEFORE].base == found[AFTER].base  # one had died before the end of the second


def test_what_is_kept_keeps_its_order(people):
    who = people.known["age"].to_numpy() > 40
    kept = people.keep(who)
    assert len(kept) == int(who.sum())
    assert np.array_equal(kept.events[AFTER], people.events[AFTER][who])
    assert np.array_equal(kept.known["age"], people.known["age"][who])
    assert list(kept.known.index) == list(range(len(kept)))


def test_a_frame_has_what_was_known_and_the_events_by_window(people):
    frame = people.frame(BEFORE, AFTER)
    assert {"age", "sex", "area", "group", "events_before", "programme", BEFORE} <= set(frame)
    assert "person_id" not in frame
    assert np.array_equal(frame["events_before"], frame[BEFORE])  # the same twelve months
    assert np.array_equal(frame["programme"], frame["group"] == "programme")


def test_real_people_are_not_laid_out(tmp_path):
    text = COMPARED.read_text(encoding="utf-8").replace('data = "synthetic"', 'data = "real"')
    text = text.replace("../synthetic", (ROOT / "synthetic").as_posix())
    text = text.replace('pseudonym_key = "demonstration"', 'pseudonym_key = "secret.key"')
    (tmp_path / "secret.key").write_text("a key of more than thirty-two letters, kept at home")
    path = tmp_path / "study.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DisclosureError, match="made-up data alone"):
        study.counted_people(path)


def test_it_says_how_many(people):
    assert str(people) in repr(people)
    assert "784 people whose record is whole, 197 of them" in str(people)
