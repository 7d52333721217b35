# Appendix A: 2.0. Every command sets up what it needs (book/prepare.py) and is safe to run twice.
# Without make: README.md shows the lines to type.

PYTHON     ?= python3
PORT       ?= 8000
LAB_PORT   ?= 8888
BOOK_SERVE ?= 1
NB         ?=
ONLY       ?=
SCENE      ?=
QUALITY    ?= medium

IN := .venv/bin/python
export PATH := $(CURDIR)/.venv/bin:$(PATH)

.DEFAULT_GOAL := book
.PHONY: book lab notebooks animations test bench clean help

book:       ## build the site into _build/html and serve it (PORT=8000; BOOK_SERVE=0 builds only; LIVE=0 without Python in it)
	@$(PYTHON) book/prepare.py book
	@$(IN) book/build.py $(if $(filter-out 0,$(BOOK_SERVE)),--serve --port $(PORT))

lab:        ## open the notebooks in JupyterLab
	@$(PYTHON) book/prepare.py lab
	@$(IN) book/lab.py --port $(LAB_PORT)

notebooks:  ## run the notebooks whose code changed and record their results (NB=03 runs one)
	@$(PYTHON) book/prepare.py book
	@$(IN) book/notebooks.py $(NB)

animations: ## render the films (SCENE=Counting renders one; QUALITY=low|medium|high, committed: medium)
	@$(PYTHON) book/prepare.py animations
	@.venv-animations/bin/python -m animations.render $(if $(SCENE),--scene $(SCENE)) --quality $(QUALITY)

test:       ## run everything that CI runs (ONLY=book,site runs some stages; PARITY=1 adds PyTorch)
	@$(PYTHON) book/prepare.py test
	@$(IN) -m tests $(if $(ONLY),--only $(ONLY))

bench:      ## measure picograd beside PyTorch and other libraries; results go into book/results/bench.json
	@$(PYTHON) book/prepare.py bench
	@.venv-bench/bin/python -m tests.benchmarks

clean:      ## remove what was built; environments, data and films stay
	rm -rf _build dist .pytest_cache .hypothesis .ruff_cache
	find . -name __pycache__ -not -path './.venv*' -prune -exec rm -rf {} +

help:       ## show this list
	@sed -nE 's/^([a-z]+): +## (.*)/  make \1\t\2/p' Makefile | expand -t 20
