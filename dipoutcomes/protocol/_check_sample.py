"""Rules between the keys of the draw: what a design needs, and what has no meaning in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dipoutcomes.protocol.model import Protocol, Sample

#: Keys that belong to some designs only: their value where they are left out, and the designs.
BELONGS: Mapping[str, tuple[Any, tuple[str, ...]]] = {
    "strata": ((), ("stratified",)),
    "allocation": ("proportional", ("stratified",)),
    "minimum_per_stratum": (1, ("stratified",)),
    "stratum_sizes": ({}, ("stratified",)),
    "standard_deviations": ({}, ("stratified",)),
    "expected_shares": ({}, ("stratified",)),
    "cluster": ("", ("cluster",)),
    "size_measure": ("", ("proportional_to_size",)),
    "selection": ("sampford", ("proportional_to_size",)),
    "order_by": ("", ("systematic", "proportional_to_size")),
    "replacement": (False, ("simple_random", "stratified", "proportional_to_size")),
}


def sample(protocol: Protocol) -> Iterable[str]:
    """Yield a line for every rule that the keys of [sample] break together."""
    section = protocol.sample
    if section is None:
        return
    for needed in {"stratified": "strata", "cluster": "cluster",
                   "proportional_to_size": "size_measure"}.items():  # fmt: skip
        if section.design == needed[0] and not getattr(section, needed[1]):
            yield f"[sample] design = \"{needed[0]}\" needs the key '{needed[1]}'"
    for key, (left_out, designs) in BELONGS.items():
        if getattr(section, key) != left_out and section.design not in designs:
            names = " or ".join(f'"{name}"' for name in designs)
            yield f"[sample] {key} needs design = {names}"
    if len(set(section.strata)) < len(section.strata):
        yield "[sample] strata names an attribute twice"
    if section.design == "stratified":
        yield from _allocation(section)
    if section.design == "proportional_to_size":
        yield from _by_size(section)


def _allocation(section: Sample) -> Iterable[str]:
    if section.allocation == "fixed" and not section.stratum_sizes:
        yield "[sample] allocation = \"fixed\" needs the key 'stratum_sizes'"
    if section.stratum_sizes and section.allocation != "fixed":
        yield '[sample] stratum_sizes needs allocation = "fixed"'
    elif section.stratum_sizes:
        total = sum(section.stratum_sizes.values())
        if total != section.size:
            yield f"[sample] stratum_sizes add up to {total}, and size is {section.size}"
        if section.minimum_per_stratum != 1:
            yield '[sample] minimum_per_stratum has no meaning with allocation = "fixed"'
    tables = [k for k in ("standard_deviations", "expected_shares") if getattr(section, k)]
    if section.allocation == "neyman" and len(tables) != 1:
        yield (
            "[sample] allocation = \"neyman\" needs one of the keys 'standard_deviations' and "
            f"'expected_shares'; found {'both' if tables else 'neither'}"
        )
    if section.allocation != "neyman":
        for key in tables:
            yield f'[sample] {key} needs allocation = "neyman"'


def _by_size(section: Sample) -> Iterable[str]:
    if section.selection == "systematic" and section.replacement:
        yield '[sample] selection = "systematic" is without replacement; leave replacement out'
    if section.order_by and section.selection != "systematic":
        yield (
            '[sample] order_by needs selection = "systematic" where design = "proportional_to_size"'
        )


def attributes(protocol: Protocol) -> list[tuple[str, str]]:
    """Return the attributes of people that the draw looks at, with the key that names each."""
    section = protocol.sample
    if section is None:
        return []
    single = [(key, getattr(section, key)) for key in ("cluster", "size_measure", "order_by")]
    named = [("strata", name) for name in section.strata] + [pair for pair in single if pair[1]]
    return [(f"[sample] {key}", name) for key, name in named]
