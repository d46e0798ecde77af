"""The files that hold the people, and how to read them."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field

from dipoutcomes.protocol.model.section import (
    Day,
    Section,
    Whole,
)


class TableSource(Section):
    """Where one table of the records comes from and what its columns are called there."""

    file: str = Field(
        min_length=1,
        description="CSV, Excel or Parquet file, or DuckDB or SQLite database; the path is "
        "relative to the protocol.",
        examples=["persons.csv"],
    )
    sheet: str | None = Field(
        None, description="Sheet of a workbook; the first if omitted.", examples=["Clients"]
    )
    table: str | None = Field(None, description="Table of a database file.", examples=["clients"])
    header_row: Whole = Field(
        1, ge=1, description="Row of the sheet or file that has the headings."
    )
    delimiter: str = Field(
        ",", min_length=1, max_length=1, description="Sign between the cells of a CSV file."
    )
    encoding: str | None = Field(
        None, description="Overrides records.encoding for this table.", examples=["cp1252"]
    )
    date_formats: tuple[str, ...] | None = Field(
        None,
        description="Overrides records.date_formats for this table.",
        examples=[["%d/%m/%Y"]],
    )
    columns: dict[str, str] = Field(
        min_length=1,
        description="The toolkit's name of each column = the heading in the file.",
    )
    attributes: dict[str, str] = Field(
        default_factory=dict,
        description="Further columns to keep (area, referral source ...): name = heading.",
    )
    values: dict[str, dict[str, str]] = Field(
        default_factory=dict,
        description="Codes of the file translated to the toolkit's words, column by column.",
    )


class Records(Section):
    """The files that hold the people, and how to read them."""

    persons: TableSource = Field(description="One row a person.")
    episodes: TableSource = Field(
        description="One row an intervention; no end date means that it is still open."
    )
    events: TableSource = Field(description="One row an arrest, charge, conviction or caution.")
    custody: TableSource | None = Field(
        None,
        description="One row a spell inside; the end is the first day at liberty. Without this "
        "table nobody's days in custody can be taken out.",
    )
    exits: TableSource | None = Field(None, description="One row a death or a leaving.")
    linkage: TableSource | None = Field(
        None, description="One row a person looked for on police records: found or not_found."
    )
    pseudonym_key: str = Field(
        "demonstration",
        min_length=1,
        description="File that holds the secret key for pseudonyms, outside the output folder; "
        '"demonstration" (a fixed public key) is refused for real data.',
    )
    maximum_reject_percent: Decimal = Field(
        Decimal("2"),
        ge=0,
        le=100,
        description="More rejected rows than this percentage, in any table, stops the run.",
    )
    encoding: str = Field("utf-8-sig", description="Of the CSV files; said, not guessed.")
    date_formats: tuple[str, ...] = Field(
        ("%Y-%m-%d",),
        min_length=1,
        description="Formats of dates written as text, tried in this order and counted.",
    )
    missing: tuple[str, ...] = Field(
        ("", "NA", "N/A", "NULL", "null", "None", "-", "not known"),
        description="Texts that stand for a missing value.",
    )
    open_ended_dates: tuple[Day, ...] = Field(
        (),
        description='Far dates that stand for "still open".',
        examples=[["2099-12-31"]],
    )
    missing_dates: tuple[Day, ...] = Field(
        (),
        description='Dates that stand for "not known", such as the first day of a calendar.',
        examples=[["1900-01-01"]],
    )
    repeated_events: Literal["count", "reject"] = Field(
        "count",
        description="An event that repeats everything but the identifier of an earlier one of the "
        'same person: "count" it, and say how many there are, or "reject" it as stored twice. '
        "Two offences of a day may look the same.",
    )
    similar_identifiers: Literal["note", "uncertain"] = Field(
        "note",
        description="A row of an outcome that names nobody, one letter away from a known "
        'identifier: "note" how many there are, or take the outcome of everybody it may mean as '
        '"uncertain". No such row is ever linked.',
    )
