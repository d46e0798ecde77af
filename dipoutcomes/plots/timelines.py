"""One line a person: when they were seen, in the intervention, in custody, and offended."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes._validate import check_choice
from dipoutcomes.plots import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Days = NDArray[np.float64]

MOST_PEOPLE = 40
_SORTS = {
    "episode": "the longest intervention at the top",
    "events": "the most events at the top",
    "observed": "the longest observed at the top",
}
_NOTE = "Working copy only: single people can be recognised. Not for release."
_PER_PERSON = (
    "episode_start", "episode_end", "observed_from", "observed_to",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Timelines:
    """What happened to each of a few people, in days from their own start of the intervention.

    Parameters
    ----------
    episode_start, episode_end : array_like, shape (people,)
        Of the intervention; the start is 0 where time is counted from it.
    observed_from, observed_to : array_like, shape (people,)
        From when to when events could be seen.
    event_person, event_day : array_like, shape (events,)
        The person as a number from 0.
    custody_person, custody_start, custody_end : array_like, shape (spells,), optional
        First day inside and first day at liberty; drawn as far as the person was observed.
    events_noun : str, default "offences"
        As the legend prints it: "arrests".
    working_only : bool
        Always True: a line shows a single person, so no figure of them leaves the working copy.

    Raises
    ------
    ValueError
        If arrays differ in length, a day is missing, a person is out of range, or somebody's
        episode or observation ends before it starts.
    """

    episode_start: Any
    episode_end: Any
    observed_from: Any
    observed_to: Any
    event_person: Any
    event_day: Any
    custody_person: Any = ()
    custody_start: Any = ()
    custody_end: Any = ()
    events_noun: str = "offences"
    working_only: bool = field(default=True, init=False)

    def __post_init__(self) -> None:
        groups = {
            "a person": _PER_PERSON,
            "an event": ("event_person", "event_day"),
            "a spell": ("custody_person", "custody_start", "custody_end"),
        }
        for what, names in groups.items():
            arrays = [np.asarray(getattr(self, name), dtype=np.float64) for name in names]
            if len({a.shape for a in arrays}) > 1 or arrays[0].ndim != 1:
                raise ValueError(f"{', '.join(names)} need one value for {what} each")
            if missing := sum(int((~np.isfinite(a)).sum()) for a in arrays):
                raise ValueError(f"{', '.join(names)} have {missing} missing or infinite values")
            for name, array in zip(names, arrays, strict=True):
                object.__setattr__(self, name, array)
        for name in ("event_person", "custody_person"):
            codes = getattr(self, name)
            if bad := int(((codes < 0) | (codes >= len(self)) | (codes % 1 != 0)).sum()):
                raise ValueError(f"`{name}` has {bad} values outside 0 to {len(self) - 1}")
            object.__setattr__(self, name, codes.astype(np.int64))
        backwards = (self.episode_end < self.episode_start) | (
            self.observed_to < self.observed_from
        )
        if bad := int(backwards.sum() + (self.custody_end < self.custody_start).sum()):
            raise ValueError(f"{bad} episodes, observations or spells end before they start")

    def __len__(self) -> int:
        return len(self.episode_start)

    def order(self, sort_by: str) -> NDArray[np.int64]:
        """Return the people from the bottom line to the top one."""
        keys = {
            "episode": self.episode_end - self.episode_start,
            "events": np.bincount(self.event_person, minlength=len(self)),
            "observed": self.observed_to - self.observed_from,
        }
        return np.argsort(keys[sort_by], kind="stable")


def plot_timelines(
    timelines: Timelines, *, sort_by: str = "episode", ax: Axes | None = None
) -> Axes:
    """Draw one line a person: a bar for the intervention, custody hatched, a stroke an event.

    For the working copy alone: whoever knows one date of a person can find their line. No name or
    pseudonym is shown, and the figure says on its face that it is not for release.

    Parameters
    ----------
    timelines : Timelines
        Of at most 40 people: with more, lines can no longer be told apart.
    sort_by : {"episode", "events", "observed"}
        What decides the order of the lines.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure is made if omitted.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If there is nobody, or more than 40 people.

    Examples
    --------
    >>> lines = Timelines(episode_start=[0, 0], episode_end=[90, 200], observed_from=[-365, -365],
    ...     observed_to=[365, 300], event_person=[0, 0, 1], event_day=[-20, 30, 250])
    >>> plot_timelines(lines).get_ylabel()
    '2 people, one line each'
    """
    _check(timelines, sort_by)
    people = len(timelines)
    if ax is None:
        ax = style.new_axes(7.2, 1.9 + 0.16 * people)
    place = np.empty(people)
    place[timelines.order(sort_by)] = np.arange(people)
    ax.hlines(
        place, timelines.observed_from, timelines.observed_to, color=style.FAINT, linewidth=0.8,
        label="observed", zorder=1,
    )  # fmt: skip
    ax.barh(
        place, timelines.episode_end - timelines.episode_start, left=timelines.episode_start,
        height=0.62, color="#bcd3e8", edgecolor=style.COLOURS[0], linewidth=0.7,
        label="in the intervention", zorder=2,
    )  # fmt: skip
    _draw_custody(ax, timelines, place)
    who = timelines.event_person
    if len(who):
        ax.vlines(
            timelines.event_day, place[who] - 0.42, place[who] + 0.42, color="#000000",
            linewidth=1.3, label=timelines.events_noun, zorder=4,
        )  # fmt: skip
    ax.axvline(0, color=style.INK, linewidth=0.7, linestyle=(0, (2, 2)), zorder=0)
    ax.set_ylim(-0.8, people - 0.2)
    ax.set_yticks([])
    style.tidy(ax, grid="x")
    ax.spines["left"].set_visible(False)
    ax.set_ylabel(f"{people} {'person' if people == 1 else 'people'}, one line each",
                  fontsize=style.TEXT)  # fmt: skip
    ax.set_xlabel(f"Days from the start of the intervention\n{_NOTE}", fontsize=style.TEXT)
    ax.legend(
        loc="lower left", bbox_to_anchor=(0, 1), frameon=False, fontsize=style.SMALL, ncols=4,
        handlelength=1.6, columnspacing=1.2,
    )  # fmt: skip
    ax.set_gid("working-copy-only")
    return ax


def describe_timelines(timelines: Timelines, *, sort_by: str = "episode") -> str:
    """Return the text alternative of `plot_timelines`: totals, and no single person.

    Parameters
    ----------
    timelines : Timelines
    sort_by : {"episode", "events", "observed"}
        As given to `plot_timelines`.

    Returns
    -------
    str
        For the working copy alone, as the figure is.

    Raises
    ------
    ValueError
        As in `plot_timelines`.
    """
    _check(timelines, sort_by)
    who, day = timelines.event_person, timelines.event_day
    before = int((day < timelines.episode_start[who]).sum())
    after = int((day >= timelines.episode_end[who]).sum())
    without = len(timelines) - len(np.unique(who))
    spells = len(timelines.custody_person)
    return (
        f"Timelines of {len(timelines)} {'person' if len(timelines) == 1 else 'people'}, one line "
        f"each, {_SORTS[sort_by]}, in days from the start of the intervention. {len(day):,} "
        f"{timelines.events_noun}: {before:,} before the intervention, "
        f"{len(day) - before - after:,} during it and {after:,} after it; {without:,} people have "
        f"none. {spells:,} spells in custody. {_NOTE}"
    )


def _check(timelines: Timelines, sort_by: str) -> None:
    check_choice("sort_by", sort_by, tuple(_SORTS))
    if not len(timelines):
        raise ValueError("there is nobody to draw")
    if len(timelines) > MOST_PEOPLE:
        raise ValueError(
            f"{len(timelines):,} people are more lines than can be told apart: draw at most "
            f"{MOST_PEOPLE}, chosen at random, and say so"
        )


def _draw_custody(ax: Axes, timelines: Timelines, place: Days) -> None:
    who = timelines.custody_person
    start = np.maximum(timelines.custody_start, timelines.observed_from[who])
    end = np.minimum(timelines.custody_end, timelines.observed_to[who])
    seen = start < end
    if not seen.any():
        return
    ax.barh(
        place[who[seen]], (end - start)[seen], left=start[seen], height=0.34, color="#8f8f8f",
        edgecolor=style.INK, linewidth=0.4, hatch="////", label="in custody", zorder=3,
    )  # fmt: skip
