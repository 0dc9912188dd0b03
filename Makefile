# One line of help each: `make help`.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BOT := $(VENV)/bin/bot
PY := $(VENV)/bin/python
UP := $(if $(VENUES),--venues $(VENUES)) $(if $(PORT),--port $(PORT)) $(if $(FRESH),--fresh) $(if $(SIMULATED),--simulated) $(if $(PACE),--pace $(PACE))

.PHONY: help up down test check format bench sim openapi rehearsal clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

up: $(VENV)/.installed ## Start the whole product on this machine and print the dashboard's link
	@$(BOT) up $(UP)

down: $(VENV)/.installed ## Stop it; its state is kept
	@$(BOT) down

test: $(VENV)/.developer .venv-emulator/.installed ## Run all tests (browser tests where a Chromium is found)
	@$(PY) -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder $(TESTS)

check: $(VENV)/.developer ## Lint, types and import rules
	@$(PY) -m ruff format --check app.py chalicelib bot tests tools benchmarks
	@$(PY) -m ruff check app.py chalicelib bot tests tools benchmarks
	@$(PY) -m mypy
	@$(VENV)/bin/lint-imports

format: $(VENV)/.developer ## Format and fix what can be fixed
	@$(PY) -m ruff format app.py chalicelib bot tests tools benchmarks
	@$(PY) -m ruff check --fix app.py chalicelib bot tests tools benchmarks

bench: $(VENV)/.developer ## Measure the figures and write benchmarks/latest.json
	@$(PY) -m benchmarks

sim: $(VENV)/.installed ## Prove the protocol: 10 seeds x 100,000 cycles, kill points, mutants
	@for seed in 1 2 3 4 5 6 7 8 9 10; do $(BOT) sim --seed $$seed --cycles 100000 || exit 1; done
	@$(BOT) sim --kill-points
	@$(BOT) sim --mutants

openapi: $(VENV)/.developer ## Write docs/openapi.json from the contract
	@$(PY) -m tools.openapi

rehearsal: $(VENV)/.developer .venv-emulator/.installed ## Deploy the packaged application into the emulator and use it
	@$(PY) -m pytest -m rehearsal

clean: ## Remove what was built; keeps the state of the local cloud
	@rm -rf $(VENV) .venv-emulator .local/build .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "  creating $(VENV)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml requirements.txt | $(VENV)/bin/python
	@echo "  installing (a minute or two the first time)"
	@$(PY) -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.developer: pyproject.toml | $(VENV)/.installed
	@echo "  installing what the tests need"
	@$(PY) -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

.venv-emulator/.installed: | $(VENV)/.installed
	@echo "  installing the AWS emulator"
	@$(PY) -c 'from pathlib import Path; from bot.cloud import emulator; from bot.cloud.layout import Layout; emulator.ensure_environment(Layout(Path.cwd()))'
	@touch $@
