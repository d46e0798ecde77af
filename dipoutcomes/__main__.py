"""``python -m dipoutcomes``: the command line, where the console script is not on the path."""

from dipoutcomes.cli.main import entry

if __name__ == "__main__":
    entry()
