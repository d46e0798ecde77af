"""What the README promises is what happens."""

import doctest
import re
import shlex
from pathlib import Path

import pytest

from dipoutcomes.cli.main import main

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
CONSOLE = re.findall(r"```console\n(.*?)```", README, flags=re.S)
SHOWN = [
    (command.removeprefix(".venv/bin/dipoutcomes "), answer)
    for block in CONSOLE
    for command, answer in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, flags=re.M)
]


def test_the_readme_shows_commands_and_python():
    assert len(SHOWN) >= 3
    assert "```pycon" in README


@pytest.mark.parametrize(("command", "answer"), SHOWN, ids=[c for c, _ in SHOWN])
def test_a_command_of_the_readme_prints_what_stands_there(command, answer, capsys):
    assert main(shlex.split(command)) == 0
    if answer:
        assert capsys.readouterr().out == answer


def test_the_python_of_the_readme_prints_what_stands_there():
    code = "\n".join(re.findall(r"```pycon\n(.*?)```", README, flags=re.S))
    example = doctest.DocTestParser().get_doctest(code, {}, "README", "README.md", 0)
    runner = doctest.DocTestRunner()
    runner.run(example)
    assert runner.summarize(verbose=False).failed == 0


def test_every_file_that_the_readme_links_to_is_there():
    links = re.findall(r"\]\(([^)#:]+)\)", README)
    assert links
    root = Path(__file__).parents[2]
    assert not [link for link in links if not (root / link).exists()]
