"""The order of the stages: a protocol and its inputs in, everything the study found out."""

from dipoutcomes.pipeline.inputs import StudyInputs, StudyRun
from dipoutcomes.pipeline.run import run_study

__all__ = ["StudyInputs", "StudyRun", "run_study"]
