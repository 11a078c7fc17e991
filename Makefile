# Every target works from a bare Debian 12 and does again only what is out of date.

.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 5000
WORKERS ?= 2

VENV := .venv
PY := $(VENV)/bin/python
FLASK := $(PY) -m flask --app wsgi
VENDOR := directory/static/vendor
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard directory/translations/*/LC_MESSAGES/messages.po))
CODE := directory routing maps seeds migrations tests wsgi.py gunicorn.conf.py

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# Using it

.PHONY: run
run: demo serve ## Set up what is missing, load the demonstration and serve it on http://127.0.0.1:5000

# The worker beside the server; when one of make, the server or Ctrl-C says so, both end.
.PHONY: serve
serve: ## Serve what is there, with the worker that watches the clocks
	@echo "Passerelle is on http://$(HOST):$(PORT) (stop it with Ctrl-C)"
	@$(FLASK) worker & worker=$$!; \
	$(PY) -m gunicorn --bind $(HOST):$(PORT) --workers $(WORKERS) 'wsgi:create_app()' & server=$$!; \
	trap 'kill $$worker $$server 2>/dev/null' INT TERM HUP; \
	wait $$server; status=$$?; kill $$worker $$server 2>/dev/null; wait; exit $$status

.PHONY: demo
run demo: export PASSERELLE_DEMO := 1
demo: setup ## Migrate the database, load reference and demonstration data, show the accounts
	@mkdir -p var
	@$(FLASK) db upgrade
	@$(FLASK) seed reference
	@$(FLASK) seed demo
	@$(FLASK) seed accounts

.PHONY: setup
setup: system-run $(VENV)/.runtime $(VENDOR)/bootstrap.css $(VENDOR)/icons.svg $(CATALOGUES) ## Install what the application needs

# Changing it

.PHONY: test
test: setup-dev ## Run everything: SpatiaLite, PostGIS, browser journeys; the last line is the summary
	@$(PY) -m tests.all_runs

.PHONY: test-fast
test-fast: setup-dev ## Run the quick tests on SpatiaLite only
	@$(PY) -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder -m "not journey and not slow"

.PHONY: test-postgis
test-postgis: setup-dev ## Run the tests on a private PostGIS cluster, started and stopped here
	@$(PY) -m tests.databases -- $(PY) -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder -m "not journey"

.PHONY: test-journeys
test-journeys: setup-dev ## Run the browser journeys in the system's Chromium; pictures go to test-output/
	@$(PY) -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder -m journey

.PHONY: manual
manual: test-journeys ## Take the pictures of the manual anew, from the journeys
	@$(PY) -m tests.journeys.manual_pictures

.PHONY: bench
bench: setup-dev ## Measure the promises of docs/performance.md and print them as ratios
	@$(PY) -m tests.databases -- $(PY) -m pytest tests/benchmarks -q -s --benchmark-disable-gc

.PHONY: lint
lint: setup-dev ## Check format, style, types and import contracts
	@$(PY) -m ruff format --check $(CODE)
	@$(PY) -m ruff check $(CODE)
	@$(PY) -m mypy
	@$(VENV)/bin/lint-imports

.PHONY: check
check: lint test ## Everything that must be green before a change is shared

.PHONY: fix
fix: setup-dev ## Format the code and repair what can be repaired
	@$(PY) -m ruff check --fix $(CODE)
	@$(PY) -m ruff format $(CODE)

.PHONY: migration
migration: setup-dev ## Write the next migration: make migration m="add consent recipient"
	@test -n "$(m)" || { echo 'Say what it does: make migration m="add consent recipient"'; exit 1; }
	@$(FLASK) db migrate -m "$(m)" \
		--rev-id $$(printf '%04d' $$(($$(ls migrations/versions | grep -c '^[0-9].*\.py$$') + 1)))
	@ls migrations/versions | sed -n 's/^\([0-9]\{4\}\).*\.py$$/\1/p' | tail -1 > migrations/CURRENT

.PHONY: translations
translations: setup-dev ## Collect the sentences to translate into the .po files
	@$(VENV)/bin/pybabel -q extract -F pyproject.toml -k N_ --sort-by-file --no-location \
		-o directory/translations/messages.pot directory routing maps seeds
	@$(VENV)/bin/pybabel -q update -i directory/translations/messages.pot -d directory/translations --no-fuzzy-matching

.PHONY: setup-dev
setup-dev: system-test $(VENV)/.runtime $(VENV)/.dev $(VENDOR)/bootstrap.css $(VENDOR)/icons.svg $(CATALOGUES) ## Install what the tests and checks need

.PHONY: clean
clean: ## Remove what was installed and generated; the database in var/ stays
	rm -rf $(VENV) node_modules $(VENDOR) test-output .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	rm -f $(CATALOGUES)

# How it is set up

.PHONY: system-run system-test
system-run system-test: system-%:
	@PYTHON="$(PYTHON)" .ci/system-packages $*

$(PY):
	$(PYTHON) -m venv --clear $(VENV)

$(VENV)/.runtime: requirements.txt | $(PY)
	$(PY) -m pip install --quiet --disable-pip-version-check --use-pep517 -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.runtime
	$(PY) -m pip install --quiet --disable-pip-version-check --use-pep517 -r requirements-dev.txt
	@touch $@

node_modules/.installed: package.json package-lock.json
	npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

# Only what a page may load; the rest of the packages stays in node_modules.
$(VENDOR)/.copied: node_modules/.installed Makefile
	@rm -rf $(VENDOR)
	@cd node_modules && for part in \
		htmx.org/dist/htmx.min.js \
		leaflet/dist/leaflet.css \
		leaflet/dist/leaflet.js \
		leaflet/dist/images \
		leaflet.markercluster/dist/leaflet.markercluster.js; \
	do \
		mkdir -p "../$(VENDOR)/$${part%%/*}" && cp -R "$$part" "../$(VENDOR)/$${part%%/*}/" || exit 1; \
	done
	@touch $@

# Only the parts of Bootstrap, and only the icons, that a page uses.
$(VENDOR)/bootstrap.css: $(VENV)/.runtime $(VENDOR)/.copied directory/stylesheet.py
	@$(PY) -m directory.stylesheet

NAMING_ICONS := $(shell find directory routing maps wsgi.py -path '*/vendor' -prune -o -name '*.html' -print -o -name '*.py' -print -o -name '*.js' -print)
$(VENDOR)/icons.svg: $(VENV)/.runtime $(VENDOR)/.copied $(NAMING_ICONS)
	@$(PY) -m directory.icons

%.mo: %.po $(VENV)/.runtime
	@$(VENV)/bin/pybabel -q compile -i $< -o $@
