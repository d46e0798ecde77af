"""Every row of a scorecard, counted in one period."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.protocol.model import Card
from dipoutcomes.scorecard.measures.caseload import NO, NOT_RECORDED, YES, Caseload, Mask
from dipoutcomes.scorecard.measures.line import Basis, CardLine, Period, line_id
from dipoutcomes.scorecard.measures.sorting import (
    BLANK,
    Sorted,
    filled,
    latest,
    one_at_a_time,
    sort_episodes,
)

COMPLETED_SAYS = {
    "drug_and_crime_free": "Completed, drug and crime free",
    "crime_free": "Completed, crime free",
    "drug_free": "Completed, drug free",
    "state_not_said": "Completed, state not said",
}


def count_lines(
    caseload: Caseload, card: Card, period: Period, values: Mapping[str, list[str]]
) -> list[CardLine]:
    """Return every row that the section asks for, counted in *period*, in the order of printing.

    Parameters
    ----------
    caseload : Caseload
    card : Card
    period : Period
    values : mapping
        From `values_in`: the values that have a row of their own, also where they count nothing.
    """
    chosen = sort_episodes(caseload, period)
    count = _Count(caseload, card, chosen, values)
    lines: list[CardLine] = []
    if card.extract_holds == "all_episodes":
        lines += [*count.referrals(), *count.tests(), *count.pathway(), *count.brief()]
        lines += count.caseload_at_end()
    lines += [*count.closures(), *count.drugs(), *count.outcomes()]
    return lines


class _Count:
    """The counting of one period, section by section."""

    def __init__(
        self, caseload: Caseload, card: Card, chosen: Sorted, values: Mapping[str, list[str]]
    ) -> None:
        self.all, self.card, self.chosen, self.values = caseload, card, chosen, values

    def referrals(self) -> Iterator[CardLine]:
        of = "in_contact" if one_at_a_time(self.all, self.chosen) else ""
        yield CardLine(
            id="referrals", label="Referrals", section="Referrals", unit="episodes",
            count=int(self.chosen.referred.sum()), basis="entries", of=of, percent=False,
            group="from", parts="all" if of else "",
        )  # fmt: skip
        yield from self._by_word("referral_source", "Referrals", "referrals", self.chosen.referred)

    def tests(self) -> Iterator[CardLine]:
        results = self.all.words.get("test_result")
        if results is None:
            return
        tested = self.chosen.referred & filled(results)
        yield CardLine(
            id="tested", label="Referrals with a drug test recorded", section="Drug tests",
            unit="episodes", count=int(tested.sum()), of="referrals", group="tested", parts="some",
        )  # fmt: skip
        yield from self._by_word("test_result", "Drug tests", "tested", tested)

    def pathway(self) -> Iterator[CardLine]:
        reached, of = self.chosen.referred, "referrals"
        for key, name, label in (
            ("assessed_on", "assessed", "Assessed"),
            ("care_plan_on", "care_plans", "Care plan agreed"),
            ("engaged_on", "engaged", "Engaged in treatment"),
        ):
            if key not in self.all.dates:
                continue
            reached = reached & (self.all.dates[key] <= self.chosen.last)
            yield CardLine(
                id=name, label=label, section="Pathway", unit="episodes", of=of, group=name,
                count=int(reached.sum()), parts="some",
            )  # fmt: skip
            of = name
        if "modality" in self.all.words:
            yield from self._by_word("modality", "Modalities", of, reached)
        if "prescribed" in self.all.flags:
            yield from self._by_flag(
                "prescribed", "Prescribing", "referrals", self.chosen.referred,
                ("Prescribed", "Not prescribed", "Prescribing not recorded"), "episodes", "cases",
            )  # fmt: skip

    def brief(self) -> Iterator[CardLine]:
        if "interventions" not in self.all.numbers:
            return
        yield CardLine(
            id="interventions", label="Brief interventions", section="Brief interventions",
            unit="interventions", count=self._total("interventions", self.chosen.referred),
            basis="sum",
        )  # fmt: skip
        if "signposted" in self.all.numbers:
            yield CardLine(
                id="signposted", label="Signposted to other services", basis="sum",
                section="Brief interventions", unit="interventions", of="interventions",
                group="signposted", parts="some",
                count=self._total("signposted", self.chosen.referred),
            )  # fmt: skip

    def caseload_at_end(self) -> Iterator[CardLine]:
        """Yield the people open after the last day, each by the latest of their episodes."""
        alone = one_at_a_time(self.all, self.chosen)
        people = latest(self.all, self.chosen.open_after)
        yield CardLine(
            id="caseload", label="Caseload at the end of the period", section="Caseload",
            unit="people", count=int(people.sum()), basis="stock",
            of="in_contact" if alone else "", group="to", parts="all" if alone else "",
            percent=False,
        )  # fmt: skip
        yield from self._by_word("area", "Caseload", "caseload", people, "people", "stock")
        if "iom" in self.all.flags:
            yield from self._by_flag(
                "iom", "Caseload", "caseload", people,
                ("Managed as prolific offenders (IOM)", "Not so managed", "IOM not recorded"),
                "people", "stock",
            )  # fmt: skip
        if alone:
            yield CardLine(
                id="open_before", label="Open when the period began", section="Flow",
                unit="episodes", count=int(self.chosen.open_before.sum()), basis="stock",
                of="in_contact", group="from", parts="all", percent=False,
            )  # fmt: skip
            yield CardLine(
                id="in_contact", label="In contact in the period", section="Flow",
                unit="episodes", count=int(self.chosen.in_contact.sum()), basis="stock",
                percent=False,
            )  # fmt: skip

    def closures(self) -> Iterator[CardLine]:
        closed = self.chosen.closed
        flow = self.card.extract_holds == "all_episodes" and one_at_a_time(self.all, self.chosen)
        yield CardLine(
            id="closures", label="Closures", section="Closures", unit="episodes",
            count=int(closed.sum()), basis="entries", of="in_contact" if flow else "", group="to",
            parts="all" if flow else "", percent=False,
        )  # fmt: skip
        yield from self._weeks(closed)
        if "closure_reason" in self.all.words:
            yield from self._reasons(closed)

    def _weeks(self, closed: Mask) -> Iterator[CardLine]:
        days = np.where(closed, self.all.end - self.all.start, 0)
        edges = [0, *self.card.weeks]
        for low, high in zip(edges, [*edges[1:], None], strict=True):
            inside = closed & (days >= 7 * low)
            label = f"{low} weeks or more in treatment"
            if high is not None:
                inside &= days < 7 * high
                label = f"{low} to {high - 1} weeks in treatment"
            yield CardLine(
                id=f"weeks-{low}", label=label, section="Closures", unit="episodes",
                count=int(inside.sum()), of="closures", group="weeks", parts="all",
            )  # fmt: skip

    def _reasons(self, closed: Mask) -> Iterator[CardLine]:
        reasons = self.all.words["closure_reason"]
        state = _states(reasons, self.card.completed)
        completed = closed & (state != "")
        left = closed & np.isin(reasons.astype(str), list(self.card.disengaged))
        known = closed & filled(reasons)
        rows = (
            ("completed", "Completed", completed, bool(self.card.completed)),
            ("disengaged", "Disengaged", left, bool(self.card.disengaged)),
            ("other_reason", "Closed for other reasons", known & ~completed & ~left, True),
            ("reason_not_recorded", "Reason not recorded", closed & ~known, True),
        )
        for name, label, mask, asked in rows:
            if asked:
                yield CardLine(
                    id=name, label=label, section="How they closed", unit="episodes",
                    count=int(mask.sum()), of="closures", group="reason", parts="all",
                )  # fmt: skip
        for word in dict.fromkeys(
            w for w in COMPLETED_SAYS if w in set(self.card.completed.values())
        ):
            yield CardLine(
                id=f"completed-{word.replace('_', '-')}", label=COMPLETED_SAYS[word],
                section="How they closed", unit="episodes", of="completed", group="state",
                parts="all", count=int((completed & (state == word)).sum()),
            )  # fmt: skip

    def drugs(self) -> Iterator[CardLine]:
        if not self.all.drugs:
            return
        whole = self.card.extract_holds == "all_episodes"
        of, base = (
            ("referrals", self.chosen.referred) if whole else ("closures", self.chosen.closed)
        )
        yield from self._by_word("primary_drug", "Primary drug", of, base)
        if len(self.all.drugs) == 1:
            return
        named = {
            drug: np.logical_or.reduce([column == drug for column in self.all.drugs]) & base
            for drug in self.values["drugs"]
        }
        # A drug that one episode has twice is one mention of it.
        yield CardLine(
            id="mentions", label="Mentions of a drug", section="Mentions of drugs",
            unit="mentions", count=sum(int(mask.sum()) for mask in named.values()), basis="sum",
            people=of, most_per_person=len(self.all.drugs),
        )  # fmt: skip
        for drug, mask in named.items():
            yield CardLine(
                id=line_id("mention", drug), label=drug, section="Mentions of drugs",
                unit="mentions", count=int(mask.sum()), of="mentions", group="drug", parts="all",
                basis="sum",
            )  # fmt: skip

    def outcomes(self) -> Iterator[CardLine]:
        if "positive_outcomes" not in self.all.numbers:
            return
        closed = self.chosen.closed
        yield CardLine(
            id="outcomes", label="Positive outcomes at closure", section="Positive outcomes",
            unit="outcomes", count=self._total("positive_outcomes", closed), basis="sum",
        )  # fmt: skip
        if "area" not in self.all.words:
            return
        area = self.all.words["area"]
        for label, mask in self._masks("area", area, "Area not recorded"):
            yield CardLine(
                id=line_id("outcomes", label), label=label, section="Positive outcomes",
                unit="outcomes", of="outcomes", group="area", parts="all", basis="sum",
                count=self._total("positive_outcomes", closed & mask),
            )  # fmt: skip

    # ------------------------------------------------------------------------- helpers

    def _total(self, key: str, mask: Mask) -> int:
        return int(np.maximum(self.all.numbers[key], 0)[mask].sum())

    def _masks(
        self, key: str, column: NDArray[np.object_], blank: str
    ) -> Iterator[tuple[str, Mask]]:
        for value in self.values[key]:
            yield value, column == value
        if key in self.values[BLANK]:
            yield blank, ~filled(column)

    def _by_word(
        self, key: str, section: str, of: str, base: Mask, unit: str = "episodes",
        basis: Basis = "cases",
    ) -> Iterator[CardLine]:  # fmt: skip
        column = self.all.words.get(key)
        if column is None:
            return
        name, blank = _NAMES[key]
        for label, mask in self._masks(key, column, blank):
            yield CardLine(
                id=line_id(name, label), label=label, section=section, unit=unit, of=of,
                group=name, parts="all", basis=basis, count=int((base & mask).sum()),
            )  # fmt: skip

    def _by_flag(
        self, key: str, section: str, of: str, base: Mask, labels: tuple[str, str, str],
        unit: str, basis: Basis,
    ) -> Iterator[CardLine]:  # fmt: skip
        flags = self.all.flags[key]
        states = zip((key, f"{key}-no", f"{key}-not-recorded"), labels, (YES, NO, NOT_RECORDED),
                     strict=True)  # fmt: skip
        for name, label, state in states:
            yield CardLine(
                id=name, label=label, section=section, unit=unit, of=of, group=key, parts="all",
                basis=basis, count=int((base & (flags == state)).sum()),
            )  # fmt: skip


#: Of each attribute in words: the group of its rows, and what a blank is called.
_NAMES = {
    "referral_source": ("source", "Source not recorded"),
    "test_result": ("result", "Result not recorded"),
    "modality": ("modality", "Modality not recorded"),
    "area": ("area", "Area not recorded"),
    "primary_drug": ("drug", "Drug not recorded"),
}


def _states(reasons: NDArray[np.object_], completed: Mapping[str, str]) -> NDArray[np.object_]:
    """Return the state that each reason of closure says; "" where it is no completion."""
    import pandas as pd

    found = pd.Series(reasons, dtype=object).map(completed).fillna("")
    return np.array(found, dtype=object)
