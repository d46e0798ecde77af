"""Who is drawn from the cohort, so that anybody with the seed can draw them again."""

from dipoutcomes.sampling.draw import Draw, draw_from_frame, draw_sample
from dipoutcomes.sampling.frame import SamplingFrame, sampling_frame
from dipoutcomes.sampling.verify import Verification, verify_draw

__all__ = [
    "Draw",
    "SamplingFrame",
    "Verification",
    "draw_from_frame",
    "draw_sample",
    "sampling_frame",
    "verify_draw",
]
