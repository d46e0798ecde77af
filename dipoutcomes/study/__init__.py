"""The one door that the notebooks and the command line share: read, run, write.

`storage` touches files, `pipeline` orders the stages, `report` makes pages; they are strangers to
each other, and meet here.
"""

from dipoutcomes.study.commands import (
    check,
    list_of_faults,
    lock,
    synthesise,
    template_text,
    write_new_text,
)
from dipoutcomes.study.counted import CountedPeople, counted_people
from dipoutcomes.study.durations import Durations, read_durations
from dipoutcomes.study.evaluation import evaluate, open_report
from dipoutcomes.study.made_up import MadeUpPeople, made_up_people
from dipoutcomes.study.repeated_events import RepeatedEvents, read_repeated
from dipoutcomes.study.sampling import ask_next, draw, returned, sample, verify_sample
from dipoutcomes.study.stand_in import synthesise_like
from dipoutcomes.study.writing import run

__all__ = [
    "CountedPeople",
    "Durations",
    "MadeUpPeople",
    "RepeatedEvents",
    "ask_next",
    "check",
    "counted_people",
    "draw",
    "evaluate",
    "list_of_faults",
    "lock",
    "made_up_people",
    "open_report",
    "read_durations",
    "read_repeated",
    "returned",
    "run",
    "sample",
    "synthesise",
    "synthesise_like",
    "template_text",
    "verify_sample",
    "write_new_text",
]
