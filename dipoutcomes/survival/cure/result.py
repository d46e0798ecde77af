"""What split-population models found, both shapes of the tail side by side."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from dipoutcomes._validate import check_choice
from dipoutcomes.results import Estimate, EstimateRow, EstimateTable
from dipoutcomes.survival.cure._mixture import Split
from dipoutcomes.survival.cure.follow_up import FollowUpSufficiency
from dipoutcomes.survival.regression._location_scale import DISTRIBUTIONS
from dipoutcomes.survival.regression._maximum import Floats
from dipoutcomes.survival.regression.covariates import Covariates
from dipoutcomes.survival.regression.terms import RatioTerm

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, eq=False)
class CureFit:
    """The estimates behind a model: parameters in the covariates' own units."""

    names: tuple[str, ...]
    place: Floats
    covariance: Floats
    split: Split
    susceptible: Covariates
    latency: Covariates


@dataclass(frozen=True, slots=True, kw_only=True)
class CureModel:
    """One split-population model.

    Parameters
    ----------
    tail : {"weibull", "lognormal"}
        The shape of the time to the event among those who have it in the end.
    cured_share : Estimate
        Share who never have the event; limits by profile likelihood (of everybody, by the delta
        method, where it depends on covariates). Its count is of the people without the event when
        their follow-up ended, not of those who never have it, whom nobody can count.
    susceptible_terms : tuple of RatioTerm
        Odds ratios of being one of those who have it in the end.
    latency_terms : tuple of RatioTerm
        Time ratios among those.
    seen_by_the_end : float
        Share of those who have it in the end that had had it by the last follow-up, as the
        model has it. The lower, the more of the cured share is the assumed shape.
    scale : float
        Of the log time.
    log_likelihood, log_likelihood_without : float
        At the maximum, and with nobody cured.
    p_value : float
        Of nobody cured, one-sided at the edge of what is possible (half a chi-squared of 1, and 1
        where no share above 0 fits better). nan with covariates of being cured, which mean
        nothing where nobody is: the likelihood ratio then has no known distribution.
    parameters : int
    caveat : str
    fit : CureFit or None
        None where no share above 0 fits better than none.
    """

    tail: str
    cured_share: Estimate
    susceptible_terms: tuple[RatioTerm, ...]
    latency_terms: tuple[RatioTerm, ...]
    seen_by_the_end: float
    scale: float
    log_likelihood: float
    log_likelihood_without: float
    p_value: float
    parameters: int
    caveat: str = ""
    fit: CureFit | None = field(default=None, repr=False, compare=False)

    @property
    def aic(self) -> float:
        """Akaike's criterion: lower is closer to what was seen, which is not the tail."""
        return 2 * self.parameters - 2 * self.log_likelihood

    def __str__(self) -> str:
        note = f" [{self.caveat}]" if self.caveat else ""
        lines = [
            f"{DISTRIBUTIONS[self.tail].title} tail: {self.cured_share}{note}",
            f"  log likelihood {self.log_likelihood:.3f} ({self.log_likelihood_without:.3f} with "
            f"nobody cured), {self.seen_by_the_end:.0%} of the others seen by the end",
        ]
        return "\n".join([*lines, *(f"  {t}" for t in self.susceptible_terms + self.latency_terms)])

    def _repr_html_(self) -> str:
        return f"<p>{escape(str(self))}</p>".replace("\n", "<br>")

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row: the cured share and how the model fits."""
        plain = ("log_likelihood", "log_likelihood_without", "aic", "seen_by_the_end", "scale")
        row = self.cured_share.to_frame()
        row.insert(0, "tail", self.tail)
        return row.assign(**{f: getattr(self, f) for f in plain})

    def survival(self, times: Any) -> Floats:
        """Return the share of everybody free of the event at each of *times*, beyond follow-up too.

        The mean over the people fitted; beyond their follow-up it is the assumed shape alone.
        """
        t = np.asarray(times, dtype=np.float64)
        if self.fit is None:
            return np.full(t.shape, np.nan)
        a, _ = self.fit.split.parts
        split, place = self.fit.split, self.fit.place
        pi = 1 / (1 + np.exp(-(split.susceptible @ place[:a])))
        eta, scale = split.latency @ place[a:-1], np.exp(place[-1])
        z = (np.log(np.maximum(t, 1e-300))[..., None] - eta) / scale
        with np.errstate(over="ignore"):
            log_s, _, _ = split.kind.log_survival(z)
        weight = split.times.weight / split.times.weight.sum()
        return np.asarray((1 - pi + pi * np.exp(log_s)) @ weight)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, no rows of people."""
        plain = [
            "tail", "seen_by_the_end", "scale", "log_likelihood", "log_likelihood_without",
            "p_value", "parameters", "aic", "caveat",
        ]  # fmt: skip
        return {f: getattr(self, f) for f in plain} | {
            "cured_share": self.cured_share.to_dict(),
            "susceptible_terms": [t.to_dict() for t in self.susceptible_terms],
            "latency_terms": [t.to_dict() for t in self.latency_terms],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class CureModels:
    """The same split population with a Weibull and with a lognormal tail.

    Parameters
    ----------
    weibull, lognormal : CureModel
    follow_up : FollowUpSufficiency
        Whether follow-up was long enough, as far as the data can say.
    persons, events : int
    """

    weibull: CureModel
    lognormal: CureModel
    follow_up: FollowUpSufficiency
    persons: int
    events: int

    def __getitem__(self, tail: str) -> CureModel:
        check_choice("tail", tail, ("weibull", "lognormal"))
        return self.weibull if tail == "weibull" else self.lognormal

    @property
    def models(self) -> tuple[CureModel, CureModel]:
        """Both."""
        return self.weibull, self.lognormal

    @property
    def caveat(self) -> str:
        """What the two shapes say of each other."""
        one, two = (model.cured_share.value for model in self.models)
        nearer = min(self.models, key=lambda model: model.aic)
        return (
            f"the cured share depends on the shape assumed beyond follow-up: {one:.1%} with a "
            f"Weibull tail, {two:.1%} with a lognormal one; the "
            f"{DISTRIBUTIONS[nearer.tail].title} one is closer to what was seen (AIC lower by "
            f"{abs(self.weibull.aic - self.lognormal.aic):.1f}), which does not make its tail true"
        )

    def cured_shares(self) -> EstimateTable:
        """Return the cured share of each tail, one under the other."""
        return EstimateTable(
            name="cured_shares",
            caption=f"Share who never have the event, by the shape of the tail: {self.events:,} "
            f"of {self.persons:,} people had it by the end of their follow-up",
            rows=tuple(
                EstimateRow(label=f"{DISTRIBUTIONS[m.tail].title} tail", estimate=m.cured_share)
                for m in self.models
            ),
            notes=(
                "Based on people without the event when their follow-up ended; some of them would "
                "have it later.",
                f"{self.caveat[:1].upper()}{self.caveat[1:]}.",
                str(self.follow_up),
            ),
            heading="Tail",
        )

    def __str__(self) -> str:
        return "\n".join([*map(str, self.models), self.caveat, str(self.follow_up)])

    def _repr_html_(self) -> str:
        return self.cured_shares()._repr_html_()

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row a tail."""
        import pandas as pd

        return pd.concat([m.to_frame() for m in self.models], ignore_index=True)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "persons": self.persons,
            "events": self.events,
            "caveat": self.caveat,
            "weibull": self.weibull.to_dict(),
            "lognormal": self.lognormal.to_dict(),
            "follow_up": asdict(self.follow_up),
        }
