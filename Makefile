# make run   starts the portal on this machine; needs only Python 3.11 or newer with venv
# make test  runs every check that needs no further system package; ARGS="tests/portal -x" goes to pytest
# make css   compiles the style sheet again; needs Node
.PHONY: run test bench css

PYTHON ?= python3
export PORT DATA_DIR

run: .venv/run.stamp
	@exec .venv/bin/python -m portal.embedded

test: .venv/dev.stamp
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports
	.venv/bin/python -m pytest -n 2 --dist loadgroup -m "not browser and not system" $(ARGS)

bench: .venv/dev.stamp
	@.venv/bin/python -m tests.bench $(ARGS)

css:
	sh static/source/build

.venv/run.stamp: requirements.txt requirements-embedded.txt
	@PYTHON="$(PYTHON)" sh .ci/install requirements.txt
	@touch $@

.venv/dev.stamp: requirements-dev.txt .venv/run.stamp
	@PYTHON="$(PYTHON)" sh .ci/install requirements-dev.txt
	@touch $@
