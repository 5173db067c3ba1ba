# include slos.mk in a Makefile: `make slos` after an edit, `make slos-check` in CI.
BURNRULES ?= burnrules
PROMTOOL ?= promtool

.PHONY: slos slos-check
slos: ## specs to rules, tests and gates
	$(BURNRULES) generate slos --out generated

slos-check: ## specs without findings, generated files current, promtool content
	$(BURNRULES) validate slos --fail-on warning
	$(BURNRULES) generate slos --out generated --check
	$(BURNRULES) test generated --promtool $(PROMTOOL)
