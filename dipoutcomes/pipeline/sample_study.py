"""The draw of a study before any outcome is looked at: the same people that a run will draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dipoutcomes.cohort import CohortResult, select_cohort
from dipoutcomes.cohort.attrition import flow_table
from dipoutcomes.errors import ProtocolError
from dipoutcomes.pipeline.inputs import Progress, StudyInputs, silent
from dipoutcomes.protocol.model import Protocol, Sample
from dipoutcomes.records import LoadRules, Records, load_records
from dipoutcomes.records.identities import identities, row_digests
from dipoutcomes.results import Table
from dipoutcomes.sampling import Draw, draw_sample
from dipoutcomes.sampling.record import draw_in_words, draw_record, frame_columns
from dipoutcomes.sampling.seed import STREAM, draw_seed
from dipoutcomes.streams import random_stream

#: Headings of the request workbook that the police do not fill in, and that they do.
NUMBER, ANSWER, PNCID = "Number", "Found on PNC", "PNCID"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StudyFrame:
    """Everybody who can be drawn, and how they came to be these."""

    records: Records
    cohort: CohortResult
    section: Sample
    design_columns: tuple[str, ...]

    def tables(self) -> list[Table]:
        """Return rows read and rejected, and the flow of people to the frame."""
        caption = "From the records to the frame: how many people each step lost, and why"
        found = [
            self.records.quality,
            self.records.reject_rules,
            flow_table(self.cohort.flow, caption=caption),
        ]
        return [table for table in found if len(table)]

    def frame(self) -> pd.DataFrame:
        """Return the pseudonyms and the columns of the design, for an auditor."""
        return self.cohort.people[["person_id", *self.design_columns]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StudyDraw:
    """A draw with its frame, its record, and the one table that says who the people are."""

    frame: StudyFrame
    draw: Draw
    record: Mapping[str, Any]
    request: pd.DataFrame  # identifiers: goes into the request workbook and nowhere else

    def __repr__(self) -> str:
        """Say how many, never who."""
        return f"StudyDraw({self.draw})"

    def __str__(self) -> str:
        return draw_in_words(self.record)


def not_looked_at(protocol: Protocol) -> frozenset[str]:
    """Return the tables that a draw neither needs nor reads: outcomes, and who was traced."""
    cohort = protocol.cohort
    custody = cohort is not None and "in_custody_at_index_date" in cohort.exclude
    return frozenset({"events", "linkage"} | (set() if custody else {"custody"}))


def frame_of_study(
    protocol: Protocol, inputs: StudyInputs, *, progress: Progress = silent
) -> StudyFrame:
    """Return the frame that a run of the study draws from, without looking at an outcome.

    Raises
    ------
    ProtocolError
        If the protocol draws no sample.
    RecordError, DesignError
        If the caseload cannot be read, or nobody is eligible.
    """
    study, cohort, section = protocol.study, protocol.cohort, protocol.sample
    if protocol.records is None or cohort is None or section is None:
        raise ProtocolError(
            "the protocol draws no sample: a draw needs the sections [records], [cohort] and "
            "[sample] (with the key 'size')"
        )
    if study.extract_date is None or study.last_offence_date is None:
        raise ProtocolError("[study] needs last_offence_date and extract_date")
    rules = LoadRules.from_section(protocol.records)
    records = load_records(
        inputs.tables,
        rules.only(rules.tables.keys() - not_looked_at(protocol)),
        extract_date=study.extract_date,
        key=inputs.key,
        progress=progress,
    )
    progress("Selecting the cohort")
    chosen = select_cohort(
        records, cohort, last_offence_date=study.last_offence_date, linkage_supplied=False
    )
    return StudyFrame(
        records=records,
        cohort=chosen,
        section=section,
        design_columns=tuple(frame_columns(section, chosen.people)),
    )


def draw_study(
    protocol: Protocol, inputs: StudyInputs, *, progress: Progress = silent
) -> StudyDraw:
    """Draw the sample of a study, as its run will, and say who the people are.

    Notes
    -----
    Frame, random stream and algorithm are those of the run, so that the sample is the same one.
    """
    frame = frame_of_study(protocol, inputs, progress=progress)
    progress("Drawing the sample")
    section, people = frame.section, frame.cohort.people
    seed = draw_seed(section, protocol.study.seed)
    draw = draw_sample(people, section, rng=random_stream(seed, STREAM))
    record = draw_record(
        draw,
        section,
        people["person_id"].tolist(),
        study=protocol.study.id,
        study_seed=protocol.study.seed,
        versions={k: v for k, v in inputs.versions.items() if k in {"dipoutcomes", "numpy"}},
    )
    request, record["request"] = ask_for(protocol, inputs, list(dict.fromkeys(draw.person_ids)))
    return StudyDraw(frame=frame, draw=draw, record=record, request=request)


def ask_for(
    protocol: Protocol, inputs: StudyInputs, people: list[str]
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return who *people* (pseudonyms) are, and what is recorded of the request for them."""
    if protocol.records is None:
        raise ProtocolError("a draw needs the section [records]")
    request = identities(
        inputs.tables["persons"],
        LoadRules.from_section(protocol.records),
        people,
        request_columns(protocol),
        key=inputs.key,
    )
    return request, {
        "columns": list(request.columns),
        "person_ids": people,
        "row_digests": row_digests(request, inputs.key),
    }


def request_columns(protocol: Protocol) -> dict[str, str]:
    """Return what the police are told beside the person id: heading = heading in the file."""
    if protocol.sample is not None and protocol.sample.request_columns:
        return dict(protocol.sample.request_columns)
    mapped = protocol.records.persons.columns if protocol.records is not None else {}
    return {mapped[name]: mapped[name] for name in ("birth_date", "sex") if name in mapped}


def sample_frame(draw: Draw) -> pd.DataFrame:
    """Return the sample by pseudonym: the order drawn, stratum, chance and weight."""
    names = _names(draw)
    return pd.DataFrame(
        {
            "order": range(1, len(draw) + 1),
            "person_id": list(draw.person_ids),
            "stratum": [names[k] for k in draw.stratum],
            "inclusion_probability": draw.inclusion_probability,
            "weight": draw.weights,
        }
    )


def reserve_frame(draw: Draw) -> pd.DataFrame:
    """Return the reserve by pseudonym in its order, with empty columns for the log of its use."""
    names = _names(draw)
    frame = pd.DataFrame(
        {
            "order": range(1, len(draw.reserve_ids) + 1),
            "person_id": list(draw.reserve_ids),
            "stratum": [names[k] for k in draw.reserve_stratum],
        }
    )
    frame.insert(3, "order_in_stratum", frame.groupby("stratum").cumcount() + 1)
    for name in ("used_on", "replaces", "because", "initials"):
        frame[name] = ""
    return frame


def _names(draw: Draw) -> list[str]:
    return [", ".join(values) or "everybody" for values in draw.strata]
