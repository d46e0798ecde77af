"""`dipoutcomes interval before-after`: totals of events and person-years, before and after."""

import json

import pytest


def test_a_ratio_with_its_interval_in_one_line(command):
    answer = command(["interval", "before-after", "25", "25.4", "26", "25.2"])
    assert answer.code == 0
    assert answer.out.strip() == (
        "1.048 (95% CI 0.582 to 1.892, before-after rate ratio, exact conditional)"
    )


def test_the_method_the_level_and_json(command):
    answer = command(
        [
            "interval",
            "before-after",
            "5",
            "12",
            "0",
            "9.3",
            "--method",
            "mid_p",
            "--level",
            "0.9",
            "--json",
        ]
    )
    found = json.loads(answer.out)
    assert (found["estimate"], found["low"]) == (0.0, 0.0)
    assert found["high"] == pytest.approx(0.7547008934982111, abs=1e-9)  # R, mid-P binomial
    assert found["person_years_before"] == 12.0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [("1 0 2 3", "time_before"), ("1 2 -3 4", "0 or more"), ("1 2 3 4 --method mdi_p", "mid_p")],
)
def test_misuse_of_the_command_line_is_2(command, arguments, says):
    answer = command(["interval", "before-after", *arguments.split()])
    assert answer.code == 2
    assert says in " ".join(answer.err.split())


def test_no_event_before_has_no_ratio_and_no_upper_limit(command):
    answer = command(["interval", "before-after", "0", "1", "3", "2", "--json"])
    found = json.loads(answer.out)
    assert found["estimate"] is None
    assert found["high"] == "inf"
