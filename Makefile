# Works with GNU make from 3.81 on. A bare `make` lists the commands.

PYTHON ?=
VENV = .venv
BIN = $(VENV)/bin

# Jupyter and Sphinx tools are started from the environment, whatever the user has activated.
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK = 1
# With it set, each of a thousand processes of the tests would compile the sources anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL = help
.DELETE_ON_ERROR:
.PHONY: help book test check lint lab notebooks pdf serve links bench mutants soundness lock clean

help:
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

book: $(VENV)/.book node_modules/.package-lock.json ## execute every notebook and build the site
	@$(BIN)/python -m bptt.site.build

test: $(VENV)/.dev node_modules/.package-lock.json ## everything that must hold, with the book built from an empty cache
	@$(BIN)/python tests/everything.py

check: $(VENV)/.dev ## the quick part of the tests, without the book
	@$(BIN)/python tests/everything.py style quick

lint: $(VENV)/.dev ## style, types, and which package may import which
	@$(BIN)/python tests/everything.py style

lab: $(VENV)/.dev ## open the chapters as notebooks in JupyterLab
	@$(BIN)/jupyter lab --ContentsManager.allow_hidden=False

notebooks: book ## build the site, and unpack the notebooks that it offers to readers into _build/notebooks
	@rm -rf _build/notebooks
	@$(BIN)/python -m zipfile -e _build/html/downloads/unrolled-notebooks.zip _build/notebooks

pdf: $(VENV)/.book node_modules/.package-lock.json ## print the whole book as one PDF, and without the solutions, with an installed Chromium
	@$(BIN)/python -m bptt.site.pdf

# Each save starts a build in a process of its own. What it writes outside _build must not start the next.
serve: $(VENV)/.dev node_modules/.package-lock.json ## show the site at localhost:8000 (PORT=) and rebuild it at each save
	@$(BIN)/sphinx-autobuild . _build/html -d _build/.doctrees-served --port $(PORT) \
	  --pre-build "$(BIN)/jupyter-book config sphinx ." \
	  --ignore _build --ignore conf.py --re-ignore __pycache__

PORT = 8000

links: $(VENV)/.book node_modules/.package-lock.json ## ask every other site that the book links to whether it still answers
	@$(BIN)/jupyter-book build . --builder custom --custom-builder linkcheck --quiet \
	  || echo "Not every link answered: _build/linkcheck/output.txt lists them."

bench: $(VENV)/.dev node_modules/.package-lock.json ## measure proofs, pages and builds, and try ten thousand random claims (benchmarks/)
	@missed=0; for script in benchmarks/*.py; do \
	  echo "== $$script"; $(BIN)/python $$script || missed=1; \
	done; exit $$missed

mutants: $(VENV)/.dev ## break a file or folder (FILE=, SAMPLE=, SEED=) in small ways and list what no test notices
	@$(BIN)/python tests/mutants/survivors.py "$(FILE)" $(if $(SAMPLE),--sample $(SAMPLE)) $(if $(SEED),--seed $(SEED))

soundness: $(VENV)/.dev ## judge twenty thousand conclusions of random theorems, and see each guard missed
	@$(BIN)/python benchmarks/theorems.py

lock: $(VENV)/bin/python ## renew requirements.txt and requirements-dev.txt from pyproject.toml
	@test -x $(VENV)/lock/bin/uv || { $(BIN)/python -m venv $(VENV)/lock && $(VENV)/lock/bin/pip install --quiet uv; }
	@$(UV_LOCK) --extra book --output-file requirements.txt
	@$(UV_LOCK) --extra book --extra dev --constraint requirements.txt --output-file requirements-dev.txt

UV_LOCK = $(VENV)/lock/bin/uv pip compile pyproject.toml --quiet --upgrade --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

clean: ## remove everything that was made, the environment too
	rm -rf _build conf.py $(VENV) node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

# What follows runs once; the stamps say that it has.

# A pyenv shim may stand on PATH and still not run, so each candidate is tried.
$(BIN)/python:
	@found=; bare=; \
	for candidate in $(or $(PYTHON),python3 python3.11 python3.12 python3.13 python3.14 python3.15 python); do \
	  "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' > /dev/null 2>&1 || continue; \
	  if "$$candidate" -c 'import ensurepip, venv' > /dev/null 2>&1; then found=$$candidate; break; fi; \
	  bare=$${bare:-$$candidate}; \
	done; \
	if [ -n "$$found" ]; then "$$found" -m venv --clear $(VENV); \
	elif [ -n "$$bare" ]; then echo "$$bare has no venv or ensurepip: install them first (on Debian and Ubuntu: apt install python3-venv)." >&2; exit 1; \
	else echo "No Python 3.11 or newer found$(if $(PYTHON), at $(PYTHON)): install one (python.org, or your system's package python3), or name it: make book PYTHON=/path/to/python3." >&2; exit 1; \
	fi

$(VENV)/.book: requirements.txt pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.book
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.txt
	@mkdir -p $(VENV)/share/jupyter/lab/settings
	@echo '$(LAB_SETTINGS)' > $(VENV)/share/jupyter/lab/settings/overrides.json
	@$(BIN)/jupyter labextension disable --level=sys_prefix $(NOT_OUTPUTS)
	@touch $@

# JupyterLab opens a Markdown chapter as the notebook it is, and asks no other machine for news.
LAB_SETTINGS = {"@jupyterlab/docmanager-extension:plugin": {"defaultViewers": {"markdown": "Jupytext Notebook", "myst": "Jupytext Notebook"}}, \
  "@jupyterlab/apputils-extension:notification": {"checkForUpdates": false, "fetchNews": "false"}}

# jupyterlab-myst reads the text of a chapter; of an output it would number each equation once more.
NOT_OUTPUTS = jupyterlab-myst:mime-renderer

node_modules/.package-lock.json: package-lock.json package.json | $(VENV)/.book
	@$(BIN)/npm ci --silent || { echo "npm could not install KaTeX, MicroPython and the text face: is the npm registry reachable? \`npm ci\` says more." >&2; exit 1; }
	@touch $@
