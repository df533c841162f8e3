# Four verbs: setup, check, test, demo. Works in a path with spaces; a second run uses what is there.
PYTHON ?= $(firstword $(shell for p in python3 python3.13 python3.12 python3.11; do command -v $$p >/dev/null 2>&1 && $$p -c "import sys; sys.exit(sys.version_info < (3, 11))" 2>/dev/null && echo $$p; done) python3)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
INSTALL := "$(BIN)/python" -m pip install --quiet --disable-pip-version-check -c constraints.txt --editable

.PHONY: help setup check test demo bench serve clean

help:
	@echo "make demo   set up and run the market job end to end (report in ./demo-report)"
	@echo "make test   set up and run the tests"
	@echo "make check  ruff, mypy --strict, import-linter, docs"
	@echo "make bench  benchmarks beside their peers"
	@echo "make serve  the HTTP server on 127.0.0.1:8080"

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("ml_analytics needs Python 3.11 or newer, this is " + sys.version.split()[0] + "; set PYTHON=python3.11" if sys.version_info < (3, 11) else 0)'
	@test -x "$(BIN)/python" || $(PYTHON) -m venv "$(VENV)"
	@echo "installing (some minutes, 2 GB; with a CUDA build of torch 7 GB)"
	$(INSTALL) '.[dev]' || $(INSTALL) '.[dev]'  # a package index may answer at the second try
	@"$(BIN)/python" -m ml_analytics.cli.compiled
	@touch "$(STAMP)"

setup: $(STAMP)

check: setup
	"$(BIN)/python" -m ruff check .
	"$(BIN)/python" -m ruff format --check .
	"$(BIN)/python" -m mypy
	"$(BIN)/lint-imports" --no-cache
	"$(BIN)/python" docs/check.py

test: setup
	"$(BIN)/python" -m pytest -n 2 --dist worksteal

demo: setup
	"$(BIN)/ml-analytics" demo

bench: setup
	$(INSTALL) '.[dev,bench]'
	"$(BIN)/python" benchmarks/run.py

serve: setup
	"$(BIN)/ml-analytics" serve

clean:
	rm -rf "$(VENV)" .ml_analytics demo-report build dist .pytest_cache .mypy_cache .ruff_cache
