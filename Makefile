# Portavoce needs Python 3.11 or newer with venv, and make. `make run` starts it; `make test` tries it.
# Another interpreter than python3: make PYTHON=python3.12 run

PYTHON ?= python3
BIN := .venv/bin
ifneq ($(origin PYTHON),file)
CHOSEN := --chosen-python
endif

.DEFAULT_GOAL := help
KILLS ?= 10000
MAIL_KILLS ?= 1000
SIZE ?=
NAMES ?=
ON_ALL_CORES := -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder
MESSAGES := $(if $(filter large,$(SIZE)),1000000,$(SIZE))
.PHONY: help python environment environment-dev run lint check test soak bench docs pictures lock messages package package-test

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Portavoce needs Python 3.11 or newer, and '$(PYTHON)' is not. Name one: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2; \
	  exit 1; }

environment: python
	@$(PYTHON) packaging/environment.py $(CHOSEN) requirements.txt

environment-dev: python
	@$(PYTHON) packaging/environment.py $(CHOSEN) requirements-dev.txt

run: environment ## start Portavoce; without a display: its inbox as text, its window as a picture
	@$(BIN)/python packaging/system_libraries.py
	@$(BIN)/python packaging/start.py

lint: environment-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

check: lint ## what each change must pass: style, types, import rules, unit and architecture tests
	$(BIN)/pytest -q $(ON_ALL_CORES) -m "not server" tests/unit tests/architecture

test: lint ## everything but the long runs, real servers included, on up to four cores at a time
	$(BIN)/pytest $(ON_ALL_CORES) -m "not soak and not package"

soak: environment-dev ## the long runs: KILLS=10000 random deaths while sending, MAIL_KILLS=1000 more on real mail
	PORTAVOCE_TESTS_KILLS=$(KILLS) PORTAVOCE_TESTS_MAIL_KILLS=$(MAIL_KILLS) PORTAVOCE_TESTS_PULL_KILLS=100 $(BIN)/pytest tests/crash
	$(BIN)/pytest -m soak || test $$? -eq 5

bench: environment-dev ## the budgets of performance, as ratios: SIZE=large for a million messages
	$(BIN)/python -m tests.bench $(MESSAGES)

docs: environment-dev ## write the pages of docs/ that are made from the code
	$(BIN)/python -m tests.docs

pictures: environment-dev ## draw the pictures of docs/pictures anew: the table is tests/pictures/table.py
	$(BIN)/python -m tests.pictures $(NAMES)

messages: environment-dev ## collect the texts of the code into resources/locale and compile the translations
	$(BIN)/python packaging/messages.py

package: environment-dev ## build what people install: a folder that needs no Python; on Linux also a tarball and a .deb
	@$(BIN)/python packaging/system_libraries.py
	@$(BIN)/python packaging/bundle/build.py
	@case "$$(uname -s)" in Linux) $(BIN)/python packaging/linux/build.py ;; esac

package-test: environment-dev ## try what `make package` built: in an empty home, without this checkout
	$(BIN)/pytest -m package tests/packages

lock: environment-dev ## pin the requirements of pyproject.toml again, with hashes
	$(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --universal --python-version 3.11 --no-header pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --universal --python-version 3.11 --no-header --extra dev pyproject.toml -o requirements-dev.txt
