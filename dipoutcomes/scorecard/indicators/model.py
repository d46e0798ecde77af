"""Targets as data: what a programme is held to, read from a file."""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from dipoutcomes.errors import ProtocolError
from dipoutcomes.protocol._messages import line_for
from dipoutcomes.protocol.model.section import Section, Slug, Whole

Direction = Literal["at_least", "at_most"]
Percent = Annotated[Decimal, Field(gt=0, lt=100)]


class Target(Section):
    """One indicator and what it is to reach."""

    id: Slug = Field(description="Short name by which what was achieved refers to it.")
    name: str = Field(min_length=1, description="As the programme words it.")
    target_percent: Percent | None = Field(None, description="A share, in percent.")
    target_count: Annotated[Whole, Field(ge=1)] | None = Field(
        None, description="A number to be reached in a year."
    )
    of: str = Field("", description="What a share is of, as worded.")
    reached: str = Field("", description="What those who are counted are called at the next stage.")
    direction: Direction = Field("at_least", description="Whether more or fewer is better.")
    note: str = ""

    @property
    def share(self) -> float | None:
        """The target as a proportion; None for a count."""
        return None if self.target_percent is None else float(self.target_percent) / 100

    @property
    def says(self) -> str:
        """The target in words: ``at least 70% of adults arrested``."""
        word = self.direction.replace("_", " ")
        if self.target_percent is not None:
            return f"{word} {self.target_percent:f}%{f' of {self.of}' if self.of else ''}"
        return f"{word} {self.target_count:,} a year" if self.target_count else "no target"


class Head(Section):
    """Whose targets they are."""

    title: str = Field(min_length=1)
    source: str = ""


class Targets(Section):
    """The indicators that a programme is monitored on."""

    schema_version: Literal[1] = 1
    indicators: Head
    indicator: tuple[Target, ...] = Field(min_length=1)

    def __getitem__(self, name: str) -> Target:
        """Return the indicator called *name*."""
        for target in self.indicator:
            if target.id == name:
                return target
        known = ", ".join(target.id for target in self.indicator)
        raise KeyError(f"no indicator '{name}'; there are {known}")


def parse_targets(text: str, *, name: str = "indicators") -> Targets:
    """Return the targets that a TOML file describes.

    Parameters
    ----------
    text : str
        The whole file: ``[indicators]`` and ``[[indicator]]`` tables.
    name : str, optional
        What to call the file where its TOML cannot be read.

    Returns
    -------
    Targets

    Raises
    ------
    ProtocolError
        With one line for every fault.

    Examples
    --------
    >>> targets = parse_targets('''
    ... [indicators]
    ... title = "A programme"
    ... [[indicator]]
    ... id = "assessed"
    ... name = "Undergo an assessment"
    ... target_percent = 70
    ... of = "adults arrested"
    ... ''')
    >>> targets["assessed"].says
    'at least 70% of adults arrested'
    """
    try:
        raw = tomllib.loads(text.removeprefix("\ufeff"), parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise ProtocolError(f"{name}: {error}; it is no TOML as it stands") from None
    try:
        targets = Targets.model_validate(raw)
    except ValidationError as error:
        faults = [line_for(fault, raw, Targets) for fault in error.errors(include_url=False)]
        plain = [re.sub(r"^the protocol", "the file", fault) for fault in faults]
        raise ProtocolError("\n".join(dict.fromkeys(plain))) from None
    faults = [
        f"[[indicator]] {target.id} has a target in percent and one as a count; one is enough"
        for target in targets.indicator
        if target.target_percent is not None and target.target_count is not None
    ]
    ids = [target.id for target in targets.indicator]
    faults += [f"the id '{i}' is given to {ids.count(i)} indicators" for i in dict.fromkeys(ids)
               if ids.count(i) > 1]  # fmt: skip
    if faults:
        raise ProtocolError("\n".join(faults))
    return targets
