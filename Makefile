# Each target calls one entry of Python; what is done, and how, stands there.
#   REGION        region to load: a name of etl/regions or the path of a .toml (sample)
#   DATA_DIR      folder of the region's files
#   DATABASE_URL  a server of your own, instead of the cluster in .pg
#   ADOPT         with `run`: make the plan the adopted one of the region, whichever is now
#   PYTHON        the Python that makes .venv
REGION ?= sample
SCENARIO ?= phase1
PY := .venv/bin/python
export REGION DATA_DIR DATABASE_URL PYTHON
.DEFAULT_GOAL := help
.PHONY: help setup run test unit load solve report serve check up down lint bench

help: ## say what there is
	@sed -n 's/^\([a-z]*\):[^#]*## /  make \1\t/p' Makefile | expand -t 16

setup: ## install system packages, .venv and the pinned packages; quick when they are there
	@db/set_up.sh

run: load ## set up, load REGION (sample), plan SCENARIO (phase1), print the plan, write its page
	$(PY) -m model.solve --scenario "$(SCENARIO)"$(if $(ADOPT), --adopt)
	$(PY) -m report.summary
	$(PY) -m report.qgis
	$(PY) -m report.page

test: setup ## set up, run the tests on two workers; ARGS goes to pytest
	$(PY) -m pytest -n 2 --dist loadfile $(ARGS)

unit: setup ## the quick tests alone, on two workers: no database, no network, under a minute
	$(PY) -m pytest -q -n 2 --dist worksteal -p no:logging -p no:anyio --hypothesis-profile=quick tests/unit $(ARGS)

load: upgraded ## load REGION; ARGS="--scale 25" makes the region sample a province
	$(PY) -m etl.load --region "$(REGION)" $(ARGS)

solve: upgraded ## plan SCENARIO (phase1)
	$(PY) -m model.solve --scenario "$(SCENARIO)"

report: up ## print the adopted plan, and how to open it in QGIS
	$(PY) -m report.summary

serve: up ## publish the results as OGC API Features and vector tiles; ARGS="--port 8080"
	$(PY) -m report.serve $(ARGS)

check: ## verify set-up and data, with a hint for each failure
	@$(if $(wildcard $(PY)),$(PY),python3) -m db check

up: setup ## start the embedded cluster
	$(PY) -m db up

.PHONY: upgraded
upgraded: up
	$(PY) -m db upgrade

down: ## stop the embedded cluster; its data stays
	@$(if $(wildcard $(PY)),$(PY),python3) -m db down

lint: setup ## ruff and mypy
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m mypy

bench: setup ## measure distances and solves beside other programs, print the tables; ARGS="--set small --limit-s 20"
	$(PY) -m tests.benchmark.distance
	$(PY) -m tests.benchmark.workers
	$(PY) -m tests.benchmark $(ARGS)
