"""The audit of published scorecards, from one page to five thousand rows.

``python benchmarks/audit.py [--quick]`` prints seconds to read and to audit the committed scorecard
of 73 rows and made-up ones of 1,000 and 5,000 rows, beside a plain loop over the decimal module
that asks of each percentage the first question alone: does it follow from its count? Answers are
compared before a time counts.
"""

from __future__ import annotations

import argparse
import time
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import numpy as np

from dipoutcomes.scorecard.audit import (
    Scorecard,
    audit_scorecard,
    parse_scorecard,
    scorecard_from_rows,
)

FILE = Path(__file__).parents[1] / "protocols" / "gwent-2013-14-scorecard.toml"


def printed(count: int, of: int) -> int:
    share = Decimal(100 * count) / Decimal(of)
    return int(share.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def made_up(rows: int) -> Scorecard:
    rng = np.random.default_rng(rows)
    lines: list[dict[str, object]] = [{"id": "total", "label": "Total", "count": 100_000}]
    for k, count in enumerate(rng.integers(1, 100_000, rows).tolist()):
        wrong = 2 * (k % 100 == 99)  # a hundredth of them does not follow
        lines.append(
            {"id": f"row-{k}", "label": f"Row {k}", "count": count, "of": "total",
             "percent": printed(count, 100_000) + wrong}
        )  # fmt: skip
    return scorecard_from_rows(lines, title=f"{rows:,} rows")


def plain(card: Scorecard) -> int:
    """Count the percentages that do not follow from a stated base, one at a time."""
    return sum(
        printed(line.count or 0, card.value(line.of) or 1) != line.percent
        for line in card.line
        if line.of is not None and line.percent is not None
    )


def timed(function, *arguments, repeats=3):
    best = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        answer = function(*arguments)
        best = min(best, time.perf_counter() - start)
    return best, answer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    text = FILE.read_text(encoding="utf-8")
    seconds, card = timed(parse_scorecard, text)
    print(f"read 73 rows of TOML: {1e3 * seconds:.1f} ms")
    seconds, audit = timed(audit_scorecard, card)
    print(f"audit of {len(card.line)} rows, {len(audit.findings)} findings: {1e3 * seconds:.1f} ms")
    for rows in (1_000,) if quick else (1_000, 5_000):
        card = made_up(rows)
        seconds, audit = timed(audit_scorecard, card)
        loop, wrong = timed(plain, card)
        assert len(audit.of_kind("percentage")) == wrong == rows // 100
        print(
            f"audit of {rows:,} rows: {1e3 * seconds:.0f} ms (the first question alone, by the "
            f"decimal module: {1e3 * loop:.0f} ms)"
        )


if __name__ == "__main__":
    main()
