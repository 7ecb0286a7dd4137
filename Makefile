# What a newcomer can do here; `make` alone lists it. The work itself is in scripts/ and in the `foredesk` command.
.DEFAULT_GOAL := help
.PHONY: help install run test check bench screenshots lock format

PORT ?= 8000
FOREDESK_DEMO ?= 1
# Which Python to install with, where the first suitable one is not the right one: PYTHON=python3.12 make run
PYTHON ?=
# Passed on to pytest: make test ARGS="tests/people -k sign_in"
ARGS ?=
export PYTHON

BIN := .venv/bin

help: ## List what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

install: ## Create .venv from the lock (make run and make test do this by themselves)
	@scripts/install

run: install ## Serve the demo organisation at http://localhost:8000 (PORT=8123, FOREDESK_HOME=/some/folder)
	@exec env PORT="$(PORT)" FOREDESK_DEMO="$(FOREDESK_DEMO)" $(BIN)/foredesk run

test: ## Set up what tests need, then run all: SQLite, PostgreSQL, browser (ARGS="tests/people -k sign_in")
	@scripts/install dev
	@scripts/system-packages
	@scripts/test $(ARGS)

check: ## Look at the code without running it: style, types, templates, import ladders, migrations
	@scripts/install dev
	@scripts/check

format: ## Put code and templates into the house's form
	@scripts/install dev
	@$(BIN)/ruff check --quiet --fix-only . ; $(BIN)/ruff format --quiet . ; $(BIN)/djlint --quiet --reformat foredesk || true

bench: ## Fill 100,000 tickets and measure every page (ARGS="--large": a million; benchmarks/README.md)
	@scripts/install dev
	@scripts/system-packages
	@$(BIN)/python -m benchmarks $(ARGS)

screenshots: ## Render the main pages (desktop, phone, dark) to screenshots/*.png
	@scripts/install dev
	@scripts/system-packages
	@$(BIN)/python scripts/with_postgres.py $(BIN)/python -m pytest -q -n 0 tests/browser/screenshots.py $(ARGS)

lock: ## Take the newest versions that pyproject.toml allows into both lock files
	@scripts/lock
