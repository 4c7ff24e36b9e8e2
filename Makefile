# The commands of the project.  Everything runs in a virtual environment inside the checkout.
PYTHON  ?= python3
VENV    ?= .venv
PROFILE ?= book
CORES   ?= 2

BIN       := $(abspath $(VENV))/bin
# The system's lock on the folder ends with the processes that hold it; Snakemake's own would outlive a killed run.
ifneq ($(shell command -v flock),)
ALONE     := 9<. sh -c 'flock --nonblock 9 || { echo "Another run works here: wait for it or stop it." >&2; exit 75; }; \
             exec "$$@"' alone
NOLOCK    := --nolock
endif
SNAKEMAKE := $(ALONE) snakemake $(NOLOCK) --rerun-incomplete --logger steps --cores $(CORES)
JOB       := python -m appmodel.pipeline.jobs
# All jobs are alike, and the default scheduler takes a fifth of a core to find the best order of hundreds.
# CLUSTER=profiles/slurm hands the jobs to a cluster.
STUDIES   := $(ALONE) snakemake $(NOLOCK) --snakefile studies.smk --rerun-incomplete --scheduler greedy \
             --logger steps $(if $(CLUSTER),--profile $(CLUSTER),--cores $(CORES))

# Tests are shared out among processes, those of the book all to one (tests/conftest.py).
SHARED    := --numprocesses $(CORES) --dist loadfile --no-loadscope-reorder

# The steps call python, jupyter-book and snakemake of the environment.
export PATH := $(BIN):$(PATH)
# One thread per job: two jobs of two threads each would fight for two cores.
export OMP_NUM_THREADS ?= 1
# The package of this checkout, whichever environment runs it, and how Snakemake reports (profiles/).
export PYTHONPATH := $(CURDIR):$(CURDIR)/profiles
export PYTHONDONTWRITEBYTECODE := 1

.DEFAULT_GOAL := help
.PHONY: help setup book screenshots pdf chromium test test-quick kill lint real studies tuning local clean

help:  ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 20

$(VENV)/.installed: pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0] + \
	    ": call make PYTHON=python3.11") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --requirement requirements.lock
	$(VENV)/bin/python -m pip install --quiet --no-deps --editable .
	touch $@

setup: $(VENV)/.installed  ## install everything into .venv

book: setup  ## execute the notebooks and build the book: _build/html/index.html
	$(SNAKEMAKE) --configfile profiles/$(PROFILE).yml -- book

screenshots: book  ## every page of the book as a picture, light, dark and on a phone: _build/screenshots
	$(VENV)/bin/python tests/in_browser/screenshots.py _build/html _build/screenshots

pdf: book  ## the book as one PDF, printed by Chromium: _build/book.pdf
	$(VENV)/bin/python tests/in_browser/pdf.py _build/html _toc.yml _build/book.pdf

chromium:  ## find Chromium for the tests in a browser, or install Debian's where that is permitted
	@for name in chromium chromium-browser google-chrome; do command -v $$name >/dev/null && exit 0; done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && apt-get install -yqq chromium && exit 0; \
	fi; \
	echo "There is no Chromium, and it cannot be installed from here: the tests in a browser are skipped."

test: setup lint chromium  ## check the style and run all tests
	$(VENV)/bin/python -m pytest $(SHARED)

test-quick: setup  ## the tests without whole books, chapters and studies
	$(VENV)/bin/python -m pytest $(SHARED) -m "not slow"

kill: setup  ## kill downloads, fits, studies and chapters fifty times: what is run again must give the same bytes
	$(VENV)/bin/python tests/kill9.py

lint: setup  ## check the style and the types of the code, and that the notebooks are well-formed
	$(VENV)/bin/ruff check --quiet .
	$(VENV)/bin/ruff format --quiet --check .
	$(VENV)/bin/mypy --no-error-summary
	$(VENV)/bin/jupytext --quiet --test --to ipynb notebooks/*.py

real: setup  ## evaluate every method on the real screens and rewrite data/results
	$(JOB) estimate real --cores $(CORES)
	$(STUDIES) real

studies: setup  ## ablations, network quality, extrapolation, attention, efficiency: hours, resumable
	$(JOB) estimate studies --cores $(CORES)
	$(STUDIES) studies

tuning: setup  ## settings of APP on inner folds of training conditions: about four processor hours, resumable
	$(STUDIES) tuning

local: setup  ## the studies that need files only the data folder has (other networks, small screens of cells)
	$(JOB) estimate local --cores $(CORES)
	$(STUDIES) local

clean:  ## remove what the commands made, the environment excepted
	rm -rf _build .snakemake notebooks/*.ipynb notebooks/claims.csv notebooks/claims.provenance.json
