"""The model of a career: every number that a made-up life of offending rests on, with its unit.

A file for each group of sections: what people do (`offending`), what the police, the courts and
the prisons make of it (`justice`), how a programme gets hold of them and what it does to them
(`programme`).
"""

from __future__ import annotations

from pydantic import Field

from dipoutcomes.simulate._section import Section
from dipoutcomes.simulate.model.justice import Custody, Detection, Exits
from dipoutcomes.simulate.model.offending import Age, OffenceType, Offending
from dipoutcomes.simulate.model.programme import Entry, Treatment

__all__ = [
    "Age",
    "CareerModel",
    "Custody",
    "Detection",
    "Entry",
    "Exits",
    "OffenceType",
    "Offending",
    "Treatment",
]


class CareerModel(Section):
    """Lives of offending, and the programme that reaches into them.

    Everything has a default that leaves it out, except how often people offend: the plain model is
    a rate of one's own, gamma-distributed, and every offence leads to an arrest.

    Examples
    --------
    >>> model = CareerModel(offending={"offences_per_year": 2.0, "gamma_shape": 0.8})
    >>> model.treatment.rate_ratio_after, model.custody.share_sentenced
    (1.0, 0.0)
    """

    offending: Offending
    age: Age = Age()
    offence_type: tuple[OffenceType, ...] = Field(
        (OffenceType(name="offence", share=1),),
        min_length=1,
        description="Kinds of offence with their shares; the kind is drawn afresh each time.",
    )
    detection: Detection = Detection()
    custody: Custody = Custody()
    exits: Exits = Exits()
    entry: Entry = Entry()
    treatment: Treatment = Treatment()
