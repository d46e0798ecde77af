"""Figures of a published scorecard's audit: printed against recomputed, and what bases can be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from dipoutcomes.plots import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class Audit(Protocol):
    """What the figures read of a `ScorecardAudit`."""

    @property
    def judgement(self) -> Any: ...  # noqa: D102


#: How a pair is drawn: its word in the legend, colour, marker, filled or not.
_DRAWN = {
    "reproduces": ("follows from the base that is stated", style.COLOURS[0], "o", False),
    "own total": ("follows from another base than stated", style.COLOURS[2], "s", True),
    "sum of parts": ("base blank; follows from the sum of its parts", style.COLOURS[4], "^", True),
    "no denominator": ("base not stated; the only number that fits", style.FAINT, "D", False),
    "does not": ("does not follow", style.COLOURS[1], "X", True),
}
MOST_LABELS = 8


def plot_printed_and_recomputed(audit: Audit, *, ax: Axes | None = None) -> Axes:
    """Draw how far each recomputed percentage lies from the printed one.

    Parameters
    ----------
    audit : ScorecardAudit
        From ``dipoutcomes.scorecard.audit.audit_scorecard``.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure is made if omitted. Nothing is shown or saved.

    Returns
    -------
    matplotlib.axes.Axes
        A mark a percentage of which the base is known; on the grey band the rule of rounding
        explains the difference. Those that do not follow carry their name.

    Raises
    ------
    ValueError
        If no percentage has a base.

    Examples
    --------
    >>> from dipoutcomes.scorecard.audit import audit_scorecard, scorecard_from_rows
    >>> rows = [{"label": "Referrals", "count": 306},
    ...         {"label": "Assessed", "count": 167, "percent": 55, "of": "referrals"},
    ...         {"label": "Prescribed", "count": 79, "percent": 25, "of": "referrals"}]
    >>> ax = plot_printed_and_recomputed(audit_scorecard(scorecard_from_rows(rows, title="x")))
    >>> ax.get_xlabel()
    'Printed percentage'
    """
    pairs = _with_base(audit)
    if ax is None:
        ax = style.new_axes(7.2, 4.4)
    half = max(0.5 * 10.0**-pair.decimals for pair in pairs)
    top = max(2 * half, 1.25 * max(abs(_difference(pair)) for pair in pairs))
    band = (0.0, 2 * half) if audit.judgement.rule == "truncated" else (-half, half)
    ax.axhspan(*band, color="#eeeeee", zorder=0)
    for status, (says, colour, marker, filled) in _DRAWN.items():
        chosen = [pair for pair in pairs if pair.status == status]
        if chosen:
            ax.plot(
                [_printed(p) for p in chosen], [_difference(p) for p in chosen],
                linestyle="none", marker=marker, markersize=6, color=colour,
                markerfacecolor=colour if filled else "none", label=f"{says} ({len(chosen)})",
            )  # fmt: skip
    for pair in _wrong(pairs)[:MOST_LABELS]:
        left = _printed(pair) > 60
        ax.annotate(
            style.plain(style.wrap(f"{pair.line.label}: {pair.count:,} of {pair.base:,}", 2.6)),
            (_printed(pair), _difference(pair)), xytext=(-8 if left else 8, 0),
            textcoords="offset points", va="center", ha="right" if left else "left",
            fontsize=style.SMALL, color=style.INK,
        )  # fmt: skip
    style.tidy(ax, grid="y")
    ax.set_ylim(-top, top)
    ax.set_xlim(-3, max(103, 1.05 * max(_printed(pair) for pair in pairs)))
    ax.set_xlabel("Printed percentage", fontsize=style.TEXT)
    style.y_title(ax, "Recomputed less printed, points")
    ax.legend(
        loc="upper center", bbox_to_anchor=(0.5, -0.16), frameon=False, fontsize=style.SMALL,
        ncols=2,
    )  # fmt: skip
    return ax


def describe_printed_and_recomputed(audit: Audit) -> str:
    """Return the text alternative of `plot_printed_and_recomputed`.

    Parameters
    ----------
    audit
        As drawn.

    Returns
    -------
    str

    Examples
    --------
    >>> from dipoutcomes.scorecard.audit import audit_scorecard, scorecard_from_rows
    >>> rows = [{"label": "Referrals", "count": 306},
    ...         {"label": "Assessed", "count": 167, "percent": 55, "of": "referrals"},
    ...         {"label": "Prescribed", "count": 79, "percent": 25, "of": "referrals"}]
    >>> audit = audit_scorecard(scorecard_from_rows(rows, title="x"))
    >>> print(describe_printed_and_recomputed(audit))
    Recomputed less printed percentage of 2 figures. follows from the base that is stated: 1; does
    not follow: 1. Prescribed: 79 of 306 is +0.8 points from the printed figure.
    """
    pairs = _with_base(audit)
    figures = "figure" if len(pairs) == 1 else "figures"
    parts = [f"Recomputed less printed percentage of {len(pairs)} {figures}."]
    counts = [
        f"{says}: {sum(pair.status == status for pair in pairs)}"
        for status, (says, *_) in _DRAWN.items()
        if any(pair.status == status for pair in pairs)
    ]
    parts.append(f"{'; '.join(counts)}.")
    parts += [
        f"{p.line.label}: {p.count:,} of {p.base:,} is {_difference(p):+.1f} points from the "
        "printed figure."
        for p in _wrong(pairs)[:MOST_LABELS]
    ]
    return " ".join(parts)


def plot_possible_bases(audit: Audit, base: str, *, ax: Axes | None = None) -> Axes:
    """Draw the denominators that each percentage of one blank base allows, and what all allow.

    Parameters
    ----------
    audit : ScorecardAudit
    base : str
        Id of the line that is blank.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
        A bar a row; the band is what fits every row.

    Raises
    ------
    ValueError
        If fewer than two percentages hang on that base, or none bounds it from above.

    Examples
    --------
    >>> from dipoutcomes.scorecard.audit import audit_scorecard, scorecard_from_rows
    >>> rows = [{"label": "Closures"},
    ...         {"label": "Completed", "count": 61, "percent": 29, "of": "closures"},
    ...         {"label": "Dropped out", "count": 65, "percent": 31, "of": "closures"}]
    >>> audit = audit_scorecard(scorecard_from_rows(rows, title="x"))
    >>> plot_possible_bases(audit, "closures").get_title(loc="left")
    'All 2 rows fit 207 to 213'
    """
    pairs = _hanging_on(audit, base)
    highs = [pair.alone.high for pair in pairs if pair.alone.high is not None]
    if not highs:
        raise ValueError(f"no percentage bounds the number for '{base}' from above")
    if ax is None:
        ax = style.new_axes(7.2, max(1.6, 0.36 * len(pairs) + 1.0))
    # A row of few people allows nearly anything: the axis is cut a little beyond the others.
    shared = pairs[0].shared
    centre = shared.low if shared else sum(highs) / len(highs)
    right = min(max(highs), 1.35 * centre)
    left = max(1, min(pair.alone.low for pair in pairs), 0.65 * centre)
    for y, pair in enumerate(pairs):
        high = right if pair.alone.high is None else min(pair.alone.high, right)
        low = max(pair.alone.low, left)
        ax.barh(y, max(high - low, 0) + 1, left=low - 0.5, height=0.5, color=style.COLOURS[2])
    if shared:
        ax.axvspan(shared.low - 0.5, (shared.high or right) + 0.5, color=style.COLOURS[0],
                   alpha=0.25)  # fmt: skip
        title = f"All {len(pairs)} rows fit {shared}"
    else:
        title = f"No one number fits all {len(pairs)} rows"
    labels = [
        style.plain(style.wrap(f"{p.line.label}: {p.count:,} ({_shown(p)})", 3.2, style.SMALL))
        for p in pairs
    ]
    ax.set_yticks(range(len(pairs)), labels, fontsize=style.SMALL)
    ax.invert_yaxis()
    ax.set_xlim(left - 0.5, right + 0.5)
    style.tidy(ax)
    ax.tick_params(axis="y", labelsize=style.SMALL)
    ax.set_xlabel("Denominators that give the printed percentage", fontsize=style.TEXT)
    ax.set_title(title, loc="left", fontsize=style.TEXT)
    return ax


def describe_possible_bases(audit: Audit, base: str) -> str:
    """Return the text alternative of `plot_possible_bases`.

    Parameters
    ----------
    audit, base
        As drawn.

    Returns
    -------
    str

    Examples
    --------
    >>> from dipoutcomes.scorecard.audit import audit_scorecard, scorecard_from_rows
    >>> rows = [{"label": "Closures"},
    ...         {"label": "Completed", "count": 61, "percent": 29, "of": "closures"},
    ...         {"label": "Dropped out", "count": 65, "percent": 31, "of": "closures"}]
    >>> audit = audit_scorecard(scorecard_from_rows(rows, title="x"))
    >>> print(describe_possible_bases(audit, "closures"))
    Denominators that give each printed percentage. Completed, 61 (29%): 207 to 214. Dropped out,
    65 (31%): 207 to 213. All: 207 to 213.
    """
    pairs = _hanging_on(audit, base)
    rows = [f"{p.line.label}, {p.count:,} ({_shown(p)}): {p.alone}." for p in pairs]
    return " ".join(
        ["Denominators that give each printed percentage.", *rows, f"All: {pairs[0].shared}."]
    )


def _hanging_on(audit: Audit, base: str) -> list[Any]:
    pairs = [p for p in audit.judgement.pairs if p.line.of == base and p.base_is != "stated"]
    if len(pairs) < 2:
        raise ValueError(f"fewer than two percentages hang on a blank '{base}'")
    return pairs


def _with_base(audit: Audit) -> list[Any]:
    pairs = [pair for pair in audit.judgement.pairs if pair.base]
    if not pairs:
        raise ValueError("no percentage has a base that is known: there is nothing to draw")
    return pairs


def _wrong(pairs: Sequence[Any]) -> list[Any]:
    wrong = [pair for pair in pairs if pair.status == "does not"]
    return sorted(wrong, key=lambda pair: -abs(_difference(pair)))


def _printed(pair: Any) -> float:
    return float(pair.units / 10**pair.decimals)


def _difference(pair: Any) -> float:
    return float(pair.percent) - _printed(pair)


def _shown(pair: Any) -> str:
    return f"{_printed(pair):.{pair.decimals}f}%"
