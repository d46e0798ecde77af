"""An audit raises nothing on a scorecard that is consistent, and finds a fault that is planted."""

import copy
import tomllib
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dipoutcomes.errors import ProtocolError
from dipoutcomes.scorecard.audit import audit_scorecard, scorecard_from

RULES = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "truncated": ROUND_DOWN}


def printed(count, of, rule, decimals=0, per=100):
    """Print a figure by the decimal module, which the package does not use for it."""
    quotient = Decimal(per * count) / Decimal(of)
    return quotient.quantize(Decimal(1).scaleb(-decimals), rounding=RULES[rule])


def split(draw, total, parts):
    """Return *parts* whole numbers that add up to *total*."""
    cuts = sorted(draw(st.integers(0, total)) for _ in range(parts - 1))
    return [b - a for a, b in zip([0, *cuts], [*cuts, total], strict=True)]


class Card:
    """A scorecard in the making, as plain values, of which every figure is true."""

    def __init__(self, draw, rule, decimals):
        self.draw, self.rule, self.decimals = draw, rule, decimals
        self.lines = []

    def count(self, name, count, **more):
        self.lines.append({"id": name, "label": name, "count": count, "unit": "people"} | more)

    def share(self, name, count, of, base, *, count_hidden=False, **more):
        shown = printed(count, base, self.rule, self.decimals)
        self.count(name, count, of=of, percent=shown, **more)
        if count_hidden:
            del self.lines[-1]["count"]

    def parts(self, total):
        draw, hide = self.draw, self.draw(st.booleans())
        for k, count in enumerate(split(draw, total, draw(st.integers(2, 7)))):
            hidden = hide and k % 2 == 1
            self.share(f"part-{k}", count, "total", total, part_of="total", group="by area",
                       count_hidden=hidden)  # fmt: skip
            if draw(st.booleans()):  # the base of a part goes without saying
                del self.lines[-1]["of"]
        for k, count in enumerate(split(draw, total, 3)[:2]):
            self.share(f"some-{k}", count, "total", total, part_of="total", group="reason",
                       parts="some")  # fmt: skip
        for k in range(2):
            self.share(f"any-{k}", draw(st.integers(0, total)), "total", total, part_of="total",
                       group="needs", parts="overlapping")  # fmt: skip

    def pathway(self, total):
        below = self.draw(st.integers(1, total - 1))
        self.share("assessed", below, "total", total, within="total")
        if below > 1:
            self.share("planned", self.draw(st.integers(1, below - 1)), "assessed", below)
        reached = sorted(split(self.draw, below, 4)[:3])[::-1]
        for weeks, count in zip((12, 24, 36), reached, strict=True):
            self.share(f"weeks-{weeks}", count, "assessed", below,
                       label=f"Retained {weeks} weeks or more")  # fmt: skip
            if count == below:  # 100% of another row is a question, and rightly
                self.lines.pop()

    def mentions(self, total):
        mentions = [self.draw(st.integers(0, total)) for _ in range(3)]
        self.count("drugs", sum(mentions), unit="mentions", people="total", most_per_person=3)
        for k, count in enumerate(mentions if sum(mentions) else []):
            self.share(f"drug-{k}", count, "drugs", sum(mentions), part_of="drugs",
                       unit="mentions")  # fmt: skip

    def closures(self):
        closed = self.draw(st.integers(2, 900))
        self.lines.append({"id": "closures", "label": "Closures", "unit": "people"})
        for k, count in enumerate(split(self.draw, closed, 3)):
            self.share(f"band-{k}", count, "closures", closed, part_of="closures", group="weeks")
        self.share("completed", self.draw(st.integers(0, closed)), "closures", closed)


@st.composite
def scorecards(draw, *, blank=False):
    """Draw a consistent scorecard, as plain values, and the rule that it was printed by."""
    card = Card(draw, draw(st.sampled_from(sorted(RULES))), draw(st.integers(0, 1)))
    total = draw(st.integers(2, 2_000))
    card.count("total", total)
    card.parts(total)
    card.pathway(total)
    card.mentions(total)
    if blank:
        card.closures()
    sums, places = draw(st.integers(0, 5_000)), draw(st.integers(0, 2))
    means = [
        {"id": "rate", "label": "Rate per 100", "of": "total", "total": sums, "per": 100,
         "printed": printed(sums, total, card.rule, places), "decimals": places},
        {"id": "mean", "label": "Mean", "of": "total", "decimals": places,
         "printed": printed(sums, total, card.rule, places, per=1)},
    ]  # fmt: skip
    head = {"title": "made up", "decimals": card.decimals}
    if draw(st.booleans()):
        head["rounding"] = card.rule
    return {"scorecard": head, "line": card.lines, "mean": means}, card.rule


@given(scorecards())
def test_a_consistent_scorecard_has_no_finding(drawn):
    raw, rule = drawn
    audit = audit_scorecard(scorecard_from(raw))
    assert audit.findings == ()
    assert rule in audit.judgement.rules
    assert audit.reproduced == len(audit.judgement.pairs)


@given(scorecards(blank=True))
def test_a_blank_base_is_the_one_finding_and_the_truth_is_in_its_range(drawn):
    raw, rule = drawn
    audit = audit_scorecard(scorecard_from(raw))
    assert [finding.kind for finding in audit.findings] == ["blank_base"]
    closed = sum(line["count"] for line in raw["line"] if line["id"].startswith("band-"))
    pair = audit.judgement["completed"]
    if rule == audit.judgement.rule:
        assert closed in pair.shared
    assert pair.base in {closed, None}


def find(raw, name):
    return next(line for line in raw["line"] if line["id"] == name)


def kinds(raw):
    return {finding.kind for finding in audit_scorecard(scorecard_from(raw)).findings}


@given(scorecards(), st.integers(2, 9), st.sampled_from(["assessed", "some-0", "any-1", "drug-2"]))
def test_a_wrong_percentage_is_found_on_its_line(drawn, points, name):
    raw, _ = drawn
    assume(any(line["id"] == name for line in raw["line"]))
    line = find(raw, name)
    shown = line["percent"]
    # Two units of the last digit or more: no rule of rounding moves a figure so far.
    line["percent"] = shown + Decimal(points).scaleb(-raw["scorecard"]["decimals"])
    audit = audit_scorecard(scorecard_from(raw))
    found = {name for finding in audit.of_kind("percentage") for name in finding.lines}
    assert found == {name}


@given(scorecards(), st.integers(1, 50))
def test_a_part_too_many_is_found(drawn, more):
    raw, _ = drawn
    assume(all("count" in find(raw, f"part-{k}") for k in range(2)))
    find(raw, "part-0")["count"] += more
    assert "total" in kinds(raw)


@given(scorecards(), st.integers(1, 50))
def test_a_band_that_widens_as_it_should_narrow_is_found(drawn, more):
    raw, _ = drawn
    assume(any(line["id"] == "weeks-12" for line in raw["line"]))
    find(raw, "weeks-24")["count"] = find(raw, "weeks-12")["count"] + more
    assert "threshold" in kinds(raw)


@given(scorecards(), st.integers(1, 50))
def test_more_mentions_than_the_people_can_make_are_found(drawn, more):
    raw, _ = drawn
    find(raw, "drugs")["count"] = 3 * find(raw, "total")["count"] + more
    assert "mentions" in kinds(raw)


@given(scorecards(), st.integers(1, 50))
def test_more_assessed_than_there_are_people_are_found(drawn, more):
    raw, _ = drawn
    line = find(raw, "assessed")
    line["count"] = find(raw, "total")["count"] + more
    del line["of"], line["percent"]
    assert "over_total" in kinds(raw)


@given(scorecards(), st.integers(2, 9))
def test_a_rate_that_its_total_does_not_give_is_found(drawn, units):
    raw, _ = drawn
    rate = raw["mean"][0]
    rate["printed"] += Decimal(units).scaleb(-rate["decimals"])
    assert "mean" in kinds(raw)


@given(st.integers(2, 60), st.integers(0, 400), st.sampled_from(sorted(RULES)))
def test_a_mean_between_two_whole_totals_is_found(of, total, rule):
    grid = [printed(total + k, of, r, 3, per=1) for k in range(2) for r in RULES]
    between = (max(grid[:3]) + min(grid[3:])) / 2
    between = between.quantize(Decimal("0.001"))
    assume(max(grid[:3]) < between < min(grid[3:]))
    mean = {"id": "m", "label": "Mean", "of": of, "printed": between}
    raw = {"scorecard": {"title": "t", "rounding": rule}, "mean": [mean],
           "line": [{"id": "n", "label": "n", "count": of}]}  # fmt: skip
    assert kinds(raw) == {"mean"}


@given(scorecards(blank=True), st.sampled_from(["band-0", "band-1", "band-2", "completed"]))
def test_a_wrong_percentage_of_a_blank_base_is_found(drawn, name):
    raw, _ = drawn
    line = find(raw, name)
    # Three units: the base is not printed, but its parts are, and add up to it.
    line["percent"] += Decimal(3).scaleb(-raw["scorecard"]["decimals"])
    assert kinds(raw) & {"percentage", "no_base_fits"}


@pytest.mark.parametrize("rule", RULES)
def test_one_rule_is_found_for_the_whole_document(rule):
    counts = [(k, 200) for k in range(1, 200, 7)]
    lines = [
        {"id": f"line-{k}", "label": "x", "count": k, "of": of, "percent": printed(k, of, rule)}
        for k, of in counts
    ]
    audit = audit_scorecard(scorecard_from({"scorecard": {"title": "t"}, "line": lines}))
    assert audit.judgement.rules == (rule,)
    assert not audit.findings


GWENT = tomllib.loads(
    (Path(__file__).parents[2] / "protocols" / "gwent-2013-14-scorecard.toml").read_text("utf-8"),
    parse_float=Decimal,
)
KEYS = sorted({key for line in GWENT["line"] for key in line} - {"id", "label"})
IDS = [line["id"] for line in GWENT["line"]]
CELLS = st.one_of(
    st.integers(-3, 10**11), st.sampled_from(IDS), st.text(max_size=5), st.booleans(),
    st.decimals(-1, 200, places=1), st.dates(), st.sampled_from(["all", "some", "expected"]),
)  # fmt: skip


@given(st.lists(st.tuples(st.integers(0, len(IDS) - 1), st.sampled_from(KEYS), CELLS), max_size=8))
def test_whatever_stands_in_a_file_the_audit_ends_or_the_file_is_refused(changes):
    raw = copy.deepcopy(GWENT)
    for place, key, cell in changes:
        if cell is True:
            raw["line"][place].pop(key, None)
        else:
            raw["line"][place][key] = cell
    try:
        card = scorecard_from(raw)
    except ProtocolError as error:
        assert "pydantic" not in str(error)  # noqa: PT017
        return
    audit = audit_scorecard(card)
    known = {*IDS}
    assert all(set(finding.lines) <= known for finding in audit.findings)
    assert len(str(audit)) > 20
    assert audit.lines_table.to_frame().shape[0] == len(audit.judgement.pairs)
    assert sum(audit.statuses.values()) == len(audit.judgement.pairs)
    assert len(audit.denominators_table) + audit.statuses["reproduces"] + (
        audit.statuses["own total"]
    ) == len(audit.judgement.pairs)
    audit.to_dict()


@given(st.permutations(range(len(IDS))))
def test_the_order_of_the_rows_changes_no_finding(order):
    raw = GWENT | {"line": [GWENT["line"][k] for k in order]}
    there = audit_scorecard(scorecard_from(raw))
    here = audit_scorecard(scorecard_from(GWENT))
    assert there.statuses == here.statuses
    assert sorted((f.kind, sorted(f.lines)) for f in there.findings) == sorted(
        (f.kind, sorted(f.lines)) for f in here.findings
    )
