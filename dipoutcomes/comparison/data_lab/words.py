"""What a report of this kind may and may not say, in sentences of our own."""

from __future__ import annotations

from math import isfinite, isnan

from dipoutcomes import _display
from dipoutcomes.comparison.data_lab.measure import KINDS, DataLabMeasure

NOT_AN_EFFECT = (
    "This is of people who reoffended, picked out by what happened afterwards: it describes them "
    "and is not an effect of the programme."
)


def finding(measure: DataLabMeasure, programme: str) -> str:
    """Return the sentences on one measure, its interval in people per 100 (or its own unit)."""
    if isnan(measure.parity.interval.low):
        return f"Nothing can be said of the {measure.name}: its spread was not seen in both groups."
    said = [compared(measure, programme)]
    p = measure.printed_p
    p = p if p.startswith("less") else f"= {p}"
    if measure.significant:
        said.append(f"The difference is statistically significant (p {p}).{_ours(measure)}")
    elif measure.parity.p_value <= measure.significant_at:
        said.append(f"Too few people stand behind this difference (p {p}) to call it significant.")
    else:
        said.append(
            f"The difference is not statistically significant (p {p}): more people would have to "
            "be compared before one could tell which way it goes. That is no finding that "
            f"{programme} does nothing."
        )
        said += _needed(measure)
    if measure.base == "reoffenders":
        said.append(NOT_AN_EFFECT)
    return " ".join(said)


def compared(measure: DataLabMeasure, programme: str) -> str:
    """Return the difference as a sentence: both bounds on one side, or either way."""
    low, high = (measure.in_units(x) for x in measure.parity.interval)
    digits = KINDS[measure.kind][1]
    less, more = ("earlier", "later") if measure.kind == "days" else ("fewer", "more")
    who = "reoffenders" if measure.base == "reoffenders" else "people"
    if low > 0 or high < 0:
        near, far = sorted((abs(low), abs(high)))
        amount = f"between {_amount(near, digits)} and {_amount(far, digits)}"
        middle, also = _middle(measure, amount, less if high < 0 else more, ""), ""
    else:
        middle = _middle(measure, f"up to {_amount(low, digits)}", less, "may ")
        days = " days" if measure.kind == "days" else ""
        also = f", or up to {_amount(high, digits)}{days} {more},"
    if measure.kind == "rate":
        begins, group = f"Out of every 100 {who} like those of {programme},", "out of 100 "
    else:
        begins, group = f"{who.capitalize()} like those of {programme}", ""
    return f"{begins} {middle}{also} than {group}similar {who} without it."


def _middle(measure: DataLabMeasure, amount: str, word: str, may: str) -> str:
    if measure.kind == "rate":
        return f"{amount} {word} {may}{measure.event} within a year"
    if measure.kind == "days":
        return f"{may}first reoffend {amount} days {word}"
    return f"{may}commit {amount} {word} {measure.event} each within a year"


def _amount(value: float, digits: int) -> str:
    """Return the size of a bound; one that rounds to nothing is not printed as nothing."""
    if value != 0 and _display.round_half_up(abs(value), digits) == 0:
        return "less than 1" if digits == 0 else "less than 0.01"
    return _display.number(abs(value), digits)


def _needed(measure: DataLabMeasure) -> list[str]:
    if not isfinite(measure.number_needed) or measure.number_needed <= measure.treated.people:
        return []
    who = "reoffenders" if measure.base == "reoffenders" else "people"
    return [
        f"It is estimated that {measure.number_needed:,.0f} treated {who} would be needed to "
        "bring the interval clear of no difference, were the difference what it seems here; even "
        "then every second study of that size would not."
    ]


def _ours(measure: DataLabMeasure) -> str:
    """Return a warning where the sounder interval does not bear the finding out."""
    if measure.ours is None or isnan(measure.ours.interval.low) or 0 not in measure.ours.interval:
        return ""
    return (
        " The interval that allows for how people were made comparable, "
        f"{measure.printed_difference_of_ours}, does not rule out no difference: take the finding "
        "as open."
    )


def can_say(measures: list[DataLabMeasure], programme: str) -> list[str]:
    """Return what may be said: of the lines that a report shows."""
    return [finding(m, programme) for m in measures if m.shown and m.table <= 3]


def cannot_say(measures: list[DataLabMeasure], programme: str, lost: int) -> list[str]:
    """Return what must not be said, whatever the figures."""
    found = [
        f"That {programme} caused a difference in any one person's life: the figures are averages.",
        "That nothing but the programme made the difference: people may differ in what the "
        "records do not hold, such as motivation, housing or drug use.",
    ]
    open_ones = [m.name for m in measures if m.shown and not m.significant and m.table <= 2]
    if open_ones:
        found.append(
            f"That {programme} has no effect on the {' or the '.join(open_ones)}: no significant "
            "difference was found, which is not the same."
        )
    if any(m.significant and m.table <= 2 for m in measures):
        found.append(
            "That the difference is as large as its estimate: any value between the bounds fits "
            "these people."
        )
    if lost:
        found.append(
            f"Anything of the {lost:,} people who took part and are not in the analysis: the "
            "result speaks for those who were."
        )
    tested = sum(m.shown for m in measures)
    if tested > 1:
        found.append(
            f"That a single significant line stands alone: {tested} lines were tested, and of "
            "lines without any effect one in twenty comes out significant."
        )
    found.append("That offending which was never proven has changed: only proven offences count.")
    return found
