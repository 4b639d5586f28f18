# Shinkei. `make help` lists the targets; `make train` and `make test` are the two to know.

SWIFT ?= swift
PYTHON ?= python3
PREFIX ?= /usr/local
# Where things are built. Tests have a folder of their own: they are compiled with -enable-testing, which would
# otherwise make every change between `make build` and `make test` a full rebuild.
BUILD ?= .build
TEST_BUILD ?= .build-test
EXAMPLES_BUILD ?= $(CURDIR)/.build-examples
# Further arguments: of the command for `train`, of `swift test` for the tests, `make test-debug ARGS="--filter Dense"`.
ARGS ?=
# The documents that `docs-check` is about; all of them unless given.
PAGES ?=
# Where they are built, if not in a folder of their own.
DOCS_BUILD ?=

CLI = $(BUILD)/release/shinkei-cli
FORMATTED = Package.swift Sources Tests Examples Benchmarks/Package.swift Benchmarks/Sources
# Swift's runtime becomes part of the program, so that it runs where no Swift is installed. macOS has it in the system.
ifneq ($(shell uname),Darwin)
STATIC = --static-swift-stdlib
endif
SWIFT_TEST = $(SWIFT) test --disable-xctest

.PHONY: help build train examples rows docs docs-check test test-debug test-release test-kernels test-examples test-arm64 \
	sanitize format lint check bench golden golden-check \
	install clean prerequisites
.NOTPARALLEL:
.DEFAULT_GOAL := build

help:
	@echo 'make train         trains a network on MNIST (ARGS="--epochs 1", …)'
	@echo 'make examples      builds and runs the programs in Examples, in short form (ARGS="XORFit MNISTCNN")'
	@echo 'make test          every test, in debug and in release, and the examples'
	@echo 'make rows          what proves the rows of docs/tutorial-rows.md, on the data in SHINKEI_DATA; takes some 20 minutes'
	@echo 'make build         the command line tool, in release'
	@echo 'make docs-check    compiles the blocks of code in the documents, and compares what they print with what they say'
	@echo 'make docs          the documentation archive, of the code and the articles'
	@echo 'make install       installs it as $(PREFIX)/bin/shinkei'
	@echo 'make test-debug    the Swift tests in debug;    make test-release   in release'
	@echo 'make test-kernels  the C tests of the kernels;  make test-arm64     the same under qemu'
	@echo 'make sanitize      the tests of the core and the kernels under the address and thread sanitizers'
	@echo 'make format        formats the Swift code;      make lint           checks it'
	@echo 'make check         lint and test: before a change is handed in'
	@echo 'make bench         benchmarks;                  make golden         reference data (needs Python)'
	@echo 'make golden-check  what we write, read by NumPy, safetensors, h5py and Keras'

prerequisites:
	@Tools/prerequisites.sh

build: prerequisites
	$(SWIFT) build -c release $(STATIC) --product shinkei-cli --scratch-path $(BUILD)

train:
	@Tools/prerequisites.sh download
	$(SWIFT) build -c release $(STATIC) --product shinkei-cli --scratch-path $(BUILD)
	$(CLI) train mnist $(ARGS)

BUILD_EXAMPLES = $(SWIFT) build --package-path Examples -c release --scratch-path $(EXAMPLES_BUILD)

# Small programs that show something; each says in a line how well it went.
examples: prerequisites
	$(BUILD_EXAMPLES)
	@EXAMPLES_BUILD=$(EXAMPLES_BUILD) Examples/run.sh $(ARGS)

# Every row of the table once: its tests, long ones too, and its examples.
rows: prerequisites
	$(BUILD_EXAMPLES)
	@EXAMPLES_BUILD=$(EXAMPLES_BUILD) SWIFT_TEST="$(SWIFT_TEST) -c release -Xswiftc -enable-testing --scratch-path $(TEST_BUILD)" \
		SHINKEI_BIG_TESTS=1 Tools/rows.sh

# The release run is last, so that the runner's count is the last line.
test: test-kernels test-examples test-debug docs-check test-release

# C kernels are optimised in debug too: without -O2 they are fifty times slower.
test-debug: prerequisites
	$(SWIFT_TEST) -Xcc -O2 --scratch-path $(TEST_BUILD) $(ARGS)

test-release: prerequisites
	$(SWIFT_TEST) -c release -Xswiftc -enable-testing --scratch-path $(TEST_BUILD) $(ARGS)

# With their own tests: a package apart, since who uses Shinkei does not need it.
test-examples: prerequisites
	$(BUILD_EXAMPLES) --build-tests
	@EXAMPLES_BUILD=$(EXAMPLES_BUILD) Examples/run.sh
	$(SWIFT_TEST) --package-path Examples -c release --scratch-path $(EXAMPLES_BUILD) --skip-build

test-kernels: prerequisites
	@Tests/Kernels/run.sh

test-arm64:
	@Tests/Kernels/run.sh arm64

sanitize: prerequisites
	@Tests/Kernels/run.sh sanitize
	ASAN_OPTIONS=detect_leaks=0 SHINKEI_SANITIZED=1 $(SWIFT_TEST) -Xcc -O2 --sanitize=address --filter ShinkeiCoreTests --scratch-path .build-address $(ARGS)
	SHINKEI_SANITIZED=1 $(SWIFT_TEST) -Xcc -O2 --sanitize=thread --filter ShinkeiCoreTests --scratch-path .build-thread $(ARGS)

# A package of its own, made from the documents. Pages that need data say so where these are not.
docs-check: prerequisites
	@SWIFT="$(SWIFT)" DOCS_BUILD="$(DOCS_BUILD)" Tools/docs/check.sh $(PAGES)

docs:
	@SWIFT="$(SWIFT)" Tools/docs/check.sh
	@SWIFT="$(SWIFT)" Tools/docs/archive.sh

format:
	$(SWIFT) format --in-place --parallel --recursive $(FORMATTED)

lint:
	$(SWIFT) format lint --strict --parallel --recursive $(FORMATTED)

check: lint test

bench: prerequisites
	@Benchmarks/run.sh $(ARGS)

golden:
	@set -e; for script in Tools/reference/make_*.py; do echo "$$script"; $(PYTHON) "$$script"; done

# What we write, read by the libraries that made the formats.
golden-check: build
	@rm -rf .build-golden && mkdir -p .build-golden
	SHINKEI_ARCHIVES=$(CURDIR)/.build-golden SHINKEI_HDF5_OUT=$(CURDIR)/.build-golden \
		SHINKEI_EVENTS_OUT=$(CURDIR)/.build-golden/events $(SWIFT_TEST) -c release \
		-Xswiftc -enable-testing --scratch-path $(TEST_BUILD) --filter "ArchivesForPython|HDF5Writ|TensorBoard gets"
	$(PYTHON) Tools/check_events.py .build-golden/events
	$(PYTHON) Tools/check_archives.py .build-golden
	@set -e; for file in .build-golden/*.h5; do $(PYTHON) Tools/check_hdf5.py $$file > /dev/null && echo "$$file: read by h5py"; done
	$(PYTHON) Tools/check_models.py $(CLI)
	$(PYTHON) Tools/reference/make_applications.py weights .build-golden
	SHINKEI_APPLICATIONS=$(CURDIR)/.build-golden $(SWIFT_TEST) -c release -Xswiftc -enable-testing --scratch-path $(TEST_BUILD) \
		--filter WeightsFromKeras

install: build
	install -d "$(DESTDIR)$(PREFIX)/bin"
	install -m 755 $(CLI) "$(DESTDIR)$(PREFIX)/bin/shinkei"

clean:
	rm -rf $(BUILD) $(TEST_BUILD) $(EXAMPLES_BUILD) .build-address .build-thread .build-kernels .build-golden .build-docs
