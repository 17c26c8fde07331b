# gongkai: `make run` shows it working, `make test` checks it. Everything else is `.venv/bin/gongkai --help`.
SHELL := /bin/bash
# The first that runs: a version manager may offer names of versions that are not there.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000

.PHONY: help run ocr test test-all lint bench lock clean

help:
	@echo "make run       start the portal with sample documents on http://127.0.0.1:$(PORT)/"
	@echo "make ocr       add what reading scans and photographs needs (some 200 MB)"
	@echo "make test      lint, types, floors, tests, browser (some 12 minutes on two cores)"
	@echo "make test-all  the same and the slow ones"
	@echo "make bench     speed and quality, measured on this machine"
	@echo "make lock      pin the requirements again, with hashes (needs uv)"

run: $(VENV)/.run
	@exec $(BIN)/gongkai serve --sample --port $(PORT)

ocr: $(VENV)/.run
	@bash tools/environment.sh "$(PYTHON)" $(VENV) ocr

test: $(VENV)/.dev
	@PYTHONPATH= bash tools/check.sh fast

test-all: $(VENV)/.dev
	@PYTHONPATH= bash tools/check.sh all

lint: $(VENV)/.dev
	@bash tools/check.sh lint

bench: $(VENV)/.run
	@$(BIN)/gongkai bench all

$(VENV)/.run: requirements/run.txt pyproject.toml
	@bash tools/environment.sh "$(PYTHON)" $(VENV) run
	@touch $@

$(VENV)/.dev: requirements/dev.txt pyproject.toml
	@bash tools/environment.sh "$(PYTHON)" $(VENV) dev
	@touch $@ $(VENV)/.run

lock:
	@cd requirements && for n in run ocr dev; do uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --custom-compile-command "make lock" -q -o $$n.txt $$n.in; done

clean:
	rm -rf $(VENV) var
