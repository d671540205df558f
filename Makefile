# Two commands on a fresh machine: `make demo` and `make test`. Python 3.11 or newer and make are
# all they need; .venv is made here and holds everything else.

PYTHON ?= python3
INTERPRETER ?= cpython
UPLINK ?= tcp
PLAY = --interpreter $(INTERPRETER) --uplink $(UPLINK) $(if $(PLC),--plc)
RUN = .venv/bin/python
export PYTHONPATH = .

.PHONY: help demo demo-check test soak fuzz sim lint bench objects font docs clean

help:
	@echo "make demo        the whole plant on this machine, until Ctrl-C"
	@echo "make demo-check  the same for a bounded time, each fact checked from the outside"
	@echo "make test        everything that tests it, on CPython and MicroPython"
	@echo "make soak        DCU or HES killed KILLS=500 times at random; SEED=1"
	@echo "make sim         SEEDS=100 bad days in virtual time, or until one ends badly; PLC=1: behind the slot"
	@echo "make fuzz        hostile input for MINUTES=5, or until something is found"
	@echo "make lint        style and import contracts alone"
	@echo "make bench       the figures"
	@echo "make objects     the table of COSEM objects in docs/cosem-objects.md, made anew"
	@echo "make font        the font of the panel, made anew from UNIFONT=/path/to/unifont.hex"
	@echo "make docs        the pictures of the panel in docs/panel and docs/web, made anew"
	@echo "make clean       remove .venv and what the demo left"
	@echo "demo and demo-check take INTERPRETER=micropython, and UPLINK=modem: by a simulated module,"
	@echo "UPLINK=udp, or UPLINK=server: the HES dials the DCU; UPLINK=tls (modem-tls, server-tls): the same over"
	@echo "TLS; and PLC=1: with 20 meters behind a G3 module"

.venv/ready: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	 (echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1)
	@echo "making .venv and installing what is needed into it; this may take a minute"
	@$(PYTHON) -m venv .venv
	@$(RUN) -m pip install --quiet --disable-pip-version-check --editable '.[sim,hes,dev]'
	@touch $@

demo: .venv/ready
	@$(RUN) -m tests.e2e.demo $(PLAY)

demo-check: .venv/ready
	@$(RUN) -m tests.e2e.demo --check $(PLAY)

test: .venv/ready
	$(RUN) -m pytest -q -n auto --dist loadfile --no-loadscope-reorder

fuzz: .venv/ready
	@$(RUN) -m tests.fuzz.run $(or $(MINUTES),5)

soak: .venv/ready
	@KILLS=$(or $(KILLS),500) SEED=$(or $(SEED),1) $(RUN) -m pytest -q -s tests/e2e/test_kill.py

sim: .venv/ready
	@$(RUN) -m tests.sim.$(if $(PLC),plc_bad_day,run) $(or $(SEEDS),100) \
	 $(if $(PLC),,$(or $(FIRST),0) $(or $(METERS),32))

lint: .venv/ready
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	.venv/bin/lint-imports --no-cache

objects: .venv/ready
	@$(RUN) -m boards.objects_cpython

font: .venv/ready
	@$(RUN) -m lcd_menu.make_font_cpython $(or $(UNIFONT),/usr/share/unifont/unifont.hex)

docs: .venv/ready
	@$(RUN) -m tests.panel_pictures
	@$(RUN) -m tests.e2e.panel_page

bench: .venv/ready
	@$(RUN) -m bench.run

clean:
	rm -rf .venv .pytest_cache .ruff_cache .hypothesis build *.egg-info demo-data demo-data.lock
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
