# The commands of the project.  Everything runs in a virtual environment inside the checkout.
PYTHON  ?= python3
VENV    ?= .venv
PROFILE ?= book
CORES   ?= 2

BIN       := $(abspath $(VENV))/bin
SNAKEMAKE := snakemake --cores $(CORES) --quiet host reason
JOB       := python -m appmodel.pipeline.jobs
# All jobs are alike, and the default scheduler takes a fifth of a core to find the best order of hundreds.
# CLUSTER=profiles/slurm hands the jobs to a cluster.
STUDIES   := snakemake --snakefile studies.smk --scheduler greedy --quiet host reason \
             $(if $(CLUSTER),--profile $(CLUSTER),--cores $(CORES))

# The steps call python, jupyter-book and snakemake of the environment.
export PATH := $(BIN):$(PATH)
# One thread per job: two jobs of two threads each would fight for two cores.
export OMP_NUM_THREADS ?= 1
# The package of this checkout, whichever environment runs it.
export PYTHONPATH := $(CURDIR)
export PYTHONDONTWRITEBYTECODE := 1

.DEFAULT_GOAL := help
.PHONY: help setup book test test-quick lint real studies tuning local clean

help:  ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 16

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

test: setup lint  ## check the style and run all tests
	$(VENV)/bin/python -m pytest

test-quick: setup  ## the tests without whole books, chapters and studies
	$(VENV)/bin/python -m pytest -m "not slow"

lint: setup  ## check the style of the code, and that the notebooks are well-formed
	$(VENV)/bin/ruff check --quiet .
	$(VENV)/bin/ruff format --quiet --check .
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
	rm -rf _build .snakemake notebooks/*.ipynb
