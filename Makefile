# One place where commands are written: people, CI and the pre-commit hook all call these targets.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help demo year install dev test check lint types imports data golden bench bench-page pages lock build clean

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: install  ## show the main job on the sample district, under build/
	@$(BIN)/python docs/demo.py build/demo

year: install  ## lay out a whole year of each sample with all its reports, under build/
	@$(BIN)/python docs/year.py build/year

test: dev  ## run every test
	@$(BIN)/python -m pytest -n auto --cov --cov-report=term:skip-covered -q
	@echo
	@echo "All tests passed. Next: make check (style, types, architecture), make bench (speed)."

check: dev lint types imports data  ## style, types, architecture, the shipped data

lint: dev
	@$(BIN)/ruff format --check src tests docs
	@$(BIN)/ruff check src tests docs

types: dev
	@$(BIN)/mypy

imports: dev
	@$(BIN)/lint-imports

data: dev  ## validate the sample workspaces that ship
	@for place in jinshui liuzhai huiji; do $(BIN)/qingdan -C lists/$$place validate || exit 1; done

golden: dev  ## rewrite the golden files from what the program prints now
	@$(BIN)/python -m pytest -q --update-golden

bench: dev  ## time what should be fast beside floors and peers (BENCH=quick|full, ONLY=start|cold|warm|world|past|memory)
	@$(BIN)/python tests/bench/run.py build/bench

bench-page: dev  ## put the last bench into docs/zh/speed.md and the front pages
	@$(BIN)/python tests/bench/run.py build/bench page

pages: dev  ## lay out every document of the examples and show its pages (needs LibreOffice)
	@$(BIN)/python docs/pages.py build/pages

build: dev  ## build the wheel
	@$(BIN)/python -m build --wheel --no-isolation --outdir dist .

lock:  ## pin every dependency with its hashes (needs uv; npm for two peers of the bench)
	@uv pip compile -q --universal --python-version 3.11 --no-strip-extras --generate-hashes --no-header --no-emit-index-url \
	  --extra build pyproject.toml -o requirements.lock
	@uv pip compile -q --universal --python-version 3.11 --no-strip-extras --generate-hashes --no-header --no-emit-index-url \
	  --extra build --extra fleet --extra dev pyproject.toml -o requirements-dev.lock
	@uv pip compile -q --universal --python-version 3.11 --no-strip-extras --generate-hashes --no-header --no-emit-index-url \
	  tests/bench/peers/requirements.in -o tests/bench/peers/requirements.lock
	@cd tests/bench/peers && npm install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved --no-audit --no-fund --loglevel=error

install: $(VENV)/.runtime
dev: $(VENV)/.dev

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "qingdan needs Python 3.11 or newer; this is $$($(PYTHON) --version). Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
	  || { rm -rf $(VENV); echo "Python cannot make a virtual environment. On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }

$(VENV)/.runtime: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing into $(VENV) (about a minute the first time) ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing what the tests need into $(VENV) (about a minute the first time) ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

clean:  ## remove what was built and installed
	rm -rf build dist $(VENV) .coverage* .hypothesis .mypy_cache .pytest_cache .ruff_cache
