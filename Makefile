# Two commands for newcomers: `make generate` and `make test`. Everything lives in .venv.
.DEFAULT_GOAL := help
.PHONY: help generate verify lint test golden check bench docs dist promtool fuzz audit lock server slow tutorial
SHELL := /bin/sh

PYTHON ?= python3
BIN := .venv/bin
SCHEMA := slos/.burnrules.schema.json
FUZZ_SECONDS ?= 600
FUZZ_TARGETS ?= spec collector analysis-template promql go-template
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo -n)

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' $(MAKEFILE_LIST)

generate: .venv/installed ## slos/ to generated/
	@$(BIN)/burnrules schema > .venv/schema.json
	@cmp -s .venv/schema.json $(SCHEMA) || cp .venv/schema.json $(SCHEMA)
	@$(BIN)/burnrules generate

verify: .venv/installed ## exit 1 if `make generate` would change anything
	@status=0; $(BIN)/burnrules schema | cmp -s - $(SCHEMA) || \
	  { echo "stale: $(SCHEMA); run make generate" >&2; status=1; }; \
	$(BIN)/burnrules generate --check && exit $$status

lint: .venv/installed-dev ## formatting, ruff, mypy strict, import contracts
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

test: .venv/installed-dev promtool ## the suite, with branch coverage
	$(BIN)/pytest -n 2 -m "not server and not slow" --cov --cov-report=term:skip-covered

slow: .venv/installed-dev promtool ## what takes minutes: documents, hostile input, long proofs
	$(BIN)/pytest -n 2 -m "slow and not server"

server: .venv/installed-dev promtool ## end to end: a real Prometheus and Alertmanager on loopback
	$(BIN)/pytest -m server tests/server --ignore tests/server/test_tutorial.py

tutorial: .venv/installed-docs promtool ## the end of the tutorial, repeated on a real Prometheus
	$(BIN)/pytest -m server tests/server/test_tutorial.py

golden: .venv/installed-dev promtool ## rewrite expected files; read the diff
	$(BIN)/pytest -n 2 --update-golden
	git diff --stat

check: lint test slow verify server docs ## what CI runs

bench: .venv/installed-dev ## start-up and speed, with a profile
	$(BIN)/python benchmarks/startup.py
	$(BIN)/python benchmarks/compile.py
	$(BIN)/python benchmarks/proofs.py

fuzz: .venv/installed-fuzz ## hostile bytes to every reader, FUZZ_SECONDS each
	@for target in $(FUZZ_TARGETS); do echo "fuzz: $$target"; \
	  $(BIN)/python fuzz $$target build/fuzz/$$target \
	    -max_total_time=$(FUZZ_SECONDS) -verbosity=0 || exit 1; done

lock: .venv/installed-audit ## requirements-dev.txt anew: newest versions, with hashes
	@$(BIN)/uv pip compile pyproject.toml --extra dev --universal --upgrade --generate-hashes \
	  --no-header --no-annotate --quiet --output-file requirements-dev.txt

audit: .venv/installed-audit ## known holes in what development installs; asks PyPI
	$(BIN)/pip-audit --strict --disable-pip --require-hashes --requirement requirements-dev.txt

docs: .venv/installed-docs promtool ## the site in site/; every command of its pages runs
	@PYTHONPATH=docs $(BIN)/python -m docsite
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

dist: .venv/installed-dev ## the package as it is published, in dist/, tried outside the checkout
	@rm -rf build/lib build/bdist.* build/wheel dist
	@$(BIN)/python -m build --outdir dist .
	@$(BIN)/twine check --strict dist/*
	@$(BIN)/python -m zipfile -e dist/burnrules-*.whl build/wheel
	@cd build/wheel && export PYTHONPATH=$(CURDIR)/build/wheel && \
	  ../../$(BIN)/python -c 'import burnrules; assert "build/wheel" in burnrules.__file__' && \
	  ../../$(BIN)/python -m burnrules init tried && cd tried && \
	  ../../../$(BIN)/python -m burnrules generate

promtool:
	@command -v promtool >/dev/null && command -v amtool >/dev/null || { \
	  command -v apt-get >/dev/null && \
	  $(SUDO) apt-get update -qq && \
	  $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
	    prometheus prometheus-alertmanager; } || true
	@for tool in promtool amtool; do command -v $$tool >/dev/null || { \
	  echo "$$tool is missing: it comes with Prometheus and Alertmanager (README)"; exit 1; }; done

.venv/bin/python:
	@$(PYTHON) -m venv .venv 2>/dev/null || { rm -rf .venv; \
	  command -v apt-get >/dev/null && $(SUDO) apt-get update -qq && \
	  $(SUDO) apt-get install -y -qq python3-venv && $(PYTHON) -m venv .venv; } || \
	  { echo "python3 -m venv does not work: install python3-venv"; exit 1; }

.venv/installed: pyproject.toml | .venv/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

.venv/installed-dev: pyproject.toml requirements-dev.txt | .venv/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
	  -r requirements-dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps \
	  --no-build-isolation -e .
	@touch $@ .venv/installed

.venv/installed-fuzz .venv/installed-audit: .venv/installed-%: pyproject.toml | .venv/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[$*]'
	@touch $@ .venv/installed

.venv/installed-docs: pyproject.toml | .venv/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[docs]'
	@touch $@
