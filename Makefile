# `make demo` runs the main job on a demo city, `make test` passes all tests. No root, no more.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help demo test oracles fuzz bench-tls bench-patch lint types docs messages dist clean

help: ## what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/run ## scan a demo city on loopback, rank it, write demo-report/index.html
	$(BIN)/secscan demo

test: $(VENV)/test lint types ## all tests
	$(BIN)/pytest -n auto --dist loadfile

oracles: $(VENV)/test ## compare what secscan sees of 60 TLS servers with what other scanners see
	$(BIN)/pytest -n auto --dist loadfile -m oracle

FUZZ_SECONDS ?= 60
fuzz: $(VENV)/test ## fuzz the parsers of what servers send, 60 seconds each
	$(BIN)/pip install --quiet --disable-pip-version-check -e .[fuzz]
	for target in hellos conversation starttls staples fields pages policy redacted software; do \
	  $(BIN)/python fuzz/$$target.py -max_total_time=$(FUZZ_SECONDS) -max_len=4096 || exit 1; done

bench-tls: $(VENV)/run ## connections, time and CPU of looking at TLS, beside other tools
	$(BIN)/python -m benchmarks.tls

bench-patch: $(VENV)/run ## requests, bytes and CPU of a scan, with and without patch signals
	$(BIN)/python -m benchmarks.patch

lint: $(VENV)/test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/test
	$(BIN)/mypy

docs: $(VENV)/run ## write docs/checks from the docstrings of the checks
	$(BIN)/python -m secscan.explain

messages: $(VENV)/run ## bring the Vietnamese catalogue up to date with the code
	$(BIN)/python -m secscan.locale.extract

dist: $(VENV)/test ## build sdist and wheel, from nothing: a stale build/ would ship removed checks
	rm -rf build dist
	$(BIN)/python -m build

clean: ## remove what make made
	rm -rf $(VENV) build dist demo-report demo-city *.egg-info

$(VENV)/run: setup.cfg pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "secscan needs Python 3.11 or newer; make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "this Python lacks venv: install it first (Debian, Ubuntu: apt install python3-venv)"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -e .
	touch $@

$(VENV)/test: $(VENV)/run
	$(BIN)/pip install --quiet --disable-pip-version-check -e .[test]
	touch $@
