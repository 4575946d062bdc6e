# Socket Lab. `make help` says what there is; `make lab` and `make test` are all a newcomer needs.
.DEFAULT_GOAL := help
.PHONY: help lab list test scenario up down check unit lab-tests test-netem prove bench doctor clean setup
SHELL := /bin/sh
BIN := .venv/bin
LAB := $(BIN)/lab
PYTEST := $(BIN)/pytest
MAKEFLAGS += --no-print-directory

help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

lab: setup ## Set everything up, run all scenarios, print the results
	@$(LAB) run

test: setup ## Everything that must hold: check, unit, page and lab tests, scenarios, netem, proofs
	@tools/test-needs
	@$(BIN)/python tools/steps \
		"check: $(MAKE) check" \
		"unit: $(PYTEST) tests/unit" \
		"page: $(PYTEST) tests/page" \
		"up: $(LAB) up" \
		"netem &: $(BIN)/python tests/netem/boot.py --or-skip" \
		"lab: $(PYTEST) tests/lab $(LAB_WORKERS)" \
		"scenarios: $(PYTEST) scenarios" \
		"prove: $(LAB) prove"

scenario: setup ## Run one scenario and tell its story: make scenario NAME=tcp_connect
	@test -n "$(NAME)" || { echo "Which? make scenario NAME=tcp_connect (make list shows all)"; exit 2; }
	@$(LAB) run $(NAME) --story

list: setup ## List the scenarios
	@$(LAB) list

up: setup ## Bring the hosts up
	@$(LAB) up

down: setup ## Remove the hosts and the networks
	@$(LAB) down

check: setup ## Style, types and the direction of imports
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --config pyproject.toml

test-netem: setup ## Prove the faults that netem does, in a Debian kernel booted for that (qemu)
	@tools/test-needs
	@$(BIN)/python tests/netem/boot.py

prove: setup ## Break every scenario on purpose; each expectation must notice something
	@$(LAB) prove

bench: setup ## Measure the lab against what else there is, side by side
	@$(BIN)/python -m bench

doctor: setup ## Say what this machine has and lacks for the lab
	@$(LAB) doctor

clean: ## Remove hosts, networks, results and the virtual environment
	@if [ -x $(LAB) ]; then $(LAB) down || true; fi
	rm -rf .venv out .cache build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

setup:
	@tools/setup
