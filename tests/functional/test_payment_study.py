"""The study that a made-up contract pays for, counted and settled a second time.

`plain_recount` counts, `plain_comparison` matches; neither knows the package.
"""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import sys
import tomllib
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from dipoutcomes import study
from dipoutcomes.cli.main import main
from dipoutcomes.errors import ProtocolError
from dipoutcomes.pipeline import payment_matched
from dipoutcomes.pipeline.payment_counts import counted_by_weight
from dipoutcomes.pipeline.payment_occasions import court_dates
from dipoutcomes.protocol.model.contract import Measure

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PROTOCOL = ROOT / "protocols/compared-synthetic-payment.toml"
TEXT = PROTOCOL.read_text(encoding="utf-8")
EARLIER, AFTER = "24 to 12 months before", "12 months after the start"


def _load(name):
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


recount = _load("plain_recount")
plain = _load("plain_comparison")


@pytest.fixture(scope="module")
def ran():
    kept = {}

    def prepare(*args, **more):
        kept["design"] = payment_prepare(*args, **more)
        return kept["design"]

    payment_prepare = payment_matched.prepare
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(payment_matched, "prepare", prepare)
        found = study.evaluate(PROTOCOL)
    return found, kept["design"].design


@pytest.fixture(scope="module")
def again():
    return everybody(PROTOCOL)


def everybody(protocol):
    """People of both groups, in the order of their pseudonyms."""
    whole = recount.Recount(protocol)
    people = []
    for client in sorted(whole.frame, key=whole.pseudonym):
        who, row = recount.Person(whole, client), whole.persons[client]
        people.append(
            {w["name"]: who.window(w) for w in whole.protocol["window"]}
            | {
                "who": who,
                "number": whole.pseudonym(client),
                "treated": row["group"] == "programme",
                "age": plain.age_on(row["birth_date"], who.start),
                "sex": row["sex"],
                "area": row["area"],
            }
        )
    return people


def compared(people):
    return [p for p in people if p["who"].certain and p[AFTER]["seen"] and p[EARLIER]["seen"]]


def test_both_sides_are_those_of_a_plain_match(ran, again):
    found, design = ran
    people = compared(again)
    assert [p["treated"] for p in people] == design.treated.tolist()
    logits = np.log(design.score / (1 - design.score))
    sets = plain.matched(people, logits, calipers=0.2, ratio=2)
    weights = np.array(plain.weights_of(people, sets), dtype=float)
    ours = [p for p, w in zip(people, weights, strict=True) if w > 0 and p["treated"]]
    counts = found.payment.counts
    assert counts.of("convicted").people == counts.of("convictions").people == len(ours)
    assert counts.of("convicted").events == sum(p[AFTER]["events"] > 0 for p in ours)
    assert counts.of("convictions").events == sum(p[AFTER]["events"] for p in ours)
    others = np.array([w > 0 and not p["treated"] for p, w in zip(people, weights, strict=True)])
    events = np.array([p[AFTER]["events"] for p in people], dtype=float)
    for name, values in (("convicted", events > 0), ("convictions", events)):
        w, y = weights[others], values[others].astype(float)
        mean = (w * y).sum() / w.sum()
        error = np.sqrt(len(w) / (len(w) - 1) * (w**2 * (y - mean) ** 2).sum()) / w.sum()
        baseline = counts.of(name).baseline
        assert float(baseline.value) == pytest.approx(mean, abs=1e-9)
        assert float(baseline.standard_error) == pytest.approx(error, abs=1e-9)
        assert str(int(others.sum())) in baseline.how


def test_the_verdict_agrees_with_the_studys_own_comparison(ran):
    found, _ = ran
    verdict, estimates = found.payment.verdict, found.results.estimates
    (ratio,) = (row.estimate.value for row in estimates["effects_on_counts"].rows)
    assert 1 - verdict["fewer_convictions"].reduction == pytest.approx(ratio, abs=1e-8)
    matched = estimates["effects"].rows[0].estimate
    assert -verdict["not_more_people"].reduction == pytest.approx(matched.value, abs=1e-8)
    # Three quarters, the truth, lies inside; so does no effect: too few people to tell.
    low, high = (
        verdict["fewer_convictions"].interval.low,
        verdict["fewer_convictions"].interval.high,
    )
    assert low < 0
    assert high > 0.25


def test_the_rows_add_up_to_the_counts(ran):
    found, _ = ran
    rows = found.payment.people.query("measure == 'convictions' and in_base")
    cohort, others = (rows[rows["group"] == group] for group in ("cohort", "matched"))
    counts = found.payment.counts.of("convictions")
    assert (len(cohort), int(cohort["events"].sum())) == (counts.people, counts.events)
    mean = np.average(others["events"], weights=others["weight"])
    assert mean == pytest.approx(float(counts.baseline.value), abs=1e-9)


def test_each_client_and_the_money_by_hand(ran, again):
    found, _ = ran
    paid = found.payment
    ours = [p for p in again if p["treated"]]
    free = [p for p in ours if p["who"].certain and p[AFTER]["seen"] and not p[AFTER]["events"]]
    (register,) = paid.registers
    assert len(register) == len(ours)
    said = register.frame.set_index("number")["decision"]
    assert set(said[said == "pay"].index) == {p["number"] for p in free}
    assert paid.verdict["each_client"].amount == 150 * len(free)
    # 8.1% fewer is less than 10%: nothing for convictions, and nothing is paid back.
    assert paid.verdict["not_more_people"].met
    assert not paid.verdict["fewer_convictions"].met
    assert paid.verdict.amount == Decimal(150 * len(free))
    assert any("found a match" in text for text in paid.verdict.warnings)


def test_the_study_is_locked_and_names_the_contract_that_was_agreed(ran):
    results = ran[0].results
    assert results.provenance["lock"]
    assert not results.deviations
    named = tomllib.loads(TEXT)["payment"]["contract_sha256"]
    assert results.provenance["contract_sha256"] == named


@pytest.mark.parametrize("method", ["radius", "att_weights", "entropy"])
def test_every_way_of_weighing_agrees_with_the_comparison(tmp_path, method):
    path = tmp_path / "study.toml"
    text = TEXT.replace('method = "nearest"\nratio = 2', f'method = "{method}"')
    text = text.replace("../synthetic", (ROOT / "synthetic").as_posix())
    text = text.replace('"contracts/', f'"{(ROOT / "protocols/contracts").as_posix()}/')
    path.write_text(text, encoding="utf-8")
    found = study.evaluate(path)
    (ratio,) = (row.estimate.value for row in found.results.estimates["effects_on_counts"].rows)
    reduction = found.payment.verdict["fewer_convictions"].reduction
    assert 1 - reduction == pytest.approx(ratio, abs=1e-8)


def test_what_cannot_be_matched_is_refused_all_at_once(tmp_path):
    path = tmp_path / "study.toml"
    text = TEXT.replace('method = "nearest"\nratio = 2', 'method = "overlap"')
    text = text.replace(f'windows = ["{AFTER}"]', f'windows = ["{EARLIER}"]')
    text = text.replace('negative_control = "24 to 12 months before"\n', "")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ProtocolError) as caught:
        study.evaluate(path)
    for part in ("does not name the window", "do not count as one each"):
        assert str(caught.value).count(part) == 2
    path.write_text(
        TEXT.replace("matched = true", "").replace("../synthetic", (ROOT / "synthetic").as_posix())
        .replace('"contracts/', f'"{(ROOT / "protocols/contracts").as_posix()}/'),
        encoding="utf-8",
    )  # fmt: skip
    with pytest.raises(ProtocolError, match=r"sets no value.*or matched = true") as caught:
        study.evaluate(path)
    assert str(caught.value).count("sets no value") == 2
    head, _, rest = TEXT.partition("[comparison.other_people]")
    path.write_text(head + rest[rest.index("[payment]") :], encoding="utf-8")
    with pytest.raises(ProtocolError, match=r"no \[comparison.other_people\]"):
        study.evaluate(path)


def test_a_weighted_mean_has_the_error_of_its_spread_over_many_samples():
    """Events of people with fixed weights, drawn 2,000 times: the error said is the spread seen."""
    rng = np.random.default_rng(7)
    measures = {
        kind: Measure(name="m", says="m", kind=kind, event_type="conviction", window_months=12)
        for kind in ("binary", "frequency_per_person", "frequency_per_reoffender")
    }
    n, weights = 150, rng.gamma(2.0, 0.5, 150)
    base = np.ones(n, dtype=bool)

    class Window:
        def __init__(self, events):
            self.events = events

    for kind, measure in measures.items():
        drawn = [
            counted_by_weight(measure, Window(rng.poisson(rng.gamma(1.0, 1.2, n))), base, weights)
            for _ in range(2000)
        ]
        seen = np.std([float(d["value"]) for d in drawn])
        said = np.sqrt(np.mean([float(d["standard_error"]) ** 2 for d in drawn]))
        assert said == pytest.approx(seen, rel=0.06), kind


@pytest.mark.slow
def test_its_pack_holds_and_names_nobody(tmp_path, capsys):
    folder = tmp_path / "claim"
    assert main(["payment", "pack", str(PROTOCOL), "--out", str(folder), "--zip", "--quiet"]) == 0
    assert main(["verify", str(folder) + ".zip", "--protocol", str(PROTOCOL)]) == 0
    assert "The pack holds" in capsys.readouterr().out
    people = pd.read_csv(folder / "working/payment/people.csv", dtype=str)
    released = "".join(
        p.read_text("utf-8")
        for p in (folder / "release").rglob("*")
        if p.suffix in {".html", ".csv"}
    )
    assert not [number for number in people["number"].unique() if number in released]
    assert "GBP" not in released
    counts = json.loads((folder / "working/payment/counts.json").read_text("utf-8"))
    assert counts["cohort"]["contract"] == "matched-illustration"


def reconvictions(folder):
    """Write the study with a contract that counts court dates; return its path."""
    contract = (ROOT / "protocols/contracts/matched-illustration.toml").read_text("utf-8")
    contract = contract.replace('event_type = "conviction"', 'event_type = "reconviction event"')
    (folder / "contract.toml").write_text(contract, encoding="utf-8")
    extracts = folder / "extracts"
    shutil.copytree(ROOT / "synthetic/compared", extracts)
    events = pd.read_csv(extracts / "pnc_events.csv", dtype=str, keep_default_na=False)
    # The court sits on the last day of a month, so that it settles several offences at once.
    proven = pd.to_datetime(events["Date proven"], format="%d/%m/%Y", errors="coerce")
    sits = (proven + pd.offsets.MonthEnd(0)).dt.strftime("%d/%m/%Y")
    events["Date proven"] = sits.where(proven.notna(), events["Date proven"])
    events.to_csv(extracts / "pnc_events.csv", index=False)
    text = TEXT.replace("../synthetic/compared", "extracts")
    text = re.sub(r'contract_sha256 = "\w+"\n', "", text)
    text = text.replace("contracts/matched-illustration.toml", "contract.toml")
    path = folder / "study.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_reconviction_events_are_court_dates(tmp_path):
    """Each person's convictions in the window, by the day they were proven, counted by hand."""
    path = reconvictions(tmp_path)
    found = study.evaluate(path).payment
    rows = found.people.query("measure == 'convictions' and group == 'cohort'")
    events = rows.set_index("number")["events"]
    fewer = 0
    for person in (p for p in everybody(path) if p["treated"]):
        who = person["who"]
        opens, closes = who.start, recount.later(who.start, 12)
        late = recount.later(closes, 6)
        if not (who.certain and person[AFTER]["seen"]):
            continue
        inside = [
            event["proof_date"]
            for event in who.candidates
            if event["offence_date"] and opens <= event["offence_date"] < closes
            and event["proof_date"] and event["proof_date"] < late
        ]  # fmt: skip
        assert person[AFTER]["events"] == len(inside)
        assert events[person["number"]] == len(set(inside))
        fewer += len(inside) > len(set(inside))
    assert fewer  # somebody had two offences dealt with on one day, or this shows nothing
    assert any("court date" in text for text in found.verdict.warnings)


def test_every_offence_of_one_day_in_court_counts_once():
    """Two people: three offences on two court dates, one of them late; and none."""
    day = np.array([5, 6, 20, 40, 7])
    selected = SimpleNamespace(
        code=np.array([0, 0, 0, 0, 1]),
        day=day,
        proof_day=np.array([100, 100, 150, 160, 2000]),
    )
    ledger = SimpleNamespace(opens=np.array([0, 0]), closes=np.array([365, 365]))
    seen = SimpleNamespace(
        selected=selected, last_day=1000, waiting_period_months=6,
        people=pd.DataFrame({
            "index_date": pd.to_datetime(["1970-01-01"] * 2),
            "start": pd.to_datetime(["1970-01-01"] * 2),
            "end": pd.to_datetime(["1970-06-01"] * 2),
            "exit_date": pd.to_datetime([None, None]),
            "traced": [True, True],
        }),
    )  # fmt: skip
    assert court_dates(seen, SimpleNamespace(ledger=ledger)).tolist() == [3, 0]
    selected.proof_day[1] = 150  # two of the three on one day, then all on it
    selected.proof_day[0] = 150
    assert court_dates(seen, SimpleNamespace(ledger=ledger)).tolist() == [2, 0]


def test_reconviction_events_need_convictions(tmp_path):
    path = reconvictions(tmp_path)
    text = path.read_text("utf-8").replace('measure = "conviction"', 'measure = "arrest"')
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ProtocolError, match="counts 'reconviction event' and this study 'arrest'"):
        study.evaluate(path)
