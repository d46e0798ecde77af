"""`dipoutcomes payment ...`: contracts, verdicts, dates of claims, reconciliation."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from dipoutcomes.cli import payment_design
from dipoutcomes.cli._say import say

payment_app = typer.Typer(
    help="Payment by results: what a contract pays, when it can be claimed, and whether two "
    "parties' lists agree.",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
payment_app.command("design")(payment_design.design)

ContractFile = Annotated[
    str,
    typer.Argument(
        metavar="CONTRACT",
        help="Contract file (TOML), or the name of one that belongs to the toolkit.",
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"'{text}' is no date; write 2014-03-31") from None


def _mark(text: str) -> str:
    mark = "\t" if text in {"tab", "\\t"} else text
    if len(mark) != 1 or mark in '"\r\n':
        raise typer.BadParameter(f"'{text}' is no delimiter; give one character, or tab")
    return mark


@payment_app.command("contracts")
def contracts() -> None:
    """List the contracts that belong to the toolkit."""
    from dipoutcomes.study import payment

    say(f"{payment.contracts_table()}\nThey are in {payment.contract_folder()}.")


@payment_app.command("template")
def template(
    out: Annotated[
        Path | None, typer.Option(help="File to write; the terminal if omitted.")
    ] = None,
) -> None:
    """Print a contract with every key explained, to start from."""
    from dipoutcomes import study
    from dipoutcomes.protocol.contract_template import contract_template_text

    text = contract_template_text()
    if out is None:
        say(text.removesuffix("\n"))
    else:
        study.write_new_text(out, text)
        say(f"Written: {out}")


@payment_app.command("settle")
def settle(
    contract: ContractFile,
    counts: Annotated[
        list[Path],
        typer.Option(
            "--counts", help="File of a cohort's counts (TOML); once a cohort.", show_default=False
        ),
    ],
    level: Annotated[float, typer.Option(help="Confidence level of the intervals.")] = 0.95,
    as_json: Json = False,
) -> None:
    """Say what a contract pays for the counts of a cohort, every step shown.

    Of two cohorts or more, what the contract pays for all of them together is said too.
    """
    from dipoutcomes.storage import canonical_json
    from dipoutcomes.study import payment

    if not 0 < level < 1:
        raise typer.BadParameter(f"--level must lie between 0 and 1; got {level:g}")
    found = payment.settle_files(contract, counts, confidence_level=level)
    if as_json:
        say(canonical_json([verdict.to_dict() for verdict in found]).decode().rstrip())
        return
    parts = []
    for verdict in found:
        tables = (verdict.measures_table(), verdict.steps_table(), verdict.terms_table())
        parts.append("\n\n".join([str(verdict), *map(str, tables)]))
    say("\n\n".join(parts))


@payment_app.command("dates")
def dates(
    contract: ContractFile,
    last_entry: Annotated[
        date,
        typer.Option(
            "--last-entry",
            parser=_day,
            metavar="DATE",
            help="Day on which the last person of the cohort entered.",
            show_default=False,
        ),
    ],
) -> None:
    """Say when each term of a contract can be claimed for the first time."""
    from dipoutcomes.study import payment

    say(str(payment.claim_dates(contract, last_entry)))


@payment_app.command("reconcile")
def reconcile(
    ours: Annotated[Path, typer.Argument(metavar="OURS", help="Our register (CSV, Excel).")],
    theirs: Annotated[Path, typer.Argument(metavar="THEIRS", help="Their register.")],
    out: Annotated[
        Path | None,
        typer.Option(help="CSV file for the claims that do not agree; it holds shared numbers."),
    ] = None,
    encoding: Annotated[
        str, typer.Option(help="Encoding of THEIRS, such as cp1252 or utf-16.")
    ] = "utf-8-sig",
    delimiter: Annotated[str, typer.Option(help="What stands between the cells of THEIRS.")] = ",",
    our_encoding: Annotated[str, typer.Option(help="Encoding of OURS.")] = "utf-8-sig",
    our_delimiter: Annotated[str, typer.Option(help="The same of OURS.")] = ",",
    as_json: Json = False,
) -> None:
    """Lay two registers side by side: claims that agree, that differ, that only one has.

    A register has the columns number, decision (pay, no pay, pending) and amount; term and reason
    where there are any. Claims are joined by number and term. What is printed names no person. A
    file that is no UTF-8 with commas needs --encoding or --delimiter (of OURS: --our-encoding).
    """
    from dipoutcomes.storage import canonical_json
    from dipoutcomes.study import payment

    marks = _mark(our_delimiter), _mark(delimiter)
    found = payment.reconcile_files(
        ours, theirs, encodings=(our_encoding, encoding), delimiters=marks
    )
    if out is not None:
        payment.write_differences(found, out)
    say(canonical_json(found.to_dict()).decode().rstrip() if as_json else str(found))


@payment_app.command("lock")
def lock(
    contract: ContractFile,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing lock.")] = False,
) -> None:
    """Lock a contract, so that later changes show in every evidence pack.

    Writes its canonical text and its fingerprint beside it, as NAME.contract.lock. Send the
    fingerprint to the other party today: the clock of one computer proves nothing.
    """
    from dipoutcomes.study import payment

    path, fingerprint = payment.lock_contract(contract, force=force)
    say(f"Locked: {path}\nSHA-256 {fingerprint}")


@payment_app.command("pack")
def pack(
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE",
            help="A contract (file or name) with --counts; or a protocol with a section [payment].",
            show_default=False,
        ),
    ],
    out: Annotated[Path, typer.Option("--out", help="Folder of the pack.", show_default=False)],
    counts: Annotated[
        Path | None, typer.Option("--counts", help="File of the cohort's counts.")
    ] = None,
    as_zip: Annotated[bool, typer.Option("--zip", help="Write OUT.zip beside it too.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print no progress.")] = False,
) -> None:
    """Write the evidence pack of a claim: contract, counts, verdict, tables, a summary.

    The summary is in plain English, as web page, Word and PDF. `working` holds the counts as they
    are; `release` has what counts few people withheld. Of published or made-up counts (data =
    "published" or "synthetic" in the file) there is `release` only. `dipoutcomes verify` checks it.
    """
    from dipoutcomes.cli._progress import progress
    from dipoutcomes.study.evidence import pack_counts, pack_study

    if counts is not None:
        folder, files = pack_counts(source, counts, out, as_zip=as_zip)
    else:
        with progress(quiet) as tell:
            folder, files = pack_study(source, out, as_zip=as_zip, progress=tell)
    say("\n".join([f"Written to {folder}:", *(f"  {name}" for name in files)]))


def verify(
    pack: Annotated[
        Path, typer.Argument(metavar="PACK", help="Folder of an evidence pack, or its zip file.")
    ],
    protocol: Annotated[
        Path | None,
        typer.Option(help="For a pack made from records: the protocol beside them."),
    ] = None,
) -> None:
    """Run an evidence pack again and say whether every file comes out the same.

    Files are compared byte for byte; Word and PDF by what they hold. Ends with code 14 if not.
    """
    from dipoutcomes.errors import StorageError
    from dipoutcomes.study.verification import verify_pack

    found = verify_pack(pack, protocol=protocol)
    if not found.holds:
        raise StorageError(str(found))
    say(str(found))
