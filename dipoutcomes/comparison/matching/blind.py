"""Design a comparison with the outcomes out of reach; lock it; only then see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from dipoutcomes._validate import check_choice
from dipoutcomes.comparison.matching._arrays import Flags, Floats, Ints, as_treated
from dipoutcomes.comparison.matching._vault import put_away, store_of
from dipoutcomes.comparison.matching.balance import balance_table
from dipoutcomes.comparison.matching.balance_result import Balance
from dipoutcomes.comparison.matching.covariates import DesignMatrix, design_matrix
from dipoutcomes.comparison.matching.design import (
    ESTIMANDS,
    LockedDesign,
    Pairs,
    fingerprint,
    seal,
)
from dipoutcomes.comparison.matching.matches import Matches, match
from dipoutcomes.comparison.matching.propensity import PropensityModel, propensity_score
from dipoutcomes.comparison.matching.rule import MatchingRule
from dipoutcomes.comparison.matching.support import Support, common_support
from dipoutcomes.errors import DesignError
from dipoutcomes.streams import random_stream

if TYPE_CHECKING:
    import pandas as pd


class MatchPlan:
    """A comparison that is being designed; made by `open_design`.

    Outcomes are held elsewhere, not by the plan: no attribute of it leads to them. What
    `fit_score`, `match` and `weigh` do may be tried and changed freely until `lock`.
    """

    __slots__ = ("__weakref__", "_exact", "_frame", "_matches", "_matrix", "_model", "_seed",
                 "_treated", "_weighed")  # fmt: skip

    def __init__(
        self,
        frame: pd.DataFrame,
        treated: Flags,
        matrix: DesignMatrix,
        exact: pd.DataFrame | None,
        seed: int | None,
    ) -> None:
        self._frame = frame
        self._treated = treated
        self._matrix = matrix
        self._exact = exact
        self._seed = seed
        self._model: PropensityModel | None = None
        self._matches: Matches | None = None
        self._weighed: tuple[Floats, str, str] | None = None

    @property
    def treated(self) -> Flags:
        """Who had the programme."""
        return self._treated.copy()

    @property
    def matrix(self) -> DesignMatrix:
        """The covariates that balance is judged on."""
        return self._matrix

    @property
    def opened_before(self) -> tuple[str, ...]:
        """SHA-256 of the designs of this plan whose outcomes have been opened."""
        return tuple(store_of(self).opened)

    def fit_score(
        self, formula: str | Sequence[str] | None = None, *, penalty: str = "none"
    ) -> PropensityModel:
        """Fit the propensity score; a match or weights made before are given up.

        Parameters
        ----------
        formula : str or sequence of str, optional
            Of the plan's covariates and their products; all of them by default.
        penalty : {"none", "firth"}
            See `propensity_score`.
        """
        matrix = self._matrix
        if formula is not None:
            matrix = design_matrix(self._frame, formula, missing="category")
        self._model = propensity_score(matrix, self._treated, penalty=penalty)
        self._matches = self._weighed = None
        return self._model

    def match(self, rule: MatchingRule | None = None) -> Matches:
        """Match by the score (fitted on all covariates if it was not yet), under *rule*.

        People are matched exactly on what `open_design` named as *exact*. A random order comes
        from the plan's seed, and is the same each time.
        """
        model = self._model or self.fit_score()
        rng = None if self._seed is None else random_stream(self._seed, "matching")
        self._matches = match(self._treated, model.score, rule, exact=self._exact, rng=rng)
        self._weighed = None
        return self._matches

    def weigh(self, weights: ArrayLike, *, estimand: str, method: str) -> None:
        """Take *weights* made from treatment, score and covariates in the place of a match.

        Parameters
        ----------
        weights : array_like of float, shape (n,)
            Finite and not negative.
        estimand : {"ATT", "ATM", "ATE", "ATO"}
            For "ATT" every treated person has the same weight; for "ATM" some may have none.
        method : str
            In words, as a report prints it.
        """
        w = np.array(weights, dtype=np.float64)
        if w.shape != self._treated.shape:
            raise ValueError(
                f"`weights` must have one value a person, {len(self._treated):,}; "
                f"their shape is {w.shape}"
            )
        if wrong := int((~(np.isfinite(w) & (w >= 0))).sum()):
            raise ValueError(f"`weights` must be finite and not negative; {wrong:,} are not")
        if not (w[self._treated] > 0).any() or not (w[~self._treated] > 0).any():
            raise DesignError("the weights leave one of the groups without anybody")
        _check_treated_weights(w[self._treated], check_choice("estimand", estimand, [*ESTIMANDS]))
        if not method.strip():
            raise ValueError("`method` must say in words where the weights come from")
        self._weighed = (w, estimand, method.strip())
        self._matches = None

    def balance(self, *, denominator: str = "pooled") -> Balance:
        """Return how alike the groups are, before and after what is done so far."""
        weights, _, method = self._current()
        return balance_table(
            self._matrix, self._treated, weights, denominator=denominator, method=method
        )

    def support(self, *, bins: int = 20) -> Support:
        """Return where the scores of both groups lie (the score must be fitted)."""
        if self._model is None:
            raise DesignError("there is no score yet; call `fit_score` first")
        weights, _, method = self._current()
        return common_support(
            self._treated, self._model.score, weights if method else None, bins=bins
        )

    def lock(self) -> LockedDesign:
        """Settle the design as it stands; from now on its outcomes can be opened.

        Raises
        ------
        DesignError
            If nothing was matched or weighted yet.
        """
        weights, estimand, method = self._current()
        if not method:
            raise DesignError("there is nothing to lock; call `match` or `weigh` first")
        store = store_of(self)
        found = self._matches
        pairs = None if found is None else found.pairs
        score = None if self._model is None else self._model.score
        settings: dict[str, Any] = {
            "estimand": estimand,
            "method": method,
            "seed": self._seed,
            "rule": None if found is None else found.rule.to_dict(),
            "score": None if self._model is None else self._model.method,
            "covariates": self._matrix.names,
            "score_columns": None if self._model is None else self._model.design.names,
        }
        arrays: dict[str, Any] = {
            "rows": store.rows,
            "treated": self._treated,
            "covariates": self._matrix.columns,
            "score_columns": None if self._model is None else self._model.design.columns,
            "weights": weights,
            "pairs_treated": None if pairs is None else pairs.treated,
            "pairs_comparison": None if pairs is None else pairs.comparison,
        }
        sha = fingerprint(arrays, settings)
        design = LockedDesign(
            treated=self._treated,
            weights=weights,
            matched_set=None if found is None else found.matched_set,
            pairs=None if pairs is None else Pairs(*pairs),
            covariates=self._matrix.columns,
            covariate_names=self._matrix.names,
            score=score,
            times_used=self._times(weights),
            estimand=estimand,
            method=method,
            sha256=sha,
            unmatched_treated=np.flatnonzero(self._treated & (weights == 0)),
            reference_levels=self._matrix.reference_levels,
            score_columns=None if self._model is None else self._model.design.columns,
            score_method="" if self._model is None else self._model.method,
            opened_before=store.locked.setdefault(sha, tuple(store.opened)),
        )
        return seal(design, store.release(sha))

    def _current(self) -> tuple[Floats, str, str]:
        """Return weights, estimand and method as they stand; no method: nothing is done yet."""
        if self._weighed is not None:
            return self._weighed
        if self._matches is not None:
            found = self._matches
            return found.weights, found.estimand, found.method
        return np.ones(len(self._treated)), "ATT", ""

    def _times(self, weights: Floats) -> Ints:
        if self._matches is not None:
            return self._matches.times_used
        return ((weights > 0) & ~self._treated).astype(np.int64)

    def __str__(self) -> str:
        cases = int(self._treated.sum())
        _, _, method = self._current()
        done = method or "nothing is matched or weighted yet"
        return (
            f"{cases:,} treated people and {len(self._treated) - cases:,} others, "
            f"{len(self._matrix.names)} columns of covariates; {done}; outcomes are out of reach"
        )

    def _repr_html_(self) -> str:
        return f"<p>{self}</p>"


def _check_treated_weights(weights: Floats, estimand: str) -> None:
    """Refuse weights of treated people that are not those of the estimand."""
    if estimand not in {"ATT", "ATM"}:
        return
    used = weights[weights > 0]
    if estimand == "ATT" and (lost := len(weights) - len(used)):
        raise DesignError(
            f"{lost:,} of {len(weights):,} treated people have no weight, so that this is not "
            "the effect on those who had the programme; name the estimand 'ATM'"
        )
    if np.ptp(used) > 1e-9 * used.max():
        raise DesignError(
            f"for '{estimand}' every treated person who is used counts alike; their weights differ"
        )


def open_design(
    frame: pd.DataFrame,
    *,
    treated: str,
    covariates: Sequence[str],
    outcomes: Sequence[str],
    exact: Sequence[str] = (),
    missing: str = "refuse",
    reference: Mapping[str, Any] | None = None,
    seed: int | None = None,
) -> MatchPlan:
    """Begin a comparison whose outcomes stay out of reach until it is locked.

    Parameters
    ----------
    frame : DataFrame
        One row a person. Only the columns named are kept, as copies.
    treated : str
        The column that says who had the programme.
    covariates : sequence of str
        What was known before the programme could act: balance is judged on these.
    outcomes : sequence of str
        Columns to put away. `LockedDesign.with_outcomes` gives them back.
    exact : sequence of str, optional
        What a match must agree in exactly; need not be among *covariates*.
    missing : {"refuse", "category"}
    reference : mapping of str to level, optional
        See `design_matrix`.
    seed : int, optional
        For a random order of matching: the stream "matching" of the study's seed.

    Returns
    -------
    MatchPlan

    Raises
    ------
    KeyError
        If a column is not there (all of them are named).
    ValueError
        If an outcome is also a covariate, an exact column or the treatment, or as `design_matrix`.

    Notes
    -----
    What is locked has a SHA-256 over the rows' labels, covariates, score, weights, pairs, method
    and seed. A design of the same plan that is locked after outcomes were opened lists them in
    ``opened_before``, and says so wherever it is printed. Whoever holds *frame* itself still has
    the outcomes: hand an analyst the plan, not the frame.

    References
    ----------
    .. [1] Rubin, D. B. (2008). Annals of Applied Statistics 2, 808-840 (design before outcomes).

    Examples
    --------
    >>> import pandas as pd
    >>> people = pd.DataFrame({
    ...     "treated": [1, 1, 1, 0, 0, 0, 0, 0],
    ...     "prior": [4, 2, 3, 1, 4, 2, 3, 0],
    ...     "reconvicted": [1, 0, 0, 1, 1, 0, 1, 0],
    ... })
    >>> plan = open_design(people, treated="treated", covariates=["prior"],
    ...     outcomes=["reconvicted"])
    >>> found = plan.match()
    >>> design = plan.lock()
    >>> design.counts["treated_used"], design.outcome_blind
    (3, True)
    >>> outcome = design.with_outcomes()["reconvicted"]
    >>> plan.match(MatchingRule(caliper=0.5)) is not None and plan.lock().outcome_blind
    False
    """
    names = [treated, *covariates, *outcomes, *exact]
    if lost := [name for name in dict.fromkeys(names) if name not in frame.columns]:
        raise KeyError(f"the frame has no column {', '.join(f'`{n}`' for n in lost)}")
    held = list(frame.columns)
    if twice := [name for name in dict.fromkeys(names) if held.count(name) > 1]:
        raise ValueError(
            f"the frame has more than one column {', '.join(f'`{n}`' for n in twice)}; name each "
            "apart"
        )
    seen = {treated, *covariates, *exact}
    if both := [name for name in dict.fromkeys(outcomes) if name in seen]:
        raise ValueError(
            f"{', '.join(f'`{n}`' for n in both)} cannot be an outcome and part of the design"
        )
    if not outcomes:
        raise ValueError("name the `outcomes`, so that they can be put away")
    if treated in covariates or treated in exact:
        raise ValueError(f"`{treated}` says who is treated and cannot be a covariate")
    flags = as_treated(frame[treated])
    kept = frame[list(dict.fromkeys(covariates))].reset_index(drop=True)
    matrix = design_matrix(kept, covariates, missing=missing, reference=reference)
    strata = frame[list(exact)].reset_index(drop=True) if exact else None
    plan = MatchPlan(kept, flags, matrix, strata, seed)
    put_away(plan, frame[list(outcomes)].copy(), frame.index.to_numpy())
    return plan
