# `make demo` and `make check` set up what they need in .venv; nothing else on the machine is changed.
.DEFAULT_GOAL := help
.PHONY: help setup demo check lint types test services bench

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/installed

help:
	@echo "make demo    replay the incident on embedded data"
	@echo "make check   everything: style, types, imports, all tests (real servers where they are installed)"
	@echo "make test    the tests that need no server"
	@echo "make bench   speed, as ratios against a floor"

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "driftcheck needs Python 3.11 or later: apt-get install python3"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv is missing: apt-get install python3-venv"; exit 1; }
	$(BIN)/pip install --quiet --editable '.[dev]'
	@touch $@

setup: $(STAMP)

demo: setup
	@$(BIN)/driftcheck demo

check: lint types test services

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: setup
	$(BIN)/mypy

test: setup
	$(BIN)/pytest -m "not services"

# Real ZooKeeper, DNS server and Kafka brokers. What is not installed is a skip that says how to get it,
# or a failure if DRIFTCHECK_REQUIRE=zookeeper,dns,kafka names it.
services: setup
	$(BIN)/pytest -m services -rs

bench: setup
	$(BIN)/python benchmarks/startup.py
