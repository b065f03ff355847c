# The machine needs Python 3.11 or newer and make; everything else is fetched, built or named.
PYTHON ?= $(shell for python in python3.11 python3.12 python3.13 python3.14 python3; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$python && break; done)
BIN := .venv/bin
SERVERS := $(BIN)/python -m pmo.embedded exec --throwaway --
# Tests start many processes: each module is compiled once, whatever the machine says about compiled files.
TESTED := env -u PYTHONDONTWRITEBYTECODE PMO_ENV=test PMO_AS_OWNER=true
NOWHERE := env DATABASE_URL=postgres://nobody@localhost/nowhere REDIS_URL=redis://localhost/0 SECRET_KEY=unused
WORKERS ?= 2
CASES ?= 4
ARGS ?=
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate

.PHONY: help run test quick lint types contracts migrations assets messages lock sbom audit setup setup-test services stop clean fuzz names

help:
	@echo "make run        everything on this machine: http://127.0.0.1:8000/ (PMO_PORT, PMO_HOME, PMO_SAMPLE=none)"
	@echo "make test       all checks and tests, with servers of their own"
	@echo "make quick      the fast half of the tests (ARGS='-k word' narrows it)"
	@echo "make fuzz       every operation of the REST door as every role, for a night (CASES=4 of each kind)"
	@echo "make names      write down new names of the REST door, which may never go again"
	@echo "make lint       ruff, types, import contracts"
	@echo "make services   only PostgreSQL and Redis, in the background; make stop ends them"
	@echo "make assets     build static/vendor/ from the npm lock"
	@echo "make messages   collect the words of code and templates into locale/ (needs gettext)"
	@echo "make sbom       what we are built from, as CycloneDX (sbom.json); make audit asks for known weaknesses"
	@echo "make lock       resolve the Python lock files anew"
	@echo "make clean      stop, and remove what can be built again (never the data in var/)"

setup:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; PYTHON=/path/to/python3 names one."; exit 1; }
	@$(PYTHON) -m tools.setup run

setup-test:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; PYTHON=/path/to/python3 names one."; exit 1; }
	@$(PYTHON) -m tools.setup test

run: setup
	@exec $(BIN)/python -m pmo.embedded run

services: setup
	@$(BIN)/python -m pmo.embedded services

stop:
	@$(BIN)/python -m pmo.embedded stop

test: setup-test
	@status=0; \
	$(MAKE) --no-print-directory lint || status=1; \
	$(TESTED) $(SERVERS) $(MAKE) --no-print-directory migrations || status=1; \
	$(TESTED) $(SERVERS) $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS) || status=1; \
	exit $$status

quick: setup-test
	@$(TESTED) $(SERVERS) $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not browser and not faults and not slow" $(ARGS)

fuzz: setup-test
	@env PMO_FUZZ_CASES=$(CASES) PMO_FUZZ_SHARE=1 $(TESTED) $(SERVERS) \
		$(BIN)/python -m pytest -n $(WORKERS) tests/api/test_fuzz.py -rP --show-capture=stdout $(ARGS)

names: setup-test
	@env PMO_KEEP_NAMES=1 $(TESTED) $(SERVERS) $(BIN)/python -m pytest -q tests/api/test_names.py

lint: setup-test
	@status=0; \
	$(BIN)/ruff check . || status=1; \
	$(BIN)/ruff format --check . || status=1; \
	$(MAKE) --no-print-directory types contracts || status=1; \
	exit $$status

types:
	@$(NOWHERE) $(BIN)/mypy

contracts:
	@$(BIN)/lint-imports

migrations:
	@$(BIN)/python manage.py makemigrations --check --dry-run

assets: setup
	@$(BIN)/python -m tools.assets --force

messages: setup
	@$(BIN)/python -m tools.messages extract
	@$(BIN)/python -m tools.messages compile

lock: setup-test
	$(COMPILE) requirements.in -o requirements.lock
	$(COMPILE) requirements-s3.in -c requirements.lock -o requirements-s3.lock
	$(COMPILE) requirements-dev.in -c requirements-s3.lock -o requirements-dev.lock
	$(COMPILE) tools/setup/uv.in -o tools/setup/uv.lock
	$(COMPILE) tools/assets/node.in -o tools/assets/node.lock

sbom: setup
	@$(BIN)/python -m tools.supply sbom.json

audit: setup-test
	@$(BIN)/python -m tools.supply.audit

clean: stop
	rm -rf node_modules static/vendor .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
