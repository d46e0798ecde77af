"""A study of records is paid for by its own windows; a plain recount says the same."""

import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dipoutcomes.cli.main import main
from dipoutcomes.errors import DesignError, ProtocolError
from dipoutcomes.payment.settle import settle
from dipoutcomes.storage import canonical_json
from dipoutcomes.study import evaluate, run

ROOT = Path(__file__).parents[2]
CONTRACT = """
schema_version = 1
[contract]
id = "arrests"
title = "Made-up terms on arrests"
standing = "illustration"
[[measure]]
name = "arrested"
says = "share arrested within 12 months"
kind = "binary"
event_type = "arrest"
window_months = 12
[[measure]]
name = "often"
says = "arrests per person"
kind = "frequency_per_person"
event_type = "arrest"
window_months = 12
baseline = { kind = "own_past", says = "the same people in the year before" }
[[measure]]
name = "days"
says = "mean days to the first arrest"
kind = "time_to_first"
event_type = "arrest"
window_months = 12
baseline = { kind = "fixed", value = 250 }
[[term]]
name = "free"
says = "Each person not arrested in 12 months."
measure = "arrested"
applies_to = "person"
price = { per = "person", amount = 300 }
[[term]]
name = "fewer"
says = "At least 10% fewer arrests than in the year before."
measure = "often"
test = "relative_reduction"
threshold = 0.10
price = { per = "event_averted", amount = 50 }
[[term]]
name = "longer"
says = "At least 20 days longer."
measure = "days"
test = "absolute_reduction"
threshold = 20
price = { per = "cohort", amount = 1000 }
"""
AFTER, BEFORE = "12 months after the start", "12 months before"
PAYMENT = f"""
[payment]
contract = "arrests.toml"
cohort = "all who entered"
claimed_on = 2014-01-15
[[payment.measure]]
name = "arrested"
window = "{AFTER}"
[[payment.measure]]
name = "often"
window = "{AFTER}"
before = "{BEFORE}"
[[payment.measure]]
name = "days"
window = "{AFTER}"
"""


def protocol(folder, payment=PAYMENT, contract=CONTRACT, *changes):
    text = (ROOT / "protocols" / "compared-synthetic.toml").read_text(encoding="utf-8")
    text = re.sub(r"(?ms)^\[comparison\].*?(?=^\[analysis\])", "", text)
    text = re.sub(r"(?ms)^\[time_to_first\].*?(?=^\[analysis\])", "", text)
    text = text.replace("../synthetic", (ROOT / "synthetic").as_posix())
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (folder / "arrests.toml").write_text(contract, encoding="utf-8")
    path = folder / "paid.toml"
    path.write_text(text + payment, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    return evaluate(protocol(tmp_path_factory.mktemp("paid")))


def test_counts_are_those_of_a_plain_recount(found):
    """Group the ledger by hand: who is known, followed and free."""
    paid, ledger = found.payment, found.ledger
    counts = paid.counts
    after = ledger[ledger["window"] == AFTER].set_index("person_id")
    people = paid.people
    rows = people[(people["measure"] == "arrested") & people["in_base"]]
    assert counts.of("arrested").people == len(rows)
    events = after.loc[rows["number"], "events"]
    assert counts.of("arrested").events == int((events > 0).sum())
    often = people[(people["measure"] == "often") & people["in_base"]]
    assert counts.of("often").events == int(often["events"].sum())
    assert counts.of("often").baseline.events == int(often["events_before"].sum())
    spread = float(often["events"].astype(float).std())
    assert float(counts.of("often").standard_deviation) == pytest.approx(spread, abs=1e-8)
    share = found.results.estimates["shares_by_window"][AFTER]
    # The study's own share of the same window has the same base and count.
    assert {share.events, int(share.base) - share.events} & {counts.of("arrested").events}
    assert share.base == counts.of("arrested").people


def test_days_to_the_first_arrest_are_counted_to_the_close(found):
    days = found.payment.people.query("measure == 'days' and in_base")["days_free"].astype(float)
    assert days.between(0, 366).all()
    free = found.payment.people.query("measure == 'days' and in_base and events == 0")["days_free"]
    assert set(free.astype(int)) <= {365, 366}
    value = found.payment.counts.of("days").value
    assert float(value) == pytest.approx(days.mean(), abs=1e-8)


def test_the_file_of_counts_settles_to_the_same_verdict(found):
    again = settle(found.payment.contract, found.payment.counts)
    first, second = (canonical_json(v.to_dict()) for v in (again, found.payment.verdict))
    assert first == second


def test_the_register_holds_everybody_and_its_money_is_the_terms(found):
    paid = found.payment
    (register,) = paid.registers
    assert len(register) == found.results.facts["sample_size"]
    assert paid.verdict["free"].amount == register.amount == register.persons_paid * Decimal(300)
    assert set(register.frame["decision"]) == {"pay", "no pay", "pending"}
    reasons = register.frame["reason"].value_counts()
    people = paid.people.query("measure == 'arrested'").set_index("number")
    base = people["in_base"]
    assert reasons["no event in the window"] == int((base & (people["events"] == 0)).sum())
    assert reasons["not found on police records"] > 0


def test_people_compared_with_their_own_past_carry_the_correlation(found):
    group = found.payment.counts.of("often").baseline
    rows = found.payment.people.query("measure == 'often' and in_base")
    pairs = rows[["events", "events_before"]].astype(float).to_numpy()
    r = np.corrcoef(pairs.T)[0, 1]
    assert float(group.correlation) == pytest.approx(r, abs=1e-8)
    term = found.payment.verdict["fewer"]
    # The log ratio's error by hand, the same people twice.
    n = len(pairs)
    cv = pairs.std(axis=0, ddof=1) / np.sqrt(n) / pairs.mean(axis=0)
    error = np.sqrt(cv[0] ** 2 + cv[1] ** 2 - 2 * r * cv[0] * cv[1])
    width = np.log(1 - term.interval.low) - np.log(1 - term.interval.high)
    assert width == pytest.approx(2 * 1.96 * error, rel=0.01)
    assert any("regression to the mean" in text for text in found.payment.verdict.warnings)


def test_what_is_written_and_what_is_released(tmp_path):
    folder, files = run(protocol(tmp_path), out=tmp_path / "out", report=False)
    register = pd.read_csv(folder / "working" / "payment" / "register-free.csv", dtype=str)
    assert register["number"].is_unique
    assert "working/payment/people.csv" in files
    verdict = json.loads((folder / "working" / "payment" / "verdict.json").read_text("utf-8"))
    released = [name for name in files if name.startswith("release/") and "payment" in name]
    assert released == ["release/tables/payment_decisions.csv"]
    text = (folder / released[0]).read_text(encoding="utf-8")
    assert "met" in text
    amounts = [term["amount"].split(".")[0] for term in verdict["terms"]]
    assert max(map(int, amounts)) > 1000
    assert not [amount for amount in amounts if int(amount) and amount in text]
    results = (folder / "release" / "results.json").read_text(encoding="utf-8")
    assert "payment_terms" not in results


def test_contract_and_study_that_do_not_fit_are_refused_all_at_once(tmp_path):
    contract = CONTRACT.replace('event_type = "arrest"\nwindow_months = 12\n[[measure]]',
                                'event_type = "conviction"\nwindow_months = 6\n'
                                "waiting_period_months = 6\n[[measure]]", 1)  # fmt: skip
    payment = PAYMENT.replace(f'before = "{BEFORE}"\n', "").replace(
        "[[payment.measure]]", f'contract_sha256 = "{"0" * 64}"\n[[payment.measure]]', 1
    )
    with pytest.raises(ProtocolError) as caught:
        evaluate(protocol(tmp_path, payment, contract))
    said = str(caught.value)
    for part in (
        "not the one that was agreed", "counts 'conviction' and this study 'arrest'",
        "waits 6 months", "is 12 months and 0 days long", "belongs to a baseline",
    ):  # fmt: skip
        assert part in said
    assert main(["check", str(tmp_path / "paid.toml")]) == 10  # before any outcome is counted
    payment = PAYMENT.replace(f'window = "{AFTER}"', 'window = "12 months after"', 1)
    payment = payment.replace('name = "days"', 'name = "often"')
    with pytest.raises(ProtocolError, match=r"no window '12 months after'(.|\n)*there twice"):
        evaluate(protocol(tmp_path, payment))


def test_a_claim_too_early_stops_the_run(tmp_path):
    payment = PAYMENT.replace("2014-01-15", "2012-04-01")
    with pytest.raises(DesignError, match="can be claimed from"):
        evaluate(protocol(tmp_path, payment))


def test_dates_of_the_cohort_are_the_index_dates(found):
    cohort = found.payment.counts.cohort
    assert date(2010, 4, 1) <= cohort.first_entry <= cohort.last_entry <= date(2011, 4, 30)
    assert cohort.data == "real"  # the study is protected, so its counts are


@pytest.fixture(scope="module")
def pack(tmp_path_factory):
    home = tmp_path_factory.mktemp("pack")
    place = protocol(home)
    assert main(["payment", "pack", str(place), "--out", str(home / "claim"), "--quiet"]) == 0
    return place, home / "claim"


@pytest.mark.slow
def test_a_pack_from_records_is_run_again_to_the_same_bytes(pack, capsys):
    place, folder = pack
    assert main(["verify", str(folder)]) == 14
    assert "--protocol" in capsys.readouterr().err
    assert main(["verify", str(folder), "--protocol", str(place)]) == 0
    assert "The pack holds" in capsys.readouterr().out
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert {
        "protocol.toml", "contract-canonical.json", "manifest.json", "working/claim.pdf",
        "working/payment/register-free.csv", "working/payment/people.csv",
        "working/tables/flow.csv", "release/claim.html", "release/claim.docx",
        "release/tables/flow.csv", "release/tables/payment_decisions.csv",
    } <= files  # fmt: skip
    hashes = json.loads((folder / "manifest.json").read_text("utf-8"))["details"]["inputs"]
    assert {entry["name"] for entry in hashes} >= {"pnc_events.csv", "caseload.xlsx"}


@pytest.mark.slow
def test_the_copy_for_release_has_no_money_and_no_person(pack):
    _, folder = pack
    register = pd.read_csv(folder / "working" / "payment" / "register-free.csv", dtype=str)
    verdict = json.loads((folder / "working" / "payment" / "verdict.json").read_text("utf-8"))
    released = "".join(
        path.read_text("utf-8")
        for path in (folder / "release").rglob("*")
        if path.suffix in {".html", ".csv"}
    )
    assert "GBP" not in released
    assert not [number for number in register["number"] if number in released]
    working = (folder / "working" / "claim.html").read_text("utf-8")
    assert f"{Decimal(verdict['amount']):,}" in working
    assert "WORKING COPY" in working
    assert "WORKING COPY" not in released


@pytest.mark.slow
def test_other_records_are_not_those_of_the_pack(pack, tmp_path, capsys):
    _, folder = pack
    events = (ROOT / "synthetic" / "compared" / "pnc_events.csv").read_bytes()
    (tmp_path / "pnc_events.csv").write_bytes(events + b"\n")
    source = (ROOT / "synthetic" / "compared" / "pnc_events.csv").as_posix()
    place = protocol(tmp_path, PAYMENT, CONTRACT, (source, "pnc_events.csv"))
    assert main(["verify", str(folder), "--protocol", str(place)]) == 14
    assert "1 files are not those that the pack was made from: pnc_events.csv" in (
        capsys.readouterr().err
    )


@pytest.mark.slow
def test_the_write_up_of_a_study_says_what_is_paid(tmp_path):
    folder, _ = run(protocol(tmp_path), out=tmp_path / "out")
    working = (folder / "working" / "compared-synthetic.html").read_text("utf-8")
    release = (folder / "release" / "compared-synthetic.html").read_text("utf-8")
    verdict = json.loads((folder / "working" / "payment" / "verdict.json").read_text("utf-8"))
    for page in (working, release):
        assert "What the contract pays" in page
        assert "An illustration: no two parties agreed these terms." in page
        assert "regression to the mean" in page
    due = [term["amount"] for term in verdict["terms"] if Decimal(term["amount"])]
    assert due
    for amount in due:
        printed = f"GBP {Decimal(amount):,}"
        assert printed in working
        assert printed not in release


def test_a_share_of_the_same_people_carries_its_pairs(tmp_path):
    """Phi of the two counts by hand; the probability is there and names its prior."""
    contract = CONTRACT.replace(
        'window_months = 12\n[[measure]]\nname = "often"',
        'window_months = 12\nbaseline = { kind = "own_past" }\n[[measure]]\nname = "often"',
        1,
    ).replace(
        'applies_to = "person"\nprice = { per = "person", amount = 300 }',
        'test = "absolute_reduction"\nthreshold = 0.05\nprice = { per = "cohort", amount = 300 }',
    )
    payment = PAYMENT.replace(
        f'name = "arrested"\nwindow = "{AFTER}"',
        f'name = "arrested"\nwindow = "{AFTER}"\nbefore = "{BEFORE}"',
    )
    paid = evaluate(protocol(tmp_path, payment, contract)).payment
    rows = paid.people.query("measure == 'arrested' and in_base")
    had = (rows[["events", "events_before"]].astype(int) > 0).to_numpy(dtype=float)
    group = paid.counts.of("arrested").baseline
    assert float(group.correlation) == pytest.approx(np.corrcoef(had.T)[0, 1], abs=1e-8)
    term = paid.verdict["free"]
    assert 0 < term.truly_met.value < 1
    assert "Dirichlet" in term.truly_met.prior
