"""Which period a headline is of."""

from types import SimpleNamespace

import pytest

from dipoutcomes.pipeline.records_facts import primary_window


def window(name, months, days=0):
    return SimpleNamespace(name=name, opens=SimpleNamespace(months=months, days=days))


@pytest.mark.parametrize(
    ("names", "primary"),
    [
        (("before", "after", "later"), "later"),
        (("later", "after", "earlier"), "after"),  # a period before the work is no result of it
        (("before", "earlier", "days before"), "days before"),
        ((), ""),
    ],
)
def test_the_headline_is_of_the_last_period_that_does_not_lie_before(names, primary):
    windows = [
        window("before", -12), window("after", 0), window("later", 12), window("earlier", -24),
        window("days before", 0, -90),
    ]  # fmt: skip
    assert primary_window(SimpleNamespace(window=windows), list(names)) == primary
