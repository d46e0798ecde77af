"""Tests of one episode: age and custody on its index date."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Codes = NDArray[np.intp]
Mask = NDArray[np.bool_]


def completed_years(birth: pd.Series, day: pd.Series) -> NDArray[np.float64]:
    """Return the age in completed years on *day*; nan where a date is missing.

    Somebody born on 29 February completes a year on 1 March where there is no such day.

    Examples
    --------
    >>> birth = pd.Series(pd.to_datetime(["1996-02-29", "1996-02-29"]))
    >>> completed_years(birth, pd.Series(pd.to_datetime(["2014-02-28", "2014-03-01"])))
    array([17., 18.])
    """
    birthday = birth.dt.month * 100 + birth.dt.day
    before_birthday = (day.dt.month * 100 + day.dt.day) < birthday
    years = (day.dt.year - birth.dt.year - before_birthday).astype(float)
    known = birth.notna() & day.notna()
    return np.asarray(years.where(known), dtype=float)


def in_custody_on(
    code: Codes, day: NDArray[np.datetime64], custody_code: Codes, custody: pd.DataFrame
) -> Mask:
    """Return whether each episode's person is inside on a day.

    Parameters
    ----------
    code : ndarray of int, shape (m,)
        The person of each episode.
    day : ndarray of datetime64[ns], shape (m,)
        The day asked about; NaT is answered False.
    custody_code : ndarray of int, shape (k,)
        The person of each spell.
    custody : DataFrame, k rows
        ``start`` (first day inside), ``end`` (first day at liberty, NaT while still inside).
        Spells may overlap.

    Returns
    -------
    ndarray of bool, shape (m,)
    """
    inside = np.zeros(len(code), dtype=bool)
    concerned = np.flatnonzero(np.isin(code, custody_code) & ~np.isnat(day))
    if not len(concerned):
        return inside
    asked = pd.DataFrame({"code": code[concerned], "row": concerned, "day": day[concerned]})
    spells = pd.DataFrame(
        {
            "code": custody_code,
            "start": custody["start"].to_numpy(),
            "end": custody["end"].to_numpy(),
        }
    )
    both = asked.merge(spells, on="code")
    held = (both["start"] <= both["day"]) & ~(both["end"] <= both["day"])
    inside[both.loc[held, "row"].to_numpy()] = True
    return inside
