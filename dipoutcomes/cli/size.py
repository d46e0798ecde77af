"""`dipoutcomes size ...`: how many are enough, and what so many could show."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from dipoutcomes.cli._say import say
from dipoutcomes.cli.intervals import Json, Level, _ask, _number, _Numbers, _whole

size_app = typer.Typer(
    help="How many people are enough, and what so many could show.",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "ignore_unknown_options": False},
)


def _share(flag: str, says: str) -> Any:
    return typer.Option(flag, help=says, parser=_number, metavar="P", show_default=False)


def _real(flag: str, says: str, name: str = "X") -> Any:
    return typer.Option(flag, help=says, parser=_number, metavar=name)


def _people(flag: str, says: str) -> Any:
    return typer.Option(flag, help=says, parser=_whole_or_default, metavar="N")


def _whole_or_default(given: str | int) -> int:
    """Return a whole number; the default of an option comes here too, and is one."""
    return given if isinstance(given, int) else _whole(given)


Power = Annotated[float, _real("--power", "Chance wanted, such as 0.8.", "P")]
Ratio = Annotated[float, _real("--ratio", "People in group 2 for each of group 1.")]
Effect = Annotated[float, _real("--design-effect", "For people in clusters; at least 1.")]
Retained = Annotated[float, _real("--retained", "Share traced and followed.", "P")]


@size_app.command("proportion", cls=_Numbers)
def proportion(  # noqa: PLR0913, PLR0917 - its options
    share: Annotated[float, _share("--share", "True share expected; 0.5 asks for most.")],
    width: Annotated[float, _share("--width", "Width wanted, limit to limit.")],
    population: Annotated[
        int | None, _people("--population", "Size of the frame they are drawn from.")
    ] = None,
    method: Annotated[str, typer.Option(help="wilson, exact or wald.")] = "wilson",
    criterion: Annotated[str, typer.Option(help="expected, worst or planned.")] = "expected",
    design_effect: Effect = 1.0,
    retained: Retained = 1.0,
    level: Level = 0.95,
    as_json: Json = False,
) -> None:
    """Say how many make an interval for a share narrow enough.

    For example: dipoutcomes size proportion --share 0.75 --width 0.2 --population 210.
    """
    from dipoutcomes.sampling.size import plan_proportion

    plan = _ask(
        plan_proportion, share, width, population=population, method=method,
        criterion=criterion, confidence_level=level,
    )  # fmt: skip
    _answer(_more(plan, design_effect, retained, population), as_json)


@size_app.command("difference", cls=_Numbers)
def difference(  # noqa: PLR0913, PLR0917 - its options
    share_1: Annotated[float, _share("--share-1", "True share in group 1.")],
    share_2: Annotated[float, _share("--share-2", "True share in group 2.")],
    power: Power = 0.8,
    method: Annotated[
        str,
        typer.Option(
            help="normal, normal_both_tails, arcsine; exact: fisher_minlike, fisher_central, "
            "pooled_z."
        ),
    ] = "normal",
    ratio: Ratio = 1.0,
    design_effect: Effect = 1.0,
    retained: Retained = 1.0,
    level: Level = 0.95,
    as_json: Json = False,
) -> None:
    """Say how many show a difference between two groups.

    For example: dipoutcomes size difference --share-1 0.5 --share-2 0.3.
    """
    from dipoutcomes.sampling.size import plan_difference

    plan = _ask(
        plan_difference, share_1, share_2, power=power, method=method, ratio=ratio,
        confidence_level=level,
    )  # fmt: skip
    _answer(_more(plan, design_effect, retained), as_json)


@size_app.command("paired", cls=_Numbers)
def paired(
    before_only: Annotated[float, _share("--before-only", "Share with it before only.")],
    after_only: Annotated[float, _share("--after-only", "Share with it after only.")],
    power: Power = 0.8,
    method: Annotated[str, typer.Option(help="normal or exact.")] = "normal",
    design_effect: Effect = 1.0,
    retained: Retained = 1.0,
    level: Level = 0.95,
    as_json: Json = False,
) -> None:
    """Say how many show a change in the same people.

    For example: dipoutcomes size paired --before-only 0.25 --after-only 0.05.
    """
    from dipoutcomes.sampling.size import plan_paired

    plan = _ask(
        plan_paired, before_only, after_only, power=power, method=method, confidence_level=level
    )
    _answer(_more(plan, design_effect, retained), as_json)


@size_app.command("rate-ratio", cls=_Numbers)
def rate_ratio(  # noqa: PLR0913, PLR0917 - its options
    rate_1: Annotated[float, _share("--rate-1", "True rate in group 1, a person-year.")],
    rate_2: Annotated[float, _share("--rate-2", "True rate in group 2, a person-year.")],
    years: Annotated[float, _real("--years", "Years at liberty of each person.")] = 1.0,
    dispersion: Annotated[
        float, _real("--dispersion", "k of m + k m^2; 0 is the Poisson.", "K")
    ] = 0.0,
    power: Power = 0.8,
    ratio: Ratio = 1.0,
    design_effect: Effect = 1.0,
    retained: Retained = 1.0,
    level: Level = 0.95,
    as_json: Json = False,
) -> None:
    """Say how many show a ratio of two rates.

    People offend at different rates, and --dispersion says by how much: without it far too few
    are planned. For example: dipoutcomes size rate-ratio --rate-1 1 --rate-2 0.6 --dispersion 0.7.
    """
    from dipoutcomes.sampling.size import plan_rate_ratio

    plan = _ask(
        plan_rate_ratio, rate_1, rate_2, years_each=years, dispersion=dispersion, ratio=ratio,
        power=power, confidence_level=level,
    )  # fmt: skip
    _answer(_more(plan, design_effect, retained), as_json)


@size_app.command("log-rank", cls=_Numbers)
def log_rank(
    hazard_ratio: Annotated[float, _share("--hazard-ratio", "Group 1 over group 2.")],
    allocation: Annotated[float, _real("--allocation", "Share of people in group 1.", "P")] = 0.5,
    event_share: Annotated[
        float | None, _share("--event-share", "Share of all with the event.")
    ] = None,
    power: Power = 0.8,
    method: Annotated[str, typer.Option(help="schoenfeld or freedman.")] = "schoenfeld",
    level: Level = 0.95,
    as_json: Json = False,
) -> None:
    """Say how many events a log-rank test needs.

    For example: dipoutcomes size log-rank --hazard-ratio 0.5 --event-share 0.4.
    """
    from dipoutcomes.sampling.size import plan_log_rank

    plan = _ask(
        plan_log_rank, hazard_ratio, allocation=allocation, event_share=event_share,
        power=power, method=method, confidence_level=level,
    )  # fmt: skip
    _answer(plan, as_json)


@size_app.command("data-lab", cls=_Numbers)
def data_lab(  # noqa: PLR0913, PLR0917 - its options
    submitted: Annotated[int, _people("--submitted", "People on the list.")] = 60,
    lowest: Annotated[float, _real("--lowest", "Lowest share retained.", "P")] = 0.22,
    highest: Annotated[float, _real("--highest", "Highest share retained.", "P")] = 0.70,
    needed: Annotated[int, _people("--needed", "People who must remain.")] = 30,
    reoffending: Annotated[float, _real("--reoffending", "Share of like people.", "P")] = 0.5,
    probability: Annotated[float, _real("--probability", "Chance that enough stay.", "P")] = 0.9,
    power: Power = 0.8,
    level: Level = 0.95,
    as_json: Json = False,
) -> None:
    """Say if a Justice Data Lab submission is feasible.

    For example: dipoutcomes size data-lab --submitted 120.
    """
    from dipoutcomes.sampling.size import plan_data_lab

    plan = _ask(
        plan_data_lab, submitted, retained=(lowest, highest), needed=needed,
        reoffending=reoffending, probability=probability, power=power, confidence_level=level,
    )  # fmt: skip
    _answer(plan, as_json)


@size_app.command("detect", cls=_Numbers)
def detect(
    n: Annotated[
        int, typer.Argument(help="People followed.", parser=_whole, metavar="N", show_default=False)
    ],
    against: Annotated[float, _share("--against", "Published share, or that of group 2.")],
    n_2: Annotated[int | None, _people("--n-2", "People in group 2, if there is one.")] = None,
    power: Power = 0.8,
    method: Annotated[
        str | None,
        typer.Option(
            help="One group: exact (default), normal, equal_variance. Two: as for `difference`."
        ),
    ] = None,
    level: Level = 0.95,
    as_json: Json = False,
) -> None:
    """Say what a sample of N could ever have shown.

    For example: dipoutcomes size detect 28 --against 0.61.
    """
    from dipoutcomes.sampling.size import detectable_difference, detectable_from_published

    options: dict[str, Any] = {"power": power, "confidence_level": level}
    if method is not None:
        options["method"] = method
    if n_2 is None:
        _answer(_ask(detectable_from_published, n, against, **options), as_json)
    else:
        _answer(_ask(detectable_difference, n, n_2, against, **options), as_json)


def _more(plan: Any, design_effect: float, retained: float, population: int | None = None) -> Any:
    """Return the plan for clusters and losses, where there are any."""
    from dipoutcomes.sampling.size import inflate_plan

    if design_effect == 1 and retained == 1:
        return plan
    return _ask(
        inflate_plan, plan,
        design_effect=design_effect, retained=retained, population=population,
    )  # fmt: skip


def _answer(plan: Any, as_json: bool) -> None:
    from dipoutcomes import storage

    if as_json:
        say(storage.canonical_json(plan.to_dict()).decode().removesuffix("\n"))
        return
    say("\n".join(plan.lines()))
