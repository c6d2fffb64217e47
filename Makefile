# Everything runs in .venv, from requirements.lock. No target needs anything but Python 3.11+ and,
# for the browser tests, a Chromium (installed by `make test` where apt-get is at hand).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help setup demo serve test test-full lint types imports check bench lock clean

help: ## what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(READY) ## the virtual environment, from the lock

# torch goes first and alone, so that pip takes the build that this machine is set up for (see
# "Installing" in the README); everything else is pinned, so that nothing has to be resolved.
$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed") if sys.version_info < (3, 11) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --constraint requirements.lock torch
	$(BIN)/pip install --quiet --no-deps --requirement requirements.lock
	$(BIN)/pip install --quiet --no-deps --editable .
	touch $(READY)

demo: setup ## ingests corpus/ and asks: a cited answer, an abstention, a stale flag
	@$(BIN)/python -m evals.demo

serve: setup ## the HTTP service on http://127.0.0.1:8000 with the sample archive
	$(BIN)/assistant ingest corpus
	$(BIN)/assistant serve

test: setup browser ## all tests, long checks in bounded slices
	$(BIN)/python -m pytest $(PYTEST_ARGS)

test-full: setup browser ## all tests with their full counts
	ASSISTANT_TEST_FULL=1 $(BIN)/python -m pytest $(PYTEST_ARGS)

.PHONY: browser
browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || \
	command -v google-chrome >/dev/null || \
	{ command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] && apt-get update -q && apt-get install -y -q chromium; } || \
	echo "No Chromium here: the browser tests will be skipped. Install one to run them." >&2

lint: setup ## ruff: rules and layout
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup ## mypy, strict
	$(BIN)/mypy

imports: setup ## the arrows of the design
	$(BIN)/lint-imports

check: lint types imports test ## what CI runs, but for coverage

bench: setup ## speed and memory beside plain LangChain + Chroma
	$(BIN)/python -m evals bench

lock: setup ## writes requirements.lock anew (needs the package uv)
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --all-extras --no-annotate \
	  --no-header pyproject.toml | grep -vE '^(nvidia-|cuda-|triton)' > requirements.lock

clean: ## removes what was built here, never an archive
	rm -rf $(VENV) .demo .pytest_cache .mypy_cache .ruff_cache .coverage build *.egg-info
