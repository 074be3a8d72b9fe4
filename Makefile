# GNU make 3.81 and a POSIX shell are enough. `make run` needs Python 3.11-3.14 with venv, `make test` a Chromium too.
SHELL = /bin/sh
VENV = .venv
BIN = $(VENV)/bin
PIP = $(BIN)/python -m pip --disable-pip-version-check install --quiet
# The locks name everything, and an older pip takes `pydantic[email]` for a package without a hash: so no-deps.
LOCKED = $(PIP) --no-deps --require-hashes --requirement
UV = uv
LOCK = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
  --custom-compile-command "make locks" --extra embedded

AUDIT = .venv-audit
BENCH = .venv-bench

.PHONY: audit-security help setup run test check campaign bench schema docs assets locks chromium

help:
	@echo "make run      start a demonstration on this machine (PORT=8001 for another port)"
	@echo "make test     run the tests"
	@echo "make check    format, lint, types, imports, templates, then the tests"
	@echo "make setup    only make .venv and install the locked packages"
	@echo "make campaign the long tests"
	@echo "make bench    how long things take, one JSON line each"
	@echo "make audit-security  outside scanners against the service (needs node; PART=odd for one of them, CASES=2000 for fewer)"
	@echo "make schema   rewrite tests/architecture/schema.sql after a migration"
	@echo "make docs     rewrite the pages of docs/reference that are made from the code"
	@echo "make assets   rebuild the style sheet and vendored scripts (needs npm)"
	@echo "make locks    compile requirements/*.txt again (needs uv; UPGRADE=--upgrade for newer versions)"

# A shim may be there and fail, and Debian ships Python without venv: each candidate has to prove itself.
$(VENV)/made:
	@if $(BIN)/python -m pip --version >/dev/null 2>&1; then touch $@; exit 0; fi; \
	for python in python3.14 python3.13 python3.12 python3.11 python3; do \
	  if "$$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' >/dev/null 2>&1; then \
	    found=$$python; \
	    if "$$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then \
	      "$$python" -m venv --clear $(VENV) && touch $@; exit $$?; \
	    fi; \
	  fi; \
	done; \
	if [ -n "$$found" ]; then echo "$$found has no venv module: install it (Debian and Ubuntu: apt-get install python3-venv)." >&2; \
	else echo "Python 3.11, 3.12, 3.13 or 3.14 is needed and none was found: install one of them." >&2; fi; exit 1

$(VENV)/run: $(VENV)/made requirements/run.txt pyproject.toml
	@echo "Installing what it runs on ..."
	@$(LOCKED) requirements/run.txt
	@$(PIP) --no-index --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev: $(VENV)/run requirements/dev.txt
	@echo "Installing what its tests need ..."
	@$(LOCKED) requirements/dev.txt
	@touch $@

setup: $(VENV)/run

run: $(VENV)/run
	@exec $(BIN)/teamhope demo $(if $(PORT),--port $(PORT))

chromium: $(VENV)/dev
	@if [ -n "$$CHROMIUM_PATH" ] || command -v chromium >/dev/null 2>&1; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	  echo "Installing chromium ..."; \
	  apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qqy install chromium >/dev/null && exit 0; \
	fi; \
	$(BIN)/python -m playwright install chromium || \
	  { echo "No Chromium was found or could be installed: install one and name it in CHROMIUM_PATH." >&2; exit 1; }

test: chromium
	@$(BIN)/python -m pytest -m "not campaign" --numprocesses auto --dist loadfile --no-loadscope-reorder

check: $(VENV)/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --quiet --lint src/teamhope/templates
	@$(MAKE) test

campaign: $(VENV)/dev
	@$(BIN)/python -m pytest -m campaign --timeout 7200 -s

# What we are measured beside has an environment of its own: with its faster loop installed, ours would be another one.
$(BENCH)/made: $(VENV)/made requirements/bench.txt
	@echo "Installing what it is measured beside ..."
	@$(BIN)/python -m venv --clear $(BENCH)
	@$(BENCH)/bin/python -m pip --disable-pip-version-check install --quiet --no-deps --require-hashes --requirement requirements/bench.txt
	@touch $@

bench: $(VENV)/dev $(BENCH)/made
	@$(BIN)/python -m benchmarks.search
	@$(BIN)/python -m benchmarks.ranking
	@$(BIN)/python -m benchmarks.assignment
	@$(BIN)/python -m benchmarks.dispatch

# The scanners have an environment of their own: they need older versions of what the service runs on.
$(AUDIT)/made: $(VENV)/made requirements/audit.txt
	@echo "Installing the scanners ..."
	@$(BIN)/python -m venv --clear $(AUDIT)
	@$(AUDIT)/bin/python -m pip --disable-pip-version-check install --quiet --no-deps --require-hashes --requirement requirements/audit.txt
	@touch $@

$(AUDIT)/observatory/made: $(AUDIT)/made $(wildcard tests/security/observatory/*)
	@mkdir -p $(AUDIT)/observatory && cp tests/security/observatory/* $(AUDIT)/observatory/
	@cd $(AUDIT)/observatory && npm ci --ignore-scripts --no-audit --no-fund --loglevel error >/dev/null
	@touch $@

audit-security: $(VENV)/dev $(AUDIT)/made $(AUDIT)/observatory/made
	@CASES=$(CASES) $(BIN)/python -m tests.security $(PART)

schema: $(VENV)/dev
	@$(BIN)/python -m tests.architecture.golden_schema

docs: $(VENV)/dev
	@$(BIN)/python docs/make_inventory.py
	@$(BIN)/python -m tests.architecture.permissions_page

assets:
	@frontend/build.sh

locks:
	@$(LOCK) $(UPGRADE) --output-file requirements/run.txt pyproject.toml requirements/build.in
	@$(LOCK) $(UPGRADE) --group dev --constraints requirements/run.txt --output-file requirements/dev.txt pyproject.toml requirements/build.in
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --custom-compile-command "make locks" $(UPGRADE) --override requirements/audit-overrides.in \
	  --output-file requirements/audit.txt requirements/audit.in
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --custom-compile-command "make locks" $(UPGRADE) --constraints requirements/run.txt \
	  --output-file requirements/bench.txt requirements/bench.in
