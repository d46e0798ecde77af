"""The paragraphs of a write-up that do not depend on a number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dipoutcomes import _display
from dipoutcomes.intervals import METHODS
from dipoutcomes.report.words_reoffending import METHODS_OF_TIME, and_means, but_bands
from dipoutcomes.results import Column, StudyResults, Table

Facts = Mapping[str, Any]


def background(facts: Facts) -> str:
    """Return the author's paragraph and the sentence on where the data come from."""
    origin = {
        "real": "The data are records of real people, held under pseudonyms.",
        "synthetic": "**The data are synthetic: the people in them were made up by a computer.** "
        "No figure here says anything about a real programme.",
        "published": "The data are figures printed in a publication; no person's record was used.",
        "public": "The data are public teaching data about real people, without names.",
    }[facts["data"]]
    return "\n\n".join(part for part in (facts["background"], origin, facts["data_note"]) if part)


def people(facts: Facts) -> str:
    """Return the paragraph on the cohort (those whom the study is about) and the sample."""
    return (
        f"{_drawn(facts)} The figure shows every loss with its reason. Nobody who could not be "
        "followed is counted as having no offence."
    )


def _drawn(facts: Facts) -> str:
    """Return how the people were drawn from the cohort."""
    if facts["design"] == "census":
        return "Everybody in the cohort is in the study; no sample was drawn."
    how = {
        "simple_random": "were drawn at random, each with the same chance.",
        "stratified": "were drawn at random within groups (strata), in proportion to their size.",
        "systematic": "were drawn by going through a list of them in equal steps from a place "
        "chosen at random (a systematic sample), each with the same chance.",
        "cluster": f"came in: everybody in {facts.get('clusters_drawn', 0):,} of "
        f"{facts.get('clusters', 0):,} groups of people (clusters), and the groups were drawn at "
        "random, each with the same chance.",
        "proportional_to_size": "were drawn at random, each with a chance in proportion to a "
        "number on their record (a size): some were more likely to be drawn than others.",
    }[facts["design"]]
    if facts["design"] == "stratified" and facts.get("unequal_chances"):
        how = (
            "were drawn at random within groups (strata), from some of which a larger part was "
            "drawn than from others."
        )
    if facts.get("replacement"):
        how += (
            f" There were {facts['draws']:,} draws, and a person could be drawn again; each is "
            "counted once."
        )
    return (
        f"From the cohort of {facts['frame_size']:,}, {facts['sample_size']:,} people {how} The "
        "draw depends only on a number in the protocol (the seed), so anyone can repeat it."
    )


def shares(facts: Facts) -> str:
    """Return the paragraph above the shares of people by window."""
    return (
        f"Here is the share of people {facts['event_says']} at least once in each period, among "
        "those who could be seen for the whole of it. Periods of different length must not be "
        "compared: a longer one gives more time to be counted. The confidence interval says how "
        "far chance alone could have moved the result."
    )


def weighted(facts: Facts) -> str:
    """Return the paragraph above the shares with the weights of the draw."""
    why = {
        "cluster": "People were drawn in whole groups, and people of one group tend to be alike.",
        "proportional_to_size": "Some people were more likely to be drawn than others.",
    }.get(facts["design"], "The sample was drawn stratum by stratum.")
    return (
        f"{why} To speak of all {facts['frame_size']:,} people it was drawn from, each person "
        "counts for as many of them as their chance of being drawn says (their weight), and the "
        "interval follows the way in which the sample was drawn. The shares above do neither: they "
        "describe the people drawn."
    )


def rates(results: StudyResults) -> str:
    """Return the paragraph above the rates, true of the protocol's time at risk and interval."""
    first = results.estimates["rates_by_window"].rows[0].estimate
    text = (
        "A rate divides events by the time in which they could have happened, so periods of "
        "different length can be compared. One person-year is one person followed for a year, or "
        "two for half a year each; days after a death or after leaving the country are not days at "
        "risk. "
    )
    if first.base_unit == "person-years at liberty":
        text += (
            "Nor are days in custody: these are person-years at liberty. The second table leaves "
            "custody in, to show how much that matters. "
        )
    else:
        text += "Days in custody are left in; the second table takes them out. "
    if results.facts.get("rate_interval") == "garwood":
        return text + (
            "The interval takes every event to be independent of the others, which events of one "
            "person are not, so it is too short."
        )
    return text + (
        "The interval allows for the fact that offending differs greatly between people, which "
        "makes it much wider than one that takes every event to be independent of the others."
    )


def bands() -> str:
    """Return the paragraph above the disjoint bands."""
    return (
        "Some of the periods above overlap. The bands below do not, so their events and days add "
        "up. The second table shows what became of every day."
    )


def change(facts: Facts) -> str:
    """Return the paragraph above before against after."""
    index = (
        "no event is set aside, so the one that brought a person in is among those before and "
        "makes the fall larger."
        if facts.get("index_event") == "none"
        else "the event that brought a person in is not counted as offending before."
    )
    return (
        "The same people are compared with themselves: shares over periods of equal length, rates "
        "for each year at risk. A fall is "
        "expected even from a programme that does nothing, because people tend to enter when "
        f"their offending is at a peak; {index} "
        "Whether more than that fall happened, only a comparison with people "
        "outside the programme could say. A p-value is how often chance alone would give a change "
        "at least as large as the one seen, were there none in truth."
    )


def unknown() -> str:
    """Return the paragraph above the bounds."""
    return (
        "Some people were not found on police records, or a line of their record could not be "
        "read, or they were not seen to the end of a period. They are not assumed to be free of "
        "offences. The best case takes none of them, and the worst case all of them, to have had "
        "an event; the truth for the people studied lies between."
    )


def time_to_first(facts: Facts) -> str:
    """Return the paragraph above the curve of time to first event."""
    return (
        f"The curve shows the share who had been {facts['event_says']} by each time after the "
        "intervention, allowing for people seen for a shorter time (the Kaplan-Meier method). Time "
        "in custody counts as time here; deaths end a person's follow-up."
    )


def finding_heading(finding: Facts) -> str:
    """Return "How sure is 21 of 28?"."""
    return f"How sure is {finding['count']} of {finding['base']}?"


def finding(finding: Facts) -> str:
    """Return the paragraph above one published finding."""
    share = finding["count"] / finding["base"]
    text = (
        f"Of {finding['base']} {finding['base_says']}, {finding['count']} {finding['says']} "
        f"({_display.percent(share)})."
    )
    if finding["printed_percent"]:
        text += f" The publication prints {finding['printed_percent']}%."
    text += (
        " Several methods of working out the interval are shown, because readers meet them all; "
        "the fewer the people, the further they are apart. The last, Wald, is the one taught "
        "first and is too short for a small sample: it is shown only as a warning."
    )
    if finding.get("coverage"):
        text += f" {finding['coverage']}"
    if finding["missing_information"]:
        lines = [f"- {item};" for item in finding["missing_information"]]
        lines[-1] = lines[-1].rstrip(";") + "."
        text = "\n".join([text, "", "The publication does not say:", "", *lines])
    return text


def groups(facts: Facts) -> str:
    """Return the paragraph above the shares by group."""
    chance = (
        "Chance decided who was in which group."
        if facts["randomised"]
        else "Chance did not decide who was in which group."
    )
    return (
        f"The share {facts['event_says']} within {facts['horizon']} {facts['time_unit']}. {chance}"
    )


def group_curves(facts: Facts) -> str:
    """Return the paragraph above the curves by group."""
    return (
        f"The curves show the share {facts['event_says']} by each time, with the number still "
        "followed beneath. The log-rank test below them asks whether the curves as a whole differ "
        "by more than chance would make them."
    )


def data_quality(results: StudyResults) -> str:
    """Return the paragraph above the data quality tables."""
    notes = results.facts.get("data_notes", ())
    text = (
        "Every row that came in is either accepted or listed in `rejects.csv`, beside the working "
        "copy, with its file, row, column and rule; the counts below add up. A person with a "
        "rejected line of their offence record is treated as “outcome not known”, never as free of "
        "offences."
    )
    return "\n".join([text, "", *(f"- {note}" for note in notes)])


_NOBODY_ELSE = (
    "The study follows only people who were in the programme. It describes what happened and "
    "cannot say what would have happened otherwise (level 2 of 5 at best on the Maryland scale of "
    "evaluation designs, for before against after; that judges the design alone)."
)
_WITH_OTHERS = (
    "People outside the programme were followed too, but it was not chance that decided who was in "
    "it. What would have happened otherwise is known only as far as the others are alike, and on "
    "record that can be shown alone."
)


def limits(results: StudyResults) -> list[str]:
    """Return the limits of the evidence, the author's own last."""
    facts = results.facts
    by_kind = {
        "records": [
            _WITH_OTHERS if "other_people" in facts else _NOBODY_ELSE,
            "Linking to police records was by an exact key. A wrong or missed link would move the "
            "result, and only missed ones are covered by the best and worst case.",
            f"Time in custody is taken out of rates{and_means(facts)}, but not out of the shares "
            "of people or the time to the first event.",
        ],
        "summary": [
            "Only the printed counts were available. How people were chosen, matched and followed "
            "cannot be checked from them.",
            "The intervals cover chance in drawing the sample. They do not cover mistakes in "
            "matching, people missed, or a sample that was not drawn at random.",
        ],
        "time_to_event": [
            "The event is the first one only; later ones are not counted.",
            "The intervals hold for each time or share on its own, not for the whole curve at "
            f"once{but_bands(results)}.",
        ],
    }
    lines = [*by_kind[facts["kind"]], *facts["limits"]]
    return [*lines, results.protection] if results.protection else lines


def deviations(results: StudyResults) -> str:
    """Return the paragraph on the lock and what changed since."""
    lock = results.provenance["lock"]
    if lock == "none":
        return (
            "The protocol (the plan of the study, written beforehand) was not locked before the "
            "run, so nobody can tell what was planned in advance. The command `dipoutcomes lock` "
            "makes a lock."
        )
    clock = (
        " A lock made on the author's own computer proves nothing about when it was made: deposit "
        "its hash with somebody else for that."
    )
    if not results.deviations:
        return f"None. The protocol is the one that was locked (SHA-256 `{lock}`).{clock}"
    undeclared = sum(not d.declared for d in results.deviations)
    count = len(results.deviations)
    differ = "1 field differs" if count == 1 else f"{count} fields differ"
    return (
        f"{differ} from the locked protocol (SHA-256 `{lock}`), {undeclared} of them without an "
        f"amendment that gives a reason.{clock}"
    )


def deviations_table(results: StudyResults) -> Table:
    """Return the deviations, a row a field."""
    rows = [
        [
            d.key,
            d.locked,
            d.current,
            f"declared {d.date}: {d.reason}" if d.declared else "undeclared",
        ]
        for d in results.deviations
    ]
    columns = [
        Column(key="key", heading="Field", kind="label"),
        Column(key="locked", heading="Locked"),
        Column(key="current", heading="Now"),
        Column(key="reason", heading="Declared?"),
    ]
    return Table.of("deviations", "Deviations from the locked protocol", columns, rows)


#: Methods that are no member of a family of `intervals`: what they are, and where they come from.
_OTHER_METHODS = {
    "person-level, log scale": "For rates and their ratios: from how much people differ among "
    "themselves, so that a few who offend often do not make a rate look surer than it is. "
    "Residuals as in HC3 (Long and Ervin 2000, The American Statistician 54, 217-224).",
    "Korn-Graubard beta": "For a share in the frame, from a sample with weights, strata or "
    "clusters: Clopper-Pearson on the number of people that a simple random sample would need to "
    "be as precise (Korn and Graubard 1998, Survey Methodology 24, 193-201).",
    "log-log (Greenwood)": "For a Kaplan-Meier curve: Greenwood's variance, on a scale that keeps "
    "the limits between 0% and 100% (Kalbfleisch and Prentice 2002, The Statistical Analysis of "
    "Failure Time Data).",
}


def methods_table(results: StudyResults) -> Table:
    """Return what each method of an interval is for and where it comes from."""
    used = {e.interval.method for table in results.estimates.values() for e in table.estimates}
    known = (
        _OTHER_METHODS
        | METHODS_OF_TIME
        | {
            method.title: f"{method.use} {method.reference}."
            for family in METHODS.values()
            for method in family
        }
    )
    columns = [
        Column(key="method", heading="Method", kind="label"),
        Column(key="says", heading="What it is for, and where it comes from"),
    ]
    rows = [[name, known[name]] for name in sorted(used & known.keys(), key=str.lower)]
    return Table.of("methods", "Methods of the confidence intervals", columns, rows)


def provenance() -> str:
    """Return the sentence above the table of inputs and versions."""
    return (
        "Anyone with the same inputs, protocol and versions gets the same numbers, to the last "
        "digit. A SHA-256 hash is a fingerprint of a file: it changes if one letter changes."
    )


def provenance_table(results: StudyResults) -> Table:
    """Return inputs with their hashes, the protocol's hash, the seed and versions."""
    found = results.provenance
    rows = [[f"Input: {i['name']}", f"{i['file']} ({i['sha256']})"] for i in found["inputs"]]
    rows.append(["Protocol", found["protocol_sha256"]])
    if results.facts["kind"] == "records":  # the others draw nothing at random
        rows.append(["Seed of the random draws", str(found["seed"])])
    if "draw_seed" in found:
        drawn = found["draw_seed"]
        origin = f"made from the public number {drawn['public_number']} ({drawn['source']})"
        rows.append(["Seed of the sample", f"{drawn['seed']}, {origin}"])
    rows += [[f"Version of {name}", version] for name, version in found["versions"].items()]
    columns = [
        Column(key="what", heading="What", kind="label"),
        Column(key="value", heading="File and SHA-256, or value"),
    ]
    return Table.of("provenance", "Inputs, protocol and versions", columns, rows)
