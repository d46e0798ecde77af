"""One series against its own past: counts broken at a known time, and series as published."""

from dipoutcomes.comparison.series.published import PublishedSeries, published_series
from dipoutcomes.comparison.series.segmented import segmented_regression
from dipoutcomes.comparison.series.segmented_result import SegmentedRegression

__all__ = ["PublishedSeries", "SegmentedRegression", "published_series", "segmented_regression"]
