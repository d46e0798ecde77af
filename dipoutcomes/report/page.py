"""What a notebook calls: one method for each section of a write-up.

A section that does not apply to a kind of study shows nothing, so that one thin notebook serves
all kinds. Every figure carries a text alternative and a caption in the output's metadata.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dipoutcomes.report import comparisons, paid, reoffending, scorecard, words
from dipoutcomes.report.display import show_figure, show_markdown, show_table
from dipoutcomes.report.figures import figures_of
from dipoutcomes.report.statements import Statements, make_statements
from dipoutcomes.report.statements_by_kind import change_sentences
from dipoutcomes.results import EstimateTable, StudyResults, Table


@dataclass(frozen=True, slots=True)
class Page:
    """The write-up of one study, section by section.

    Parameters
    ----------
    results : StudyResults
        The working or the release copy.
    """

    results: StudyResults

    @property
    def statements(self) -> Statements:
        """What can and cannot be said."""
        return make_statements(self.results)

    # -------------------------------------------------------------- sections, in order

    def summary(self) -> None:
        """Show the headline and the two boxes of statements."""
        said = self.statements
        show_markdown(
            "## Summary\n",
            _box("headline", [said.headline]),
            _box("can-say", ["### What you can say", *_bullets(said.can_say)]),
            _box("cannot-say", ["### What you cannot say", *_bullets(said.cannot_say)]),
        )

    def background(self) -> None:
        """Show what the study is, in the author's words, and where the data come from."""
        facts = self.results.facts
        show_markdown("## What was studied\n", words.background(facts))

    def people(self) -> None:
        """Show who is in the study and why others are not."""
        if self._has("flow"):
            flow = self.results.tables["flow"]
            if len(flow) == 1:  # nobody was left out: a sentence says it
                (row,) = flow.rows
                show_markdown("## Who is in the study\n", f"{row['remaining']:,} {row['says']}.")
                return
            show_markdown("## Who is in the study\n", words.people(self.results.facts))
            self.figures("flow")
            self.tables("flow", "cohort_counts")

    def offending(self) -> None:
        """Show offending by window: shares of people, then rates with time at liberty."""
        if self._has("shares_by_window") or self._has("rates_by_window"):
            show_markdown("## Offending before, during and after\n")
        if self._has("shares_by_window"):
            show_markdown(words.shares(self.results.facts))
            self.figures("shares_by_window")
            self.tables("shares_by_window", "shares_in_frame")
        if self._has("shares_weighted"):
            show_markdown("### In the whole cohort\n", words.weighted(self.results.facts))
            self.tables("shares_weighted")
        if self._has("rates_by_window"):
            show_markdown("### How often\n", words.rates(self.results))
            self.figures("rates_by_window")
            self.tables("rates_by_window", "rates_with_custody", "events_per_person")
            show_markdown("### The time after, in bands that add up\n", words.bands())
            self.tables("bands", "days_ledger")

    def change(self) -> None:
        """Show before against after, for the same people."""
        if "before_after" in self.results.estimates:
            show_markdown("## Before against after\n", words.change(self.results.facts))
            self.tables("before_after")
            show_markdown("\n".join(_bullets(change_sentences(self.results))))

    def compared_with(self) -> None:
        """Show what a result is compared with: no effect, other people, areas."""
        comparisons.regression_to_mean(self)
        comparisons.other_people(self)
        comparisons.areas(self)
        comparisons.benchmark(self)
        comparisons.definitions(self)
        comparisons.design(self)

    def payment(self) -> None:
        """Show what a contract pays for these people, where the protocol names one."""
        paid.what_is_paid(self)

    def scorecard(self) -> None:
        """Show the scorecard of a period: how much, how well, and whether anyone is better off."""
        scorecard.scorecard(self)

    def unknown(self) -> None:
        """Show how much the people whose outcome is not known could matter."""
        if "bounds_by_window" in self.results.estimates:
            show_markdown("## People whose outcome is not known\n", words.unknown())
            self.tables("follow_up", "bounds_by_window")

    def time_to_first(self) -> None:
        """Show the curve of time to the first event."""
        if "time_to_first" in self.results.curves:
            show_markdown("## Time to the first event\n", words.time_to_first(self.results.facts))
            self.figures("time_to_first")
            self.tables("first_event_at")
            reoffending.what_came_first(self)

    def how_often(self) -> None:
        """Show how often the event happened again, custody out, death for good."""
        reoffending.how_often(self)

    def findings(self) -> None:
        """Show each published finding under several methods and frames."""
        for finding in self.results.facts.get("findings", ()):
            name = finding["name"]
            show_markdown(f"## {words.finding_heading(finding)}\n", words.finding(finding))
            self.figures(f"methods:{name}")
            self.tables(f"methods:{name}", f"frames:{name}")

    def groups(self) -> None:
        """Show groups compared, and their curves."""
        if "shares_by_group" in self.results.estimates:
            facts = self.results.facts
            show_markdown("## How many, in each group\n", words.groups(facts))
            self.figures("shares_by_group")
            self.tables("shares_by_group", "difference")
            show_markdown("## How soon, in each group\n", words.group_curves(facts))
            self.figures("by_group")
            self.tables("curve_at", "log_rank", "group_test")
            reoffending.what_came_first(self)

    def who_sooner(self) -> None:
        """Show hazard ratios of what was known at the start."""
        reoffending.who_sooner(self)

    def landmark(self) -> None:
        """Show those who stayed and those who left, compared from a landmark."""
        reoffending.landmark(self)

    def desistance(self) -> None:
        """Show the share who may never have the event, by two tails."""
        reoffending.desistance(self)

    def data_quality(self) -> None:
        """Show what came in, what was accepted and what was rejected, by rule."""
        if self._has("data_quality"):
            show_markdown("## Quality of the data\n", words.data_quality(self.results))
            self.tables("data_quality", "reject_rules")

    def definitions(self) -> None:
        """Show the definitions and the methods used."""
        show_markdown("## Definitions and methods\n")
        self.tables("definitions")
        methods = words.methods_table(self.results)
        if len(methods):
            show_table(methods)

    def limits(self) -> None:
        """Show the limits of the evidence."""
        lines = words.limits(self.results)
        show_markdown("## Limits of the evidence\n", "\n".join(_bullets(lines)))

    def deviations(self) -> None:
        """Show what differs from the locked protocol."""
        show_markdown("## Deviations from the locked protocol\n", words.deviations(self.results))
        if self.results.deviations:
            show_table(words.deviations_table(self.results))

    def provenance(self) -> None:
        """Show inputs, hashes, seed and versions."""
        show_markdown("## Where these figures come from\n", words.provenance())
        show_table(words.provenance_table(self.results))

    # ------------------------------------------------------------------------- helpers

    def _has(self, name: str) -> bool:
        return name in self.results.tables or name in self.results.estimates

    def tables(self, *names: str) -> None:
        """Show each table of these names that the results hold."""
        for name in names:
            table: EstimateTable | Table | None = self.results.estimates.get(
                name
            ) or self.results.tables.get(name)
            if table is not None and len(table):
                show_table(table)

    def figures(self, name: str) -> None:
        """Show the figures of that name that the results hold."""
        for figure in figures_of(self.results, name):
            show_figure(figure)


def _bullets(lines: Sequence[str]) -> list[str]:
    return [f"- {line}" for line in lines]


def _box(kind: str, lines: Sequence[str]) -> str:
    """Return a block that JupyterLab shows plainly and the three formats draw as a box."""
    first, *rest = lines
    body = [first, "", *rest] if rest else [first]
    return "\n".join([f'<div class="{kind}">', "", *body, "", "</div>", ""])
