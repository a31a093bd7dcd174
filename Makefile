# The commands of the house. `make demo` and `make test` are the two a newcomer needs.

SHELL := /bin/bash
.DEFAULT_GOAL := help

# The service and the Python module are built once and shared by the demo and the tests, in a quarter of the time that
# an optimised build takes; `PROFILE=release` asks for that one, and what measures always does.
PROFILE ?= dev
bench bench-store: PROFILE := release
TARGET_DIR := $(or $(CARGO_TARGET_DIR),$(CURDIR)/target)
# Cargo's folder for the profile `dev` is called `debug`.
BUILT = $(TARGET_DIR)/$(patsubst dev,debug,$(PROFILE))
STRATA = $(BUILT)/strata
PHASE := scripts/phase.sh
PYTHON := .venv/bin/python
# Where scripts and tests find the module that `build` puts beside its sources.
export PYTHONPATH := $(CURDIR)/python

# ONNX Runtime's library comes inside its Python package; found anew for each recipe, as setup may bring it.
ORT_DYLIB_PATH ?= $(firstword $(shell ls -d $(CURDIR)/.venv/lib/python3*/site-packages/onnxruntime/capi/libonnxruntime.so.* 2>/dev/null))
export ORT_DYLIB_PATH
# The Python module is an extension: it must not link to a libpython.
export PYO3_BUILD_EXTENSION_MODULE := 1

IN_TESTS := -A clippy::disallowed_methods -A clippy::unwrap_used -A clippy::too_many_lines

FRONTEND_SOURCES := $(shell find frontend -path '*/node_modules' -prune -o -path '*/dist' -prune -o -type f -print 2>/dev/null)
# python/ has settings of its own.
SCRIPTS := tools scripts tests/deployment tests/browser

.PHONY: help setup lint format test demo bench bench-store openapi build test-rust test-python test-frameworks test-frontend test-browser

help:
	@echo 'make demo     build, start the service with a small real dataset, print its URL, stay up'
	@echo 'make test     every test: Rust, Python, front end, browser'
	@echo 'make test-frameworks  the tests with PyTorch, Ray and MLflow, which it installs'
	@echo 'make lint     every linter, warnings denied'
	@echo 'make format   put every source file into its shape'
	@echo 'make bench    the loader, measured'
	@echo 'make bench-store  the version store beside its peers, measured in memory (BENCH_FLAGS="--peers all")'
	@echo 'make openapi  write the API document and the front end'"'"'s client'

setup:
	@$(PHASE) setup scripts/setup.sh

frontend/dist/index.html: $(FRONTEND_SOURCES)
	@$(PHASE) 'front end' npm --prefix frontend run build --silent

build: setup
	@$(MAKE) --no-print-directory frontend/dist/index.html
	@$(PHASE) 'service and Python module ($(PROFILE))' cargo build --profile $(PROFILE) -p strata -p strata_python -p testkit --bins --lib
	@scripts/python_module.sh $(BUILT)

lint: setup
	@$(MAKE) --no-print-directory frontend/dist/index.html
	@$(PHASE) 'cargo fmt' cargo fmt --all --check
	@$(PHASE) 'cargo clippy' cargo clippy --workspace --lib --bins -- -D warnings
	@# Tests may read the clock, unwrap, and tell a long story; every other rule holds for them too.
	@$(PHASE) 'cargo clippy (tests)' cargo clippy --workspace --tests --benches --examples -- -D warnings $(IN_TESTS)
	@$(PHASE) tidy cargo xtask tidy
	@$(PHASE) eslint npm --prefix frontend run lint --silent
	@$(PHASE) tsc npm --prefix frontend run typecheck --silent
	@$(PHASE) 'browser tests: tsc' npm --prefix tests/browser run typecheck --silent
	@$(PHASE) ruff .venv/bin/ruff check $(SCRIPTS) python
	@$(PHASE) 'ruff format' .venv/bin/ruff format --check $(SCRIPTS) python
	@$(PHASE) mypy .venv/bin/mypy $(SCRIPTS)
	@cd python && ../$(PHASE) 'mypy python' ../.venv/bin/mypy

test: test-rust test-python test-frontend test-browser

test-rust: setup
	@$(MAKE) --no-print-directory frontend/dist/index.html
	@$(PHASE) 'Rust tests' scripts/test_rust.sh

test-python: build
	@$(PHASE) 'Python tests' env STRATA_BINARY=$(STRATA) TESTKIT_SERVICES=$(BUILT)/testkit-services $(PYTHON) -m pytest -q python tests/deployment

# Not a part of `test`: PyTorch alone is gigabytes. Without these packages `test-python` skips the same tests.
FRAMEWORK_TESTS := $(addprefix python/tests/test_,torch.py torch_endings.py distributed.py ray.py mlflow.py)
test-frameworks: build
	@$(PHASE) 'PyTorch, Ray, MLflow' $(PYTHON) -m pip install --quiet --disable-pip-version-check -r scripts/requirements-frameworks.txt
	@$(PHASE) 'framework tests' env STRATA_BINARY=$(STRATA) $(PYTHON) -m pytest -q $(FRAMEWORK_TESTS)
	@# By itself: its local Ray would be the second one of a process.
	@$(PHASE) 'the guide' env STRATA_BINARY=$(STRATA) $(PYTHON) -m pytest -q python/tests/test_guide.py

test-frontend: setup
	@$(PHASE) 'front end tests' npm --prefix frontend test --silent

test-browser: build
	@$(PHASE) 'browser proof' env STRATA_BINARY=$(STRATA) TESTKIT_SERVICES=$(BUILT)/testkit-services npm --prefix tests/browser test --silent

format: setup
	cargo fmt --all
	.venv/bin/ruff check --fix --quiet $(SCRIPTS) python
	.venv/bin/ruff format $(SCRIPTS) python

demo: build
	@STRATA_BINARY=$(STRATA) $(PYTHON) scripts/demo.py $(DEMO_FLAGS)

bench: build
	@scripts/bench.sh $(STRATA) $(BENCH_FLAGS)

bench-store: build
	@$(PYTHON) scripts/bench_store.py $(STRATA) $(BENCH_FLAGS)

openapi:
	@cargo run --quiet -p strata -- openapi > frontend/openapi.json
	@npm --prefix frontend run api:generate --silent
