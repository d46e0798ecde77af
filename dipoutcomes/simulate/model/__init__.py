"""The model of a career: every number that a made-up life of offending rests on, with its unit.

A file for each group of sections: what people do (`offending`), what the police, the courts and
the prisons make of it (`justice`), how a programme gets hold of them and what it does to them
(`programme`).
"""

from __future__ import annotations

from typing import Any, Self

from pydantic import Field, ValidationError, model_validator

from dipoutcomes.simulate._faults_in_words import counted, faults_in_words
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

    Raises
    ------
    ValueError
        If a key is unknown (the nearest known one is named) or missing, or a value is out of
        range. One error lists all of these, in the words of `parse_recipe`.

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
        max_length=100,
        description="Kinds of offence with their shares; the kind is drawn afresh each time.",
    )
    detection: Detection = Detection()
    custody: Custody = Custody()
    exits: Exits = Exits()
    entry: Entry = Entry()
    treatment: Treatment = Treatment()

    def __init__(self, **sections: Any) -> None:
        if type(self) is not CareerModel:  # a recipe is read by `parse_recipe`, which says the same
            super().__init__(**sections)
            return
        try:
            super().__init__(**sections)
        except ValidationError as error:
            problems = faults_in_words(error, CareerModel)
        else:
            return
        raise ValueError("\n".join([f"CareerModel: {counted(problems)} in the model", *problems]))

    @model_validator(mode="after")
    def _has_kinds(self) -> Self:
        faults = []
        if not sum(kind.share for kind in self.offence_type) > 0:
            faults.append("the shares of offence_type must add up to more than 0")
        if len({kind.name for kind in self.offence_type}) != len(self.offence_type):
            faults.append("two kinds of offence_type have one name")
        if faults:
            raise ValueError("; ".join(faults))
        return self
