"""Calendar months in whole days agree with the calendar of pandas."""

import numpy as np
import pandas as pd
import pytest

from dipoutcomes.simulate._calendar import NO_DAY, add_months, to_dates

EVERY_DAY = np.arange(14_000, 16_000)


@pytest.mark.parametrize("months", [-13, -12, 0, 1, 3, 12, 24])
def test_a_day_that_the_month_lacks_becomes_its_last(months):
    theirs = pd.to_datetime(EVERY_DAY, unit="D") + pd.DateOffset(months=months)
    ours = pd.DatetimeIndex(add_months(EVERY_DAY, months).astype("datetime64[D]"))
    assert (ours == theirs).all()


def test_no_day_is_no_date():
    dates = to_dates(np.array([0, NO_DAY]))
    assert dates[0] == np.datetime64("1970-01-01")
    assert np.isnat(dates[1])
