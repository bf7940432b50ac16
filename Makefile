# Xiaoneng 效能. `make` alone lists what can be done. Everything lives in the checkout; nothing is installed on the machine.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
ARGS   ?=

.DEFAULT_GOAL := help
.PHONY: help setup run test test-all check fix bench lock messages screenshots clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F '\t' '{printf "  make %-12s %s\n", $$1, $$2}'

# --- setting up: each stamp is made once, and again when what stands behind the colon is newer ------------------------

$(VENV)/.run-stamp: locks/uv.txt locks/run.txt pyproject.toml scripts/setup.sh
	@PYTHON="$(PYTHON)" VENV="$(VENV)" sh scripts/setup.sh run
	@touch $@

$(VENV)/.dev-stamp: $(VENV)/.run-stamp locks/dev.txt
	@PYTHON="$(PYTHON)" VENV="$(VENV)" sh scripts/setup.sh dev
	@touch $@

setup: $(VENV)/.dev-stamp ## make .venv with everything that running and testing need

# --- using it ---------------------------------------------------------------------------------------------------------

run: $(VENV)/.run-stamp ## analyse the demo county and serve its pages; prints the address and a one-time password
	@$(BIN)/xiaoneng serve --demo $(ARGS)

# --- working on it ----------------------------------------------------------------------------------------------------

test: $(VENV)/.dev-stamp ## run the whole test suite
	@$(BIN)/python -m pytest -n auto $(ARGS)

test-all: $(VENV)/.dev-stamp ## run the test suite on every Python from 3.11 that this machine has
	@VENV="$(VENV)" sh scripts/test_all.sh $(ARGS)

check: $(VENV)/.dev-stamp ## lint, types, floors, translations, documents; changes nothing
	@BIN="$(BIN)" sh scripts/check.sh

fix: $(VENV)/.dev-stamp ## put formatting, imports, message catalogues and method pages in order
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format --quiet .
	@$(BIN)/python scripts/messages.py
	@$(BIN)/python scripts/methods.py

messages: $(VENV)/.dev-stamp ## collect the texts to translate and compile the catalogues
	@$(BIN)/python scripts/messages.py

bench: $(VENV)/.dev-stamp ## measure against the peers and write docs/benchmarks.md
	@VENV="$(VENV)" sh scripts/setup.sh oracle
	@$(BIN)/xiaoneng bench all --write docs/benchmarks.md $(ARGS)

lock: ## resolve the dependencies anew into locks/ (needs the network)
	@BIN="$(BIN)" sh scripts/lock.sh $(ARGS)

screenshots: $(VENV)/.dev-stamp ## take the screenshots of the README from the running demo
	@$(BIN)/python scripts/screenshots.py

clean: ## remove the environment and every cache; data in var/ stays
	@rm -rf $(VENV) .venv-3.* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
