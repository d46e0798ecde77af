"""What counts as an event, by which date, in words and in codes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeDefinition:
    """One outcome, as a report must state it.

    Parameters
    ----------
    measure : str
        The protocol's word for it.
    event_types : tuple of str
        Values of ``event_type`` that count; never a mixture of stages of one case.
    dated_by : str
        The column of ``events`` that puts an event into a window.
    event_says : str
        What happened to the person: "arrested".
    says : str
        The definition in a sentence's words.
    waiting : bool
        Whether an event counts only if it was proven inside the waiting period.
    not_counted : tuple of str
        What a reader might think is included.
    """

    measure: str
    event_types: tuple[str, ...]
    dated_by: str
    event_says: str
    says: str
    waiting: bool
    not_counted: tuple[str, ...]

    def sentence(self, waiting_period_months: int = 0, *, index_event_counts: bool = False) -> str:
        """Return the whole definition for a report, the waiting period included.

        Where the protocol sets no index event aside, it is not among what is not counted.
        """
        proven = (
            f", and proven inside the window or within {waiting_period_months} months of its close"
            if self.waiting
            else ""
        )
        not_counted = [n for n in self.not_counted if not (index_event_counts and n in _ALWAYS)]
        return f"{self.says[0].upper()}{self.says[1:]}{proven}. Not counted: " + (
            "; ".join(not_counted) + "."
        )


_ALWAYS = ("the event that brought the person in, and events of the same occasion",)
_UNSEEN = (
    "offences that nobody reported or recorded",
    "penalty notices and offences taken into consideration",
)

#: Arrests exceed charges, charges exceed convictions: outcomes of two rows are never compared.
DEFINITIONS: dict[str, OutcomeDefinition] = {
    d.measure: d
    for d in (
        OutcomeDefinition(
            measure="arrest",
            event_types=("arrest",),
            dated_by="arrest_date",
            event_says="arrested",
            says="at least one arrest, counted on the date of arrest",
            waiting=False,
            not_counted=(*_ALWAYS, "offences that led to no arrest"),
        ),
        OutcomeDefinition(
            measure="charge",
            event_types=("charge",),
            dated_by="offence_date",
            event_says="charged",
            says="at least one charge, counted on the date of the offence charged",
            waiting=False,
            not_counted=(*_ALWAYS, "arrests that led to no charge", *_UNSEEN),
        ),
        OutcomeDefinition(
            measure="conviction",
            event_types=("conviction",),
            dated_by="offence_date",
            event_says="convicted",
            says="at least one offence that led to a conviction, counted on the date of "
            "the offence",
            waiting=True,
            not_counted=(*_ALWAYS, "cautions", "charges that were dropped or not proven", *_UNSEEN),
        ),
        OutcomeDefinition(
            measure="caution",
            event_types=("caution",),
            dated_by="offence_date",
            event_says="cautioned",
            says="at least one offence that led to a caution, counted on the date of the offence",
            waiting=True,
            not_counted=(*_ALWAYS, "convictions", *_UNSEEN),
        ),
        OutcomeDefinition(
            measure="proven reoffending",
            event_types=("conviction", "caution"),
            dated_by="offence_date",
            event_says="proven to have reoffended",
            says="at least one offence that led to a conviction or a caution, counted on the date "
            "of the offence",
            waiting=True,
            not_counted=(*_ALWAYS, "arrests and charges that were not proven", *_UNSEEN),
        ),
    )
}
