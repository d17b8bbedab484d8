# For people. `plainspec` is the program; these targets make its environment first.
BOOT := $(shell command -v python3 || command -v python || command -v py)
ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif

.PHONY: help env chat serve test bench lint lock clean
.SILENT:

help:  ## this list
	grep -hE '^[a-z]+: .*##|^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

env:  ## make or refresh .venv from requirements.lock
	test -n "$(BOOT)" || { echo "Plainspec needs Python 3.10: install it, or uv (https://docs.astral.sh/uv), and try again." >&2; exit 1; }
	$(BOOT) bootstrap.py

chat: env  ## set everything up, then talk in the terminal (reads lines from a pipe too)
	$(BIN)/plainspec chat

serve: env  ## the same, then the website at http://localhost:5005
	$(BIN)/plainspec serve

test: env  ## all tests
	$(BIN)/plainspec prepare
	$(BIN)/python -m pytest

bench: env  ## the benchmarks; prints tables
	$(BIN)/plainspec prepare
	$(BIN)/python -m tests.bench

lint: env  ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/mypy

# One platform-independent lock; a marker that says "everywhere we run" is dropped, so only real conditions remain.
EVERYWHERE := python_full_version < '3.11' and (sys_platform == 'darwin' or sys_platform == 'linux' or sys_platform == 'win32')
lock:  ## pin every dependency again (needs uv)
	uv pip compile pyproject.toml --quiet --extra bot --group dev --universal --python-version 3.10 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' -o requirements.lock
	sed -i.bak "s/ ; $(EVERYWHERE)//" requirements.lock && rm requirements.lock.bak

clean:  ## remove the environment and everything built
	rm -rf .venv .build .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info
