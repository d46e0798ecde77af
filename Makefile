# Every target calls tasks.py, which needs nothing but Python; on Windows: py -3.11 tasks.py report
PYTHON ?= $(shell command -v python3.11 || command -v python3)
STEPS = setup report test check validate benchmark lab lock clean

.PHONY: help $(STEPS)
help:
	@$(PYTHON) tasks.py --help
$(STEPS):
	@$(PYTHON) tasks.py $@
