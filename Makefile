# The commands of this repository. README and CI use exactly these; each installs what it needs.
.DEFAULT_GOAL := help
.PHONY: help node install build redis openssl nginx promtool faketime demo up test check bench evaluate chaos fuzz format docs lockfile sbom clean

BIN := node_modules/.bin
STAMP := node_modules/.stepgate-installed

help:
	@echo 'make demo      the whole stack on loopback, a story of traffic through it, the decisions and the alerts'
	@echo 'make up        the same stack in the foreground; Ctrl-C stops all of it'
	@echo 'make test      every test, against a real Redis on a free port'
	@echo 'make check     format, types, lint, dependency rule, dead code, licences, unit tests'
	@echo 'make bench     requests per second and CPU per request, beside two bare apps'
	@echo 'make evaluate  how well the score tells a thief from the owner; QUICK=1 for the short version'
	@echo 'make chaos     what breaks around it, under load: what was promised, what was seen; QUICK=1, SEED=n, ONLY=name'
	@echo 'make fuzz      hostile bytes into everything that reads them; SECONDS=60 for each reader, SEED=n'
	@echo 'make sbom      reports/sbom.json: what is shipped (CycloneDX)'
	@echo 'make format    write the format that check asks for'
	@echo 'make docs      write the documents, tables and dashboards that are made from code'
	@echo 'make lockfile  complete package-lock.json after a change of dependencies'
	@echo 'make clean     remove what was built'

node:
	@node scripts/require-node.cjs

$(STAMP): package-lock.json | node
	npm ci --loglevel=error
	@touch $(STAMP)

install: $(STAMP)

build: $(STAMP)
	@$(BIN)/tsc -b

redis:
	@sh scripts/install-server.sh redis-server redis-server redis

openssl:
	@sh scripts/install-server.sh openssl openssl openssl

nginx:
	@sh scripts/install-server.sh nginx nginx-light nginx

promtool:
	@sh scripts/install-server.sh promtool prometheus prometheus

faketime:
	@sh scripts/install-server.sh faketime faketime libfaketime

demo: build
	@node packages/cli/dist/main.js demo

up: build
	@exec node packages/cli/dist/main.js dev

# Test files that measure time-outs or start processes run one at a time (jest.config.cjs).
test: build redis openssl nginx promtool faketime
	@$(BIN)/tsc -b test/chaos
	@$(BIN)/jest --ci

check: $(STAMP)
	@$(BIN)/tsx scripts/check.ts

bench: build redis
	@$(BIN)/tsc -b test/load
	@node test/load/dist/bench.js

evaluate: build redis
	@node packages/cli/dist/main.js evaluate $(if $(QUICK),--quick)

chaos: build redis faketime
	@$(BIN)/tsc -b test/chaos
	@node test/chaos/dist/main.js $(if $(QUICK),--quick) $(if $(SEED),--seed $(SEED)) $(if $(ONLY),--only $(ONLY))

# A failure leaves its shrunk input in test/fuzz/corpus, to be committed with the fix.
fuzz: $(STAMP)
	@STEPGATE_FUZZ_SECONDS=$(or $(SECONDS),60) $(if $(SEED),STEPGATE_TEST_SEED=$(SEED)) $(BIN)/jest --ci --globalSetup= --globalTeardown= test/fuzz

sbom: $(STAMP)
	@npm run --silent sbom

format: $(STAMP)
	@npm run --silent format:write

docs: build
	@npm run --silent docs

lockfile: $(STAMP)
	@npm run --silent lockfile

clean:
	rm -rf coverage reports .stepgate packages/*/dist services/*/dist test/load/dist test/chaos/dist
