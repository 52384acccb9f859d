# WeDealer: `make run` shows the product, `make test` tests it. Needs Python 3.11, make and the network; nothing else.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
ARGS ?=
NAME ?=
# Each worker has servers of its own. Who finishes early takes over from the others: a few tests are very long.
PARALLEL ?= --numprocesses auto --maxprocesses 4 --dist worksteal
export PYTHONUNBUFFERED := 1
# Where this is set (images of containers do), every process would compile all code anew: seconds at each start.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup run test screenshots check format hook wheel bench soak lock clean

help: ## This list
	@echo "make [target] [ARGS=...]"
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 15

setup: ## Install everything into .venv and node_modules, build the web pages (each other target does it first)
	@$(PYTHON) scripts/setup.py

run: setup ## Start the demo: PostgreSQL, Valkey, web, worker, scheduler, simulator; ARGS="--fresh --port 8801"
	@exec $(BIN)/wedealer demo $(ARGS)

test: setup ## Run the tests; ARGS="tests/stories -k scan" goes to pytest
	@exec $(BIN)/python -m pytest $(PARALLEL) $(ARGS)

screenshots: setup ## Renew the pictures of docs/images from a newcomer's walk through the demo
	@SCREENSHOTS=docs/images exec $(BIN)/python -m pytest tests/browser

check: setup ## Linters, formats, types, import contracts, rules of the house, web tests; ARGS="ruff imports" names some
	@$(PYTHON) scripts/check.py $(ARGS)

format: setup ## Format the Python sources
	@$(BIN)/ruff check --fix-only --quiet . && $(BIN)/ruff format .

hook: setup ## Have git run the fast checks before each commit of this checkout (git config --unset core.hooksPath undoes it)
	@git config core.hooksPath scripts/hooks

wheel: setup ## Build what a server is installed from into dist/: the wheel with its web pages, and the list of its packages
	@$(BIN)/python scripts/wheel.py $(ARGS)

bench: setup ## Measure the goals of docs/performance.md; NAME=crypto_path measures one
	@exec $(BIN)/python -m benchmarks $(NAME) $(ARGS)

soak: setup ## The story in ten seeded storms, mass sends to 200,000 with fifty kills, races and kills
	@exec $(BIN)/python -m benchmarks.soak $(ARGS)

lock: ## Resolve requirements/*.in anew into requirements/*.lock
	@$(PYTHON) scripts/setup.py python
	@for name in boot dev; do \
	  .venv/boot/bin/uv pip compile --quiet --upgrade --universal --generate-hashes --python-version 3.11 \
	    requirements/$$name.in -o requirements/$$name.lock || exit 1; \
	done
	@.venv/boot/bin/uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header --python-version 3.11 \
	  -c requirements/dev.lock requirements/base.in -o requirements/base.lock
	@! grep -nE 'https?://' requirements/*.lock

clean: ## Remove what was installed and built; the demo's data stays (wedealer demo --fresh removes it)
	@rm -rf .venv node_modules miniprogram/node_modules console/web/dist simulator/web/dist miniprogram/dist .mypy_cache .ruff_cache .pytest_cache
