# The first two are all that a fresh machine needs: each makes the virtual environment if it is not there.
.PHONY: demo test check bench bench-peers review docs clean

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PINS := .ci/constraints.txt
PEERS := .venv-peers
PEER_PINS := tests/benchmarks/peers.txt

demo: $(VENV)/installed
	$(BIN)/themes demo demo-study

test: $(VENV)/installed-dev
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile

check: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/cog --check docs/cli.md

bench: $(VENV)/installed-dev
	$(BIN)/python -m pytest tests/benchmarks --no-header -p no:randomly

# the other ways of clustering that the benchmark compares with; without them it measures ours alone
bench-peers: $(PEERS)/installed

review: $(VENV)/installed
	$(BIN)/themes demo demo-study
	$(BIN)/themes review demo-study

docs: $(VENV)/installed-dev
	$(BIN)/cog -r docs/cli.md

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml $(PINS) | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --constraint $(PINS) torch
	$(BIN)/python -m pip install --quiet --constraint $(PINS) --editable .
	touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --constraint $(PINS) --editable ".[dev]"
	touch $@

$(PEERS)/installed: $(PEER_PINS) $(PINS)
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet --constraint $(PINS) torch
	$(PEERS)/bin/python -m pip install --quiet --no-deps --requirement $(PEER_PINS)
	touch $@

clean:
	rm -rf $(VENV) $(PEERS) demo-study dist
