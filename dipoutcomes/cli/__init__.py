"""The command line: parse, call `study` or `intervals`, print. No analysis lives here."""

from dipoutcomes.cli.main import main

__all__ = ["main"]
