# `make` lists the targets. Everything is built in .build, everything fetched lies in .deps.
SHELL := /bin/bash
DEBUG_FLAGS := --explicit-target-dependency-import-check error -Xswiftc -warnings-as-errors

# The program that the tests run; `make test SLUICE_BINARY=.build/release/sluice` judges the release build.
export SLUICE_BINARY ?= .build/debug/sluice

.PHONY: help build demo test bench bench-peers lint format clean

help:           ## list the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' Makefile | expand -t 14

build:          ## fetch what is missing and build .build/release/sluice
	@./setup
	swift build -c release --product sluice

demo: build     ## copy a small shop from a MariaDB of its own into Paimon tables and read them back
	@dev/demo/demo.sh

test:           ## run every test, against real servers and foreign readers
	@./setup --tests
	swift build --build-tests $(DEBUG_FLAGS)
	swift test --skip-build $(DEBUG_FLAGS)

bench: build    ## measure throughput, memory and processor time against MariaDB
	@./setup --tests
	swift build -c release --product sluice-bench
	@dev/bench/bench.sh
	@mkdir -p .deps/bench/micro
	@.deps/venv/bin/python dev/bench/micro.py .build/release/sluice-bench .deps/bench/micro

bench-peers: build  ## the same data through other tools
	@./setup --tests --bench-peers
	@dev/bench/bench-peers.sh

lint:           ## check style, size, names and forbidden text, and that each check can fail
	@dev/lint-selftest.sh
	@dev/lint.sh

format:         ## rewrite the Swift files in the house format
	swift format --in-place --parallel --recursive Package.swift Sources Benchmarks Tests

clean:          ## delete what was built (delete .deps as well to start from nothing)
	rm -rf .build
