"""The examples of the template that descriptions of single keys cannot give."""

from __future__ import annotations

HEAD = (
    "#:schema ./protocol.schema.json",
    "# A protocol: what is promised before any outcome is seen. A later change goes under",
    "# [[amendment]], with a reason.",
    "#",
    "# Lines that begin with # and a space explain. A line such as #size = 250 is a key that may",
    "# be left out; take the # away to use it. Text stands in quotes; dates, numbers, true and",
    "# false do not.",
    "",
)

#: Optional keys that are written out all the same, because most studies set them.
SHOWN = frozenset(
    {
        "study.data_note",
        "study.seed",
        "study.last_offence_date",
        "study.extract_date",
        "cohort.index_event",
        "records.custody",
        "cohort.exclude",
        "outcome.exclude_days_in_custody",
        "time_to_first.report_at_months",
        "analysis.confidence_level",
        "analysis.contrast.compare",
        "disclosure.suppress_below",
    }
)

#: Columns of each table under invented headings; attributes and values once, as an example.
COLUMNS: dict[str, dict[str, tuple[str, ...]]] = {
    "persons": {
        "columns": (
            'columns.person_id = "Client number"',
            'columns.birth_date = "Date of birth"',
            'columns.sex = "Sex"',
        ),
        "attributes": ('attributes.area = "Local authority"',),
        "values": ('values.sex = { "M" = "male", "F" = "female" }',),
    },
    "episodes": {
        "columns": (
            'columns.person_id = "Client number"',
            'columns.episode_id = "Episode"',
            'columns.start = "First contact"',
            'columns.end = "Closed"',
        ),
        "attributes": ('attributes.referral = "Referral source"',),
        "values": (),
    },
    "events": {
        "columns": (
            'columns.person_id = "Client number"',
            'columns.event_id = "Record"',
            'columns.event_type = "Type"',
            'columns.offence_date = "Date of offence"',
            'columns.arrest_date = "Date of arrest"',
            'columns.proof_date = "Date of disposal"',
            'columns.offence_code = "Offence code"',
            'columns.is_index = "Led to referral"',
        ),
        "attributes": (),
        "values": ('values.event_type = { "ARR" = "arrest", "CONV" = "conviction" }',),
    },
    "custody": {
        "columns": (
            'columns.person_id = "Client number"',
            'columns.start = "Received"',
            'columns.end = "Released"',
        ),
        "attributes": (),
        "values": (),
    },
    "exits": {
        "columns": (
            'columns.person_id = "Client number"',
            'columns.date = "Date"',
            'columns.kind = "Kind"',
        ),
        "attributes": (),
        "values": ('values.kind = { "D" = "death", "L" = "left_country" }',),
    },
    "linkage": {
        "columns": (
            'columns.person_id = "Client number"',
            'columns.status = "Police record"',
        ),
        "attributes": (),
        "values": ('values.status = { "Y" = "found", "N" = "not_found" }',),
    },
}

WINDOWS = (
    "#",
    "# Shares of people need windows of a fixed length, so that everyone is seen equally long.",
    "# Rates may run to the last offence date. Two windows whose shares are compared must be",
    "# equally long. The bands follow one another without a gap and add up.",
    "[[window]]",
    'name = "12 months before"',
    'opens = { at = "start", months = -12 }',
    'closes = { at = "start" }',
    "",
    "[[window]]",
    'name = "during"',
    'opens = { at = "start" }',
    'closes = { at = "end" }',
    "",
    "[[window]]",
    'name = "3+ months after"',
    'opens = { at = "end", months = 3, days = 0 }',
    'closes = { at = "last_offence_date" }',
    "",
    "[[window]]",
    'name = "12+ months after"',
    'opens = { at = "end", months = 12 }',
    'closes = { at = "last_offence_date" }',
    "",
    "[[window]]",
    'name = "12 to 24 months after"',
    'opens = { at = "end", months = 12 }',
    'closes = { at = "end", months = 24 }',
    "",
    "[[window]]",
    'name = "0 to 3 months after (band)"',
    'opens = { at = "end" }',
    'closes = { at = "end", months = 3 }',
    "band = true",
    "",
    "[[window]]",
    'name = "3 to 12 months after (band)"',
    'opens = { at = "end", months = 3 }',
    'closes = { at = "end", months = 12 }',
    "band = true",
    "",
    "[[window]]",
    'name = "12 months after and later (band)"',
    'opens = { at = "end", months = 12 }',
    'closes = { at = "last_offence_date" }',
    "band = true",
)
