# fortress: everything from a fresh checkout. `make` alone explains the targets.

FORTRESS := node bin/fortress.js
# Folders too: a file that was removed or renamed changes its folder.
SOURCES := $(shell find src) scripts/build.js package.json tsconfig.json tsconfig.types.json
INSTALLED := node_modules/.package-lock.json
BUILT := dist/cli.js

# Which service `make logs` shows (default: all), and further flags for it: make logs SERVICE=gateway FLAGS=-f
SERVICE :=
FLAGS :=

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help start-project stop-project test logs links gen-certs check-node engine

help: ## explain the targets
	@echo 'usage: make <target>'
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

start-project: $(BUILT) ## from nothing to a running, verified stack: dependencies, build, Docker Engine, up, verify
	$(FORTRESS) doctor --fix --yes
	$(FORTRESS) up
	$(FORTRESS) verify
	$(FORTRESS) links

stop-project: $(BUILT) ## remove the containers and networks; keep data volumes and secrets
	$(FORTRESS) down

test: $(BUILT) engine ## the same set-up, then every check and test; stops at the first red one
	node scripts/test.js

logs: $(BUILT) ## what the containers wrote; SERVICE=gateway FLAGS=-f to follow one
	$(FORTRESS) logs $(SERVICE) $(FLAGS)

links: $(BUILT) ## the URLs of the stack, and where its credentials are
	$(FORTRESS) links

gen-certs: $(BUILT) ## make or renew certificates and passwords where needed
	$(FORTRESS) certs

# A port that the repo's own stack would need may be taken here: the tests bring their own ports.
engine: $(BUILT)
	$(FORTRESS) doctor --fix --yes || test $$? -eq 1

check-node:
	@command -v npm >/dev/null || { echo 'fortress needs Node.js 20.19 or newer with npm: https://nodejs.org/' >&2; exit 3; }

$(INSTALLED): package-lock.json | check-node
	npm ci --loglevel=error
	@touch $@

$(BUILT): $(INSTALLED) $(SOURCES)
	node scripts/build.js
