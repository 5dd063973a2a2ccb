.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
DEMO_EXTRAS := langchain,llama-index,ruvvector,emulator,cli,local
DATA ?= data
export BENCH_PEERS ?= .bench
WORKERS ?= auto

# Compiled files are kept, whatever the machine says: the tests start many processes.
export PYTHONDONTWRITEBYTECODE :=

help:     ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | expand -t 12

demo: .venv/.demo  ## documents in, answers out: embedded PostgreSQL and emulator, unless HF_TOKEN or DATABASE_URL is set
	$(BIN)/hfi demo

notebooks: .venv/.notebooks  ## the notebooks, in JupyterLab
	$(BIN)/jupyter lab $(if $(filter 0,$(shell id -u)),--allow-root) notebooks/01_quick_start.ipynb

install: .venv/.dev  ## editable install in .venv with the extras and the tools of the workshop

format: .venv/.dev  ## rewrite: imports, layout, safe fixes
	$(BIN)/ruff format . && $(BIN)/ruff check --fix .

lint: .venv/.dev  ## style and spelling
	$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/codespell hf_integrations tests docs benchmarks README.md CHANGELOG.md

types: .venv/.dev  ## mypy --strict on code and tests; pyright strict on the public API
	$(BIN)/mypy --num-workers 2 && $(BIN)/pyright tests/typing

layers: .venv/.dev  ## imports point down; one door per library
	$(BIN)/lint-imports --no-logo

test: .venv/.dev .venv/bin/promtool  ## every test that needs no network: emulator and embedded PostgreSQL
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n $(WORKERS) -m "not live and not soak"
	$(BIN)/coverage combine -q && $(BIN)/coverage report

docs: .venv/.dev  ## the documents as a site, into build/docs; a warning is an error
	$(BIN)/sphinx-build -W --keep-going -q docs build/docs

check: .venv/.dev  ## what CI runs
	$(MAKE) --no-print-directory --jobs 2 --output-sync types docs lint layers
	$(MAKE) --no-print-directory test

soak: .venv/.dev  ## the long ones; properties with new examples each time
	EXPLORE=1 $(BIN)/pytest -m soak

explore: .venv/.dev  ## every test, properties with new examples
	EXPLORE=1 $(BIN)/pytest -n $(WORKERS) -m "not live and not soak"

live: .venv/.dev  ## the real Hugging Face; needs HF_TOKEN
	$(BIN)/pytest -m live

bench: .venv/.dev bench-peers  ## figures of the clients beside the peers, into docs/benchmarks.md
	$(BIN)/python -m benchmarks endpoints engines frameworks path questions starting telemetry --write

bench-store: .venv/.dev  ## figures of the store beside the peers; DATA=folder with cranfield/
	$(BIN)/python -m benchmarks cranfield hybrid searching store_peers --data $(DATA)

bench-quick: .venv/.dev bench-peers  ## whole clients beside the peers, in two minutes, for daily work
	$(BIN)/python -m benchmarks questions --quick

bench-peers: $(BENCH_PEERS)/.langchain $(BENCH_PEERS)/.llama_index  ## environments of the peers that cannot live beside ours

$(BENCH_PEERS)/.langchain:
	$(PYTHON) -m venv $(BENCH_PEERS)/langchain
	$(BENCH_PEERS)/langchain/bin/python -m pip install --quiet langchain-huggingface langchain-openai
	@touch $@

$(BENCH_PEERS)/.llama_index:
	$(PYTHON) -m venv $(BENCH_PEERS)/llama_index
	$(BENCH_PEERS)/llama_index/bin/python -m pip install --quiet llama-index-llms-huggingface-api llama-index-llms-openai-like
	@touch $@

extras: .venv/.dev  ## install each extra alone in a fresh environment and import it
	$(BIN)/python tests/install_extras.py

clean:    ## remove what the targets made
	rm -rf .venv build docs/reference .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name one with: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv .venv || { $(PYTHON) -m venv --clear --without-pip .venv && $(PYTHON) -m pip --python .venv/bin/python install pip; }
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'

.venv/.demo: .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable '.[$(DEMO_EXTRAS)]'
	@touch $@

.venv/.notebooks: .venv/.demo
	$(BIN)/python -m pip install --quiet jupyterlab --group notebooks
	@touch $@

.venv/.dev: .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable '.[$(DEMO_EXTRAS),media]' --group dev
	@touch $@ .venv/.demo

# From Debian's package, where there is one; elsewhere the tests that need it are skipped.
.venv/bin/promtool: | .venv/bin/python
	@sh ops/promtool.sh .venv/bin || echo "promtool cannot be had here; the tests of dashboards and alerts that need it are skipped"

dashboard: .venv/bin/python  ## write the dashboard for Grafana from the table of its panels
	$(BIN)/python ops/make_dashboard.py

.PHONY: help dashboard demo notebooks install format lint types layers docs test check soak explore live bench bench-store bench-quick bench-peers extras clean
