# `make demo` and `make check` set up what they need in .venv; nothing else on the machine is changed.
.DEFAULT_GOAL := help
.PHONY: help setup demo check lint types test whole services packaging golden coverage bench fuzz

# Where Python may not keep what it compiles, each of the tests' many processes compiles driftcheck anew.
export PYTHONDONTWRITEBYTECODE =

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/installed

help:
	@echo "make demo    replay the incident on embedded data"
	@echo "make check   everything: style, types, imports, all tests (real servers where they are installed)"
	@echo "make test    a minute of tests: what needs no server and installs nothing, and of what is long a part"
	@echo "make golden  write expected output and the documentation's examples anew"
	@echo "make fuzz    100,000 inputs for every parser; docs/fuzzing.md has the last result"
	@echo "make bench   speed, as ratios against a floor or a peer"

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "driftcheck needs Python 3.11 or later: apt-get install python3"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv is missing: apt-get install python3-venv"; exit 1; }
	$(BIN)/pip install --quiet --editable '.[dev]'
	@touch $@

setup: $(STAMP)

demo: setup
	@$(BIN)/driftcheck demo

check: lint types whole services packaging

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: setup
	$(BIN)/mypy

# Of large tables a sample, of the examples of a property test a tenth (tests/tiers.py).
test: setup
	$(BIN)/pytest -n auto --dist worksteal -m "not services and not packaging and not slow" \
		--hypothesis-profile=quick

# All of these.
whole: setup
	$(BIN)/pytest -n auto --dist worksteal -m "not services and not packaging"

# Real ZooKeeper, DNS server, Kafka brokers and Ruby. What is not installed is a skip that says how to get it,
# or a failure if DRIFTCHECK_REQUIRE=zookeeper,dns,kafka,ruby names it.
services: setup
	$(BIN)/pytest -m services -rs

# The wheel, the sdist and an editable installation, in environments of their own.
packaging: setup
	$(BIN)/pytest -m packaging -rs

# What is printed has changed on purpose: the golden files, and the sessions and pictures in the documents.
golden: setup
	DRIFTCHECK_UPDATE_GOLDEN=1 $(BIN)/pytest tests/report tests/fixtures tests/documentation
	git diff --stat -- tests/golden docs README.md

coverage: setup
	$(BIN)/pytest -n auto -m "not services and not packaging" --cov=driftcheck --cov-branch

# Prints the rows of docs/fuzzing.md; ends with an error if a parser neither answered nor refused.
fuzz: setup
	nice $(BIN)/python -m tests.fuzzing.run

bench: setup
	$(BIN)/python benchmarks/startup.py
	$(BIN)/python benchmarks/repository.py
	$(BIN)/python -m benchmarks.cookbooks
	$(BIN)/python -m benchmarks.names
	$(BIN)/python -m benchmarks.partitions
	$(BIN)/python -m benchmarks.live
