# Everything happens in .venv; nothing else on the machine is touched.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# Where Python is told to keep no compiled modules, each process that a test starts would compile them anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: install demo browser browsing schemathesis test checked reckoning waiting lint types layers campaign recurrence bugs drills fuzz bench bench-quota bench-stored bench-readers lock

PIP := $(BIN)/pip install --quiet --disable-pip-version-check

install: $(VENV)/.installed

$(VENV)/pyvenv.cfg:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "cuelight needs Python 3.11 or newer: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)

# What it takes to run, and no more: a demonstration should not wait for linters.
$(VENV)/.runs: requirements.txt requirements-build.txt pyproject.toml | $(VENV)/pyvenv.cfg
	$(PIP) --require-hashes -r requirements.txt -r requirements-build.txt
	$(PIP) --no-deps --no-build-isolation -e .
	touch $@

# The same, with what tests take. Modules are compiled when they are used: most never are.
$(VENV)/.installed: requirements-dev.txt pyproject.toml | $(VENV)/pyvenv.cfg
	$(PIP) --no-compile --require-hashes -r requirements-dev.txt
	$(PIP) --no-deps --no-build-isolation -e .
	touch $@ $(VENV)/.runs

demo: $(VENV)/.runs
	$(BIN)/cuelight demo

# What only reckons: a world in virtual time, a property of many examples. It gives way to everything else.
RECKONING := tests/campaign tests/unit/jobs tests/unit/config tests/unit/rfc5545
# What waits for real seconds.
WAITING := tests/integration tests/drills
# What needs a Chromium: `make test` tests it where one is installed, `make browser` installs one.
BROWSING := tests/browser
CHROMIUM := $(shell command -v chromium)

# Tests make a thousand databases and a few files each: in memory, where it has room, that takes a tenth of the time.
MEMORY := /dev/shm
ROOM := $(shell df -Pk $(MEMORY) 2>/dev/null | awk 'NR == 2 && $$4 > 4000000 { print "ample" }')
test waiting reckoning browsing drills: export TMPDIR := $(if $(ROOM),$(MEMORY),$(TMPDIR))

test: install
	$(BIN)/pytest -n 3 --dist worksteal $(patsubst %,--ignore=%,$(RECKONING) $(WAITING) $(BROWSING))
	$(if $(CHROMIUM),$(MAKE) --no-print-directory browsing,@echo "no Chromium here: tests/browser is left out (make browser installs one)")
	$(MAKE) --no-print-directory --jobs=3 checked reckoning waiting

browsing: $(VENV)/.browser
	$(BIN)/pytest $(BROWSING) -m "not alone" -n 3

# Beside what waits, to which it gives way, and not beside tests that have a second for something.
checked:
	nice -n 19 $(MAKE) --no-print-directory lint types layers

reckoning:
	nice -n 19 $(BIN)/pytest $(RECKONING) -n 2 --dist worksteal

waiting:
	$(BIN)/pytest $(WAITING) -n 6 --maxschedchunk 1

# Thousands of broadcasts in virtual time: make campaign [N=2000] [SEED=0], or SHOW=seed.
campaign: install
	$(BIN)/python -m tests.campaign $(or $(N),2000) --seed $(or $(SEED),0) $(if $(SHOW),--show $(SHOW))

# 20,000 random rules, in zones of both hemispheres, against an own reading of RFC 5545: make recurrence [N=20000] [SEED=0], or SHOW=seed.
recurrence: install
	$(BIN)/python -m tests.recurrence $(or $(N),20000) --seed $(or $(SEED),0) $(if $(SHOW),--show $(SHOW))

# Bugs planted one after the other: each has to break its law.
bugs: install
	$(BIN)/python -m tests.campaign.bugs

# Real workers killed and frozen at random instants: make drills [N=100] [SEED=0].
drills: install
	N=$(or $(N),100) SEED=$(or $(SEED),0) $(BIN)/pytest tests/drills -m "not alone" -n 6 --dist worksteal
	N=$(or $(N),100) SEED=$(or $(SEED),0) $(BIN)/pytest tests/drills -m alone

# 20,000 replies (nine questions for each example), 5,000 schedules, 5,000 rows; none may take a second.
fuzz: install
	EXAMPLES=2300 $(BIN)/pytest --hypothesis-profile=fuzz tests/unit/provider/test_any_answer.py
	EXAMPLES=750 $(BIN)/pytest --hypothesis-profile=fuzz tests/unit/config/test_schedule_fuzz.py
	EXAMPLES=5000 $(BIN)/pytest --hypothesis-profile=fuzz tests/unit/store/test_any_row.py

# The bench: cuelight beside other ways to do the same. make bench [N="100 1000 5000"] [RUNS=3] [README=1]
bench: install
	$(BIN)/python -m tests.performance $(or $(N),100 1000) --runs $(or $(RUNS),1) $(if $(README),--readme)

# Under the real quota, in real time: a quarter of an hour, and half of one more. make bench-quota [N="300 1000"]
bench-quota: install
	$(BIN)/python -m tests.performance.quota $(or $(N),300 1000)

# A worker that waits with a schedule of months: make bench-stored [N="100 100000"]
bench-stored: install
	$(BIN)/python -m tests.performance.stored $(or $(N),100 100000)

# A night before a real browser: Chromium is Debian's, and installed if it is not there (as root). make browser [PICTURES=folder]
browser: $(VENV)/.browser
	PICTURES=$(PICTURES) $(BIN)/pytest $(BROWSING)

$(VENV)/.browser: $(VENV)/.installed requirements-browser.txt
	$(PIP) --no-compile --require-hashes -r requirements-browser.txt
	command -v chromium >/dev/null || { apt-get -qq update && apt-get -qq install --yes --no-install-recommends chromium; }
	touch $@

# What readers of the pages cost the stops and the probes: two minutes. make bench-readers
bench-readers: install
	$(BIN)/python -m tests.performance.readers

# The interface as it describes itself, asked by schemathesis: no 5xx, and nothing that is not declared.
schemathesis: $(VENV)/.browser
	$(BIN)/python -m tests.browser.interface

lint: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: install
	$(BIN)/mypy

layers: install
	$(BIN)/lint-imports --no-cache

LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --python-version 3.11

lock: install
	$(LOCK) pyproject.toml --all-extras -o requirements.txt
	$(LOCK) --group build -o requirements-build.txt
	$(LOCK) pyproject.toml --all-extras --group dev -o requirements-dev.txt
	$(LOCK) --group browser --constraint requirements-dev.txt -o requirements-browser.txt
