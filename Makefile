# The one definition of each habit: people and the CI call the same targets.
.DEFAULT_GOAL := help

# For scripts that need the standard library only; leaves uv.lock and .venv alone.
PLAIN := uv run --no-project --python '>=3.11' python

.PHONY: help
help:  ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: setup
setup:  ## Install everything into .venv, with the pinned versions
	uv sync --all-groups

.PHONY: fmt
fmt:  ## Format the code and apply the safe fixes of the linter
	uv run ruff check --fix
	uv run ruff format

.PHONY: lint
lint:  ## Check style and format
	uv run ruff check
	uv run ruff format --check

.PHONY: types
types:  ## Check types
	uv run pyright

.PHONY: imports
imports:  ## Check which modules import which: one chain of distributions, no circles, no helpers inside
	uv run lint-imports

.PHONY: test
test:  ## Run the tests
	uv run pytest

.PHONY: test-fast
test-fast:  ## Run the tests that take no more than three seconds each
	uv run pytest -m "not upstream and not gpu and not slow"

.PHONY: bench
bench:  ## Run the benchmarks: make bench ARGS="--only imports --quick"
	uv run python -m benchmarks $(ARGS)

.PHONY: lock
lock:  ## Update uv.lock and take the addresses out of it
	$(PLAIN) scripts/lock.py

.PHONY: lock-check
lock-check:  ## Check the lock, and that no tracked file holds the address of an index
	$(PLAIN) scripts/lock.py --check

.PHONY: docs-check
docs-check:  ## Check the links and the Python examples of the Markdown files
	$(PLAIN) scripts/check_docs.py

.PHONY: build
build:  ## Build wheels and sdists of all distributions into dist/
	uv build --all-packages --no-sources --clear

.PHONY: wheels
wheels:  ## Install the built wheels outside the workspace, flavour by flavour, and check them
	uv run python scripts/check_wheels.py

.PHONY: ci
ci:  ## Run all that the CI runs
	.ci/run
