"""Effects and chances in words."""

from __future__ import annotations

from dipoutcomes import _display
from dipoutcomes.payment.operating_characteristics._terms import Asked


def effect(asked: Asked, size: float) -> str:
    """Return an effect in words: "none", "10.0% lower", "5.0 points lower"."""
    if size == 0:
        return "none"
    way = "lower" if size > 0 else "higher"
    if asked.relative:
        return f"{_display.percent(abs(size))} {way}"
    if asked.measure.is_share:
        return f"{_display.number(100 * abs(size), 1)} points {way}"
    return f"{_display.number(abs(size), 2)} {way}"


def does(asked: Asked, size: float) -> str:
    """Return what a programme of this effect does: "does nothing", "makes it 10.0% lower"."""
    return "does nothing" if size == 0 else f"makes it {effect(asked, size)}"


def often(chance: float) -> str:
    """Return a chance as "39.0% of the time"; never certain where it only nearly is."""
    if chance < 0.0005:
        return "less than 0.1% of the time"
    if chance > 0.9995:
        return "more than 99.9% of the time"
    return f"{_display.percent(chance)} of the time"


def unit_prevented(asked: Asked) -> str:
    """Return what an effect prevents, one of it."""
    return "person changed" if asked.measure.is_share else "event prevented"


def makes(asked: Asked, size: float) -> str:
    """Return what a programme of this effect truly makes of the measure."""
    return f"makes the {asked.measure.says} {effect(asked, size)}"
