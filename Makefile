# Two commands: `make demo` and `make test`. `make help` lists the rest.

VENV ?= .venv
# The first Python that is new enough; `make PYTHON=python3.12 demo` picks one.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
# Quiet about setuptools' standing advice on editable installs. Compat mode puts the checkout on the path: in the
# folder above a checkout named formcheck, that name would otherwise mean the checkout and not the package in it.
EDITABLE = PYTHONWARNINGS=ignore $(PIP) install --quiet --no-deps --no-build-isolation \
	--config-settings editable_mode=compat --editable .
MODEL := models/pose_landmarker_full.task
CLIP := sample_videos/clips/squat_valgus.mp4
EXERCISE := single_leg_box_squat

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test suite lint lock web docs bench-speed bench-train bench-accuracy bench-mutants bench-api bench-batch bench-live bench-tag render-samples clean system

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-16s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

demo: $(VENV)/.runtime $(MODEL) ## set up and check the form in a sample recording
	@mkdir -p demo
	$(BIN)/formcheck check $(CLIP) --exercise $(EXERCISE) \
		--json demo/set.json --overlay demo/overlay.webm --report demo/report.html

test: lint suite ## set up, lint and run the whole test suite with the real model

suite: $(VENV)/.dev $(MODEL)
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile

lint: $(VENV)/.dev ## ruff, mypy (strict), import-linter
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

lock: $(VENV)/.dev ## choose the versions anew and write both locks
	$(BIN)/pip-compile $(LOCKING) --upgrade --output-file requirements-dev.lock \
		$(addprefix --extra ,$(EXTRAS)) pyproject.toml
	$(BIN)/pip-compile $(LOCKING) --upgrade --output-file requirements.lock --constraint requirements-dev.lock pyproject.toml

EXTRAS := dev mp4 api postgres s3 tables c3d cluster programme

# No option may write an address into a lock: names, versions and hashes only.
LOCKING := --quiet --generate-hashes --strip-extras --allow-unsafe --build-deps-for editable \
	--no-header --no-annotate --no-emit-options --no-emit-index-url --no-emit-find-links --no-emit-trusted-host

web: $(VENV)/.dev $(MODEL) ## fetch MediaPipe's build for browsers, by npm (live in the browser without sending pictures)
	$(BIN)/formcheck models --web

docs: $(VENV)/.dev ## write the pages and schemas that come from the code
	$(BIN)/python -m formcheck.schema docs/set.schema.json
	$(BIN)/python -m formcheck.exercises.catalogue docs/exercises.md
	$(BIN)/python -m api.settings docs/configuration.md
	$(BIN)/python -m api.live.messages docs/live-protocol.schema.json

bench-speed: $(VENV)/.dev $(MODEL) ## formcheck beside plain MediaPipe loops, on the same clip
	$(BIN)/python -m bench.bench_speed

bench-train: $(VENV)/.dev ## learn the estimates and the error bands from the bench's tuning part
	$(BIN)/python -m bench.train
	$(BIN)/python -m bench.calibrate

bench-accuracy: $(VENV)/.dev ## score the bench's people and write docs/accuracy.md
	$(BIN)/python -m bench.accuracy --write docs/accuracy.md

bench-mutants: $(VENV)/.dev $(MODEL) ## damaged films through a worker process: none may hang or kill more than itself
	$(BIN)/python -m bench.mutants

bench-api: $(VENV)/.dev $(MODEL) ## the API beside `formcheck check`, and its throughput by workers
	$(BIN)/python -m bench.bench_api --write docs/api.md

bench-batch: $(VENV)/.dev $(MODEL) ## batches by workers and on Ray, scoring again from tracks; renews docs/scale.md
	$(BIN)/python -m bench.bench_batch --write docs/scale.md

bench-live: $(VENV)/.dev $(MODEL) ## live: delay, dropped frames and memory on one core, people a machine holds
	$(BIN)/python -m bench.bench_live
	$(BIN)/python -m bench.bench_live --server delay
	$(BIN)/python -m bench.bench_live --server people
	$(BIN)/python -m bench.bench_live --server memory

bench-tag: $(VENV)/.dev $(MODEL) ## what looking for a tag costs a recording, without one and with one
	$(BIN)/python -m bench.bench_tag

render-samples: $(VENV)-render/.done ## draw the sample clips anew, or those in CLIPS="..." (downloads torch and VTK)
	$(VENV)-render/bin/python -m sample_videos.render $(CLIPS)

clean: ## remove what was built, not the environment and the model
	rm -rf build dist demo *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find formcheck tests sample_videos bench -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

system: $(BIN)/python
	@$(BIN)/python formcheck/system_libraries.py

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "make: formcheck needs Python 3.11 or later; none found on PATH" >&2; exit 1; }
	@# Debian splits venv's own pip off into python3-venv: without it, the system's pip fills the environment.
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || { $(PYTHON) -m venv --clear --without-pip $(VENV) && \
		$(PYTHON) -m pip --python $@ install --quiet pip; }

$(VENV)/.runtime: requirements.lock pyproject.toml | $(BIN)/python system
	$(PIP) install --quiet --require-hashes --requirement requirements.lock
	$(EDITABLE)
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml | $(BIN)/python system
	$(PIP) install --quiet --require-hashes --requirement requirements-dev.lock
	$(EDITABLE)
	@touch $@ $(VENV)/.runtime

$(MODEL): | $(VENV)/.runtime
	$(BIN)/formcheck models --fetch

$(VENV)-render/.done: sample_videos/requirements-render.txt
	$(PYTHON) -m venv $(VENV)-render
	$(VENV)-render/bin/python -m pip install --quiet --requirement $<
	@touch $@
