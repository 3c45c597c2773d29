# Targets for a newcomer: demo, test. For a contributor: lint, docs, bench, test-faults, test-engines, test-container, lock.
.DEFAULT_GOAL := help
VENV ?= .venv
PYTHON ?= python3
BIN := $(VENV)/bin
export PYTHON VENV

.PHONY: help demo test lint format docs bench test-faults test-engines test-container lock clean

help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s%s\n", $$1, $$2 }' Makefile

demo: ## Set up what is missing, run three strategies on real data, and show what was saved
	@.ci/setup demo
	@$(BIN)/python -m btsql.demo

test: ## Run every test on every PostgreSQL here, installing what is missing
	@.ci/setup test
	@$(BIN)/python tests/run.py $(ARGS)

lint: ## Check style, types and SQL scripts
	@.ci/setup test
	$(BIN)/ruff check python tests
	$(BIN)/ruff format --check python tests
	$(BIN)/mypy
	$(BIN)/squawk deploy/*/*.sql

format: ## Bring the Python files into form
	$(BIN)/ruff check --fix python tests
	$(BIN)/ruff format python tests

docs: ## Build the documentation into build/docs
	@.ci/setup test
	$(BIN)/zensical build --clean --strict

bench: ## Measure speed against stated baselines
	@.ci/setup test
	$(BIN)/python -m pytest tests/benchmarks -m bench -s -q

test-faults: ## Kill recorders, servers and connections a hundred times each
	@.ci/setup test
	BTSQL_FAULTS=100 $(BIN)/python -m pytest tests/faults -q $(ARGS)

test-engines: ## Run the tests that touch Nautilus Trader on each of its supported lines
	@.ci/test-engines $(ARGS)

test-container: ## Run the database tests on a PostgreSQL in a container
	@.ci/setup test
	$(BIN)/python tests/container.py $(ARGS)

lock: ## Resolve the locked versions anew
	$(PYTHON) -m venv $(VENV) && $(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --extra demo --extra nautilus --universal --python-version 3.11 \
	    --generate-hashes --no-header --quiet --upgrade -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --extra demo --extra nautilus --group dev --universal --python-version 3.11 \
	    --generate-hashes --no-header --quiet -c requirements.lock -o requirements-dev.lock

clean: ## Remove what the other targets made, the demo's data too
	-@BTSQL_HOME=$(CURDIR)/.btsql-demo $(BIN)/btsql server stop
	rm -rf $(VENV) .venv-engines .btsql-demo build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
