# The two commands a newcomer needs are `make run` and `make test`; `make help` lists the rest.
# Only python3.11 (or newer), git and make are assumed. Everything made at run time lies under .venv/ and var/.

PORT ?= 8000
MLFLOW_PORT ?= 5001
VENV ?= .venv
WORKERS ?= 2
PY := $(VENV)/bin/python
UV := $(VENV)/bin/uv
# MLflow, Evidently and DBOS measure the use of their software unless they are told not to.
export DO_NOT_TRACK = 1
export MLFLOW_DISABLE_TELEMETRY = true
export PIP_DISABLE_PIP_VERSION_CHECK = 1

# The first interpreter that really starts and is new enough; a name on PATH may be an empty shim.
FIND_PYTHON = for name in $(PYTHON) python3.13 python3.12 python3.11 python3; do \
	if $$name -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then echo $$name; break; fi; done
# What an operator would set; the check asks whether anything is missing, and connects to nothing.
PRODUCTION_LIKE = DJANGO_SETTINGS_MODULE=mlops_portal.settings.production ALLOWED_HOSTS=portal.example.org \
	DATABASE_URL=postgres://portal@database.example.org/portal EMAIL_HOST=mail.example.org \
	DBOS_DATABASE_URL=postgresql://portal@database.example.org/portal_jobs
PIP_INSTALL = $(PY) -m pip install --quiet --quiet --no-deps --progress-bar off --requirement

.DEFAULT_GOAL := help
.PHONY: help run demo test lint format lock clean install install-dev

help:  ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: install  ## install, load the demo the first time, start everything; stop with Ctrl-C (PORT=8000 MLFLOW_PORT=5001)
	@exec $(abspath $(PY)) manage.py run --port $(PORT) --mlflow-port $(MLFLOW_PORT)

demo: install  ## complete the demo again (nothing that exists is made twice)
	@exec $(PY) manage.py demo

test: install-dev  ## run the whole suite; what needs a program that is missing is skipped with the reason and the cure
	@exec $(PY) -m pytest -n $(WORKERS) --dist loadgroup $(TESTS)

lint: install-dev  ## format, lint, types, import rules, templates, migrations, production settings
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy manage.py mlops_portal assessments models_app tests benchmarks
	$(VENV)/bin/lint-imports
	git ls-files '*.html' | xargs --no-run-if-empty $(VENV)/bin/djade --check --target-version 5.2
	$(PY) manage.py makemigrations --check --dry-run
	env $(PRODUCTION_LIKE) SECRET_KEY=$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(50))') \
		$(PY) manage.py check --deploy --fail-level WARNING

format: install-dev  ## rewrite Python files and templates in the house format
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .
	git ls-files '*.html' | xargs --no-run-if-empty $(VENV)/bin/djade --target-version 5.2

lock: install-dev  ## resolve requirements*.in again into requirements*.txt, for Python 3.11 to 3.13
	$(UV) pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --no-emit-find-links \
		--custom-compile-command 'make lock' $(UPGRADE) requirements.in -o requirements.txt
	$(UV) pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --no-emit-find-links \
		--custom-compile-command 'make lock' $(UPGRADE) requirements-dev.in -o requirements-dev.txt

clean:  ## remove the environment, all state (var/) and caches
	rm -rf $(VENV) var .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

install: $(VENV)/.requirements
install-dev: $(VENV)/.requirements-dev

# A stamp is written only after everything before it worked, so an interrupted installation goes on where it stopped.
# An environment that works is kept, whoever made it; only one whose Python is broken or too old is made anew.
$(VENV)/.created:
	@if $(PY) -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then touch $@; exit 0; fi; \
	python=`$(FIND_PYTHON)`; \
	if [ -z "$$python" ]; then \
		echo "This needs Python 3.11 or newer with its venv module, and found none (tried $(PYTHON) python3.13 python3.12 python3.11 python3)."; \
		echo "Install one (Debian, Ubuntu: apt install python3 python3-venv), or name yours: make $(MAKECMDGOALS) PYTHON=/path/to/python3"; \
		exit 1; fi; \
	echo "Creating $(VENV) with `$$python --version` …"; \
	$$python -m venv --clear $(VENV) && touch $@

$(VENV)/.requirements: requirements.txt | $(VENV)/.created
	@echo "Installing requirements.txt (the first time this takes a minute or two) …"
	@$(PIP_INSTALL) requirements.txt
	@touch $@

$(VENV)/.requirements-dev: requirements-dev.txt $(VENV)/.requirements
	@echo "Installing requirements-dev.txt …"
	@$(PIP_INSTALL) requirements-dev.txt
	@touch $@
