# Differential tests: the core against ICU 72, and UTF-8 mending against a digest that CPython and a state machine
# agreed on. `make diff` is the quick part, which make test runs.

DIFF      := $(BUILD)/diff
DIFF_SEED ?= 1
UTF8_DIGEST := d2c3961dfca20cba

TESTS += diff

$(BUILD)/.have-icu: tests/diff/diff.mk $(BUILD)/.have-test
	$(call need,libicu-dev)
	@touch $@

$(DIFF)/diff_icu: tests/diff/diff_icu.c tests/diff/icu.c $(BUILD)/lib/libentente.a | $(BUILD)/.have-icu
	@mkdir -p $(@D)
	@echo '  cc $<'
	@$(CC) $(filter-out -DENT_BUILD,$(CORE_FLAGS)) -MMD -MP $(filter %.c,$^) -o $@ $(LINK) $(BUILD)/lib/libentente.a $(TEXT_LIBS) -licuuc

$(DIFF)/utf8_outputs: tests/diff/utf8_outputs.c $(BUILD)/lib/libentente.a | $(BUILD)/.have-test
	@mkdir -p $(@D)
	@echo '  cc $<'
	@$(CC) $(filter-out -DENT_BUILD,$(CORE_FLAGS)) -MMD -MP $< -o $@ $(LINK) $(BUILD)/lib/libentente.a $(TEXT_LIBS)

.PHONY: diff diff-utf8 diff-icu
diff: $(DIFF)/diff_icu diff-utf8 ## our forms and boundaries against ICU: 50,000 random strings each
	@$< 50000 50000 $(DIFF_SEED)

diff-utf8: $(DIFF)/utf8_outputs
	@$< | sha256sum | grep -q '^$(UTF8_DIGEST)' && echo UTF-oracle 406900/406900 || { echo UTF-oracle 0/406900; exit 1; }

diff-icu: $(DIFF)/diff_icu ## the same on 2 million strings (forms) and 1 million (boundaries); minutes
	@$< 2000000 1000000 $(DIFF_SEED)
