# Everything runs in .venv, from the two locks. No target needs more than Python 3.11+ and, for the
# browser tests, a Chromium (which `make test` installs where it may).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PYTEST_ARGS ?=
# How many run tests side by side: a good part of them waits for a server, a browser or a clock.
TEST_WORKERS ?= 2
PYTEST = $(BIN)/python -m pytest -n $(TEST_WORKERS) --dist loadfile $(PYTEST_ARGS)
WIDGET := assistant/channels/widget
NPM := PATH="$(CURDIR)/$(BIN):$$PATH" npm --prefix $(WIDGET)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help setup demo serve test test-full browser widget widget-check widget-tools screenshots lint types \
	imports bench lock clean

help: ## what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(READY) ## the virtual environment, from the locks

# torch goes first and alone, so that pip takes the build that this machine is set up for (see
# "Installing" in the README); everything else is pinned, so nothing has to be resolved.
$(READY): requirements.lock requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --constraint requirements.lock torch
	$(BIN)/pip install --quiet --no-deps --requirement requirements.lock
	$(BIN)/pip install --quiet --no-deps --requirement requirements-dev.lock
	$(BIN)/pip install --quiet --no-deps --editable .
	@touch $(READY)

demo: setup ## ingests corpus/ and asks: a cited answer, an abstention, a stale flag
	@$(BIN)/python -m evals.demo

serve: setup ## the service on loopback port 8000, with the sample archive
	$(BIN)/assistant ingest corpus
	$(BIN)/assistant serve

test: setup browser widget-tools ## all tests, the long checks in bounded slices
	$(PYTEST) -m "not slow"

test-full: setup browser widget-tools ## all tests with their full counts
	ASSISTANT_TEST_FULL=1 $(PYTEST)

browser:
	@command -v chromium chromium-browser google-chrome >/dev/null 2>&1 \
	|| { command -v apt-get >/dev/null && apt-get update -qq && apt-get install -y -qq chromium >/dev/null; } \
	|| echo "No Chromium, and none could be installed: the browser tests will be skipped." >&2

widget-tools: setup
	@$(MAKE) --no-print-directory $(WIDGET)/node_modules/.ready \
	|| echo "npm's packages can't be had: the tests that need them will be skipped." >&2

# Node itself comes with requirements-dev.lock. No package may run a script of its own here.
$(WIDGET)/node_modules/.ready: $(READY) $(WIDGET)/package-lock.json
	$(NPM) ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

widget: $(WIDGET)/node_modules/.ready ## builds the widget's bundle, which is kept in the repository
	$(NPM) run build

widget-check: $(WIDGET)/node_modules/.ready ## its types and tests; the bundle against source and budget
	$(NPM) run check

screenshots: setup browser ## the pictures of docs/, made anew
	$(BIN)/python -m evals.screenshots docs/pictures

lint: setup ## ruff: rules and layout
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup ## mypy, strict
	$(BIN)/mypy

imports: setup ## the arrows of the design
	$(BIN)/lint-imports

bench: setup ## speed and memory beside plain LangChain + Chroma
	$(BIN)/python -m evals bench

lock: setup ## writes both locks anew (with the package uv)
	$(BIN)/pip install --quiet uv
	$(BIN)/python -m evals.lock

clean: ## removes what was built here, never an archive
	rm -rf $(VENV) $(WIDGET)/node_modules .demo .pytest_cache .mypy_cache .ruff_cache .coverage build *.egg-info
