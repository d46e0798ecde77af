"""`dipoutcomes audit` says what is wrong with a published scorecard, and writes it down."""

import json
import re
from pathlib import Path

import pytest

from dipoutcomes.cli.main import main
from dipoutcomes.report.audit import audit_pages
from dipoutcomes.study.audit import audit_file, write_audit

GWENT = Path(__file__).parents[2] / "protocols" / "gwent-2013-14-scorecard.toml"
SOUND = """\
label,count,percent,of,part_of
Referrals,306,,,
Police,61,20,,referrals
Others,245,80,,referrals
"""


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("audit") / "out"
    assert main(["audit", str(GWENT), "--out", str(folder)]) == 0
    return folder


def test_the_folder_holds_the_write_up_and_the_findings(written):
    assert {path.name for path in written.iterdir()} == {
        "audit.html", "audit.docx", "audit.pdf", "audit.json", "findings.csv", "manifest.json",
    }  # fmt: skip
    values = json.loads((written / "audit.json").read_bytes())
    assert (values["pairs"], values["reproduced"]) == (57, 54)
    lines = (written / "findings.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(values["findings"]) + 1 == 26


def test_the_page_asks_for_nothing_and_says_what_its_figures_show(written):
    page = (written / "audit.html").read_text(encoding="utf-8")
    assert not re.search(r'(?:src|href)="(?!data:|#)', page)
    assert "<script" not in page
    images = re.findall(r"<img[^>]*>", page)
    assert len(images) == 3
    assert all(len(re.search(r'alt="([^"]*)"', image)[1]) > 60 for image in images)
    said = " ".join(re.sub(r"<[^>]+>", " ", page.partition("<body")[2]).split())
    for words in ("54 of 57 percentages follow", "209 to 213", "54% of 210", "56.6% to 87.3%",
                  "no record of a person was seen", "they have no interval"):  # fmt: skip
        assert words in said
    assert "\\" not in said


def test_the_terminal_has_a_paragraph_for_each_finding(capsys):
    assert main(["audit", str(GWENT)]) == 0
    said = capsys.readouterr().out
    assert said.count("    Ask: ") == 25
    assert said.index("IMPOSSIBLE") < said.index("UNSUPPORTED") < said.index("MISSING")


def test_strict_ends_with_a_code_where_something_cannot_be(tmp_path, capsys):
    assert main(["audit", str(GWENT), "--strict", "--json"]) == 12
    assert json.loads(capsys.readouterr().out)["severities"]["impossible"] == 5
    file = tmp_path / "q3.csv"
    file.write_text(SOUND)
    assert main(["audit", str(file), "--strict"]) == 0
    assert "2 of 2 percentages follow from printed counts; no finding" in capsys.readouterr().out


def test_misuse_and_bad_files_have_their_codes(tmp_path, capsys):
    assert main(["audit", str(tmp_path / "none.toml")]) == 14
    assert main(["audit"]) == 2
    assert main(["audit", "--template"]) == 0
    assert "[[line]]" in capsys.readouterr().out
    file = tmp_path / "q3.csv"
    file.write_text(SOUND.replace("percent", "percnt"))
    assert main(["audit", str(file)]) == 10
    assert "did you mean 'percent'?" in capsys.readouterr().err
    file.write_text(SOUND)
    assert main(["audit", str(file), "--level", "95"]) == 2
    assert main(["audit", str(file), "--out", str(tmp_path / "o"), "--formats", "doc"]) == 2
    assert not (tmp_path / "o").exists()


def test_a_sound_scorecard_has_a_page_too_and_a_second_run_the_same_bytes(tmp_path):
    file = tmp_path / "q3.csv"
    file.write_text(SOUND.replace("Police", "*Police* <b>_x_</b> $1"))
    audit = audit_file(file)
    assert not audit.findings
    page = audit_pages(audit, formats=["html"])["audit.html"].decode()
    assert "the printed figures are consistent" in page
    assert "*Police* &lt;b&gt;_x_&lt;/b&gt; $1" in page
    names = write_audit(audit, tmp_path / "out", formats=["html"])
    first = (tmp_path / "out" / "audit.html").read_bytes()
    write_audit(audit_file(file), tmp_path / "out", formats=["html"])
    assert (tmp_path / "out" / "audit.html").read_bytes() == first
    assert names == ["audit.html", "audit.json", "findings.csv"]
