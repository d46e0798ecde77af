"""`dipoutcomes payment design`: what a contract does before anybody has signed it."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

import typer

from dipoutcomes.cli._progress import progress
from dipoutcomes.cli._say import say
from dipoutcomes.cli.intervals import _ask, _number, _whole


def _count(flag: str, says: str) -> Any:
    return typer.Option(flag, help=says, parser=_whole_given, metavar="N", show_default=False)


def _real(flag: str, says: str, name: str = "X") -> Any:
    return typer.Option(flag, help=says, parser=_real_given, metavar=name)


def _whole_given(given: str | int) -> int:
    """Return a whole number; the default of an option comes here too, and is one."""
    return given if isinstance(given, int) else _whole(given)


def _real_given(given: str | float) -> float:
    return given if isinstance(given, float) else _number(given)


def _money(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise typer.BadParameter(f"'{text}' is not an amount of money, such as 250000") from None


def design(  # noqa: PLR0913, PLR0917 - its options
    contract: Annotated[
        str,
        typer.Argument(
            metavar="CONTRACT",
            help="Contract file (TOML), or the name of one that belongs to the toolkit.",
            show_default=False,
        ),
    ],
    n: Annotated[int, _count("--people", "People started in a cohort.")],
    promised: Annotated[
        float,
        _real("--promised", "Effect that deserves to be paid: 0.10 is 10% or 10 points lower."),
    ],
    share: Annotated[
        float | None, _real("--share", "Share with an event without the programme.", "P")
    ] = None,
    mean: Annotated[
        float | None, _real("--mean", "Or: events per person without the programme.")
    ] = None,
    sd: Annotated[float | None, _real("--sd", "And their standard deviation.")] = None,
    shape: Annotated[
        float, _real("--gamma-shape", "With --share: the smaller, the more people differ.", "K")
    ] = 1.0,
    term: Annotated[
        list[str] | None,
        typer.Option(help="Only this term, with its hurdles; may be given several times."),
    ] = None,
    comparison: Annotated[
        float, _real("--comparison", "Matched people for each person of the cohort.")
    ] = 10.0,
    baseline_people: Annotated[
        int | None, _count("--baseline-people", "People an earlier baseline was counted in.")
    ] = None,
    value: Annotated[
        Decimal | None,
        typer.Option(
            "--value", help="Value of the contract, where a price is a share of it.",
            parser=_money, metavar="MONEY",
        ),
    ] = None,
    drift: Annotated[
        float | None,
        _real("--drift", "Change that would come anyway, for the scenario: -0.02."),
    ] = None,
    commissioner_risk: Annotated[
        float, _real("--commissioner-risk", "Largest chance of paying for nothing.", "P")
    ] = 0.10,
    provider_risk: Annotated[
        float, _real("--provider-risk", "Largest chance of not paying for the promise.", "P")
    ] = 0.20,
    seed: Annotated[int, typer.Option(min=0, help="Seed of simulated cohorts.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print no progress.")] = False,
) -> None:  # fmt: skip
    """Say how often a contract pays for nothing, and how often it does not pay for a success.

    With both parties' risks, the best bar, the smallest cohort, and what drift, dropouts and a
    choice among clients would do. For example: dipoutcomes payment design doncaster-2011
    --people 100 --share 0.58 --promised 0.10; dipoutcomes payment design peterborough-2010
    --people 1000 --mean 1.55 --sd 2.3 --promised 0.15.
    """
    from dipoutcomes.payment.operating_characteristics import (
        PaymentDesign,
        PeopleModel,
        plan_payment,
        scenarios_for,
    )
    from dipoutcomes.storage import canonical_json
    from dipoutcomes.study.payment import read_contract

    if (share is None) == (mean is None) or (mean is None) != (sd is None):
        raise typer.BadParameter("give either --share, or --mean and --sd: what the people do")
    if mean is not None:
        people = _ask(PeopleModel.from_sd, mean, sd)
    else:
        people = _ask(PeopleModel.from_share, share, gamma_shape=shape)
    planned = _ask(
        PaymentDesign, contract=read_contract(contract), n=n, people=people,
        terms=tuple(term) if term else None, comparison_per_person=comparison,
        baseline_people=baseline_people, contract_value=value,
    )  # fmt: skip
    scenarios = _ask(scenarios_for, planned, drift)
    with progress(quiet) as tell:
        plan = _ask(
            plan_payment, planned, promised, commissioner_risk=commissioner_risk,
            provider_risk=provider_risk, scenarios=scenarios, seed=seed, progress=tell,
        )  # fmt: skip
    say(canonical_json(plan.to_dict()).decode().rstrip() if as_json else str(plan))
