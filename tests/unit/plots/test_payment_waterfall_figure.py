"""The waterfall's bars add up to what is due, in the figure and in its words."""

import re
from decimal import Decimal

import pytest

from dipoutcomes.payment.settle import settle
from dipoutcomes.payment.waterfall import waterfall
from dipoutcomes.plots.payment import describe_waterfall, plot_waterfall
from dipoutcomes.protocol.claim import parse_counts
from dipoutcomes.study.payment import read_contract, settle_files


def doncaster(reduction):
    counts = (
        '[cohort]\nname = "c"\ncontract_value = 1000000\n[[count]]\n'
        f'measure = "reconvicted"\nreduction = {reduction}\n'
    )
    return settle(read_contract("doncaster-2011"), parse_counts(counts))


@pytest.mark.parametrize(
    "verdict",
    [
        settle_files("drug-recovery-illustration", ["illustration-counts"])[0],
        doncaster("0.057"),
        doncaster("0.033"),
    ],
    ids=["illustration", "paid", "paid back"],
)
def test_the_steps_add_up_to_the_last_bar(verdict):
    drawn = waterfall(verdict)
    steps = [bar.size for bar in drawn.bars if not bar.is_total]
    assert sum(steps) == pytest.approx(float(verdict.amount))
    assert drawn.bars[-1].size == float(verdict.amount)
    ax = plot_waterfall(drawn)
    assert len(ax.patches) == len(drawn.bars)
    assert sum(p.get_width() for p in ax.patches[:-1]) == pytest.approx(float(verdict.amount))
    words = describe_waterfall(drawn)
    said = [Decimal(text.replace(",", "")) for text in re.findall(r"GBP ([\d,.]+\d)", words)]
    assert len(said) == len(drawn.bars)


def test_a_cap_is_a_step_of_its_own():
    contract = read_contract("drug-recovery-illustration")
    money = contract.money.model_copy(update={"cap": Decimal(20000)})
    counts = parse_counts(
        '[cohort]\nname = "c"\n[[count]]\nmeasure = "free_for_12_months"\npeople = 100\nevents = 20'
    )
    drawn = waterfall(settle(contract.model_copy(update={"money": money}), counts))
    assert [(bar.label, bar.size) for bar in drawn.bars[1:]] == [
        ("cap of the contract", -12000.0), ("due", 20000.0),
    ]  # fmt: skip


def test_without_a_price_the_measure_is_drawn_with_what_is_needed():
    drawn = waterfall(settle_files("peterborough-2010", ["peterborough-cohort-1"])[0])
    assert drawn.needed == pytest.approx(1.395)
    assert [bar.size for bar in drawn.bars] == pytest.approx([1.55, -0.13, 1.42])
    assert "1.395 (a reduction of at least 10.0%)" in describe_waterfall(drawn)
    ax = plot_waterfall(drawn)
    assert any(line.get_xdata()[0] == pytest.approx(1.395) for line in ax.lines)


def test_nothing_to_draw_is_said():
    counts = '[cohort]\nname = "c"\n[[count]]\nmeasure = "reconvictions"\nreduction = 0.1\n'
    verdict = settle(read_contract("peterborough-2010"), parse_counts(counts))
    with pytest.raises(ValueError, match="nothing to draw"):
        waterfall(verdict)
