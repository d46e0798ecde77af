"""The study as agreed: model, parse (text in, sections out), lock, deviations."""
