# `make demo` and `make test` do all the set-up; see README.md.

PYTHON ?= python3
BIN := .venv/bin
STORE ?= .srlab
PORT ?= 8501
INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check -c requirements.lock

.PHONY: demo test dashboard check bench demo-rows clean

demo: .venv/installed ## the demo study: numbers, a report, a store to browse
	$(BIN)/srlab run reports/demo/study.toml --store $(STORE)
	@echo "or: make dashboard"

test: .venv/installed-dev ## the tests: no network, no GPU
	$(BIN)/pytest -n auto --dist loadgroup

dashboard: .venv/installed ## the app over STORE, on this machine
	$(BIN)/srlab dashboard --store $(STORE) --port $(PORT)

check: .venv/installed-dev ## lint, format, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/lint-imports

bench: .venv/installed-dev ## speed, each beside a peer in the same run
	@$(BIN)/python -c "import cv2" 2>/dev/null || $(INSTALL) opencv-python-headless
	for script in tests/benchmarks/*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

demo-rows: .venv/installed ## compute reports/demo/lpips-squeeze.csv anew (needs the backbone)
	store=$$(mktemp -d) && \
	sed '/^known_scores/d; /^\[classify\]/,$$d' reports/demo/study.toml > reports/demo/.rows.toml && \
	$(BIN)/srlab run reports/demo/.rows.toml --store $$store/store && \
	$(BIN)/python reports/demo/make_rows.py $$store/store; \
	status=$$?; rm -rf reports/demo/.rows.toml $$store; exit $$status

clean: ## remove what make made, but for the store
	rm -rf .venv reports/demo/out

.venv/installed: pyproject.toml requirements.lock
	$(PYTHON) -m venv .venv
	$(INSTALL) -e .
	@touch $@

.venv/installed-dev: .venv/installed
	$(INSTALL) -e '.[dev,ray]'
	@touch $@
