"""How close made people are to real ones, against how close real ones are to each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes._display import number
from dipoutcomes.simulate.stand_in.characteristics import Characteristics, both_characteristics
from dipoutcomes.simulate.stand_in.reading import read_tables
from dipoutcomes.simulate.stand_in.source import Role, SourceTable

if TYPE_CHECKING:
    import pandas as pd

Ints = NDArray[np.int64]
_NOT_COMPARED: tuple[Role, ...] = ("key", "text", "flag", "blank")
_PAIRS = 50_000_000  # people compared with people: more are sampled
_MOST_SAMPLED = 2_000
#: Made people may be nearer to real ones by this many characteristics, on average.
MARGIN = 0.5
#: Chance with which a sound stand-in is called too close by the count of matches.
_CHANCE = 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """Made people who agree with a real person on everything.

    Parameters
    ----------
    exact : int
        With some real person.
    lone : int
        Of these, with a real person whom nobody else resembles.
    expected_if_independent : float
        What *lone* would be if each characteristic were drawn on its own.
    expected_of_fresh : float
        What it would be for as many fresh real people (Good and Turing's estimate).
    allowed : int
        More than this is too close.
    """

    exact: int
    lone: int
    expected_if_independent: float
    expected_of_fresh: float
    allowed: int

    @property
    def too_many(self) -> bool:
        """Whether there are more than chance explains."""
        return self.lone > self.allowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Closeness:
    """How close made people are to real ones.

    Parameters
    ----------
    characteristics : tuple of str
        What is compared, in words.
    real_people, made_people : int
    made_agreement, real_agreement : tuple of int
        People by the number of characteristics on which they agree with their nearest (other)
        real person, from 0 to all. In large tables a sample of the people.
    coarse : Matches
        On bands, months and common words.
    fine : Matches
        On the same to the day, the unit and the word.
    """

    characteristics: tuple[str, ...]
    real_people: int
    made_people: int
    made_agreement: tuple[int, ...]
    real_agreement: tuple[int, ...]
    coarse: Matches
    fine: Matches

    @property
    def made_mean(self) -> float:
        """Mean number of characteristics on which made people agree with their nearest."""
        return _mean(self.made_agreement)

    @property
    def real_mean(self) -> float:
        """The same of real people and their nearest other real person."""
        return _mean(self.real_agreement)

    @property
    def too_near(self) -> bool:
        """Whether made people are nearer by more than the margin and three standard errors."""
        error = np.sqrt(_variance(self.made_agreement) + _variance(self.real_agreement))
        return bool(self.made_mean > self.real_mean + MARGIN + 3 * error)

    @property
    def too_close(self) -> bool:
        """Whether a rule is broken."""
        return self.too_near or self.coarse.too_many or self.fine.too_many

    @property
    def verdict(self) -> str:
        """The verdict in a sentence."""
        if self.too_close:
            return "Too close: made people resemble single real people more than chance explains."
        return (
            "Not too close: made people are about as near to real people as those are to one "
            "another, or further, and no more of them than chance explains meet a real person "
            "who is alone."
        )

    def __str__(self) -> str:
        of = len(self.characteristics)
        return (
            f"{self.verdict} On average a made person agrees with the nearest real one on "
            f"{number(self.made_mean, 1)} of {of} characteristics, a real person with the nearest "
            f"other on {number(self.real_mean, 1)}."
        )

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th>{escape(str(key))}</th><td>{escape(str(value))}</td></tr>"
            for key, value in self.to_dict().items()
            if not isinstance(value, list | dict)
        )
        return f"<table><caption>{escape(self.verdict)}</caption>{rows}</table>"

    def to_dict(self) -> dict[str, Any]:
        """Return plain values; counts as they are, so for the holder of the real data alone."""
        plain = {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(self).items()}
        return {
            **plain,
            "made_mean": self.made_mean,
            "real_mean": self.real_mean,
            "too_close": self.too_close,
        }

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each number of characteristics agreed on."""
        import pandas as pd

        return pd.DataFrame(
            {
                "agrees_on": range(len(self.made_agreement)),
                "made_people": self.made_agreement,
                "real_people": self.real_agreement,
            }
        )


def _mean(agreement: tuple[int, ...]) -> float:
    counts = np.array(agreement, dtype=np.float64)
    return float(counts @ np.arange(len(counts)) / counts.sum()) if counts.sum() else 0.0


def _variance(agreement: tuple[int, ...]) -> float:
    """Return the variance of the mean."""
    counts, values = np.array(agreement, dtype=np.float64), np.arange(len(agreement))
    n = counts.sum()
    return float(counts @ (values - _mean(agreement)) ** 2 / n**2) if n else 0.0


def measure_closeness(
    real: Sequence[SourceTable],
    made: Sequence[SourceTable],
    *,
    fewest: int = 10,
    rng: np.random.Generator,
) -> Closeness:
    """Return how close made people are to real people, over coarse characteristics.

    Parameters
    ----------
    real, made : sequence of SourceTable
        The same tables in the same order, with the same columns.
    fewest : int, default 10
        Words that fewer real people have are one group.
    rng : Generator
        Chooses who is compared where there are very many people.

    Returns
    -------
    Closeness

    Notes
    -----
    Two rules make a stand-in too close. *Matches*: more made people coincide on everything with a
    real person who is alone in it than chance explains, on bands and months or to the day and the
    unit (a copied person is found by the second where the first is too coarse). Chance is the
    larger of two: each characteristic drawn on its own; and fresh people of the same kind, by Good
    (1953), Biometrika 40, 237-264: a fresh person falls on a combination seen once with
    probability 2 N2 / N, where N2 combinations were seen twice. The limit is the 99.9% point of a
    Poisson count with that mean plus one. *Distance*: made people agree with their nearest real
    person on more characteristics, by half a one on average and three standard errors, than real
    people with their nearest other real person; a copy agrees on all.

    Not for saying that a stand-in is safe against somebody who knows much: it compares what is
    listed, coarsely, and it is not differential privacy.
    """
    reads = [read_tables(tables, leave=_NOT_COMPARED) for tables in (real, made)]
    one, other = both_characteristics(*reads, fewest=fewest)
    fine = both_characteristics(*reads, fewest=fewest, fine=True)
    n_real, n_made, of = len(one.codes), len(other.codes), len(one.names)
    most = int(max(1, min(_MOST_SAMPLED, _PAIRS // max(n_real, 1))))
    made_rows = rng.choice(n_made, size=min(most, n_made), replace=False)
    real_rows = rng.choice(n_real, size=min(most, n_real), replace=False)
    none = np.full(len(made_rows), -1)
    return Closeness(
        characteristics=one.names,
        real_people=n_real,
        made_people=n_made,
        made_agreement=_counted(_nearest(other.codes[made_rows], one.codes, none), of),
        real_agreement=_counted(_nearest(one.codes[real_rows], one.codes, real_rows), of),
        coarse=_matches(one, other),
        fine=_matches(*fine),
    )


def _matches(one: Characteristics, other: Characteristics) -> Matches:
    exact, lone, twice, alone = _coincide(one, other)
    independent = _chance_of_lone(one, alone) * len(other.codes)
    fresh = 2 * twice / len(one.codes) * len(other.codes)
    return Matches(
        exact=exact,
        lone=lone,
        expected_if_independent=independent,
        expected_of_fresh=fresh,
        allowed=_allowed(max(independent, fresh)),
    )


def _allowed(mean: float) -> int:
    """Return the 99.9% point of a Poisson count with mean *mean* + 1."""
    mean += 1
    term = total = float(np.exp(-min(mean, 700)))
    if mean > 600:
        return int(mean + 3.09 * np.sqrt(mean)) + 1
    k = 0
    while total < 1 - _CHANCE:
        k += 1
        term *= mean / k
        total += term
    return k


def _coincide(
    one: Characteristics, other: Characteristics
) -> tuple[int, int, int, NDArray[np.bool_]]:
    """Return exact matches, those with a lone real person, pairs seen twice, and who is alone."""
    import pandas as pd

    both = np.ascontiguousarray(np.concatenate([one.codes, other.codes]))
    if not both.shape[1]:
        return 0, 0, 0, np.zeros(len(one.codes), dtype=bool)
    rows = both.view(np.dtype((np.void, both.dtype.itemsize * both.shape[1]))).ravel()
    code = pd.factorize(np.array([row.tobytes() for row in rows], dtype=object))[0]
    real, made = code[: len(one.codes)], code[len(one.codes) :]
    times = np.bincount(real, minlength=int(code.max()) + 1)
    exact, unique = int((times[made] > 0).sum()), int((times[made] == 1).sum())
    return exact, unique, int((times == 2).sum()), times[real] == 1


def _chance_of_lone(one: Characteristics, alone: NDArray[np.bool_]) -> float:
    """Return the chance that a person with independent characteristics meets a lone real one."""
    chance = np.ones(len(one.codes))
    for place, given in enumerate(one.given):
        codes = one.codes[:, place].astype(np.int64)
        there = np.ones(len(codes), dtype=bool) if given < 0 else one.codes[:, given] > 0
        if not there.any():
            continue
        share = np.bincount(codes[there], minlength=int(codes.max()) + 1) / there.sum()
        chance *= np.where(there, share[codes], 1.0)
    return float(chance[alone].sum())


def _nearest(people: NDArray[np.int32], real: NDArray[np.int32], itself: Ints) -> Ints:
    """Return on how many characteristics each of *people* agrees with the nearest real person."""
    columns = np.ascontiguousarray(real.T)
    best = np.zeros(len(people), dtype=np.int64)
    for number_, person in enumerate(people):
        agree = np.zeros(len(real), dtype=np.int8)
        for value, column in zip(person, columns, strict=True):
            agree += column == value
        if itself[number_] >= 0:
            agree[itself[number_]] = -1
        best[number_] = max(int(agree.max(initial=0)), 0)
    return best


def _counted(agreement: Ints, of: int) -> tuple[int, ...]:
    return tuple(np.bincount(agreement, minlength=of + 1).tolist())
