# Socket Lab. `make help` lists the targets; a newcomer needs only `make lab` and `make test`.
.DEFAULT_GOAL := help
.PHONY: help lab book list test scenario up down check unit lab-tests test-netem prove bench doctor clean setup test-engines test-languages test-routing test-steps attack release
SHELL := /bin/sh
BIN := .venv/bin
LAB_WORKERS ?= -n 3 --dist loadfile
ENGINE_WORKERS ?= -n 3 --dist loadscope
LAB := $(BIN)/lab
PYTEST := $(BIN)/pytest
ATTACK := PYTHONPATH=tests/lab:tests/unit $(BIN)/python tests/attack/attack.py
LABS := 3
MAKEFLAGS += --no-print-directory

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

lab: setup ## Set everything up, run all scenarios, print the results
	@$(LAB) run
	@echo "To see the lab while it is up, in a browser: $(LAB) live"

book: setup ## Make the course as a book, site and PDF, in out/book (after make lab)
	@tools/test-needs browser
	@$(BIN)/python -P -m lab.book

test: setup ## Test everything: check, unit, page and lab tests, scenarios, engines, attacks, netem, proofs
	@tools/test-needs
	@$(BIN)/python tools/steps \
		"check!: $(MAKE) check" \
		"unit: $(PYTEST) tests/unit -n 2" \
		"page &: $(PYTEST) tests/page" \
		"up!: $(LAB) up" \
		"scenarios: $(LAB) run" \
		"book: $(MAKE) book" \
		"engines &: $(PYTEST) tests/engines $(ENGINE_WORKERS) -k 'not every_scenario and not Podman and not Rootless'" \
		"lab: $(PYTEST) tests/lab -m 'not large' $(LAB_WORKERS)" \
		"netem &: $(BIN)/python tests/netem/boot.py --or-skip" \
		"attack &: $(ATTACK) --quick" \
		"prove: $(LAB) prove --kept -j $(LABS)"

scenario: setup ## Run one scenario and print its story: make scenario NAME=tcp_connect
	@test -n "$(NAME)" || { echo "Which? make scenario NAME=tcp_connect (make list shows all)"; exit 2; }
	@$(LAB) run $(NAME) --story

list: setup ## List the scenarios
	@$(LAB) list

up: setup ## Bring the hosts up
	@$(LAB) up

down: setup ## Remove the hosts and the networks
	@$(LAB) down

check: setup ## Check style, types and the direction of imports
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --config pyproject.toml
	@$(BIN)/python tools/lint-workflows

test-netem: setup ## Test the faults of netem in a Debian kernel under qemu
	@tools/test-needs
	@$(BIN)/python tests/netem/boot.py

test-engines: setup ## Play every scenario on other engines: 26, 28, as 29, the dev container's; a few on Podman
	@$(PYTEST) tests/engines $(ENGINE_WORKERS)

test-languages: setup ## Try programs in Java and Rust, whose compilers take long to get
	@$(PYTEST) tests/lab/test_students.py -m large

test-routing: setup ## Prove the course in examples/routing, and play it with OSPF, RIP and BGP
	@$(PYTEST) tests/lab/test_routing.py

test-steps: setup ## Step ten scenarios, a deadlock and a timeout, ten times each: the same steps each time
	@STEP_REPEATS=10 $(PYTEST) tests/lab/test_stepping.py -k same

attack: setup ## Attack the lab, a quarter of an hour at most, and tell what held
	@$(ATTACK)

prove: setup ## Break every scenario on purpose; each expectation must fail once
	@$(LAB) prove

bench: setup ## Measure the lab beside other tools; SCALE=1: at 2 to 100 hosts, into docs/scale.md
	@$(BIN)/python -m bench $(if $(SCALE),--scale)

release: setup ## Build wheel and sdist into dist/, check them, name the changelog's section
	@$(BIN)/python tools/release

doctor: setup ## Check what this machine has and lacks for the lab
	@$(LAB) doctor

clean: ## Remove hosts, networks, results and the virtual environment
	@if [ -x $(LAB) ]; then $(LAB) down || true; fi
	rm -rf .venv out .cache build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

setup:
	@tools/setup
