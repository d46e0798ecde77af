"""How many rows of each kind of fault a recipe asks for."""

from __future__ import annotations

from difflib import get_close_matches

from pydantic import Field

from dipoutcomes.errors import ProtocolError
from dipoutcomes.simulate._section import Count, Section


class Faults(Section):
    """Rows spoilt on purpose, by kind; a real extract has them too.

    `simulate.dirt.FAULTS` says of each kind what is done and what the toolkit does with it.
    """

    duplicate_event_rows: Count = 0
    duplicate_custody_rows: Count = 0
    arrest_before_birth: Count = 0
    impossible_date: Count = 0
    overlapping_custody: Count = 0
    custody_end_before_start: Count = 0
    episode_end_before_start: Count = Field(
        0, description="Among people who closed after the period, so the true cohort stays whole."
    )
    date_typed_as_text: Count = Field(0, description="Closing dates in the workbook.")
    # Dates of arrests
    date_in_another_format: Count = 0
    timestamp_among_dates: Count = 0
    time_of_day: Count = 0
    two_digit_year: Count = 0
    us_date_beyond_12: Count = 0
    us_date_to_12: Count = 0
    serial_number_in_csv: Count = 0
    missing_arrest_date: Count = 0
    word_for_no_date: Count = 0
    code_for_no_date: Count = 0
    date_after_extract: Count = 0
    arrest_before_offence: Count = 0
    # Other dates
    serial_number: Count = 0
    serial_number_as_text: Count = 0
    missing_exit_date: Count = 0
    # Spells
    custody_without_a_day: Count = 0
    open_custody_as_far_date: Count = 0
    open_custody_as_9999: Count = 0
    missing_custody_start: Count = 0
    open_episode_as_far_date: Count = 0
    missing_episode_start: Count = 0
    zero_for_no_date: Count = 0
    overlapping_episodes: Count = 0
    episode_without_a_day: Count = 0
    # Rows
    cells_shifted: Count = 0
    unlisted_code: Count = 0
    event_stored_twice: Count = 0
    event_entered_again: Count = 0
    headings_again: Count = 0
    total_row: Count = 0
    blank_rows: Count = 0
    blank_rows_in_workbook: Count = 0
    duplicate_person_rows: Count = 0
    duplicate_episode_rows: Count = 0
    duplicate_exit_rows: Count = 0
    duplicate_linkage_rows: Count = 0
    # People
    missing_birth_date: Count = 0
    birth_date_1900: Count = 0
    impossible_birth_date: Count = 0
    word_for_no_area: Count = 0
    code_for_no_drug: Count = 0
    missing_from_linkage: Count = 0
    coded_not_found: Count = 0
    unlisted_answer: Count = 0
    # Identifiers
    identifier_in_lower_case: Count = 0
    identifier_with_leading_zeros: Count = 0
    identifier_with_point_zero: Count = 0
    identifier_letter_for_digit: Count = 0
    identifier_with_spaces: Count = 0
    identifier_one_letter_off: Count = 0
    event_of_a_stranger: Count = 0

    @property
    def asked_for(self) -> dict[str, int]:
        """The kinds of which there is to be a row, with how many."""
        return {name: rows for name, rows in self.model_dump().items() if rows}


def parse_faults(text: str) -> Faults:
    """Return the faults that a short text asks for.

    Parameters
    ----------
    text : str
        "none"; "all" for one of each kind, which others may follow ("all,total_row=0"); or kinds
        with their numbers, "impossible_date=3,cells_shifted=2". A kind without a number is asked
        for once.

    Raises
    ------
    ProtocolError
        If a kind is not known (the nearest known one is named), named twice, or its number is
        no whole number from 0.

    Examples
    --------
    >>> parse_faults("impossible_date=3,cells_shifted").asked_for
    {'impossible_date': 3, 'cells_shifted': 1}
    """
    known = list(Faults.model_fields)
    if text.strip() == "none":
        return Faults()
    first, *parts = (part.strip() for part in text.split(","))
    everything = dict.fromkeys(known, 1) if first == "all" else {}
    wanted: dict[str, int] = {}
    problems = []
    for part in parts if everything else (first, *parts):
        name, sign, number = (word.strip() for word in part.partition("="))
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"; did you mean '{near[0]}'?" if near else ""
            problems.append(f"  there is no fault '{name}'{hint}")
        elif name in wanted:
            problems.append(f"  '{name}' is named twice")
        elif sign and not (number.isascii() and number.isdigit() and len(number) < 10):
            problems.append(f"  '{name}' needs a whole number from 0 after the =")
        else:
            wanted[name] = int(number) if sign else 1
    if problems:
        head = "the faults asked for cannot be read. Write all, none or kind=3,kind=2:"
        raise ProtocolError("\n".join([head, *problems]))
    return Faults(**everything | wanted)
