"""Prose and pages: what a study can say, its notebook run, its write-up as HTML, Word and PDF."""
